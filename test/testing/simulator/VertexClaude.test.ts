/**
 * Claude on Vertex AI: the model in the address, and whose error format applies.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { richCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const path = (method: string, model = "claude-sonnet-4-5@20250929") =>
  `/v1/projects/p/locations/global/publishers/anthropic/models/${model}:${method}`

const { model: _, ...body } = { ...Raw.messagesBody(), anthropic_version: "vertex-2023-10-16" }

const send = (url: string, more: object = {}, method = "streamRawPredict", model?: string) =>
  Raw.request(url, {
    path: path(method, model),
    headers: { authorization: "Bearer token" },
    body: { ...body, ...more }
  })

describe("Claude on Vertex AI", () => {
  it.live("sends Anthropic's format, streamed as the body requests", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ scenario: { completions: [{ ...richCompletion, model: "claude" }] } })
      const streamed = yield* send(sim.url)
      assert.match(streamed.headers["content-type"] ?? "", /event-stream/)
      assert.strictEqual(Raw.names(streamed.text).at(-1), "message_stop")
      const whole = yield* send(sim.url, { stream: false }, "rawPredict")
      assert.deepInclude(JSON.parse(whole.text), { type: "message", stop_reason: "tool_use" })
      assert.deepStrictEqual((yield* sim.requests).map(({ protocol }) => protocol), [
        "anthropic-messages",
        "anthropic-messages"
      ])
    }))

  it.live("rejects requests in the format of Anthropic or of Google, whoever checks them", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { requireKey: "token", models: ["claude-sonnet-4-5@20250929"] }
      })
      const cases: ReadonlyArray<readonly [object, RegExp]> = [
        [{ anthropic_version: undefined }, /anthropic_version: Field required/],
        [{ anthropic_version: "2023-06-01" }, /vertex-2023-10-16/],
        [{ model: "claude" }, /model: Extra inputs are not permitted/],
        [{ fallbacks: "default" }, /fallbacks: Extra inputs are not permitted/],
        [{ max_tokens: undefined }, /max_tokens: Field required/]
      ]
      for (const [more, message] of cases) {
        const { status, text } = yield* send(sim.url, more)
        assert.strictEqual(status, 400)
        assert.deepInclude(JSON.parse(text), { type: "error" })
        assert.match(text, message)
      }
      const unknown = yield* send(sim.url, {}, "streamRawPredict", "claude-9")
      assert.strictEqual(unknown.status, 404)
      assert.deepInclude(JSON.parse(unknown.text).error, { code: 404, status: "NOT_FOUND" })
      // A key is no token.
      const withKey = yield* Raw.request(sim.url, {
        path: path("streamRawPredict"),
        headers: { "x-api-key": "token" },
        body
      })
      assert.strictEqual(withKey.status, 401)
      assert.deepInclude(JSON.parse(withKey.text).error, { code: 401, status: "UNAUTHENTICATED" })
    }))

  it.live("sends Anthropic's error event inside a stream", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: {
          completions: [{ ...richCompletion, faults: [{ _tag: "ErrorEvent", event: 3, kind: "overloaded" }] }]
        }
      })
      const { status, text } = yield* send(sim.url)
      assert.strictEqual(status, 200)
      assert.strictEqual(Raw.names(text).at(-1), "error")
    }))
})
