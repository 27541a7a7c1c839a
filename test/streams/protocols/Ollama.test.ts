import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import type { FinishReason } from "../../../src/domain/FinishReason.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/Ollama/Ollama.ts"
import type { DecodeContext } from "../../../src/streams/response/StreamDecoder.ts"
import { context, encoder, every, fold, type Outcome, run } from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Json = Readonly<Record<string, unknown>>

const line = (message: Json | undefined, more: Json = {}): string =>
  `${
    JSON.stringify({
      model: "m:1b",
      created_at: "2026-01-01T00:00:00Z",
      ...(message === undefined ? {} : { message: { role: "assistant", ...message } }),
      done: false,
      ...more
    })
  }\n`

const last = (more: Json = {}): string =>
  line({ content: "" }, { done: true, done_reason: "stop", prompt_eval_count: 5, eval_count: 7, ...more })

const called = (...calls: ReadonlyArray<Json>): string => line({ content: "", tool_calls: calls })

const decode = (lines: ReadonlyArray<string>, given: Partial<DecodeContext> = {}): Outcome =>
  run(protocol, [encoder.encode(lines.join(""))], context(given))

const completed = ({ events }: Outcome) => events.find((one) => one._tag === "Completed")

const usage = {
  inputTokens: 5,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 7,
  reasoningOutputTokens: 0,
  totalTokens: 12
}

