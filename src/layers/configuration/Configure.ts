/**
 * Makes a provider ready out of its definition and what a program says about it.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
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
import type { Provider } from "../../services/Provider.ts"
import { load } from "../../streams/protocols/Loading.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"
import * as Address from "./Address.ts"
import * as Authorize from "./Authorize.ts"
import { checkBaseUrl, type CheckedBaseUrl } from "./BaseUrl.ts"

export { type CheckedBaseUrl, checkBaseUrl }

/**
 * Settings of a provider. What is left out comes from the configuration, or from the provider's definition.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderSettings {
  /**
   * The API key, or an effect that returns it and is run before each attempt. Default: the environment variables of the
   * definition. An empty key, or one that no header can carry, fails with a `ConfigurationError`.
   */
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, ConfigurationError> | undefined
  /** The base URL. Default: the environment variables of the definition, or the provider's own. */
  readonly baseUrl?: string | undefined
  /** The only protocol that is used. Default: the definition's first one that serves the model. */
  readonly protocol?: ProtocolName | undefined
  /** The path under the base URL, for all protocols. Default: the protocol's. */
  readonly path?: string | undefined
  /** Values of the address variables (region, project, …), by name. Default: the environment variables of the definition. */
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** How the key is sent. Default: the definition's way. */
  readonly auth?: AuthStyle | undefined
  /** Headers of every request, over those of the definition. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Quirks over those of the definition. Default: none. */
  readonly quirks?: Quirks | undefined
  /** Endpoints of embeddings, rankings, transcripts and speech, each in place of the definition's. Default: none. */
  readonly operations?: OperationBindings | undefined
}

const firstSet = Effect.fnUntraced(function*(
  names: ReadonlyArray<string>
): Effect.fn.Return<string | undefined, ConfigurationError> {
  for (const name of names) {
    const value = yield* Effect.mapError(
      Config.option(Config.String(name)),
      () => new ConfigurationError({ reason: `${name} cannot be read`, setting: name })
    )
    if (Option.isSome(value) && value.value.trim() !== "") return value.value.trim()
  }
  return undefined
})

/**
 * Checks that a key can be sent, without the white space that copying leaves around it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const checkKey = (
  key: Redacted.Redacted,
  source: string
): Effect.Effect<Redacted.Redacted, ConfigurationError> => {
  const value = Redacted.value(key).trim()
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

/** The protocols that may be used: those that are asked for, and that have what they require. */
const bindingsOf = (
  definition: ProviderDefinition,
  options: ProviderSettings,
  variables: Readonly<Record<string, string>>
): Effect.Effect<Bindings, ConfigurationError> => {
  const spoken = definition.protocols.filter(({ protocol, requires }) =>
    (options.protocol === undefined || protocol === options.protocol) &&
    Address.isFulfilled(requires, variables)
  )
  // Without a slash it would go on with the name of the host.
  const path = options.path === undefined
    ? {}
    : { path: /^($|[/?])/.test(options.path) ? options.path : `/${options.path}`, wholePath: undefined }
  const prepare = (binding: ProtocolBinding): ProtocolBinding => ({
    ...binding,
    ...path,
    auth: options.auth ?? binding.auth,
    quirks: overQuirks(overQuirks(definition.quirks, binding.quirks), options.quirks)
  })
  return spoken.length === 0 && options.protocol !== undefined
    ? Effect.fail(
      new ConfigurationError({
        reason: `${definition.id} does not speak the protocol ${options.protocol}; it speaks ${
          [...new Set(definition.protocols.map(({ protocol }) => protocol))].join(", ") || "none"
        }`,
        setting: "protocol",
        nearest: nearest(options.protocol ?? "", definition.protocols.map(({ protocol }) => protocol))
      })
    )
    : Effect.succeed(spoken.map(prepare))
}

/** What the variable says that the key is in. */
const keyVariable = Effect.fnUntraced(function*(
  { byKey, keyEnv }: ProviderDefinition
): Effect.fn.Return<KeyVariable | undefined, ConfigurationError> {
  if (byKey === undefined) return undefined
  for (const name of keyEnv) if ((yield* firstSet([name])) !== undefined) return byKey[name]
  return undefined
})

const variablesOf = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  given: Readonly<Record<string, string>>
): Effect.fn.Return<Readonly<Record<string, string>>, ConfigurationError> {
  const values: Record<string, string> = { ...given }
  const byKey = (yield* keyVariable(definition))?.variables ?? {}
  for (const [name, variable] of Object.entries(definition.variables ?? {})) {
    const value = given[name] ??
      (name in byKey ? byKey[name] : ((yield* firstSet(variable.env)) ?? variable.default))
    if (value !== undefined) values[name] = value
  }
  return values
})

/** The provider's own address: the one that goes with a variable, or the usual one. */
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
    (flaw) => Address.unfilled(definition, flaw)
  )
})

/** The headers of both, the later ones winning whatever the case of their names. */
const merge = (...sets: ReadonlyArray<Readonly<Record<string, string>>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sets.flatMap((headers) => Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  )

/**
 * Makes a provider ready. Fails when the base URL is missing or wrong, or the protocol is not one of the provider's. The
 * key is looked for when it is needed, not here.
 *
 * @category constructors
 * @since 0.1.0
 */
export const configure = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  options: ProviderSettings = {}
): Effect.fn.Return<Provider, ConfigurationError, Credentials> {
  const credentials = yield* Credentials
  const variables = yield* variablesOf(definition, options.variables ?? {})
  const given = options.baseUrl ?? (yield* firstSet(definition.baseUrlEnv))
  const fromEnvironment: Record<string, string> = {}
  for (const [header, names] of Object.entries(definition.headerEnv)) {
    const value = yield* firstSet(names)
    if (value !== undefined) fromEnvironment[header] = value
  }
  const { apiKey } = options
  const { baseUrl, root, userinfo } = yield* checkBaseUrl(
    definition,
    given ?? (yield* ownBaseUrl(definition, variables)),
    variables
  )
  const headers = merge(
    definition.headers,
    userinfo === undefined ? {} : { authorization: `Basic ${Base64.encode(userinfo)}` },
    fromEnvironment,
    options.headers ?? {}
  )
  const wrong = Object.entries(headers).find(([name, value]) => !HeaderSyntax.isField(name, value))
  if (wrong !== undefined) {
    return yield* new ConfigurationError({
      reason: `The header "${wrong[0].slice(0, 100)}" of ${definition.id} has characters that no HTTP header can carry`,
      setting: definition.headerEnv[wrong[0]]?.[0] ?? "headers"
    })
  }
  const configured = options.auth === undefined ? definition : { ...definition, auth: options.auth, byKey: {} }
  const credential: Effect.Effect<Credential | undefined, ConfigurationError> = apiKey === undefined
    ? credentials.key(definition)
    : Redacted.isRedacted(apiKey)
    ? Effect.map(checkKey(apiKey, "apiKey"), (key) => ({ key, source: "apiKey" }))
    : Effect.map(Effect.flatMap(apiKey, (key) => checkKey(key, "apiKey")), (key) => ({ key, source: "apiKey" }))
  const protocols = yield* bindingsOf(definition, options, variables)
  // Here and not with the first request, which shall need nothing but the network.
  for (const { protocol } of protocols) yield* load(protocol)
  return {
    definition: { ...configured, ...options.operations },
    baseUrl,
    hasOwnBaseUrl: given !== undefined,
    root: given === undefined ? undefined : root,
    variables,
    protocols,
    quirks: overQuirks(definition.quirks, options.quirks),
    headers,
    authorizer: yield* Authorize.make(configured, variables, credential)
  }
})
