/**
 * Renders the page of a provider: the facts of its definition, between two marks.
 */
import { rows as notVerified } from "./NotVerified.ts"
import type { AuthStyle, Endpoint, ProviderDefinition } from "sluice"

const begin = "<!-- facts: written by scripts/providers.ts -->"
const end = "<!-- /facts -->"

const code = (text: string): string => `\`${text}\``

const codes = (texts: ReadonlyArray<string>): string => texts.map(code).join(", ")

const authOf = (style: AuthStyle): string => {
  switch (style.type) {
    case "bearer":
      return "`Authorization: Bearer`"
    case "header":
      return `the header ${code(style.name)}`
    case "query":
      return `the query parameter ${code(style.name)}`
    case "signed-token":
      return "a token signed with it, as `Authorization: Bearer`"
  }
}

const keyOf = ({ auth, byKey = {}, keyEnv, keyOptional }: ProviderDefinition): string => {
  if (keyEnv.length === 0) return "none"
  const names = keyEnv.map((name) => {
    const own = byKey[name]
    const notes = [
      ...(own?.auth === undefined ? [] : [`as ${authOf(own.auth)}`]),
      ...Object.entries(own?.variables ?? {}).map(([variable, value]) =>
        value === undefined ? `without ${variable}` : `${variable} ${code(value)}`
      )
    ]
    return notes.length === 0 ? code(name) : `${code(name)} (${notes.join(", ")})`
  })
  return `${names.join(", ")}; sent as ${authOf(auth)}${keyOptional ? "; may be missing" : ""}`
}

const identityOf = ({ identity }: ProviderDefinition): string => {
  switch (identity?.type) {
    case "entra":
      return `Microsoft Entra ID (${code("@azure/identity")}), scope ${code(identity.scope)}`
    case "google":
      return `Google Cloud (${code("google-auth-library")}), scopes ${codes(identity.scopes)}`
    case "aws":
      return `AWS credentials (${code("@aws-sdk/credential-provider-node")}), service ${code(identity.service)}`
    case undefined:
      return ""
  }
}

const quirkOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? code(String(value))
    : code(
      JSON.stringify(value, (_, inner: unknown) => (inner instanceof RegExp ? inner.source : inner))
        .replaceAll("|", "\\|")
    )

/** The rules of a provider's models are too many for a table of one provider. */
const modelRules = "[what models refuse](../models.md#what-models-refuse)"

const endpointOf = ({ baseUrl, models, path, quirks, requires }: Endpoint): string =>
  [
    code(`${baseUrl ?? ""}${path}`),
    ...(models === undefined ? [] : [`for models like ${code(models.source.replaceAll("|", "\\|"))}`]),
    ...(requires === undefined
      ? []
      : [
        `where ${code(requires.variable)} is ${
          requires.matching === undefined ? "set" : `like ${code(requires.matching.source)}`
        }`
      ]),
    ...(quirks === undefined ? [] : [`with the quirks ${quirkOf(quirks)}`])
  ].join(" ")