describe("Ollama", () => {
  describe("stream", () => {
    it("brings thinking, text and calls", () => {
      const outcome = decode([
        line({ content: "", thinking: "H" }),
        line({ content: "", thinking: "m." }),
        line({ content: "Hé" }),
        line({ content: "llo" }),
        called({ id: "call_1", function: { index: 0, name: "weather", arguments: { city: "Oslo" } } }),
        last()
      ])
      const expected: ReadonlyArray<ResponseEvent> = [
        { _tag: "Created", responseId: null, model: "m:1b" },
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "reasoning" } },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "H" },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "m." },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "message" } },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "Hé" },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "llo" },
        { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "tool-call", id: "call_1", name: "weather" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 2, id: "call_1", delta: "{\"city\":\"Oslo\"}" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: { _tag: "Reasoning", content: ["Hm."], summary: [], protocol: "ollama" }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 1,
          item: {
            _tag: "Message",
            content: [{ _tag: "OutputText", text: "Héllo", citations: [] }],
            protocol: "ollama"
          }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 2,
          item: { _tag: "ToolCall", id: "call_1", name: "weather", arguments: { city: "Oslo" }, protocol: "ollama" }
        },
        {
          _tag: "Completed",
          responseId: null,
          model: "m:1b",
          finishReason: "tool-calls",
          finishReasonRaw: "stop",
          usage,
          evidence: ["usage", "finish-reason", "terminal-event"]
        }
      ]
      assert.deepStrictEqual(outcome, { events: expected, failure: undefined })
    })

    it("completes at the line that is done, and nothing comes after it", () => {
      const outcome = decode([line({ content: "a" }), last(), line({ content: "b" })])
      assert.strictEqual(fold(outcome).text, "a")
      assert.strictEqual(outcome.events.at(-1)?._tag, "Completed")
    })

    it.each<readonly [string | undefined, boolean, FinishReason]>([
      ["stop", false, "stop"],
      ["stop", true, "tool-calls"],
      ["length", false, "length"],
      ["length", true, "length"],
      ["load", false, "other"],
      ["unload", false, "other"],
      [undefined, false, "other"],
      [undefined, true, "tool-calls"]
    ])("knows the reason %s with calls %s", (raw, hasCalls, finishReason) => {
      const calls = hasCalls ? [called({ function: { name: "f", arguments: {} } })] : []
      assert.deepInclude(completed(decode([...calls, last({ done_reason: raw })])), {
        finishReason,
        finishReasonRaw: raw ?? null
      })
    })

    it.each<readonly [string, Json, Json | null]>([
      ["the prompt and the answer", {}, usage],
      ["an answer to a prompt that was cached", { prompt_eval_count: undefined }, {
        ...usage,
        inputTokens: 0,
        totalTokens: 7
      }],
      ["nothing of nothing", { prompt_eval_count: undefined, eval_count: undefined }, null]
    ])("counts %s", (_, more, expected) => {
      assert.deepStrictEqual<unknown>(completed(decode([last(more)]))?.usage, expected)
    })

    it("makes up ids for calls that have none, and for a second call with the same", () => {
      const lines = [
        called({ function: { name: "f", arguments: { n: 1 } } }, { function: { name: "f", arguments: { n: 2 } } }),
        called({ id: "call_0", function: { name: "g", arguments: {} } }),
        called({ id: "call_0", function: { name: "g", arguments: { n: 3 } } }, { id: "", function: { name: "h" } }),
        last()
      ]
      const of = (requestId: string) => fold(decode(lines, { error: { provider: "ollama", requestId } })).toolCalls
      const calls = of("one")
      assert.deepStrictEqual(calls.map(({ arguments: value, name }) => [name, value]), [
        ["f", { n: 1 }],
        ["f", { n: 2 }],
        ["g", {}],
        ["g", { n: 3 }],
        ["h", {}]
      ])
      assert.strictEqual(new Set(calls.map(({ id }) => id)).size, 5)
      assert.strictEqual(calls[2]?.id, "call_0")
      // Another answer has other ids.
      assert.notStrictEqual(of("two")[0]?.id, calls[0]?.id)
    })

    it("reads numbers and booleans as text, digit for digit, at any chunking", () => {
      const body =
        "{\"message\":{\"content\":1.50},\"done\":false}\n{\"message\":{\"content\":1.50},\"done\":false}\n" +
        `{"message":{"content":true,"thinking":1e3},"done":false}\n${last()}`
      for (const size of [1, 7, 1000]) {
        const { reasoning, text } = fold(run(protocol, every(encoder.encode(body), size)))
        assert.deepStrictEqual([text, reasoning], ["1.501.50true", "1e3"])
      }
    })

    it("counts fields of an unknown form beside readable ones", () => {
      const outcome = decode([line({ content: "Hi", thinking: { a: 1 } }), last({ done_reason: {} })])
      assert.strictEqual(fold(outcome).text, "Hi")
      assert.deepInclude(completed(outcome), { finishReason: "other", unknown: { thinking: 1, done_reason: 1 } })
    })

    it("takes one tool call that is not in a list, and runs none without a name", () => {
      const one = decode([line({ tool_calls: { function: { name: "f", arguments: { a: 1 } } } }), last()])
      assert.deepInclude(fold(one).toolCalls[0], { name: "f", arguments: { a: 1 } })
      assert.deepInclude(completed(one), { finishReason: "tool-calls", finishReasonRaw: "stop" })
      const nameless = decode([called({ id: "", function: { arguments: { a: 1 } } }), last()])
      const items = nameless.events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item] : [])
      assert.deepInclude(items[0], { _tag: "InvalidToolCall", name: "", reason: "malformed" })
      assert.notStrictEqual(fold(nameless).toolCalls[0]?.id, "")
    })

    it("takes arguments that are text", () => {
      const outcome = decode([called({ id: "a", function: { name: "f", arguments: "{\"n\":1}" } }), last()])
      assert.deepStrictEqual(fold(outcome).toolCalls, [{ id: "a", name: "f", arguments: { n: 1 } }])
    })

    it("leaves thoughts in the text that are in the text, unless a quirk says otherwise", () => {
      const lines = [line({ content: "<thi" }), line({ content: "nk>Hm.</think>" }), line({ content: "Hi" }), last()]
      assert.deepInclude(fold(decode(lines)), { text: "<think>Hm.</think>Hi", reasoning: "" })
      assert.deepInclude(fold(decode(lines, { quirks: { thinkTags: true } })), { text: "Hi", reasoning: "Hm." })
      assert.deepInclude(fold(decode([line({ content: "<thi" }), last()], { quirks: { thinkTags: true } })), {
        text: "<thi"
      })
      const open = [line({ content: "Hm.</think>Hi" }), last()]
      assert.deepInclude(fold(decode(open, { quirks: { thinkTags: "open" } })), { text: "Hi", reasoning: "Hm." })
    })

    it("reads what is generated from a bare prompt as well", () => {
      const outcome = decode([
        line(undefined, { response: "", thinking: "Hm." }),
        line(undefined, { response: "Hi" }),
        line(undefined, { response: "", done: true, done_reason: "stop" })
      ])
      assert.deepInclude(fold(outcome), { text: "Hi", reasoning: "Hm." })
    })

    it("counts lines that say nothing of an answer, and goes on", () => {
      const outcome = decode(["{\"status\":\"pulling manifest\"}\n", "{}\n", line({ content: "a" }), last()])
      assert.deepInclude(completed(outcome), { unknown: { status: 1, line: 1 } })
    })

    it("fails with what the server says in a line", () => {
      const outcome = decode([line({ content: "half" }), "{\"error\":\"an error was encountered while running\"}\n"])
      assert.deepInclude(outcome.failure, {
        _tag: "StreamFailedError",
        detail: "an error was encountered while running"
      })
      assert.deepInclude(outcome.failure?.partial, { text: "half" })
      assert.strictEqual(decode(["{\"error\":\"model 'x' not found\"}"]).failure?._tag, "ModelNotFoundError")
    })

    it.each<readonly [string, string, string]>([
      ["a body that is a page", "<!DOCTYPE html>\n<html>\n{}\n</html>\n", "the body is a page and not an event stream"],
      ["a page of one line", "<html></html>", "the body is a page and not an event stream"],
      ["a line that is no JSON", "{\"model\":\n", "a line is not JSON"],
      ["a line that is no object", "[1]\n", "a line is not a JSON object"],
      ["a message that is none", line(undefined, { message: 1 }), "`message` is not an object"],
      ["content that is none", line({ content: {} }), "`content` is not a string"],
      ["calls that are none", line({ tool_calls: 1 }), "`tool_calls` is not an array"],
      ["a call that is none", line({ tool_calls: [1] }), "an entry of `tool_calls` is not an object"],
      ["a call without a function", line({ tool_calls: [{}] }), "a tool call has no `function`"],
      [
        "arguments that are none",
        line({ tool_calls: [{ function: { name: "f", arguments: 1 } }] }),
        "the arguments of a tool call are not an object"
      ]
    ])("fails on %s", (_, body, detail) => {
      const { failure } = decode([body])
      assert.deepInclude(failure, { _tag: "MalformedStreamError", detail })
      assert.strictEqual(failure?.isRetryable, !body.startsWith("<"))
    })

    it.each<readonly [string, string]>([
      ["in its first line", "{\"model\":\"m\",\"cre"],
      ["before its first line", ""],
      ["after a line", line({ content: "a" })]
    ])("is incomplete when it breaks off %s", (_, body) => {
      assert.deepInclude(decode([body]).failure, { _tag: "IncompleteStreamError", missing: ["terminal-event"] })
    })

    it("fails at a line over the limit", () => {
      const { failure } = decode([line({ content: "a".repeat(500) })], {
        limits: { maxLineBytes: 300, maxEventBytes: 1000 }
      })
      assert.deepInclude(failure, {
        _tag: "MalformedStreamError",
        detail: "a line is longer than the limit of 300 bytes"
      })
    })
  })

  describe("whole", () => {
    const whole = (body: unknown) => protocol.decodeWhole(JSON.stringify(body), context())

    it("is the line of a stream that has all of it", () => {
      const body = {
        model: "m:1b",
        message: {
          role: "assistant",
          content: "Hi",
          thinking: "Hm.",
          tool_calls: [{ id: "a", function: { name: "f", arguments: { n: 1 } } }]
        },
        done: true,
        done_reason: "stop",
        prompt_eval_count: 5,
        eval_count: 7
      }
      assert.deepStrictEqual(whole(body), decode([`${JSON.stringify(body)}\n`]))
      assert.deepInclude(fold(whole(body)), {
        text: "Hi",
        reasoning: "Hm.",
        toolCalls: [{ id: "a", name: "f", arguments: { n: 1 } }],
        usage
      })
    })

    it("may be lines after all", () => {
      const body = line({ content: "a" }) + line({ content: "b" }) + last()
      assert.deepStrictEqual(protocol.decodeWhole(body, context()), decode([body]))
      const cut = protocol.decodeWhole(line({ content: "a" }) + line({ content: "b" }), context())
      assert.deepInclude(cut.failure, { _tag: "IncompleteStreamError" })
      assert.deepStrictEqual(cut.events, [])
    })

    it("fails where it is none", () => {
      assert.deepInclude(whole({ model: "m", message: { content: "a" }, done: false }).failure, {
        _tag: "MalformedResponseError",
        detail: "it is not `done`"
      })
      assert.strictEqual(whole({ error: "model 'x' not found" }).failure?._tag, "ModelNotFoundError")
      assert.strictEqual(whole([]).failure?._tag, "MalformedResponseError")
    })
  })
})

