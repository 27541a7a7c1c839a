/**
 * Resolves the target of a call: provider, model, base URL, key and protocol, from the flags and the configuration.
 */
import * as Effect from "effect/Effect"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProtocolName, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "../../layers/configuration/Address.ts"
import * as Ended from "../../layers/configuration/Ended.ts"
import * as Presence from "../../layers/configuration/Presence.ts"
import type { ProviderSettings } from "../../layers/configuration/Configure.ts"
import * as Cohere from "../../domain/providers/Cohere.ts"
import * as OpenAi from "../../domain/providers/OpenAi.ts"
import * as OpenAiCompatible from "../../domain/providers/OpenAiCompatible.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import { CommandLineError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as Choice from "./Choice.ts"
import * as DefaultModels from "./DefaultModels.ts"
import type { TargetFlags } from "./TargetFlags.ts"

/** The target of a call. */
export interface Target {
  /** The provider. */
  readonly definition: ProviderDefinition
  /** The protocol of a chat; `undefined` for every other operation. */
  readonly protocol: ProtocolName | undefined
  /** The options of the provider's layer. */
  readonly options: ProviderSettings
  /** The name of the model, without the provider. */
  readonly model: string
  /** Whether no model was named. */
  readonly isDefaultModel: boolean
  /** Whether the simulator replaces the provider: its base URL and key are not in `options` yet. */
  readonly simulated: boolean
}

/** The values of the flags, with their names resolved. */
interface Specified {
  /** The operation of the command. */
  readonly operation: DefaultModels.Operation
  /** The protocol of `--protocol`. */
  readonly protocol: ProtocolName | undefined
  /** The provider of `--provider`. */
  readonly provider: ProviderDefinition | undefined
  /** The model of `--model`, possibly with its provider. */
  readonly model: string | undefined
  /** The key and the protocol, as options of the provider's layer. */
  readonly options: ProviderSettings
  /** Whether the simulator replaces the provider: by `--simulate`, or where nothing is named or configured. */
  readonly simulator: "always" | "unconfigured" | "never"
}

/** The verb of each operation, for the error about a provider that does not support it. */
const verbs: Readonly<Record<DefaultModels.Operation, string>> = {
  chat: "have chat models",
  embeddings: "embed",
  rerank: "rank documents",
  transcription: "transcribe",
  speech: "speak"
}

/** The protocols that a provider offers without a further condition. */
const bindingsOf = ({ protocols }: ProviderDefinition) => protocols.filter(({ requires }) => requires === undefined)

const supports = (definition: ProviderDefinition, operation: DefaultModels.Operation): boolean =>
  operation === "chat" ? bindingsOf(definition).length > 0 : (definition[operation]?.length ?? 0) > 0

/** Fails unless the provider supports the operation. */
const checkOperation = (
  definition: ProviderDefinition,
  operation: DefaultModels.Operation
): Effect.Effect<void, CommandLineError> => {
  if (supports(definition, operation)) return Effect.void
  const others = KnownProviders.definitions.filter((other) => supports(other, operation)).map(({ id }) => id)
  return Effect.fail(
    new CommandLineError({
      message: `${definition.id} does not ${verbs[operation]}; these do: ${others.join(", ")}`
    })
  )
}

/** Fails unless the provider has a base URL of its own or one in the configuration. */
const checkAddress = Effect.fnUntraced(
  function*({ baseUrl, baseUrlEnv, id }: ProviderDefinition): Effect.fn.Return<void, CommandLineError> {
    if (baseUrl !== undefined || (yield* Choice.anySet(baseUrlEnv))) return
    return yield* new CommandLineError({
      message: `${id} has no default base URL: give --base-url, or set ${baseUrlEnv.join(" or ")}`
    })
  }
)

const speaks = ({ protocols }: ProviderDefinition, wanted: ProtocolName | undefined): boolean =>
  wanted === undefined || protocols.some(({ protocol }) => protocol === wanted)

/** The provider whose first protocol this is. */
const ownerOf = (protocol: ProtocolName | undefined): ProviderDefinition | undefined =>
  KnownProviders.definitions.find(({ protocols }) => protocols[0]?.protocol === protocol)

/**
 * Defines a server of which only the base URL is known. Paths, headers and quirks are those of the protocol's owner;
 * the variable of the key is not, because the owner's key is for the owner's own address.
 */
const serverOf = (wanted: ProtocolName | undefined): ProviderDefinition => {
  const server = OpenAiCompatible.definition
  const owner = speaks(server, wanted) ? undefined : ownerOf(wanted)
  if (owner === undefined) return server
  const { auth, bareHosts, baseUrl, headers, protocols, quirks, requestIdHeader, variables } = owner
  return { ...server, auth, bareHosts, baseUrl, headers, protocols, quirks, requestIdHeader, variables }
}

/** Selects the protocol of a chat: the wanted one, or the provider's first for the model. */
const protocolOf = (
  definition: ProviderDefinition,
  wanted: ProtocolName | undefined,
  model: string
): Effect.Effect<ProtocolName | undefined, CommandLineError> => {
  if (speaks(definition, wanted)) {
    return Effect.succeed(wanted ?? Address.choose(bindingsOf(definition), model)?.protocol)
  }
  const spoken = [...new Set(definition.protocols.map(({ protocol }) => protocol))]
  return Effect.fail(
    new CommandLineError({
      message: `${definition.id} does not support the protocol ${wanted}; it supports ${spoken.join(", ")}`
    })
  )
}

