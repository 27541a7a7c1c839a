/**
 * Configures a provider from its definition, the options of a program, and the configuration.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { nearest } from "../../domain/Nearest.ts"
import type { OperationBindings } from "../../domain/Operations.ts"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import type { KeyVariable, ProtocolBinding, ProtocolName, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import { overQuirks, type Quirks } from "../../domain/Quirks.ts"
import { type Credential, Credentials } from "../../services/Credentials.ts"
import { AwsIdentity } from "../../services/Identities.ts"
import type { Provider } from "../../services/Provider.ts"
import * as LogLines from "../../services/LogLines.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"
import * as Address from "./Address.ts"
import * as Authorize from "./Authorize.ts"
import * as Ended from "./Ended.ts"
import { checkBaseUrl, type CheckedBaseUrl } from "./BaseUrl.ts"
import { unquoted, withoutScheme } from "./PastedText.ts"
import * as VariableLookup from "./VariableLookup.ts"

export { type CheckedBaseUrl, checkBaseUrl }

/**
 * Options of a provider. What is left out comes from the configuration or the definition.
 *
 * **Example**
 *
 * ```ts
 * import { Redacted } from "effect"
 * import type { Configure } from "sluice"
 *
 * const options: Configure.ProviderSettings = {
 *   apiKey: Redacted.make("sk-local"),
 *   baseUrl: "http://localhost:8000/v1",
 *   headers: { "x-team": "search" }
 * }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderSettings {
  /**
   * The API key, or an effect that is run before each attempt. Default: the first of the provider's variables that is
   * set.
   */
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, ConfigurationError> | undefined
  /**
   * Several API keys in place of `apiKey`, or an effect that is run before each attempt. In logs and states they are
   * `key 1`, `key 2` and so on. Default: none.
   */
  readonly apiKeys?:
    | ReadonlyArray<Redacted.Redacted>
    | Effect.Effect<ReadonlyArray<Redacted.Redacted>, ConfigurationError>
    | undefined
  /** The address of the API. Default: the provider's variable, else its own address. */
  readonly baseUrl?: string | undefined
  /** Another protocol that the provider speaks. Default: the definition's choice for the model. */
  readonly protocol?: ProtocolName | undefined
  /** The path of chat requests under the base URL. Default: the definition's. */
  readonly path?: string | undefined
  /** The variables of the address (region, project, …). Default: the variables of the configuration. */
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** How the key is sent. Default: the definition's. */
  readonly auth?: AuthStyle | undefined
  /** Headers of each request, over those of the definition and of the configuration. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Quirks, over those of the definition. Default: none. */
  readonly quirks?: Quirks | undefined
  /**
   * Wire formats and endpoints of embeddings, reranking, transcription and speech, in place of the definition's.
   * Default: none.
   */
  readonly operations?: OperationBindings | undefined
}

/**
 * Returns a key without the white space and the quotes around it. Fails when it is empty, or cannot be sent in a
 * header.
 *
 * @category decoding
 * @since 0.1.0
 */
export const checkKey = (
  key: Redacted.Redacted,
  source: string
): Effect.Effect<Redacted.Redacted, ConfigurationError> => {
  const value = unquoted(Redacted.value(key))
  if (value === "") {
    return Effect.fail(
      new ConfigurationError({ reason: `The API key in ${source} is empty: set it to a key`, setting: source })
    )
  }
  return HeaderSyntax.isValue(value)
    ? Effect.succeed(Redacted.make(value))
    : Effect.fail(
      new ConfigurationError({
        reason: `The API key in ${source} has characters that no HTTP header can carry: copy it again`,
        setting: source
      })
    )
}

type Bindings = Provider["protocols"]

/**
 * Returns the protocols that can be used: the requested one, where there is one, and those whose requirements are met.
 */