type Input = Partial<CompletionRequest.CompletionRequestInput>
type Body = Readonly<Record<string, unknown>>

const encodeResult = (input: Input, stream = false) =>
  encodedBody(protocol, CompletionRequest.make({ model: "ollama/m", prompt: "Hi", ...input }), {
    provider: "ollama",
    model: "m",
    stream,
    quirks: {}
  })

const fields = (input: Input): Body => {
  const { messages: _, model: __, stream: ___, ...others } = Result.getOrThrow(encodeResult(input)) as Body
  return others
}

const messages = (prompt: Prompt.RawInput): unknown => Result.getOrThrow(encodeResult({ prompt }))["messages"]

const refusal = (input: Input) => {
  const result = encodeResult(input)
  if (Result.isSuccess(result)) return assert.fail("it was written")
  return [result.failure.parameter, result.failure.detail]
}

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})
const time = Tool.make("time")
const names = (body: Body): unknown =>
  Array.isArray(body["tools"]) ? body["tools"].map((tool) => tool.function.name) : body["tools"]

const image = (data: string | Uint8Array) => Prompt.filePart({ mediaType: "image/png", data })

describe("Ollama encodes", () => {
  it("a prompt, and always whether it is answered in a stream: without, it is", () => {
    const user = { role: "user", content: "Hi" }
    assert.deepStrictEqual(Result.getOrThrow(encodeResult({})), { model: "m", messages: [user], stream: false })
    assert.deepStrictEqual(Result.getOrThrow(encodeResult({}, true)), { model: "m", messages: [user], stream: true })
  })

  it("settings as options, with those of the caller among them", () => {
    assert.deepStrictEqual(
      fields({
        temperature: 0,
        topP: 0.5,
        topK: 3,
        maxOutputTokens: 100,
        stop: ["END"],
        seed: 7,
        user: "u",
        metadata: { a: "b" },
        providerOptions: { ollama: { keep_alive: "5m", options: { num_ctx: 8192, top_k: 9 } }, other: { a: 1 } }
      }),
      {
        keep_alive: "5m",
        options: {
          temperature: 0,
          top_p: 0.5,
          top_k: 9,
          num_predict: 100,
          stop: ["END"],
          seed: 7,
          num_ctx: 8192
        }
      }
    )
  })

  it.each<readonly [CompletionRequest.ReasoningOptions, Body]>([
    [{ effort: "none" }, { think: false }],
    [{ effort: "high" }, { think: "high" }],
    [{ budgetTokens: 500 }, { think: true }],
    [{ effort: "low", budgetTokens: 500 }, { think: "low" }],
    [{ summary: "auto" }, {}]
  ])("how hard to think: %o", (reasoning, expected) => {
    assert.deepStrictEqual(fields({ reasoning }), expected)
  })

  it("JSON, with a schema or without", () => {
    const schema = { type: "object", properties: { n: { type: "number" } } }
    assert.deepStrictEqual(fields({ outputSchema: "json" }), { format: "json" })
    assert.deepStrictEqual(fields({ outputSchema: { schema } }), { format: schema })
  })

  it("tools, with what can be said of their choice", () => {
    assert.deepStrictEqual(fields({ tools: [weather] }), {
      tools: [{
        type: "function",
        function: {
          name: "weather",
          description: "Tells the weather",
          parameters: {
            type: "object",
            properties: { city: { type: "string" } },
            required: ["city"],
            additionalProperties: true
          }
        }
      }]
    })
    assert.deepStrictEqual(names(fields({ tools: [weather, time], toolChoice: { oneOf: ["time"] } })), ["time"])
    assert.deepStrictEqual(fields({ tools: [weather], toolChoice: "none" }), {})
    assert.deepStrictEqual(fields({ tools: [] }), {})
    for (const toolChoice of ["required", { tool: "time" }, { oneOf: ["time"], mode: "required" }] as const) {
      assert.deepStrictEqual(refusal({ tools: [time], toolChoice }), [
        "toolChoice",
        "Ollama lets its models choose: it knows no way to require a tool call"
      ])
    }
    const search = Tool.providerDefined({ id: "openai.web_search", customName: "search", providerName: "web_search" })
    assert.include(refusal({ tools: [search()] })[1], "Ollama takes only functions")
  })

  it("messages of every role, images in base64", () => {
    assert.deepStrictEqual(
      messages([
        { role: "system", content: "Be kind." },
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            image("QUJD"),
            { type: "text", text: "b" },
            image("data:image/png;base64,REVG"),
            image(new Uint8Array([1, 2, 3]))
          ]
        },
        { role: "assistant", content: "c" },
        { role: "user", content: [image("QUJD")] }
      ]),
      [
        { role: "system", content: "Be kind." },
        { role: "user", content: "a\nb", images: ["QUJD", "REVG", "AQID"] },
        { role: "assistant", content: "c" },
        { role: "user", content: "", images: ["QUJD"] }
      ]
    )
  })

  it("an answer of its own with its thoughts, and none of another model's", () => {
    const items: ReadonlyArray<ResponseItem> = [
      { _tag: "Reasoning", content: ["Hm."], summary: [], protocol: "ollama" },
      { _tag: "Reasoning", content: ["foreign"], summary: [], protocol: "openai-chat" },
      { _tag: "Message", content: [{ _tag: "OutputText", text: "Wait.", citations: [] }], protocol: "ollama" },
      { _tag: "ToolCall", id: "call_1", name: "weather", arguments: { city: "Oslo" }, protocol: "ollama" },
      { _tag: "ToolCall", id: "call_2", name: "time", arguments: {}, protocol: "ollama" }
    ]
    const result = Replay.toolResult({ id: "call_1", name: "weather" }, { sky: "blue" })
    const failure = Replay.toolResult({ id: "call_2", name: "time" }, "no clock", true)
    assert.deepStrictEqual(messages([...Replay.toPrompt(items).content, ...result.content, ...failure.content]), [
      {
        role: "assistant",
        content: "Wait.",
        thinking: "Hm.",
        tool_calls: [
          { id: "call_1", function: { name: "weather", arguments: { city: "Oslo" } } },
          { id: "call_2", function: { name: "time", arguments: {} } }
        ]
      },
      { role: "tool", tool_name: "weather", tool_call_id: "call_1", content: "{\"sky\":\"blue\"}" },
      { role: "tool", tool_name: "time", tool_call_id: "call_2", content: "Error: no clock" }
    ])
  })

  it("what a tool wants shown, images after all results", () => {
    const shown = Prompt.toolResultPart({
      id: "a",
      name: "draw",
      result: { huge: true },
      isFailure: false,
      providerExecuted: false,
      modelOutput: [Prompt.textPart({ text: "drawn" }), image("QUJD")]
    })
    const call = Prompt.toolCallPart({ id: "a", name: "draw", params: {}, providerExecuted: false })
    const prompt: Prompt.RawInput = [{ role: "assistant", content: [call] }, { role: "tool", content: [shown] }]
    assert.deepStrictEqual([messages(prompt)].flat().slice(1), [
      { role: "tool", tool_name: "draw", tool_call_id: "a", content: "drawn" },
      { role: "user", content: "", images: ["QUJD"] }
    ])
  })

  it("nothing that has no form", () => {
    assert.strictEqual(refusal({ prompt: Prompt.empty })[0], "prompt")
    assert.include(refusal({ prompt: [{ role: "user", content: [image("https://a.test/a.png")] }] })[1], "not by URL")
    const pdf = Prompt.filePart({ mediaType: "application/pdf", data: "QUJD" })
    assert.include(refusal({ prompt: [{ role: "user", content: [pdf] }] })[1], "not application/pdf")
    assert.include(refusal({ prompt: [{ role: "assistant", content: [image("QUJD")] }] })[1], "move them to the user's")
    const call = Prompt.toolCallPart({ id: "a", name: "f", params: [1], providerExecuted: false })
    const result = Replay.toolResult({ id: "a", name: "f" }, "ok").content
    assert.include(
      refusal({ prompt: [{ role: "assistant", content: [call] }, ...result] })[1],
      "are not a JSON object"
    )
  })
})
