/**
 * Whom a question goes to: what the flags say, what the configuration has, and the simulator where neither does.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProtocolName, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "../../layers/configuration/Address.ts"
import type { ProviderOptions } from "../../layers/configuration/Configure.ts"
import * as OpenAi from "../../layers/providers/definitions/OpenAi.ts"
import * as OpenAiCompatible from "../../layers/providers/definitions/OpenAiCompatible.ts"
import * as Known from "../../layers/registry/Known.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import type { ChatFlags } from "./Run.ts"
import * as Choosing from "../Choosing.ts"
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

/** Whether the configuration says that this provider is to be asked when none is named. */
const isConfigured = (definition: ProviderDefinition): Effect.Effect<boolean> =>
  definition.protocols.length === 0 ? Effect.succeed(false) : Choosing.isConfigured(definition)

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
    const apiKey = flags.apiKeyEnv === undefined ? undefined : yield* Choosing.keyFrom(flags.apiKeyEnv)
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
      ? yield* Effect.mapError(Choosing.choose(flags.model, configured, OpenAi.definition), Names.asCommandLine)
      : { definition: given, model: flags.model }
    if (given !== undefined && given.baseUrl === undefined && !(yield* Choosing.anySet(given.baseUrlEnv))) {
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
