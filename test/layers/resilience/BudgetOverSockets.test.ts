/**
 * What interrupted calls leave in their budget, over real sockets: nothing is reserved, and only what was sent is
 * counted.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted, Stream } from "effect"
import { Budget, ChatModel, Models } from "sluice"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as Providers from "../../support/Providers.ts"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const layer = (baseUrl: string) =>
  SingleProvider.layer(definition)({ apiKey: Redacted.make("key"), baseUrl, protocol: "openai-chat" }).pipe(
    Layer.provide(Models.layer({ catalogue: false, models: [Scripted.priced] })),
    Layer.provide(Providers.sockets({ connectionsPerHost: 1, http2: false })),
    Layer.orDie
  )

const stream = ChatModel.stream({ model: "priced", prompt: "Hi", maxOutputTokens: 100 })

/**
 * Interrupts a call at a point that a server shows, or at its first event, and returns what is left of it in the
 * budget.
 */
const interrupted = Effect.fnUntraced(function*(
  reach: (exchange: RawServer.Exchange) => void,
  options: { readonly isConnecting?: boolean; readonly hasBegun?: boolean } = {}
) {
  const reached = yield* Deferred.make<void>()
  const server = yield* RawServer.serve(
    (exchange) => {
      reach(exchange)
      if (options.hasBegun !== true) Deferred.doneUnsafe(reached, Exit.void)
    },
    () => options.isConnecting === true && Deferred.doneUnsafe(reached, Exit.void)
  )
  const complete = Stream.runForEach(stream, () => Deferred.succeed(reached, undefined))
  return yield* Effect.gen(function*() {
    const first = yield* Budget.make({ usd: 1 })
    const second = yield* Budget.make({ usd: 1 })
    const fiber = yield* Effect.forkChild(Effect.provideService(complete, Budget.Budget, first), {
      startImmediately: true
    })
    yield* Deferred.await(reached)
    // It waits for the connection that the first one has.
    const other = yield* Effect.forkChild(Effect.provideService(complete, Budget.Budget, second), {
      startImmediately: true
    })
    yield* Effect.sleep(30)
    yield* Fiber.interrupt(other)
    yield* Fiber.interrupt(fiber)
    return [first.account, second.account] as const
  }).pipe(Effect.provide(layer(options.isConnecting === true ? server.url.replace("http:", "https:") : server.url)))
})

describe("a call that is interrupted over sockets", () => {
  it.live("costs nothing while it connects", () =>
    Effect.gen(function*() {
      // The server never takes part in the handshake.
      const [first, second] = yield* interrupted(() => {}, { isConnecting: true })
      for (const account of [first, second]) {
        assert.deepStrictEqual(account.reserved, { tokens: 0, nanoUsd: 0 })
        assert.deepStrictEqual(account.spent(), [])
      }
    }))

  it.live("costs nothing while it waits for a connection, and one attempt before the headers", () =>
    Effect.gen(function*() {
      const [first, second] = yield* interrupted(() => {})
      assert.deepStrictEqual(first.reserved, { tokens: 0, nanoUsd: 0 })
      assert.deepInclude(first.spent()[0] ?? {}, { attempts: 1, tokens: 0 })
      assert.deepStrictEqual(second.reserved, { tokens: 0, nanoUsd: 0 })
      assert.deepStrictEqual(second.spent(), [])
    }))

  it.live("costs its bound in the body", () =>
    Effect.gen(function*() {
      const [first, second] = yield* interrupted(
        ({ socket }) => socket.write(RawServer.streamHead + RawServer.chunk(RawServer.delta("Hel")).toString()),
        { hasBegun: true }
      )
      assert.deepStrictEqual(first.reserved, { tokens: 0, nanoUsd: 0 })
      const spending = first.spent()[0]
      assert.isAbove(spending?.tokens ?? 0, 100)
      assert.deepInclude(spending ?? {}, { attempts: 1, estimatedTokens: spending?.tokens })
      assert.deepStrictEqual(second.spent(), [])
    }))
})