const targetOf = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  { model: named, operation, options, protocol }: Specified,
  simulated: boolean
): Effect.fn.Return<Target, CommandLineError> {
  const model = named ?? DefaultModels.of(operation, definition.id)
  return {
    definition,
    protocol: operation === "chat" ? yield* protocolOf(definition, protocol, model) : undefined,
    options,
    model,
    isDefaultModel: named === undefined,
    simulated
  }
})

/** Whether a flag names a part of the target. */
const isNamed = ({ apiKeyEnv, model, protocol, provider }: TargetFlags & { readonly protocol?: string | undefined }) =>
  [provider, model, protocol, apiKeyEnv].some((flag) => flag !== undefined)

/** Resolves the target at the address of `--base-url`. */
const atAddress = Effect.fnUntraced(
  function*(baseUrl: string, specified: Specified): Effect.fn.Return<Target, CommandLineError> {
    const { operation, options, protocol, provider } = specified
    const server = provider ?? serverOf(protocol)
    yield* checkOperation(server, operation)
    // Whether the server at a given address needs a key is not known, so a key is optional.
    return yield* targetOf({ ...server, keyOptional: true }, { ...specified, options: { ...options, baseUrl } }, false)
  }
)

/** Creates the error of a call for which no flag names a provider, and the configuration none either. */
const unconfigured = ({ keyEnv }: ProviderDefinition): ConfigurationError =>
  new ConfigurationError({
    reason:
      `No API key is configured: set ${
        keyEnv.join(" or ")
      }, or the variable of another provider (\`sluice providers\` ` +
      "lists them), or give --simulate to call the built-in simulator",
    setting: keyEnv[0] ?? "apiKey"
  })

/** Fails where a provider needs a key and has neither one nor another way to authorize. */
const checkKey = Effect.fnUntraced(
  function*(definition: ProviderDefinition, isNamed: boolean): Effect.fn.Return<void, ConfigurationError> {
    if (definition.keyOptional || definition.identity !== undefined) return
    if ((yield* Presence.of(definition)).key !== undefined) return
    return yield* isNamed ? Resolution.lacking(definition, [definition.keyEnv]) : unconfigured(definition)
  }
)

/** Resolves the target that the flags or the configuration select. */
const selected = Effect.fnUntraced(
  function*(specified: Specified): Effect.fn.Return<Target, ConfigurationError | CommandLineError> {
    const { operation, options, protocol, provider, simulator } = specified
    const configured = yield* Effect.filter(
      KnownProviders.definitions.filter((known) => supports(known, operation)),
      Choice.isConfigured
    )
    const fallback = operation === "rerank" ? Cohere.definition : OpenAi.definition
    const { definition, model } = provider === undefined
      ? yield* Effect.mapError(Choice.choose(specified.model, configured, fallback), Names.asCommandLine)
      : { definition: provider, model: specified.model }
    if ((yield* Presence.of(definition)).hasEnded) yield* Ended.problem(definition) ?? Effect.void
    // A name without its provider is the one of the flag as it stands.
    const isChosen = provider !== undefined || model !== specified.model || configured.length > 0
    // One provider stands for all that could be chosen: where a protocol is given, its owner.
    const played = isChosen || speaks(definition, protocol) ? definition : ownerOf(protocol) ?? definition
    const simulated = simulator === "always" || (simulator === "unconfigured" && !isChosen)
    yield* checkOperation(played, operation)
    if (!simulated) {
      yield* checkAddress(played)
      if (options.apiKey === undefined && options.apiKeys === undefined) yield* checkKey(played, isChosen)
    }
    return yield* targetOf(played, { ...specified, model }, simulated)
  }
)

/**
 * Resolves the target of a call. Where the flags name nothing and no key is configured, the simulator is the target if
 * `maySimulate`; with `--simulate` it always is.
 */
export const resolve = Effect.fnUntraced(function*(
  flags: TargetFlags & { readonly protocol?: string | undefined },
  operation: DefaultModels.Operation,
  maySimulate = false
): Effect.fn.Return<Target, ConfigurationError | CommandLineError> {
  if (flags.simulate && flags.baseUrl !== undefined) {
    return yield* new CommandLineError({ message: "--simulate and --base-url exclude each other" })
  }
  const protocol = flags.protocol === undefined ? undefined : yield* Names.protocol(flags.protocol)
  const keys = flags.apiKeyEnv === undefined ? {} : yield* Choice.keyFrom(flags.apiKeyEnv)
  const provider = flags.provider === undefined
    ? undefined
    : yield* Effect.mapError(Resolution.find(KnownProviders.definitions, flags.provider), Names.asCommandLine)
  const specified: Specified = {
    operation,
    protocol,
    provider,
    model: flags.model,
    simulator: flags.simulate ? "always" : maySimulate && !isNamed(flags) ? "unconfigured" : "never",
    options: { ...keys, ...(protocol === undefined ? {} : { protocol }) }
  }
  return yield* flags.baseUrl === undefined ? selected(specified) : atAddress(flags.baseUrl, specified)
})