const bindingsOf = (
  definition: ProviderDefinition,
  options: ProviderSettings,
  variables: Readonly<Record<string, string>>
): Effect.Effect<Bindings, ConfigurationError> => {
  const usable = definition.protocols.filter(({ protocol, requires }) =>
    (options.protocol === undefined || protocol === options.protocol) &&
    Address.isFulfilled(requires, variables)
  )
  // Without a slash it would continue the name of the host.
  const path = options.path === undefined
    ? {}
    : { path: /^($|[/?])/.test(options.path) ? options.path : `/${options.path}`, wholePath: undefined }
  const prepare = (binding: ProtocolBinding): ProtocolBinding => ({
    ...binding,
    ...path,
    auth: options.auth ?? binding.auth,
    quirks: overQuirks(overQuirks(definition.quirks, binding.quirks), options.quirks)
  })
  return usable.length === 0 && options.protocol !== undefined
    ? Effect.fail(
      new ConfigurationError({
        reason: `${definition.id} does not speak the protocol ${options.protocol}; it speaks ${
          [...new Set(definition.protocols.map(({ protocol }) => protocol))].join(", ") || "none"
        }`,
        setting: "protocol",
        nearest: nearest(options.protocol ?? "", definition.protocols.map(({ protocol }) => protocol))
      })
    )
    : Effect.succeed(usable.map(prepare))
}

/** Returns the definition's entry for the variable that holds the key. */
const keyVariable = Effect.fnUntraced(function*(
  { byKey, keyEnv }: ProviderDefinition
): Effect.fn.Return<KeyVariable | undefined, ConfigurationError> {
  if (byKey === undefined) return undefined
  for (const name of keyEnv) if ((yield* VariableLookup.firstValue([name])) !== undefined) return byKey[name]
  return undefined
})

/** Returns the region of the AWS profile that authorizes requests, where no key does. */
const regionOfProfile = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  { apiKey, apiKeys }: ProviderSettings
): Effect.fn.Return<string | undefined, ConfigurationError> {
  const hasKey = apiKey !== undefined || apiKeys !== undefined ||
    (yield* VariableLookup.firstName(definition.keyEnv)) !== undefined
  const aws = hasKey ? undefined : Option.getOrUndefined(yield* Effect.serviceOption(AwsIdentity))
  return aws?.region === undefined ? undefined : yield* aws.region
})

const isList = (keys: ProviderSettings["apiKeys"]): keys is ReadonlyArray<Redacted.Redacted> => Array.isArray(keys)

const aliased = (
  keys: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<ReadonlyArray<Credential>, ConfigurationError> =>
  keys.length === 0
    ? Effect.fail(new ConfigurationError({ reason: "apiKeys is empty: give at least one key", setting: "apiKeys" }))
    : Effect.forEach(keys, (given, index) => {
      const alias = `key ${index + 1}`
      return Effect.map(checkKey(given, `${alias} of apiKeys`), (key) => ({ key, source: "apiKeys", alias }))
    })

/** Returns the effect that reads the keys before each attempt. */
const credentialsOf = (
  definition: ProviderDefinition,
  { apiKey, apiKeys }: ProviderSettings,
  { key, keys }: Credentials["Service"]
): Effect.Effect<ReadonlyArray<Credential>, ConfigurationError> => {
  if (apiKeys !== undefined) return isList(apiKeys) ? aliased(apiKeys) : Effect.flatMap(apiKeys, aliased)
  if (apiKey !== undefined) {
    const given = Redacted.isRedacted(apiKey) ? Effect.succeed(apiKey) : apiKey
    const checked = Effect.flatMap(given, (key) => checkKey(key, "apiKey"))
    return Effect.map(checked, (key) => [{ key, source: "apiKey" }])
  }
  return keys === undefined
    ? Effect.map(key(definition), (found) => found === undefined ? [] : [found])
    : keys(definition)
}

/**
 * Returns the values of variables that follow from the beginning of the key. A key that is fetched is not known yet.
 */
const byPrefix = Effect.fnUntraced(function*(
  { byKeyPrefix, ...definition }: ProviderDefinition,
  { apiKey: one, apiKeys }: ProviderSettings
): Effect.fn.Return<Readonly<Record<string, string>>, never, Credentials> {
  const apiKey = isList(apiKeys) ? apiKeys[0] : apiKeys ?? one
  if (byKeyPrefix === undefined || (apiKey !== undefined && !Redacted.isRedacted(apiKey))) return {}
  const found = apiKey ?? (yield* Credentials.use(({ key }) => Effect.orElseSucceed(key(definition), () => undefined)))
    ?.key
  const key = found === undefined ? "" : withoutScheme(unquoted(Redacted.value(found)))
  return Object.entries(byKeyPrefix).find(([prefix]) => key.startsWith(prefix))?.[1] ?? {}
})

const variablesOf = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  options: ProviderSettings
): Effect.fn.Return<Readonly<Record<string, string>>, ConfigurationError> {
  const given = options.variables ?? {}
  const values: Record<string, string> = { ...given }
  const byKey = (yield* keyVariable(definition))?.variables ?? {}
  for (const [name, variable] of Object.entries(definition.variables ?? {})) {
    let value = given[name] ?? (name in byKey ? byKey[name] : yield* VariableLookup.firstValue(variable.env))
    if (value === undefined && name === "region" && definition.identity?.type === "aws") {
      value = yield* regionOfProfile(definition, options)
    }
    if (value === undefined && !(name in byKey)) value = variable.default
    if (value !== undefined) values[name] = value
  }
  return values
})

