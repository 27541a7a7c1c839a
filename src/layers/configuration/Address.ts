/**
 * Where a request goes: the endpoint of a model, and its address with all its variables filled.
 */
import * as Result from "effect/Result"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { Endpoint } from "../../domain/Endpoint.ts"
import type { ProtocolBinding, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"

type Values = Readonly<Record<string, string>>

/** RFC 3986's unreserved characters, and `@`, which is part of model names and needs no encoding in a path. */
const encode = (value: string): string => encodeURIComponent(value).replaceAll("%40", "@")

const optional = /\[([^\]]*)\]/g
const variable = /\{(\+?)(\w+)\}/g

const missingFrom = (template: string, values: Values): string | undefined =>
  [...template.matchAll(variable)].map(([, , name = ""]) => name).find((name) => values[name] === undefined)

/** Why a template cannot be filled: the first variable that has no value, or has one that an address cannot hold. */
export interface Flaw {
  readonly name: string
  readonly type: "missing" | "unfit"
}

/** Where the host of an address is in its template: from the first character to behind the last one. */
const hostIn = (template: string): { readonly from: number; readonly to: number } => {
  const from = template.indexOf("://") + 3
  if (from < 3) return { from: 0, to: 0 }
  const to = template.indexOf("/", from)
  return { from, to: to < 0 ? template.length : to }
}

// What can stand between two dots of a host name, and a whole one.
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i
const host = /^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?$/i

/** A step up the path is taken however it is written: `%2E%2E`, too. */
const isFitForPath = (value: string): boolean =>
  value !== "" && value.split("/").every((part) => part !== "." && part !== "..")

/**
 * Fills the variables of a template. No value leaves its place: one in the host is a part of its name, and one in the path
 * goes no step up.
 */
export const fill = (template: string, values: Values): Result.Result<string, Flaw> => {
  const chosen = template.replaceAll(
    optional,
    (_, part: string) => (missingFrom(part, values) === undefined ? part : "")
  )
  const missing = missingFrom(chosen, values)
  if (missing !== undefined) return Result.fail({ name: missing, type: "missing" })
  const { from, to } = hostIn(chosen)
  const query = chosen.includes("?") ? chosen.indexOf("?") : chosen.length
  let unfit: string | undefined
  const filled = chosen.replaceAll(variable, (place: string, slashes: string, name: string, at: number) => {
    const value = values[name] ?? ""
    const isWholeHost = at === from && at + place.length === to
    const isFit = at >= from && at < to
      ? (isWholeHost ? host : label).test(value)
      : at >= query || isFitForPath(value)
    // Half a surrogate pair cannot be written in an address.
    if (!isFit || !value.isWellFormed()) {
      unfit ??= name
      return ""
    }
    return slashes === "" ? encode(value) : value.split("/").map(encode).join("/")
  })
  return unfit === undefined ? Result.succeed(filled) : Result.fail({ name: unfit, type: "unfit" })
}

/**
 * What to set when a variable of a provider's address has no value, or one that is no part of an address. The value is not
 * repeated: it may be a key in the wrong place.
 */
export const unfilled = (definition: ProviderDefinition, { name, type }: Flaw): ConfigurationError => {
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

/** The first of several endpoints that is for a model, or the first of all when none says so. */
export const choose = <A extends Endpoint>(endpoints: ReadonlyArray<A>, model: string): A | undefined =>
  endpoints.find(({ models }) => models === undefined || models.test(model)) ?? endpoints[0]

/** Whether a program has what an endpoint requires. */
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

/** The path of an address or of its template: nothing where there is none. */
export const pathOf = (address: string): string => address.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/\/+$/, "")

/**
 * What the path of an endpoint comes after. An address of one's own goes before the one that an endpoint would have at the
 * provider; one that stands for the provider's has it at the same place.
 */
const baseOf = (
  provider: Provider,
  { baseUrl }: { readonly baseUrl?: string | undefined },
  values: Values
): Result.Result<string, Flaw> => {
  if (baseUrl === undefined || (provider.hasOwnBaseUrl && provider.root === undefined)) {
    return Result.succeed(provider.baseUrl)
  }
  const { root } = provider
  return root === undefined
    ? fill(baseUrl, values)
    : Result.map(fill(pathOf(baseUrl), values), (path) => join(root, path))
}

/** The address of an endpoint for a model: the path goes before the query that a base URL may have. */
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
    (flaw) => unfilled(provider.definition, flaw)
  )
}

/** The protocol that a provider is asked in for a model. Some providers have none: they embed and rerank. */
export const bindingOf = (provider: Provider, model: string): Result.Result<ProtocolBinding, ConfigurationError> => {
  const binding = choose(provider.protocols, model)
  return binding === undefined
    ? Result.fail(
      new ConfigurationError({
        reason: `${provider.definition.id} has no chat models: ask another provider`,
        setting: "provider"
      })
    )
    : Result.succeed(binding)
}

/**
 * How a provider does something besides completing prompts, for a model; `what` says it for the error of a provider that does
 * not.
 */
export const operationOf = <A extends Endpoint>(
  provider: Provider,
  bindings: ReadonlyArray<A> | undefined,
  model: string,
  what: string
): Result.Result<A, ConfigurationError> => {
  const possible = (bindings ?? []).filter(({ requires }) => isFulfilled(requires, provider.variables))
  // At an address of one's own there is what the provider has at its usual one.
  const near = provider.hasOwnBaseUrl ? possible.filter(({ baseUrl }) => baseUrl === undefined) : possible
  const binding = choose(near, model) ?? choose(possible, model)
  return binding === undefined
    ? Result.fail(
      new ConfigurationError({
        reason: `${provider.definition.id} does not ${what}: ask another provider`,
        setting: "provider"
      })
    )
    : Result.succeed(binding)
}
