/**
 * Finds the endpoint of a model, and fills the variables of its address.
 */
import * as Result from "effect/Result"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { Endpoint } from "../../domain/Endpoint.ts"
import type { ProtocolBinding, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"

type Values = Readonly<Record<string, string>>

/**
 * RFC 3986's unreserved characters, and `@`, which is part of model names and needs no encoding in a path. Half a
 * surrogate pair is written as U+FFFD, as in bodies.
 */
const encode = (value: string): string => encodeURIComponent(value.toWellFormed()).replaceAll("%40", "@")

const optional = /\[([^\]]*)\]/g
const variable = /\{(\+?)(\w+)\}/g

const missingFrom = (template: string, values: Values): string | undefined =>
  [...template.matchAll(variable)].map(([, , name = ""]) => name).find((name) => values[name] === undefined)

/** Why a template cannot be filled. */
export interface TemplateProblem {
  /** The first variable that has no value, or one that an address cannot hold. */
  readonly name: string
  /** Whether the value is missing or invalid. */
  readonly type: "missing" | "invalid"
}

/**
 * Returns where the host is in the template of an address: the index of its first character and the one after its last.
 */
const hostIn = (template: string): { readonly from: number; readonly to: number } => {
  const from = template.indexOf("://") + 3
  if (from < 3) return { from: 0, to: 0 }
  const to = template.indexOf("/", from)
  return { from, to: to < 0 ? template.length : to }
}

// One label of a host name, and a whole host name.
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i
const host = /^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?$/i

/**
 * Returns whether a value can be part of a path. One with a step up the path cannot: URL parsers also resolve `%2E%2E`.
 */
const isValidInPath = (value: string): boolean =>
  value !== "" && value.split("/").every((part) => part !== "." && part !== "..")

/**
 * Fills the variables of a template. A value cannot change the rest of the address: one in the host must be part of a
 * host name, and one in the path must not step up.
 */
export const fill = (template: string, values: Values): Result.Result<string, TemplateProblem> => {
  const chosen = template.replaceAll(
    optional,
    (_, part: string) => (missingFrom(part, values) === undefined ? part : "")
  )
  const missing = missingFrom(chosen, values)
  if (missing !== undefined) return Result.fail({ name: missing, type: "missing" })
  const { from, to } = hostIn(chosen)
  const query = chosen.includes("?") ? chosen.indexOf("?") : chosen.length
  let invalid: string | undefined
  const filled = chosen.replaceAll(variable, (place: string, slashes: string, name: string, at: number) => {
    const value = values[name] ?? ""
    const isWholeHost = at === from && at + place.length === to
    const isValid = at >= from && at < to
      ? (isWholeHost ? host : label).test(value)
      : at >= query || isValidInPath(value)
    if (!isValid) {
      invalid ??= name
      return ""
    }
    return slashes === "" ? encode(value) : value.split("/").map(encode).join("/")
  })
  return invalid === undefined ? Result.succeed(filled) : Result.fail({ name: invalid, type: "invalid" })
}

/**
 * Creates the error of a variable that has no value, or one that cannot be part of an address. It does not repeat the
 * value, which may be a key in the wrong place.
 */
export const unfilled = (definition: ProviderDefinition, { name, type }: TemplateProblem): ConfigurationError => {
  const env = definition.variables?.[name]?.env ?? []
  const set = `${env.length === 0 ? "" : `set ${env.join(" or ")}, or `}give variables: { ${name} }`
  if (type === "missing") {
    return new ConfigurationError({
      reason: `${definition.id} needs to know its ${name}: ${set}`,
      setting: env[0] ?? name
    })
  }
  return new ConfigurationError(
    name === "model"
      ? { reason: `The name of the model cannot be in an address of ${definition.id}`, setting: "model" }
      : {
        reason: `The ${name} of ${definition.id} cannot be in its address. Give the name alone, and no URL: ${set}`,
        setting: env[0] ?? name
      }
  )
}

/** Returns the first of several endpoints that is for a model, or the first of all where none is. */
export const choose = <A extends Endpoint>(endpoints: ReadonlyArray<A>, model: string): A | undefined =>
  endpoints.find(({ models }) => models === undefined || models.test(model)) ?? endpoints[0]

/** Returns whether the variables meet the requirement of an endpoint. */
export const isFulfilled = (requires: Endpoint["requires"], variables: Values): boolean => {
  if (requires === undefined) return true
  const value = variables[requires.variable]
  return value !== undefined && (requires.matching === undefined || requires.matching.test(value))
}

const join = (baseUrl: string, path: string): string => {
  const query = baseUrl.indexOf("?")
  if (query === -1) return `${baseUrl}${path}`
  const [before, after] = [baseUrl.slice(0, query), baseUrl.slice(query + 1)]
  return `${before}${path}${path.includes("?") ? "&" : "?"}${after}`
}

/** Returns the path of an address or of its template; an empty text where there is none. */
export const pathOf = (address: string): string => address.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/\/+$/, "")

/**
 * Returns the address that the path of an endpoint is appended to. A configured base URL replaces the one that the
 * endpoint has at the provider. Where it replaces the provider's whole host, the endpoint keeps its own path under it.
 */
const baseOf = (
  provider: Provider,
  { baseUrl }: { readonly baseUrl?: string | undefined },
  values: Values
): Result.Result<string, TemplateProblem> => {
  if (baseUrl === undefined || (provider.hasOwnBaseUrl && provider.root === undefined)) {
    return Result.succeed(provider.baseUrl)
  }
  const { root } = provider
  return root === undefined
    ? fill(baseUrl, values)
    : Result.map(fill(pathOf(baseUrl), values), (path) => join(root, path))
}

/** Returns the address of an endpoint for a model. The path comes before the query that a base URL may have. */
export const of = (
  provider: Provider,
  endpoint: { readonly path: string; readonly baseUrl?: string | undefined },
  model: string
): Result.Result<string, ConfigurationError> => {
  const values = { ...provider.variables, model }
  return Result.mapError(
    Result.flatMap(
      baseOf(provider, endpoint, values),
      (base) => Result.map(fill(endpoint.path, values), (path) => join(base, path))
    ),
    (problem) => unfilled(provider.definition, problem)
  )
}

/**
 * Returns the protocol binding of a provider for a model. Fails for a provider without one, which only embeds or
 * reranks.
 */
export const bindingOf = (provider: Provider, model: string): Result.Result<ProtocolBinding, ConfigurationError> => {
  const binding = choose(provider.protocols, model)
  return binding === undefined
    ? Result.fail(
      new ConfigurationError({
        reason: `${provider.definition.id} has no chat models: use another provider`,
        setting: "provider"
      })
    )
    : Result.succeed(binding)
}

/**
 * Returns the binding of another operation than chat for a model. Fails for a provider that does not have the
 * operation; `verb` names it in the error.
 */
export const operationOf = <A extends Endpoint>(
  provider: Provider,
  bindings: ReadonlyArray<A> | undefined,
  model: string,
  verb: string
): Result.Result<A, ConfigurationError> => {
  const possible = (bindings ?? []).filter(({ requires }) => isFulfilled(requires, provider.variables))
  // A configured base URL is taken to have the endpoints of the provider's usual one.
  const atBaseUrl = provider.hasOwnBaseUrl ? possible.filter(({ baseUrl }) => baseUrl === undefined) : possible
  const binding = choose(atBaseUrl, model) ?? choose(possible, model)
  return binding === undefined
    ? Result.fail(
      new ConfigurationError({
        reason: `${provider.definition.id} does not ${verb}: use another provider`,
        setting: "provider"
      })
    )
    : Result.succeed(binding)
}
