/**
 * Claude as Vertex AI serves it, against the simulator: which model is in the address, whose error is whose.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { answer } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const path = (method: string, model = "claude-sonnet-4-5@20250929") =>
  `/v1/projects/p/locations/global/publishers/anthropic/models/${model}:${method}`

const { model: _, ...body } = { ...Raw.messagesBody(), anthropic_version: "vertex-2023-10-16" }

const ask = (url: string, more: object = {}, method = "streamRawPredict", model?: string) =>
  Raw.request(url, {
    path: path(method, model),
    headers: { authorization: "Bearer token" },
    body: { ...body, ...more }
  })

describe("Claude on Vertex AI", () => {
  it.live("answers as Anthropic does, streamed where the body says so", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ scenario: { completions: [{ ...answer, model: "claude" }] } })
      const streamed = yield* ask(sim.url)
      assert.match(streamed.headers["content-type"] ?? "", /event-stream/)
      assert.strictEqual(Raw.names(streamed.text).at(-1), "message_stop")
      const whole = yield* ask(sim.url, { stream: false }, "rawPredict")
      assert.deepInclude(JSON.parse(whole.text), { type: "message", stop_reason: "tool_use" })
      assert.deepStrictEqual((yield* sim.requests).map(({ protocol }) => protocol), [
        "anthropic-messages",
        "anthropic-messages"
      ])
    }))

  it.live("refuses what Anthropic refuses in its form, and what Google does in Google's", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { requireKey: "token", models: ["claude-sonnet-4-5@20250929"] }
      })
      const cases: ReadonlyArray<readonly [object, RegExp]> = [
        [{ anthropic_version: undefined }, /anthropic_version: Field required/],
        [{ anthropic_version: "2023-06-01" }, /vertex-2023-10-16/],
        [{ model: "claude" }, /model: Extra inputs are not permitted/],
        [{ max_tokens: undefined }, /max_tokens: Field required/]
      ]
      for (const [more, message] of cases) {
        const { status, text } = yield* ask(sim.url, more)
        assert.strictEqual(status, 400)
        assert.deepInclude(JSON.parse(text), { type: "error" })
        assert.match(text, message)
      }
      const unknown = yield* ask(sim.url, {}, "streamRawPredict", "claude-9")
      assert.strictEqual(unknown.status, 404)
      assert.deepInclude(JSON.parse(unknown.text).error, { code: 404, status: "NOT_FOUND" })
      // A key is no token.
      const stranger = yield* Raw.request(sim.url, {
        path: path("streamRawPredict"),
        headers: { "x-api-key": "token" },
        body
      })
      assert.strictEqual(stranger.status, 401)
      assert.deepInclude(JSON.parse(stranger.text).error, { code: 401, status: "UNAUTHENTICATED" })
    }))

  it.live("fails in the middle of a stream as Anthropic does", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { completions: [{ ...answer, faults: [{ _tag: "ErrorEvent", event: 3, kind: "overloaded" }] }] }
      })
      const { status, text } = yield* ask(sim.url)
      assert.strictEqual(status, 200)
      assert.strictEqual(Raw.names(text).at(-1), "error")
    }))
})
