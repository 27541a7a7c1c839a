/**
 * The model of a conversation, with its open HTTP client.
 */
import * as Effect from "effect/Effect"
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

/** Returns the provider that a name begins with; `undefined` where it begins with none. */
const providerIn = (name: string): Effect.Effect<string | undefined> => {
  const { provider } = Model.parse(name)
  return provider === undefined
    ? Effect.undefined
    : Resolution.find(KnownProviders.definitions, provider).pipe(
      Effect.map(({ id }) => id),
      Effect.orElseSucceed(() => undefined)
    )
}

/**
 * Resolves another model than the current one. One without a provider is of the current provider, and every one is
 * behind `--base-url` where that is given. The key and the protocol of the flags are for the provider that the
 * conversation started with, and for no other.
 */
export const resolve = Effect.fnUntraced(
  function*(name: string, flags: ChatFlags, first: Target.Target, current: Connection) {
    if (flags.baseUrl !== undefined) return yield* Target.resolve({ ...flags, model: name }, "chat")
    const named = yield* providerIn(name)
    const isFirst = (named ?? current.target.definition.id) === first.definition.id
    return yield* Target.resolve({
      ...flags,
      model: name,
      provider: named === undefined ? current.target.definition.id : undefined,
      apiKeyEnv: isFirst ? flags.apiKeyEnv : undefined,
      protocol: isFirst ? flags.protocol : undefined,
      simulate: current.target.simulated
    }, "chat")
  }
)
