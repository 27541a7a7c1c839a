/**
 * A request that may have arrived is sent again with the same ids, by which a server can recognise it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { Embeddings } from "sluice"
import * as Faults from "../../support/Faults.ts"
import * as Raw from "../../support/RawServer.ts"

describe("a request that is sent again", () => {
  it.live("has the caller's idempotency key and the same request id in every attempt", () =>
    Effect.gen(function*() {
      let requests = 0
      const server = yield* Raw.serve(({ socket }) =>
        requests++ < 2 ? socket.end() : Faults.faults["none"]?.respond(socket, Faults.operations.embeddings)
      )
      yield* Embeddings.embed({ model: "m", inputs: ["one"], headers: { "Idempotency-Key": "order-7" } }).pipe(
        Effect.provide(Faults.layer(server.url, { maxRetries: 2, retryBase: Duration.millis(1) }))
      )
      const ids = (name: string) => server.exchanges.map(({ header }) => header(name))
      assert.deepStrictEqual(ids("idempotency-key"), ["order-7", "order-7", "order-7"])
      assert.lengthOf(new Set(ids("x-request-id")), 1)
    }))

  it.live("has no idempotency key of ours, since no provider documents one", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) =>
        Faults.faults["none"]?.respond(socket, Faults.operations.embeddings)
      )
      yield* Effect.provide(Faults.operations.embeddings.call, Faults.layer(server.url))
      assert.isUndefined(server.exchanges[0]?.header("idempotency-key"))
    }))
})
