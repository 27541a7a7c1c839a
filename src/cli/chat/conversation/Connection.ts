/**
 * The model of a conversation, with its open HTTP client.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as KnownProviders from "../../../domain/KnownProviders.ts"
import * as Model from "../../../domain/Model.ts"
import * as HttpChatModel from "../../../layers/completion/HttpChatModel.ts"
import * as Resolution from "../../../layers/registry/Resolution.ts"
import type { Options } from "../../../testing/simulator/SimulatorServer.ts"
import * as Call from "../../call/Call.ts"
import * as Target from "../../call/Target.ts"
import type { ChatFlags } from "../ChatFlags.ts"

/** Opens the model of a target, until the end of the scope. */
export const open = Effect.fnUntraced(function*(target: Target.Target, simulator: Options) {
  return { ...(yield* Call.open(target, HttpChatModel.layer, simulator)), target }
})

/** An open model. */
export type Connection = Effect.Success<ReturnType<typeof open>>

/** Formats the model as `PROVIDER/NAME`. */
export const nameOf = ({ model: { model, provider } }: Connection): string => `${provider}/${model}`

/**
 * Resolves another model. One without a provider is of the same provider, and so is every one behind `--base-url`. The
 * key and the protocol of the flags are those of the first provider alone.
 */
export const resolve = Effect.fnUntraced(function*(name: string, flags: ChatFlags, { target }: Connection) {
  const { provider } = Model.parse(name)
  const other = flags.baseUrl !== undefined || provider === undefined
    ? Option.none()
    : yield* Effect.option(Resolution.find(KnownProviders.definitions, provider))
  const isSame = Option.isNone(other) || other.value.id === target.definition.id
  return yield* Target.resolve({
    ...flags,
    model: name,
    provider: Option.isSome(other)
      ? undefined
      : flags.provider ?? (flags.baseUrl === undefined ? target.definition.id : undefined),
    apiKeyEnv: isSame ? flags.apiKeyEnv : undefined,
    protocol: isSame ? flags.protocol : undefined,
    simulate: target.simulated
  }, "chat")
})
