/**
 * The warnings about a request that was changed: where they stand among the events, and who repeats them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema, Stream } from "effect"
import { Budget, ChatModel, Completion, ResponseEvent } from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const request = { model: "openai/priced", prompt: "Hi" }

const within = Budget.within({ tokens: 1_000_000 })

const warning = {
  parameter: "maxOutputTokens",
  message: "The request sets no output limit, so that it was sent with one of 10000 tokens for its budget."
}

const limits = {
  "x-ratelimit-limit-requests": "100",
  "x-ratelimit-remaining-requests": "99",
  "x-ratelimit-reset-requests": "1s"
}

const streamOf = (reply: Scripted.Reply) =>
  within(Stream.runCollect(ChatModel.stream(request))).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => reply))))

describe("the warnings about a request", () => {
  it.effect("come after the beginning and before the first delta, and once more at the end", () =>
    Effect.gen(function*() {
      const events = yield* streamOf({
        ...Scripted.streamed(),
        headers: { "content-type": "text/event-stream", ...limits }
      })
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), [
        "RateLimits",
        "Created",
        "Warnings",
        "OutputItemAdded",
        "OutputTextDelta",
        "OutputItemDone",
        "Completed"
      ])
      assert.deepStrictEqual(events[2], { _tag: "Warnings", warnings: [warning] })
      const last = events.at(-1)
      assert(last?._tag === "Completed")
      assert.deepStrictEqual(last.warnings, [warning])
      assert.deepStrictEqual(Completion.fromEvents(events).warnings, [warning])
      const decode = Schema.decodeUnknownSync(Schema.Array(ResponseEvent.ResponseEvent))
      assert.deepStrictEqual(decode(JSON.parse(JSON.stringify(events))), events)
    }))

  it.effect("name what the model does not accept", () =>
    Effect.gen(function*() {
      const completion = yield* ChatModel.complete({ model: "openai/gpt-5-mini", prompt: "Hi", temperature: 0.2 }).pipe(
        Effect.provide(Scripted.layer(Scripted.serve(() => Scripted.streamed())))
      )
      assert.deepStrictEqual(completion.warnings, [{
        parameter: "temperature",
        message: "temperature was left out: gpt-5-mini takes no sampling parameters while it reasons."
      }])
    }))

  it.effect("come when the response begins, in whatever pieces it does", () =>
    Effect.gen(function*() {
      const begun = RawServer.data({ id: "c1", model: "m", choices: [] })
      const { steps = [], ...reply } = Scripted.streamed()
      const events = yield* streamOf({ ...reply, steps: [begun, ...steps], headers: limits })
      assert.deepStrictEqual(events.map(({ _tag }) => _tag).slice(0, 4), [
        "RateLimits",
        "Created",
        "Warnings",
        "OutputItemAdded"
      ])
      assert.strictEqual(events.filter(({ _tag }) => _tag === "Warnings").length, 1)
    }))

  it.effect("are those of the attempt that succeeded", () =>
    Effect.gen(function*() {
      const begun = RawServer.data({ id: "c1", model: "m", choices: [] })
      const server = Scripted.serve(({ number }) =>
        number === 1 ? Scripted.steps(begun, { cut: true }) : Scripted.streamed()
      )
      const events = yield* within(Stream.runCollect(ChatModel.stream(request))).pipe(
        Effect.provide(Scripted.layer(server, { retryBase: Duration.zero }))
      )
      assert.deepStrictEqual(events.map(({ _tag }) => _tag).slice(0, 3), ["Created", "Warnings", "OutputItemAdded"])
      assert.strictEqual(server.requests.length, 2)
    }))

  it.effect("are in a completion, streamed or not", () =>
    Effect.gen(function*() {
      const body = {
        id: "c1",
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 }
      }
      const server = Scripted.serve(({ text }) =>
        text.includes("\"stream\":true") ? Scripted.streamed() : Scripted.json(body)
      )
      yield* Effect.gen(function*() {
        const streamed = yield* within(ChatModel.complete(request))
        assert.deepStrictEqual(streamed.warnings, [warning])
        const whole = yield* within(ChatModel.complete(request, { transport: "whole" }))
        assert.deepStrictEqual(whole.warnings, [warning])
        const limited = yield* within(ChatModel.complete({ ...request, maxOutputTokens: 10 }))
        assert.isFalse("warnings" in limited)
        const free = yield* ChatModel.complete(request)
        assert.isFalse("warnings" in free)
      }).pipe(Effect.provide(Scripted.layer(server)))
    }))
})
