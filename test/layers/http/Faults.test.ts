/**
 * Every operation fails alike where the network or the server does: with a typed error, a closed connection, and a pool
 * that serves the next request.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import * as Faults from "../../support/Faults.ts"
import * as Raw from "../../support/RawServer.ts"

const operations: Readonly<Record<string, Faults.Operation>> = Faults.operations

const cases = Object.entries(operations).flatMap(([operation, given]) =>
  Object.entries(Faults.faults).map(([fault, rules]) => ({
    operation,
    fault,
    given,
    rules,
    error: Object.entries(rules.of ?? {}).find(([name]) => name === operation)?.[1] ?? rules.error ?? ""
  }))
)

describe("a fault of the network or the server", () => {
  it.live.each(cases)("$operation: $fault", ({ error, given, rules }) =>
    Effect.gen(function*() {
      let requests = 0
      const server = yield* Raw.serve(({ socket }) => {
        if (requests++ === 0) rules.respond(socket, given)
        else Faults.faults["none"]?.respond(socket, given)
      })
      yield* Effect.gen(function*() {
        const outcome = yield* Effect.result(given.call)
        if (Result.isSuccess(outcome)) {
          assert.strictEqual(error, "", "the call succeeds")
          if (rules.error === undefined) assert.strictEqual(outcome.success, given.value)
        } else {
          assert.strictEqual(outcome.failure._tag, error, outcome.failure.message)
          if (rules.isRetryable !== undefined) assert.strictEqual(outcome.failure.isRetryable, rules.isRetryable)
          if (rules.says !== undefined) assert.match(outcome.failure.message, rules.says)
          assert.notInclude(outcome.failure.message, "secret")
        }
        assert.strictEqual(requests, 1, "it is sent once")
        for (let i = 0; i < 3; i++) assert.strictEqual(yield* given.call, given.value)
      }).pipe(Effect.provide(Faults.layer(server.url, rules.limits)))
      yield* Effect.timeout(Effect.repeat(Effect.sleep(5), { until: () => server.open() === 0 }), "5 seconds")
    }))
})
