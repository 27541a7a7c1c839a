import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const hello = { completions: [{ parts: [Scenario.text("One two")], usage: { input: 1, output: 2 } }] }

const post = Effect.fnUntraced(function*(url: string, path: string, body: object) {
  const response = yield* Raw.request(url, {
    path,
    headers: { authorization: "Bearer k", "x-goog-api-key": "k" },
    body
  })
  assert.strictEqual(response.status, 200, response.text)
  return response.text
})

const bytes = (text: string) => [...new TextEncoder().encode(text)]

const entry = (token: string, logprob: number) => ({
  token,
  logprob,
  bytes: bytes(token),
  top_logprobs: [
    { token, logprob, bytes: bytes(token) },
    { token: "alternative1", logprob: -4, bytes: bytes("alternative1") }
  ]
})

const entries = [entry("One", -0.05), entry(" two", -0.1)]

describe("choices", () => {
  const indices = (text: string) =>
    Raw.data(text).flatMap((data) => JSON.stringify(data).match(/"choices":\[\{"(?:text":"[^"]*",")?index":\d/g) ?? [])
      .map((match) => Number(match.at(-1)))

  it.live("Chat Completions sends each of several choices whole", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const whole = JSON.parse(yield* post(url, "/v1/chat/completions", { ...Raw.chatBody(), stream: false, n: 3 }))
      assert.deepStrictEqual(whole.choices.map((choice: { index: number }) => choice.index), [0, 1, 2])
      assert.strictEqual(whole.choices[2].message.content, whole.choices[0].message.content)
      assert.strictEqual(whole.usage.completion_tokens, 96)
      const streamed = yield* post(url, "/v1/chat/completions", Raw.chatBody({ n: 2 }))
      const [first, second] = [0, 1].map((index) => indices(streamed).filter((found) => found === index).length)
      assert.strictEqual(first, second)
      assert.strictEqual(streamed.match(/"finish_reason":"stop"/g)?.length, 2)
    }))

  it.live("text completions and Gemini too", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const text = JSON.parse(yield* post(url, "/v1/completions", { model: "m", prompt: "p", n: 2 }))
      assert.deepStrictEqual(text.choices.map((choice: { index: number }) => choice.index), [0, 1])
      const gemini = JSON.parse(
        yield* post(url, "/v1beta/models/gemini-2.5-flash:generateContent", {
          contents: [{ role: "user", parts: [{ text: "p" }] }],
          generationConfig: { candidateCount: 2 }
        })
      )
      assert.deepStrictEqual(gemini.candidates.map((candidate: { index: number }) => candidate.index), [0, 1])
    }))
})

describe("probabilities of tokens", () => {
  it.live("Chat Completions has them in the choice and in every chunk of text", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: hello })
      const body = Raw.chatBody({ logprobs: true, top_logprobs: 2 })
      const whole = JSON.parse(yield* post(url, "/v1/chat/completions", { ...body, stream: false }))
      assert.deepStrictEqual(whole.choices[0].logprobs, { content: entries, refusal: null })
      const streamed = Raw.data(yield* post(url, "/v1/chat/completions", body)).filter((data) =>
        JSON.stringify(data).includes("\"logprobs\":{")
      )
      assert.deepStrictEqual(
        streamed.map((data) => JSON.parse(JSON.stringify(data)).choices[0].logprobs.content),
        entries.map((one) => [one])
      )
      const without = yield* post(url, "/v1/chat/completions", Raw.chatBody())
      assert.notInclude(without, "\"logprob\"")
    }))

  it.live("the Responses API has them in the parts, the deltas and the end of the text", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: hello })
      const body = Raw.responsesBody({ include: ["message.output_text.logprobs"], top_logprobs: 2 })
      const whole = JSON.parse(yield* post(url, "/v1/responses", { ...body, stream: false }))
      assert.deepStrictEqual(whole.output[0].content[0].logprobs, entries)
      assert.strictEqual(whole.top_logprobs, 2)
      const events = Raw.data(yield* post(url, "/v1/responses", body)).map((data) => JSON.parse(JSON.stringify(data)))
      assert.deepStrictEqual(
        events.filter(({ type }) => type === "response.output_text.delta").map(({ logprobs }) => logprobs),
        entries.map((one) => [one])
      )
      assert.deepStrictEqual(events.find(({ type }) => type === "response.output_text.done").logprobs, entries)
    }))

  it.live("text completions, Gemini and Ollama have them in forms of their own", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ scenario: hello })
      const text = JSON.parse(yield* post(url, "/v1/completions", { model: "m", prompt: "p", logprobs: 1 }))
      assert.deepStrictEqual(text.choices[0].logprobs, {
        tokens: ["One", " two"],
        token_logprobs: [-0.05, -0.1],
        top_logprobs: [{ One: -0.05 }, { " two": -0.1 }],
        text_offset: [0, 3]
      })
      const gemini = JSON.parse(
        yield* post(url, "/v1beta/models/gemini-2.5-flash:generateContent", {
          contents: [{ role: "user", parts: [{ text: "p" }] }],
          generationConfig: { responseLogprobs: true, logprobs: 1 }
        })
      )
      assert.deepStrictEqual(gemini.candidates[0].logprobsResult.chosenCandidates, [
        { token: "One", logProbability: -0.05 },
        { token: " two", logProbability: -0.1 }
      ])
      const ollama = JSON.parse(
        yield* post(url, "/api/chat", {
          model: "m",
          stream: false,
          logprobs: true,
          top_logprobs: 2,
          messages: [{ role: "user", content: "p" }]
        })
      )
      assert.deepStrictEqual(ollama.logprobs, entries)
    }))
})

