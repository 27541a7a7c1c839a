import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { gunzipSync } from "node:zlib"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { shortCompletion, withFaults } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const serve = (scenario: Scenario) => Effect.map(SimulatorServer.serve({ scenario, seed: 7 }), (sim) => sim)

const whole = Effect.scoped(Effect.flatMap(serve(withFaults()), (sim) => Raw.chat(sim.url)))

describe("faults over a socket", () => {
  it.live("sends the provider's own error response", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 1300 }))
      const chat = yield* Raw.chat(sim.url)
      const responses = yield* Raw.responses(sim.url)
      const messages = yield* Raw.messages(sim.url)
      const error = {
        message:
          "Rate limit reached for this model on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 1.3s.",
        type: "requests",
        param: null,
        code: "rate_limit_exceeded"
      }
      assert.deepStrictEqual(
        [chat, responses, messages].map((r) => [r.status, r.headers["retry-after"], r.headers["retry-after-ms"]]),
        [[429, "2", "1300"], [429, "2", "1300"], [429, "2", undefined]]
      )
      assert.deepStrictEqual(JSON.parse(chat.text), { error })
      assert.deepStrictEqual(JSON.parse(responses.text), { error })
      assert.deepStrictEqual(JSON.parse(messages.text), {
        type: "error",
        error: { type: "rate_limit_error", message: "This request would exceed the rate limit for your organization." },
        request_id: messages.headers["request-id"]
      })
    }))

  it.live.each(
    [
      ["overloaded", 503, 529],
      ["quota", 429, 402],
      ["authentication", 401, 401],
      ["permission", 403, 403],
      ["context-length", 400, 400],
      ["content-filter", 400, 400],
      ["server-error", 500, 500],
      ["timeout", 504, 504],
      ["too-large", 413, 413],
      ["model-not-found", 404, 404]
    ] as const
  )("sends %s with the provider's own status", ([kind, openai, anthropic]) =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "ProviderError", kind }))
      assert.strictEqual((yield* Raw.chat(sim.url)).status, openai)
      assert.strictEqual((yield* Raw.messages(sim.url)).status, anthropic)
    }))

  it.live("sends any status with any headers and body", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        completions: [
          { faults: [{ _tag: "Status", status: 502, body: "<html>Bad gateway</html>" }] },
          { faults: [{ _tag: "Status", status: 503, headers: { "Retry-After": "3" } }] },
          { faults: [{ _tag: "Status", status: 418, body: { detail: ["teapot"] } }] }
        ]
      })
      const html = yield* Raw.chat(sim.url)
      const empty = yield* Raw.chat(sim.url)
      const json = yield* Raw.chat(sim.url)
      assert.deepStrictEqual(
        [html.status, html.headers["content-type"], html.text],
        [502, "text/html", "<html>Bad gateway</html>"]
      )
      assert.deepStrictEqual(
        [empty.status, empty.headers["content-type"], empty.headers["retry-after"], empty.text],
        [503, undefined, "3", ""]
      )
      assert.deepStrictEqual([json.status, json.text], [418, "{\"detail\":[\"teapot\"]}"])
    }))

  it.live("sends any bytes", () =>
    Effect.gen(function*() {
      const bytes = Uint8Array.from([0, 255, 13, 10, 0])
      const sim = yield* serve(withFaults({ _tag: "Raw", bytes, contentType: "application/octet-stream" }))
      const response = yield* Raw.chat(sim.url)
      assert.deepStrictEqual([...response.body], [...bytes])
      assert.strictEqual(response.headers["content-type"], "application/octet-stream")
    }))

  it.live("closes the connection before the first request", () =>
    Effect.gen(function*() {
      const sim = yield* serve({ completions: [shortCompletion], faults: [{ _tag: "Refuse", on: [1] }] })
      const refused = yield* Raw.chat(sim.url)
      assert.deepStrictEqual([refused.status, refused.body.length], [0, 0])
      assert.strictEqual((yield* Raw.chat(sim.url)).status, 200)
      const [first, second] = yield* sim.requests
      assert.deepStrictEqual([first?.outcome, first?.body, second?.outcome], ["cut", undefined, "completed"])
    }))

  it.live("resets before the headers", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "Reset" }))
      const response = yield* Raw.chat(sim.url)
      assert.deepStrictEqual([response.status, response.error], [0, "ECONNRESET"])
    }))

  it.live("waits before the headers", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "Delay", millis: 120, on: [1] }, { _tag: "Delay", on: [2] }))
      const late = yield* Raw.chat(sim.url)
      assert.isAtLeast(late.millis, 115)
      assert.strictEqual(late.status, 200)
      assert.strictEqual((yield* Raw.chat(sim.url, {}, { timeoutMillis: 60 })).status, 0)
      assert.strictEqual((yield* sim.ended(2)).outcome, "disconnected")
    }))

  it.live.each(["reset", "close", "end"] as const)("cuts the body at every byte (%s)", (how) =>
    Effect.gen(function*() {
      const full = yield* whole
      const sim = yield* serve({})
      for (const after of [0, 1, 7, 100, full.body.length - 1, full.body.length]) {
        yield* sim.setScenario(withFaults({ _tag: "Cut", after, how }))
        const response = yield* Raw.chat(sim.url)
        assert.deepStrictEqual(response.body, full.body.subarray(0, after))
        assert.deepStrictEqual(
          [response.status, response.isWhole, response.error],
          [200, how === "end", how === "reset" ? "ECONNRESET" : undefined]
        )
      }
      assert.deepStrictEqual([...new Set((yield* sim.requests).map((request) => request.outcome))], ["cut"])
    }))

  it.live("stalls for a while, or for ever, after a byte", () =>
    Effect.gen(function*() {
      const full = yield* whole
      const sim = yield* serve(
        withFaults({ _tag: "Stall", after: 50, millis: 120, on: [1] }, { _tag: "Stall", after: 50, on: [2] })
      )
      const slow = yield* Raw.chat(sim.url)
      assert.isAtLeast(slow.millis, 115)
      assert.deepStrictEqual(slow.body.length, full.body.length)
      const never = yield* Raw.chat(sim.url, {}, { timeoutMillis: 300 })
      assert.deepStrictEqual([never.body.length, never.isWhole], [50, false])
      assert.strictEqual((yield* sim.ended(2)).outcome, "disconnected")
    }))

  it.live("keeps a stalled stream alive without progress", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "Stall", after: 0, millis: 60, keepAliveMillis: 20 }))
      const { text } = yield* Raw.chat(sim.url)
      assert.isTrue(text.startsWith(": keep-alive\n\n: keep-alive\n\n: keep-alive\n\ndata: "))
    }))

  it.live("sends malformed data in one event", () =>
    Effect.gen(function*() {
      const sim = yield* serve(
        withFaults({ _tag: "MalformedEvent", event: 2 }, { _tag: "MalformedEvent", event: 3, data: "{]" })
      )
      const [first, second, third, fourth] = Raw.data((yield* Raw.chat(sim.url)).text)
      assert.deepStrictEqual([typeof first, typeof second, third, typeof fourth], ["object", "string", "{]", "object"])
    }))

  it.live("sends the protocol's own error event, also as the first event", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "ErrorEvent", event: 1, kind: "overloaded" }))
      const error = {
        message: "The server is overloaded right now. Please try again later.",
        type: "server_error",
        param: null,
        code: "server_is_overloaded"
      }
      const chat = yield* Raw.chat(sim.url)
      assert.strictEqual(chat.status, 200)
      assert.deepStrictEqual(Raw.data(chat.text), [{ error }])
      const messages = yield* Raw.messages(sim.url)
      assert.deepStrictEqual(Raw.names(messages.text), ["error"])
      assert.deepStrictEqual(Raw.data(messages.text), [
        { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }
      ])
      const responses = yield* Raw.responses(sim.url)
      assert.deepStrictEqual(Raw.names(responses.text), ["error", "response.failed"])
      const [nested, failed] = Raw.data(responses.text)
      assert.deepStrictEqual(nested, { type: "error", sequence_number: 0, error })
      assert.deepInclude(failed, { type: "response.failed", sequence_number: 1 })
      yield* sim.setScenario({
        completions: [{
          ...shortCompletion,
          quirks: { flatErrors: true },
          faults: [{ _tag: "ErrorEvent", event: 3, kind: "rate-limit" }]
        }]
      })
      assert.deepStrictEqual(
        Raw.names((yield* Raw.responses(sim.url)).text),
        ["response.created", "response.in_progress", "error"]
      )
    }))

  it.live("omits the event that ends the stream, or the finish reason", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "OmitTerminator" }))
      assert.notInclude((yield* Raw.chat(sim.url)).text, "[DONE]")
      assert.notInclude((yield* Raw.responses(sim.url)).text, "response.completed")
      assert.notInclude((yield* Raw.messages(sim.url)).text, "message_stop")
      yield* sim.setScenario(withFaults({ _tag: "OmitFinish" }))
      const chat = yield* Raw.chat(sim.url)
      assert.notInclude(chat.text, "\"finish_reason\":\"stop\"")
      assert.include(chat.text, "[DONE]")
      const messages = yield* Raw.messages(sim.url)
      assert.notInclude(messages.text, "message_delta")
      assert.include(messages.text, "message_stop")
    }))

  it.live("declares a length that is too large or too small", () =>
    Effect.gen(function*() {
      const full = yield* whole
      const sim = yield* serve(withFaults({ _tag: "ContentLength", offset: 10 }))
      const long = yield* Raw.chat(sim.url)
      assert.deepStrictEqual(
        [long.headers["content-length"], long.body.length, long.isWhole],
        [String(full.body.length + 10), full.body.length, false]
      )
      yield* sim.setScenario(withFaults({ _tag: "ContentLength", offset: -10 }))
      const tooShort = yield* Raw.chat(sim.url)
      assert.deepStrictEqual(
        [tooShort.headers["content-length"], tooShort.body.length],
        [String(full.body.length - 10), full.body.length]
      )
    }))

  it.live("compresses the body, and cuts the compressed body", () =>
    Effect.gen(function*() {
      const full = yield* whole
      const sim = yield* serve(withFaults({ _tag: "Gzip" }))
      const packed = yield* Raw.chat(sim.url)
      assert.strictEqual(packed.headers["content-encoding"], "gzip")
      assert.strictEqual(gunzipSync(packed.body).toString(), full.text)
      yield* sim.setScenario(withFaults({ _tag: "Gzip" }, { _tag: "Cut", after: 40, how: "end" }))
      const cut = yield* Raw.chat(sim.url)
      assert.deepStrictEqual([cut.body.length, cut.isWhole], [40, true])
      assert.throws(() => gunzipSync(cut.body))
    }))

  it.live("puts keep-alives between the events", () =>
    Effect.gen(function*() {
      const sim = yield* serve(withFaults({ _tag: "KeepAlive", every: 2 }))
      const chat = (yield* Raw.chat(sim.url)).text.split("\n\n").map((event) => event.slice(0, 12))
      assert.deepStrictEqual(chat.slice(0, 6), [
        "data: {\"id\":",
        "data: {\"id\":",
        ": keep-alive",
        "data: {\"id\":",
        "data: {\"id\":",
        ": keep-alive"
      ])
      yield* sim.setScenario(withFaults({ _tag: "KeepAlive", form: "ping" }))
      assert.deepStrictEqual(Raw.names((yield* Raw.messages(sim.url)).text).slice(0, 3), [
        "message_start",
        "ping",
        "content_block_start"
      ])
    }))

  it.live("writes other line endings", () =>
    Effect.gen(function*() {
      const full = yield* whole
      const sim = yield* serve(withFaults({ _tag: "LineEnding", ending: "crlf" }))
      assert.strictEqual((yield* Raw.chat(sim.url)).text, full.text.replaceAll("\n", "\r\n"))
      yield* sim.setScenario(withFaults({ _tag: "LineEnding", ending: "cr" }))
      assert.strictEqual((yield* Raw.chat(sim.url)).text, full.text.replaceAll("\n", "\r"))
    }))

  it.live("applies a fault to the uses that it lists", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        completions: [{ ...shortCompletion, faults: [{ _tag: "ProviderError", kind: "server-error", on: [1, 3] }] }],
        faults: [{ _tag: "ProviderError", kind: "overloaded", on: [2] }]
      })
      const statuses: Array<number> = []
      for (let index = 0; index < 4; index++) statuses.push((yield* Raw.chat(sim.url)).status)
      assert.deepStrictEqual(statuses, [500, 503, 500, 200])
    }))
})
