/**
 * Where a request goes: the endpoint of a model, and its address with all its variables filled.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { Endpoint, ProtocolBinding, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"

type Values = Readonly<Record<string, string>>

/** RFC 3986's unreserved characters, and `@`, which is part of model names and needs no encoding in a path. */
const encode = (value: string): string => encodeURIComponent(value).replaceAll("%40", "@")

const optional = /\[([^\]]*)\]/g
const variable = /\{(\+?)(\w+)\}/g

const missingFrom = (template: string, values: Values): string | undefined =>
  [...template.matchAll(variable)].map(([, , name = ""]) => name).find((name) => values[name] === undefined)

/**
 * Fills the variables of a template. Answers the name of the first one that has no value when it cannot.
 *
 * @category combinators
 * @since 0.1.0
 */
export const fill = (template: string, values: Values): Result.Result<string, string> => {
  const chosen = template.replaceAll(
    optional,
    (_, part: string) => (missingFrom(part, values) === undefined ? part : "")
  )
  const missing = missingFrom(chosen, values)
  return missing === undefined
    ? Result.succeed(chosen.replaceAll(variable, (_, slashes: string, name: string) => {
      const value = values[name] ?? ""
      return slashes === "" ? encode(value) : value.split("/").map(encode).join("/")
    }))
    : Result.fail(missing)
}

/**
 * What to set when a variable of a provider's address has no value.
 *
 * @category errors
 * @since 0.1.0
 */
export const missing = (definition: ProviderDefinition, name: string): ConfigurationError => {
  const env = definition.variables?.[name]?.env ?? []
  return new ConfigurationError({
    reason: `${definition.id} needs to know its ${name}: ${
      env.length === 0 ? "" : `set ${env.join(" or ")}, or `
    }give variables: { ${name} }`,
    setting: env[0] ?? name
  })
}

/**
 * The first of several endpoints that is for a model, or the first of all when none says so.
 *
 * @category accessors
 * @since 0.1.0
 */
export const choose = <A extends Endpoint>(endpoints: ReadonlyArray<A>, model: string): A | undefined =>
  endpoints.find(({ models }) => models === undefined || models.test(model)) ?? endpoints[0]

/**
 * Whether a program has what an endpoint requires.
 *
 * @category guards
 * @since 0.1.0
 */
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

/**
 * The address of an endpoint for a model: the path goes before the query that a base URL may have.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (
  provider: Provider,
  endpoint: { readonly path: string; readonly baseUrl?: string | undefined },
  model: string
): Result.Result<string, ConfigurationError> => {
  const values = { ...provider.variables, model }
  // An address of one's own goes before the one that an endpoint would have at the provider.
  const baseUrl = endpoint.baseUrl === undefined || provider.hasOwnBaseUrl
    ? Result.succeed(provider.baseUrl)
    : fill(endpoint.baseUrl, values)
  return Result.mapError(
    Result.flatMap(baseUrl, (base) => Result.map(fill(endpoint.path, values), (path) => join(base, path))),
    (name) => missing(provider.definition, name)
  )
}

/**
 * The protocol that a provider is asked in for a model. Some providers have none: they embed and rerank.
 *
 * @category accessors
 * @since 0.1.0
 */
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
 *
 * @category accessors
 * @since 0.1.0
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