const rowsOf = (definition: ProviderDefinition): ReadonlyArray<readonly [string, string]> => {
  const { aliases, appendedTo, baseUrl, baseUrlBy, baseUrlEnv, headerEnv, headers, protocols, variables = {} } =
    definition
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["id", code(definition.id)],
    ["aliases", codes(aliases)],
    ["entry point", code(`sluice/${definition.id}`)],
    [
      "ended",
      definition.ended === undefined ? "" : `${definition.ended.date}: ${definition.ended.replacement}`
    ],
    ["key", keyOf(definition)],
    ["without a key", identityOf(definition)],
    [
      "base URL",
      [baseUrl === undefined ? "yours" : code(baseUrl), ...(baseUrlEnv.length === 0 ? [] : [codes(baseUrlEnv)])].join(
        "; or "
      )
    ],
    ["base URL also ends with", codes(definition.otherBasePaths ?? [])],
    ...Object.entries(appendedTo ?? {}).map(([name, path]) => [`appended to ${code(name)}`, code(path)] as const),
    ...Object.entries(baseUrlBy?.urls ?? {}).map(([value, url]) =>
      [`base URL for ${baseUrlBy?.variable} ${code(value)}`, code(url)] as const
    ),
    ...Object.entries(variables).map(([name, variable]) =>
      [
        `variable ${code(name)}`,
        [
          ...(variable.env.length === 0 ? [] : [codes(variable.env)]),
          ...(variable.default === undefined ? [] : [`default ${code(variable.default)}`])
        ].join("; ")
      ] as const
    ),
    ...protocols.map((binding) => [`chat: ${code(binding.protocol)}`, endpointOf(binding)] as const),
    ...(definition.embeddings ?? []).map((binding) =>
      [
        `embeddings: ${code(binding.wireFormat)}`,
        `${endpointOf(binding)}${binding.maxInputs === undefined ? "" : `, ${binding.maxInputs} texts a request`}`
      ] as const
    ),
    ...(definition.rerank ?? []).map((binding) =>
      [`rerank: ${code(binding.wireFormat)}`, endpointOf(binding)] as const
    ),
    ...(definition.transcription ?? []).map((binding) =>
      [`transcription: ${code(binding.task ?? "transcribe")}`, endpointOf(binding)] as const
    ),
    ...(definition.speech ?? []).map((binding) =>
      [`speech: ${code(binding.wireFormat)}`, endpointOf(binding)] as const
    ),
    ["list of models", definition.models === undefined ? "" : endpointOf(definition.models)],
    ["check", `${definition.check.body === undefined ? "GET" : "POST"} ${endpointOf(definition.check)}`],
    ["headers", Object.entries(headers).map(([name, value]) => code(`${name}: ${value}`)).join(", ")],
    ...Object.entries(headerEnv).map(([name, env]) => [`header ${code(name)}`, codes(env)] as const),
    ...Object.entries(definition.quirks).filter(([, value]) => value !== undefined).map(([name, value]) =>
      [`quirk ${code(name)}`, name === "modelRules" ? modelRules : quirkOf(value)] as const
    )
  ]
  return rows.filter(([, value]) => value !== "")
}

const factsOf = (definition: ProviderDefinition): string =>
  [
    begin,
    "",
    "| what | value |",
    "| --- | --- |",
    ...rowsOf(definition).map(([name, value]) => `| ${name} | ${value} |`),
    "",
    end
  ].join("\n")

/** Returns the page with new facts. An empty page gets a heading. */
export const update = (page: string, definition: ProviderDefinition): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) {
    return `# ${definition.name}\n\n<${definition.documentation}>\n\n${factsOf(definition)}\n${page}`
  }
  return `${page.slice(0, from)}${factsOf(definition)}${page.slice(to + end.length)}`
}

const has = (list: ReadonlyArray<unknown> | undefined): string => (list === undefined || list.length === 0 ? "" : "yes")

/** Returns the page that lists all pages. */
export const index = (definitions: ReadonlyArray<ProviderDefinition>): string =>
  [
    "# Providers",
    "",
    "One page each: keys, addresses, models, quirks, what is not verified. The tables are written from the data by",
    "`npx tsx scripts/providers.ts`.",
    "",
    "A custom base URL may be a host alone, or end like the provider's or with a path that the page names: then the provider's other",
    "paths (another protocol, the list of models, the check) are used there too. With any other path it is the prefix of all endpoints. The address of an operation,",
    "as a portal or a manual shows it, is taken apart: `/chat/completions` and the like at its end, and variables such as an API",
    "version, are not part of the base URL. A variable that an SDK of the provider reads too means the same as there: what that SDK",
    "appends to it is appended unless it is there.",
    "",
    "| provider | key | chat | embeddings | rerank | transcription | speech |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...definitions.map((definition) => {
      const protocols = [...new Set(definition.protocols.map(({ protocol }) => protocol))]
      return `| ${
        [
          `[${definition.id}](${definition.id}.md)`,
          codes(definition.keyEnv.slice(0, 1)),
          codes(protocols),
          has(definition.embeddings),
          has(definition.rerank),
          has(definition.transcription),
          has(definition.speech)
        ].join(" | ")
      } |`
    }),
    "",
    "## Not verified",
    "",
    "Each page was checked on the day that it names, against pages and SDKs of the vendor. Nothing was called with a real key. Still",
    "without a source:",
    "",
    "| provider | not verified | where a first real key would settle it |",
    "| --- | --- | --- |",
    ...notVerified.map((row) => `| ${row.join(" | ")} |`),
    ""
  ].join("\n")