describe("the default completion", () => {
  it.live("has the same values for the same seed of a request, and other ones without", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] }
      const texts = Effect.fnUntraced(function*(path: string, body: object) {
        const found = yield* Effect.forEach(Array.from({ length: 8 }), () => post(url, path, body))
        return new Set(found.map((text) => /\{\\"a\\":\d+\}/.exec(text)?.[0])).size
      })
      const chat = {
        ...Raw.chatBody({ stream: false }),
        response_format: { type: "json_schema", json_schema: { name: "n", schema } }
      }
      assert.strictEqual(yield* texts("/v1/chat/completions", { ...chat, seed: 5 }), 1)
      assert.isAbove(yield* texts("/v1/chat/completions", chat), 1)
      const gemini = {
        contents: [{ role: "user", parts: [{ text: "p" }] }],
        generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema, seed: 5 }
      }
      assert.strictEqual(yield* texts("/v1beta/models/gemini-2.5-flash:generateContent", gemini), 1)
    }))

  it.live("has no reasoning where that is turned off", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const gpt = { model: "gpt-5.1", stream: false }
      const off = JSON.parse(yield* post(url, "/v1/responses", { ...gpt, input: "p", reasoning: { effort: "none" } }))
      assert.deepStrictEqual(off.output.map(({ type }: { type: string }) => type), ["message"])
      assert.strictEqual(off.usage.output_tokens_details.reasoning_tokens, 0)
      const on = JSON.parse(yield* post(url, "/v1/responses", { ...gpt, input: "p" }))
      assert.deepStrictEqual(on.output.map(({ type }: { type: string }) => type), ["reasoning", "message"])
    }))

  it.live("is cut inside the arguments of a call, as text", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const parameters = { type: "object", properties: { path: { const: "a".repeat(40) } }, required: ["path"] }
      const cut = JSON.parse(
        yield* post(url, "/v1/chat/completions", {
          ...Raw.chatBody({ stream: false, max_completion_tokens: 12 }),
          tools: [{ type: "function", function: { name: "read", parameters } }],
          tool_choice: "required"
        })
      )
      const [choice] = cut.choices
      assert.strictEqual(choice.finish_reason, "length")
      assert.strictEqual(choice.message.tool_calls[0].function.arguments, "{\"path\":\"aaaaaaa")
      assert.strictEqual(cut.usage.completion_tokens, 12)
    }))

  it.live("only calls tools that are allowed, and again where it has to", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve()
      const tools = ["a", "b"].map((name) => ({
        type: "function",
        name,
        parameters: { type: "object", properties: {} }
      }))
      const names = Effect.fnUntraced(function*(more: object) {
        const body = JSON.parse(yield* post(url, "/v1/responses", Raw.responsesBody({ stream: false, tools, ...more })))
        return body.output.flatMap(({ name }: { name?: string }) => name ?? [])
      })
      const allowed = (mode: string) => ({
        tool_choice: { type: "allowed_tools", mode, tools: [{ type: "function", name: "b" }] }
      })
      assert.deepStrictEqual(yield* names(allowed("auto")), ["b"])
      const history = {
        input: [
          { role: "user", content: "p" },
          { type: "function_call", call_id: "c", name: "b", arguments: "{}" },
          { type: "function_call_output", call_id: "c", output: "o" }
        ]
      }
      assert.deepStrictEqual(yield* names({ ...history, ...allowed("auto") }), [])
      assert.deepStrictEqual(yield* names({ ...history, ...allowed("required") }), ["b"])
    }))
})
