/**
 * Events and errors can be stored as JSON and read back.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { inspect } from "node:util"
import {
  CompletionError,
  ConfigurationError,
  IncompleteStreamError,
  MalformedStreamError,
  RateLimitedError,
  StreamIdleTimeoutError
} from "../../src/domain/CompletionError.ts"
import { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import { ResponsePartial } from "../../src/domain/ResponsePartial.ts"

const throughJson = <S extends Schema.Codec<unknown, unknown>>(schema: S) => (value: S["Type"]) =>
  Schema.encodeEffect(schema)(value).pipe(
    Effect.map((encoded): unknown => JSON.parse(JSON.stringify(encoded))),
    Effect.flatMap(Schema.decodeUnknownEffect(schema))
  )

const partial = new ResponsePartial({
  responseId: "resp_1",
  model: "gpt-test",
  text: "the secret plan",
  reasoning: "a secret thought",
  refusal: "",
  toolCalls: [{ _tag: "ToolCall", id: "call_1", name: "f", arguments: { secret: true } }],
  finishReasonRaw: null,
  usage: null
})

const who = { provider: "openai", model: "gpt-test", requestId: "request-1", status: 200 }

const errors: ReadonlyArray<CompletionError> = [
  new ConfigurationError({ reason: "no provider", nearest: ["openai"] }),
  new RateLimitedError({
    ...who,
    retryAfter: Duration.millis(1300),
    rateLimits: { requests: { limit: 10, remaining: 0, resetsAt: 1_700_000_000 } },
    attempts: [{ provider: "openai", number: 1, outcome: "ConnectionError", millis: 12.5, delay: 200 }]
  }),
  new IncompleteStreamError({ ...who, ending: "end-of-body", missing: ["terminal-event"], evidence: [], partial }),
  new StreamIdleTimeoutError({ ...who, kind: "events", limit: Duration.seconds(300), waited: Duration.seconds(301) }),
  new MalformedStreamError({ ...who, position: 12, excerpt: "data: {" })
]

describe("what is stored and sent", () => {
  it.effect.prop(
    "an event is JSON as it stands, and read back the same",
    [ResponseEvent],
    ([event]) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* throughJson(ResponseEvent)(event), JSON.parse(JSON.stringify(event)))
      })
  )

  it.effect.each(errors)("an error is read back the same, as its own class: %s", (error) =>
    Effect.gen(function*() {
      const back = yield* throughJson(CompletionError)(error)
      assert.deepStrictEqual(back, error)
      assert.strictEqual(back.message, error.message)
      assert.strictEqual(back.isRetryable, error.isRetryable)
    }))

  it("an error that is printed shows no text of the answer", () => {
    const error = errors[2]
    for (const printed of [String(error), JSON.stringify(error), inspect(error, { depth: 10 }), error?.stack]) {
      assert.notInclude(printed, "secret")
    }
    assert.strictEqual(partial.text, "the secret plan")
  })

  it.effect("a message is one line that says what to do", () =>
    Effect.sync(() => {
      for (const error of errors) {
        assert.notInclude(error.message, "\n")
        assert.isTrue(error.message.length > 10)
      }
    }))
})
