/**
 * Whom a question goes to: what the flags say, what the configuration has, and the simulator where neither does.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import type { ProtocolName, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "../../layers/providers/Address.ts"
import type { ProviderOptions } from "../../layers/providers/Configure.ts"
import * as Known from "../../layers/providers/Known.ts"
import * as OpenAi from "../../layers/providers/definitions/OpenAi.ts"
import * as OpenAiCompatible from "../../layers/providers/definitions/OpenAiCompatible.ts"
import * as Presence from "../../layers/providers/Presence.ts"
import * as Resolution from "../../layers/providers/Resolution.ts"
import type { ChatFlags } from "../Chat.ts"
import { CommandLineError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as DefaultModels from "./DefaultModels.ts"

/**
 * Whom a question goes to. With `simulated`, the address and the key are still to be those of a simulator.
 *
 * @category models
 * @since 0.1.0
 */
export interface Target {
  readonly definition: ProviderDefinition
  readonly protocol: ProtocolName
  readonly options: ProviderOptions
  readonly model: string
  readonly simulated: boolean
}

const isSet = (name: string): Effect.Effect<boolean> =>
  Config.String(name).pipe(
    Effect.map((value) => value.trim() !== ""),
    Effect.orElseSucceed(() => false)
  )

const anySet = (names: ReadonlyArray<string>): Effect.Effect<boolean> =>
  Effect.map(Effect.forEach(names, isSet), (found) => found.includes(true))

/** Whether the configuration says that this provider is to be asked when none is named. */
const isConfigured = (definition: ProviderDefinition): Effect.Effect<boolean> =>
  Effect.map(
    Presence.of(definition),
    ({ isAmbient, isNamed, lacking }) =>
      definition.protocols.length > 0 && isNamed && !isAmbient && lacking.length === 0
  )

const keyFrom = (name: string): Effect.Effect<Redacted.Redacted, CommandLineError> =>
  Effect.flatMap(Effect.orElseSucceed(Config.option(Config.Redacted(name)), Option.none), (key) =>
    Option.isSome(key)
      ? Effect.succeed(key.value)
      : Effect.fail(new CommandLineError({ message: `--api-key-env: the variable ${name} is not set` })))

const speaks = ({ protocols }: ProviderDefinition, asked: ProtocolName | undefined): boolean =>
  asked === undefined || protocols.some(({ protocol }) => protocol === asked)

/** The provider whose own protocol it is. */
const ownerOf = (protocol: ProtocolName | undefined): ProviderDefinition | undefined =>
  Known.definitions.find(({ protocols }) => protocols[0]?.protocol === protocol)

/**
 * A server that is only known by its address. It expects what the owner of the protocol does, but for the key: that one is
 * for the owner's own address.
 */
const serverOf = (asked: ProtocolName | undefined): ProviderDefinition => {
  const server = OpenAiCompatible.definition
  const owner = speaks(server, asked) ? undefined : ownerOf(asked)
  if (owner === undefined) return server
  const { auth, bareHosts, baseUrl, headers, protocols, quirks, requestIdHeader, variables } = owner
  return { ...server, auth, bareHosts, baseUrl, headers, protocols, quirks, requestIdHeader, variables }
}

interface Choice {
  readonly definition: ProviderDefinition
  readonly model: string | undefined
}

/** The provider when no flag names one: the one the model's name begins with, or the first that is configured. */
const choose = Effect.fnUntraced(function*(
  model: string | undefined,
  configured: ReadonlyArray<ProviderDefinition>
): Effect.fn.Return<Choice, ConfigurationError | CommandLineError> {
  const asked = model === undefined ? undefined : Model.parse(model)
  const named = asked?.provider === undefined ? undefined : yield* Effect.option(
    Resolution.find(Known.definitions, asked.provider)
  )
  if (asked !== undefined && named !== undefined && Option.isSome(named)) {
    return { definition: named.value, model: asked.model }
  }
  // One provider alone may have models with slashes in their names. Otherwise the first part is a provider, or a mistake.
  if (asked?.provider !== undefined && configured.length !== 1) {
    yield* Resolution.find(Known.definitions, asked.provider)
  }
  if (model !== undefined && configured.length > 1) {
    return yield* new CommandLineError({
      message: `"${model}" does not say which provider it is of: name it ${
        configured.map(({ id }) => `${id}/${model}`).join(" or ")
      }, or give --provider`
    })
  }
  return { definition: configured[0] ?? OpenAi.definition, model }
})

/** A provider speaks the protocol that is asked for, or the command line is wrong; the simulator plays all of them. */
const speaking = (
  definition: ProviderDefinition,
  protocol: ProtocolName | undefined,
  model: string
): Effect.Effect<ProtocolName, CommandLineError> => {
  const spoken = [...new Set(definition.protocols.map((binding) => binding.protocol))]
  const first = Address.choose(definition.protocols.filter(({ requires }) => requires === undefined), model)
  if (first === undefined) {
    return Effect.fail(new CommandLineError({ message: `${definition.id} has no chat models: ask another provider` }))
  }
  if (protocol === undefined) return Effect.succeed(first.protocol)
  return spoken.includes(protocol)
    ? Effect.succeed(protocol)
    : Effect.fail(
      new CommandLineError({
        message: `${definition.id} does not speak the protocol ${protocol}; it speaks ${spoken.join(", ")}`
      })
    )
}

/**
 * Finds out whom a question goes to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(
  function*(flags: ChatFlags): Effect.fn.Return<Target, ConfigurationError | CommandLineError> {
    const asked = flags.protocol === undefined ? undefined : yield* Names.protocol(flags.protocol)
    const apiKey = flags.apiKeyEnv === undefined ? undefined : yield* keyFrom(flags.apiKeyEnv)
    const given = flags.provider === undefined
      ? undefined
      : yield* Effect.mapError(Resolution.find(Known.definitions, flags.provider), Names.asCommandLine)
    const key = apiKey === undefined ? {} : { apiKey }

    if (flags.baseUrl !== undefined) {
      // Whoever gives an address knows whether a key is needed there.
      const definition: ProviderDefinition = { ...(given ?? serverOf(asked)), keyOptional: true }
      const model = flags.model ?? DefaultModels.of(definition.id)
      return {
        definition,
        protocol: yield* speaking(definition, asked, model),
        options: { ...key, protocol: asked, baseUrl: flags.baseUrl },
        model,
        simulated: false
      }
    }

    const configured = yield* Effect.filter(Known.definitions, isConfigured)
    const { definition, model } = given === undefined
      ? yield* Effect.mapError(choose(flags.model, configured), Names.asCommandLine)
      : { definition: given, model: flags.model }
    if (given !== undefined && given.baseUrl === undefined && !(yield* anySet(given.baseUrlEnv))) {
      return yield* new CommandLineError({
        message: `${given.id} has no address of its own: give --base-url, or set ${given.baseUrlEnv.join(" or ")}`
      })
    }
    const noKey = configured.length === 0 && apiKey === undefined && !definition.keyOptional
    // The simulator plays every protocol, so only a provider that was asked for by name restricts it.
    const player = noKey && given === undefined && !speaks(definition, asked)
      ? ownerOf(asked) ?? definition
      : definition
    const name = model ?? DefaultModels.of(player.id)
    return {
      definition: player,
      protocol: yield* speaking(player, asked, name),
      options: { ...key, protocol: asked },
      model: name,
      simulated: noKey
    }
  }
)
