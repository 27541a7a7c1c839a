import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const headers = { authorization: "Bearer k" }
const claude = { "x-api-key": "k", "anthropic-version": "2023-06-01" }
const user = { role: "user", content: "Hello, world" }

const post = Effect.fnUntraced(function*(url: string, path: string, body: object, more: object = {}) {
  const response = yield* Raw.request(url, { path, headers: { ...headers, ...more }, body })
  return { status: response.status, body: JSON.parse(response.text) }
})

describe("counting tokens", () => {
  it.live("in the formats of Anthropic, Gemini, OpenAI and Bedrock", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const contents = [{ role: "user", parts: [{ text: "Hello, world" }] }]
      const rows: ReadonlyArray<readonly [path: string, body: object, expected: object]> = [
        ["/v1/messages/count_tokens", { model: "claude-sonnet-4-5", messages: [user] }, { input_tokens: 4 }],
        ["/v1/responses/input_tokens", { model: "gpt-4o", input: "Hello, world" }, {
          object: "response.input_tokens",
          input_tokens: 3
        }],
        ["/v1beta/models/gemini-2.5-flash:countTokens", { contents }, {
          totalTokens: 4,
          promptTokensDetails: [{ modality: "TEXT", tokenCount: 4 }]
        }],
        ["/v1beta/models/gemini-2.5-flash:countTokens", { generateContentRequest: { model: "m", contents } }, {
          totalTokens: 4,
          promptTokensDetails: [{ modality: "TEXT", tokenCount: 4 }]
        }],
        ["/model/amazon.nova/count-tokens", {
          input: { converse: { messages: [{ role: "user", content: [{ text: "Hello" }] }] } }
        }, {
          inputTokens: 3
        }]
      ]
      for (const [path, body, expected] of rows) {
        const counted = yield* post(url, path, body, path.includes("messages") ? claude : {})
        assert.deepStrictEqual(counted, { status: 200, body: expected }, path)
      }
    }))

  it.live("refuses what is no prompt in the provider's format", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: { requireKey: "k" } })
      const count = (body: object, more: object = claude) => post(url, "/v1/messages/count_tokens", body, more)
      const empty = yield* count({ model: "claude-sonnet-4-5" })
      assert.deepStrictEqual([empty.status, empty.body.error.message], [400, "messages: Field required"])
      const limited = yield* count({ model: "claude-sonnet-4-5", messages: [user], max_tokens: 5 })
      assert.deepStrictEqual([limited.status, limited.body.error.message], [
        400,
        "max_tokens: Extra inputs are not permitted"
      ])
      const keyless = yield* count({ model: "claude-sonnet-4-5", messages: [user] }, {
        ...claude,
        "x-api-key": "wrong"
      })
      assert.strictEqual(keyless.status, 401)
      assert.strictEqual((yield* post(url, "/v1/responses/input_tokens", { model: "gpt-4o" })).status, 400)
      assert.strictEqual((yield* post(url, "/v1beta/models/g:countTokens", {}, { "x-goog-api-key": "k" })).status, 400)
    }))
})

describe("the list of models", () => {
  const list = (url: string, path = "/v1/models") =>
    Effect.map(
      Raw.request(url, { method: "GET", path, headers }),
      ({ status, text }) => ({ status, body: JSON.parse(text) })
    )

  it.live("contains the models that were asked for, and any model can be asked about", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const ids = Effect.map(list(url), ({ body }) => body.data.map(({ id }: { id: string }) => id))
      assert.deepStrictEqual(yield* ids, ["simulated"])
      yield* Raw.chat(url)
      yield* Raw.messages(url)
      yield* Raw.chat(url)
      assert.deepStrictEqual(yield* ids, ["simulated", "gpt-4o", "claude-sonnet-4-5"])
      const one = yield* list(url, "/v1/models/any")
      assert.deepStrictEqual([one.status, one.body.id], [200, "any"])
    }))

  it.live("of a scenario is the only one there is", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: { models: ["a"] } })
      assert.strictEqual((yield* list(url, "/v1/models/a")).status, 200)
      assert.strictEqual((yield* list(url, "/v1/models/b")).status, 404)
      assert.strictEqual((yield* Raw.chat(url)).status, 404)
      assert.deepStrictEqual((yield* list(url)).body.data.length, 1)
    }))
})

describe("what clients depend on", () => {
  it.live("a compatible server accepts an empty list of tools, OpenAI does not", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const body = Raw.chatBody({ tools: [], stream: false })
      const refused = yield* post(url, "/v1/chat/completions", body)
      assert.deepStrictEqual([refused.status, refused.body.error.param], [400, "tools"])
      for (const name of ["vllm", "openrouter", "ollama", "deepseek"]) {
        assert.strictEqual((yield* post(url, `/${name}/v1/chat/completions`, body)).status, 200, name)
      }
      const model = { ...body, model: "deepseek-chat" }
      assert.strictEqual((yield* post(url, "/v1/chat/completions", model)).status, 200)
      const host = yield* post(url, "/api/v1/chat/completions", body, { host: "openrouter.ai" })
      assert.strictEqual(host.status, 200)
    }))

  it.live("Codex sends client_metadata", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      assert.strictEqual((yield* Raw.responses(url, { client_metadata: { a: "b" } })).status, 200)
    }))

  it.live("Claude Code reads the sentence about the system role, and sends settings with a message", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const system = { role: "system", content: [{ type: "text", text: "Be brief." }] }
      const refused = yield* Raw.messages(url, { model: "m", messages: [user, system] })
      assert.strictEqual(refused.status, 400)
      assert.include(
        refused.text,
        "Unexpected role \\\"system\\\". The Messages API accepts a top-level `system` parameter"
      )
      const turn = {
        model: "claude-opus-5-5",
        max_tokens: 100,
        messages: [user, { ...system, output_config: { effort: "low" } }]
      }
      const send = (beta: string) => post(url, "/v1/messages", turn, { ...claude, "anthropic-beta": beta })
      assert.strictEqual((yield* send("per-turn-control-2026-07-01")).status, 200)
      assert.strictEqual((yield* send("effort-2025-11-24")).status, 400)
    }))

  it.live("a response repeats every parameter, and ends with [DONE] where the scenario says so", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: { quirks: { doneMarker: true } } })
      const tools = [{ type: "function", name: "f", parameters: { type: "object", properties: { a: {} } } }]
      const response = yield* Raw.responses(url, { stream: false, tools, prompt_cache_key: "key" })
      const body = JSON.parse(response.text)
      const { frequency_penalty, presence_penalty, prompt_cache_key, safety_identifier, text, top_logprobs } = body
      assert.deepStrictEqual(
        { frequency_penalty, presence_penalty, prompt_cache_key, safety_identifier, text, top_logprobs },
        {
          frequency_penalty: 0,
          presence_penalty: 0,
          prompt_cache_key: "key",
          safety_identifier: null,
          text: { format: { type: "text" }, verbosity: "medium" },
          top_logprobs: 0
        }
      )
      assert.deepStrictEqual(body.tools, [{ description: null, ...tools[0], strict: false }])
      assert.strictEqual(Raw.data((yield* Raw.responses(url)).text).at(-1), "[DONE]")
    }))
})
