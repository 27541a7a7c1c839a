/**
 * A toy fallback: a policy that a program adds, and that works for every operation without the operation knowing of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Budget, ChatModel, type CompletionError, type CompletionRequest, Embeddings, type ResponseEvent } from "sluice"
import type { Policy } from "../../../src/layers/resilience/Policy.ts"
import { Policies } from "../../../src/layers/resilience/Policies.ts"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

/** The errors that the fallback was given, in order. */
const seen: Array<string> = []

/** Opens an attempt at the same model of Together when there is none at the first target. */
const fallback: Policy = (call, open) => (attempt, scope) =>
  Effect.catch(open({ ...attempt, targetsLeft: 1 }, scope), (error) => {
    seen.push(error._tag)
    return call.isRepeatable
      ? open({ ...attempt, target: { provider: "together", model: attempt.target.model }, targetsLeft: 0 }, scope)
      : Effect.fail(error)
  })

const layer = (server: Scripted.Server, settings: Parameters<typeof Scripted.layer>[1] = { maxRetries: 1 }) =>
  Scripted.layer(server, settings).pipe(Layer.provideMerge(Layer.succeed(Policies, [fallback])))

const request: CompletionRequest.CompletionRequestInput = { model: "openai/m", prompt: "Hi" }

const hosts = (server: Scripted.Server) => server.requests.map(({ url }) => url.host.replace(".test", ""))

const settled = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  seen.length = 0
  const fiber = yield* Effect.forkChild(Effect.result(effect), { startImmediately: true })
  yield* TestClock.adjust("1 hour")
  return yield* Fiber.join(fiber)
})

const failureOf = <A>(result: Result.Result<A, CompletionError>): CompletionError => {
  assert(Result.isFailure(result))
  return result.failure
}

/** Streams a completion and keeps its events, also those before a failure. */
const stream = Effect.fnUntraced(function*() {
  const events: Array<ResponseEvent.ResponseEvent> = []
  const result = yield* settled(
    Stream.runForEach(ChatModel.stream(request), (event) => Effect.sync(() => events.push(event)))
  )
  return { result, events }
})

/** A server whose first host fails, and whose second one works. */
const halfDown = (down: Scripted.Reply = Scripted.failure(503)) =>
  Scripted.serve((received) =>
    received.url.host === "openai.test"
      ? down
      : received.url.pathname.endsWith("embeddings")
      ? Scripted.vectors(received)
      : Scripted.streamed()
  )

describe("a fallback", () => {
  it.effect("streams a completion from another provider, once retries have given up", () => {
    const server = halfDown()
    return Effect.gen(function*() {
      const { events, result } = yield* stream()
      assert.isTrue(Result.isSuccess(result))
      assert.deepStrictEqual(hosts(server), ["openai", "openai", "together"])
      assert.deepStrictEqual(seen, ["OverloadedError"])
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), [
        "Created",
        "OutputItemAdded",
        "OutputTextDelta",
        "OutputItemDone",
        "Completed"
      ])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("embeds with another provider", () => {
    const server = halfDown()
    return Effect.gen(function*() {
      const result = yield* settled(Embeddings.embed({ model: "openai/m", inputs: ["a", "b"] }))
      assert.strictEqual(Result.getOrThrow(result).embeddings.length, 2)
      assert.deepStrictEqual(hosts(server), ["openai", "openai", "together"])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("goes on after an error that no retry can mend", () => {
    const server = halfDown(Scripted.failure(401))
    return Effect.gen(function*() {
      assert.isTrue(Result.isSuccess((yield* stream()).result))
      assert.deepStrictEqual(hosts(server), ["openai", "together"])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("sees failures before the first content", () => {
    const server = halfDown(
      Scripted.steps(RawServer.data({ id: "c1", model: "first", choices: [] }), { cut: true })
    )
    return Effect.gen(function*() {
      const { events, result } = yield* stream()
      assert.isTrue(Result.isSuccess(result))
      assert.deepStrictEqual(seen, ["IncompleteStreamError"])
      assert.deepStrictEqual(
        events.filter(({ _tag }) => _tag === "Created"),
        [{ _tag: "Created", responseId: "c1", model: "m" }]
      )
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("does not see failures after the first content", () => {
    const server = halfDown(Scripted.steps(RawServer.delta("Hel"), { cut: true }))
    return Effect.gen(function*() {
      const { events, result } = yield* stream()
      assert.strictEqual(failureOf(result)._tag, "IncompleteStreamError")
      assert.isTrue(events.some(({ _tag }) => _tag === "OutputTextDelta"))
      assert.deepStrictEqual(seen, [])
      assert.deepStrictEqual(hosts(server), ["openai"])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("fails with the last target's error, and without the first one's events", () => {
    const server = Scripted.serve(({ url }) =>
      url.host === "openai.test"
        ? Scripted.steps(RawServer.data({ id: "c1", model: "first", choices: [] }), { cut: true })
        : Scripted.failure(400)
    )
    return Effect.gen(function*() {
      const { events, result } = yield* stream()
      const failure = failureOf(result)
      assert(failure._tag === "InvalidRequestError")
      assert.strictEqual(failure.provider, "together")
      assert.deepStrictEqual(events, [])
    }).pipe(Effect.provide(layer(server, { maxRetries: 0 })))
  })

  it.effect("has an attempt left for the target that was not tried yet", () => {
    const server = halfDown()
    return Effect.gen(function*() {
      assert.isTrue(Result.isSuccess((yield* stream()).result))
      assert.deepStrictEqual(hosts(server), [...Array.from({ length: 7 }, () => "openai"), "together"])
    }).pipe(Effect.provide(layer(server, { maxRetries: 30, retryFloor: 1000 })))
  })

  it.effect("shares the attempts of a budget among the targets", () => {
    const server = Scripted.serve(() => Scripted.failure(503))
    return Effect.gen(function*() {
      const failure = failureOf(yield* settled(Budget.within({ attempts: 3 })(ChatModel.complete(request))))
      assert(failure._tag === "BudgetExceededError")
      assert.deepStrictEqual(hosts(server), ["openai", "openai", "together"])
      assert.deepStrictEqual(
        failure.spent.map(({ attempts, provider }) => [provider, attempts]),
        [["openai", 2], ["together", 1]]
      )
    }).pipe(Effect.provide(layer(server, { maxRetries: 30, retryFloor: 1000 })))
  })

  it.effect("of a single call takes the place of the layer's", () => {
    const server = halfDown()
    const other: Policy = (_call, open) => (attempt, scope) =>
      open({ ...attempt, target: { provider: "together", model: "other" } }, scope)
    return Effect.gen(function*() {
      yield* settled(Effect.provideService(ChatModel.complete(request), Policies, [other]))
      assert.deepStrictEqual(hosts(server), ["together"])
      assert.include(server.requests[0]?.text ?? "", "\"model\":\"other\"")
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("may be one of several policies, of which the first is the outermost", () => {
    const server = halfDown()
    const order: Array<string> = []
    const named = (name: string): Policy => (_call, open) => (attempt, scope) => {
      order.push(name)
      return open(attempt, scope)
    }
    return Effect.gen(function*() {
      const policies = [named("outer"), fallback, named("inner")]
      yield* settled(Effect.provideService(ChatModel.complete(request), Policies, policies))
      assert.deepStrictEqual(order, ["outer", "inner", "inner"])
    }).pipe(Effect.provide(layer(server)))
  })
})