/** Returns the provider's own address: the one for the value of a variable, or the usual one. */
const ownBaseUrl = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  variables: Readonly<Record<string, string>>
): Effect.fn.Return<string, ConfigurationError> {
  const { baseUrlBy } = definition
  const value = baseUrlBy === undefined ? undefined : variables[baseUrlBy.variable]
  const urls = baseUrlBy?.urls ?? {}
  const template = (value !== undefined && Object.hasOwn(urls, value) ? urls[value] : undefined) ?? definition.baseUrl
  if (template === undefined) {
    return yield* new ConfigurationError({
      reason: `${definition.id} has no base URL of its own: give baseUrl${
        definition.baseUrlEnv[0] === undefined ? "" : `, or set ${definition.baseUrlEnv[0]}`
      }`,
      setting: "baseUrl"
    })
  }
  return yield* Effect.mapError(
    Effect.fromResult(Address.fill(template, variables)),
    (problem) => Address.unfilled(definition, problem)
  )
})

/** Merges headers. Later ones replace earlier ones, whatever the case of their names. */
const merge = (...sets: ReadonlyArray<Readonly<Record<string, string>>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sets.flatMap((headers) => Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  )

/**
 * Configures a provider. Fails when the base URL is missing or invalid, the service has ended and no other base URL is
 * given, or the provider does not speak the protocol.
 * The key is read before each attempt, not here.
 *
 * @category constructors
 * @since 0.1.0
 */
export const configure = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  options: ProviderSettings = {}
): Effect.fn.Return<Provider, ConfigurationError, Credentials> {
  const credentials = yield* Credentials
  const settled = yield* variablesOf(definition, {
    ...options,
    variables: { ...(yield* byPrefix(definition, options)), ...options.variables }
  })
  const given = options.baseUrl === undefined
    ? yield* VariableLookup.first(definition.baseUrlEnv)
    : { name: undefined, value: options.baseUrl }
  const ended = Ended.problem(definition, given?.value)
  if (ended !== undefined) return yield* ended
  const fromEnvironment: Record<string, string> = {}
  for (const [header, names] of Object.entries(definition.headerEnv)) {
    const value = yield* VariableLookup.firstValue(names)
    if (value !== undefined) fromEnvironment[header] = value
  }
  const { baseUrl, root, userinfo, variables: pasted } = yield* checkBaseUrl(
    definition,
    given?.value ?? (yield* ownBaseUrl(definition, settled)),
    settled,
    given?.name
  )
  const former = definition.formerHosts?.find(({ host }) => host === new URL(baseUrl).host)
  if (former !== undefined) {
    const { logLevel } = yield* SluiceConfig
    yield* LogLines.write(
      "Warn",
      `${former.host} of ${definition.id} ended on ${former.date}: remove the base URL, and use a key of the new host`,
      {},
      logLevel
    )
  }
  const variables = { ...settled, ...pasted, ...options.variables }
  const headers = merge(
    definition.headers,
    userinfo === undefined ? {} : { authorization: `Basic ${Base64.encode(userinfo)}` },
    fromEnvironment,
    options.headers ?? {}
  )
  const invalid = HeaderSyntax.firstProblem(headers)
  if (invalid !== undefined) {
    return yield* new ConfigurationError({
      reason: `The header "${invalid.name.slice(0, 100)}" of ${definition.id} ${invalid.detail}`,
      setting: definition.headerEnv[invalid.name]?.[0] ?? "headers"
    })
  }
  const configured = options.auth === undefined ? definition : { ...definition, auth: options.auth, byKey: {} }
  return {
    definition: { ...configured, ...options.operations },
    baseUrl,
    hasOwnBaseUrl: given !== undefined,
    root: given === undefined ? undefined : root,
    variables,
    protocols: yield* bindingsOf(definition, options, variables),
    quirks: overQuirks(definition.quirks, options.quirks),
    headers,
    authorizer: yield* Authorize.make(configured, variables, credentialsOf(definition, options, credentials))
  }
})
