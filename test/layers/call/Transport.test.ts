/**
 * The span of an attempt, which is the same whatever is asked; what attempts are refused with is tested beside what
 * asks.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Tracer } from "effect"
import { ChatModel, Embeddings, HttpChatModel } from "sluice"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as Asking from "../../support/Asking.ts"

/** What the spans of a call's attempts say. */
const spansOf = Effect.fnUntraced(function*<A, E, R>(call: Effect.Effect<A, E, R>) {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      if (span.name === "sluice.attempt") spans.push(span)
      return span
    }
  })
  yield* Effect.withTracer(call, tracer)
  return spans.map(({ attributes, status }) => ({ status: status._tag, attributes: Object.fromEntries(attributes) }))
})

const span = (operation: string, attempt: number, status: number) => ({
  status: "Ended" as const,
  attributes: {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "m",
    "server.address": "api.openai.com",
    "sluice.request_id": "id-1",
    "sluice.attempt": attempt,
    "http.response.status_code": status
  }
})

const layer = Layer.provideMerge(
  HttpChatModel.layer,
  Asking.inMemory(definition, { scenario: { faults: [{ _tag: "ProviderError", kind: "server-error", on: [1] }] } })
)

const headers = { "x-request-id": "id-1" }

describe("the span of an attempt", () => {
  it.live("says what is asked, where, and what came of it", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* spansOf(ChatModel.complete({ model: "m", prompt: "Hi", headers })),
        [span("chat", 1, 500), span("chat", 2, 200)]
      )
    }).pipe(Effect.provide(layer)))

  it.live("says the same where no completion is asked for", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* spansOf(Embeddings.embed({ model: "m", inputs: ["a"], headers })),
        [span("embeddings", 1, 500), span("embeddings", 2, 200)]
      )
    }).pipe(Effect.provide(layer)))
})
