/**
 * Requests that no client should send: each gets a response, and none of them makes the simulator grow.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

/** Without a response within this time, the status is 0. */
const timeoutMillis = 3000

const paths: ReadonlyArray<readonly [method: string, path: string]> = [
  ["GET", "/v1/models/%"],
  ["GET", "/v1/models/%C3"],
  ["GET", "/v1beta/models/%zz"],
  ["GET", "/foundation-models/%"],
  ["POST", "/v1beta/models/%:generateContent"],
  ["POST", "/v1beta/models/%:embedContent"],
  ["POST", "/model/%/invoke"],
  ["POST", "/model/%rerank/invoke"],
  ["POST", "/model/%/converse"],
  ["POST", "/x/publishers/anthropic/models/%:rawPredict"],
  ["POST", "/x/ai/run/@cf/embed%"],
  ["POST", "/%/v1/chat/completions"]
]

/** Nests a value. */
const nest = (depth: number, open: string, close: string, inner = ""): string =>
  open.repeat(depth) + inner + close.repeat(depth)

const schema = (depth: number) =>
  nest(depth, "{\"type\":\"object\",\"properties\":{\"a\":", "}}", "{\"type\":\"string\"}")

const bodies: ReadonlyArray<readonly [path: string, body: (depth: number) => string]> = [
  [
    "/v1/chat/completions",
    (depth) =>
      `{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":${
        schema(depth)
      }}}]}`
  ],
  [
    "/v1beta/models/m:generateContent",
    (depth) =>
      `{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":${
        schema(depth)
      }}]}]}`
  ],
  ["/v1/messages", (depth) => `{"model":"m","max_tokens":9,"messages":${nest(depth, "[", "]")}}`],
  ["/v1/embeddings", (depth) => `{"model":"m","input":${nest(depth, "[", "]")}}`],
  ["/nothing", (depth) => nest(depth, "[", "]")]
]

describe("a simulator", () => {
  it.live.each(paths)("rejects the malformed escape in %s %s", ([method, path]) =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve()
      const response = yield* Raw.request(sim.url, { method, path, body: {}, timeoutMillis })
      assert.strictEqual(response.status, 400)
      assert.isObject(JSON.parse(response.text))
      assert.strictEqual((yield* sim.ended(1)).path, path)
    }))

  it.live("rejects a malformed escape in a signed query", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { identity: { require: "aws", aws: { accessKeyId: "A", secretAccessKey: "s" } } }
      })
      const headers = {
        authorization:
          `AWS4-HMAC-SHA256 Credential=A/20260101/r/s/aws4_request, SignedHeaders=host;x-amz-date, Signature=${
            "0".repeat(64)
          }`,
        "x-amz-date": "20260101T000000Z"
      }
      const response = yield* Raw.request(sim.url, { path: "/model/m/converse?%", headers, body: {}, timeoutMillis })
      assert.strictEqual(response.status, 403)
    }))

  it.live.each(bodies)("rejects a deeply nested body of %s", ([path, body]) =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve()
      for (const depth of [3000, 100_000]) {
        const response = yield* Raw.request(sim.url, {
          path,
          headers: { authorization: "Bearer k", "anthropic-version": "2023-06-01" },
          body: body(depth),
          timeoutMillis
        })
        assert.strictEqual(response.status, 400, `depth ${depth}`)
        assert.match(response.text, /nested/)
      }
    }))

  it.live("accepts a body that is nested as deeply as the limit allows, and brackets in strings", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ scenario: { strictness: "off" } })
      const response = yield* Raw.chat(sim.url, {
        stream: false,
        metadata: JSON.parse(nest(250, "[", "]")),
        messages: [{ role: "user", content: `\\"${"[{".repeat(5000)}` }]
      })
      assert.strictEqual(response.status, 200)
    }))

  it.live("sends a 500 where it fails itself", () =>
    Effect.gen(function*() {
      const scenario: Scenario = {
        get strictness(): "off" {
          throw new Error("a failure of the simulator")
        }
      }
      const sim = yield* SimulatorServer.serve({ scenario })
      const response = yield* Raw.chat(sim.url, {}, { timeoutMillis })
      assert.strictEqual(response.status, 500)
      assert.match(response.text, /a failure of the simulator/)
    }).pipe(Effect.provide(Logger.layer([]))))

  it.live("keeps the bodies of the last requests only, up to a number of bytes", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ maxBodyBytes: 10_000, scenario: { strictness: "off" } })
      const send = (length: number) => Raw.chat(sim.url, { stream: false, note: "x".repeat(length) })
      for (let index = 0; index < 6; index++) yield* send(3000)
      yield* send(20_000)
      const requests = yield* sim.requests
      assert.deepStrictEqual(requests.map(({ body }) => body !== undefined), [
        false,
        false,
        false,
        true,
        true,
        true,
        false
      ])
      assert.isTrue(requests.every(({ bodyBytes }) => bodyBytes > 3000))
    }))
})
