/**
 * A completion that is cut anywhere fails, and runs none of its tools.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { type AiError, LanguageModel } from "effect/ai"
import { HttpClient, HttpClientResponse } from "effect/http"
import { AiErrors } from "sluice"
import { Scenario, SimulatorHttpClient } from "sluice/testing"
import * as Speaking from "./Speaking.ts"

const scenario = Scenario.script({ parts: [Scenario.toolCall("weather", { city: "Oslo" }, "call_1")] })

/** An HTTP client that sends the first response of the simulator again and again, cut after `bytes()` bytes. */
const cutting = (bytes: () => number, whole: { bytes: Uint8Array }) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulated) =>
      HttpClient.make((request) =>
        Effect.gen(function*() {
          const first = whole.bytes.length === 0 ? yield* simulated.execute(request) : undefined
          if (first !== undefined) whole.bytes = new Uint8Array(yield* first.arrayBuffer)
          const headers = { "content-type": type(request.url) }
          return HttpClientResponse.fromWeb(request, new Response(whole.bytes.slice(0, bytes()), { headers }))
        })
      ))
  ).pipe(Layer.provideMerge(SimulatorHttpClient.layer({ scenario })))

const type = (url: string): string =>
  url.includes("converse") ? "application/vnd.amazon.eventstream" : "text/event-stream"

const isCut = (error: AiError.AiError): boolean =>
  ["IncompleteStreamError", "MalformedStreamError"].includes(AiErrors.errorOf(error)?._tag ?? "")

const step = Stream.runDrain(LanguageModel.streamText({ prompt: "Weather?", toolkit: Speaking.tools }))

describe("a completion that is cut", { timeout: 60_000 }, () => {
  it.effect.each(Speaking.protocols)("%s: runs no tool and fails, at every byte", (target) => {
    const ran: Array<Speaking.Ran> = []
    const whole = { bytes: new Uint8Array() }
    let bytes = 0
    return Effect.gen(function*() {
      let error: AiError.AiError | undefined = yield* Effect.flip(step)
      while (error !== undefined) {
        assert.isTrue(isCut(error), `cut after ${bytes} bytes: ${error.message}`)
        assert.deepStrictEqual(ran, [], `cut after ${bytes} bytes`)
        bytes++
        error = yield* Effect.match(step, { onFailure: (error) => error, onSuccess: () => undefined })
      }
      // What follows the proof that the completion is whole may be missing: over Chat, the usage and `[DONE]`.
      assert.isAbove(bytes, whole.bytes.length - 512)
      assert.deepStrictEqual(ran, [{ name: "weather", parameters: { city: "Oslo" } }])
    }).pipe(Effect.provide([Speaking.over(target, cutting(() => bytes, whole)), Speaking.handlers(ran)]))
  })
})
