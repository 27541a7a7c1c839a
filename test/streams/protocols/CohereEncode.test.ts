import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/Cohere/Cohere.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>
type Body = Readonly<Record<string, unknown>>

const encodeResult = (input: Input, stream = false) =>
  encodedBody(protocol, CompletionRequest.make({ model: "cohere/m", prompt: "Hi", ...input }), {
    provider: "cohere",
    model: "m",
    stream,
    quirks: {}
  })

const encode = (input: Input, stream = false): Body => Result.getOrThrow(encodeResult(input, stream))

/** What a request says beyond the model, the plain prompt and how it is answered. */
const fields = (input: Input): Body => {
  const { messages: _, model: __, stream: ___, ...others } = encode(input)
  return others
}

const messages = (prompt: Prompt.RawInput, input: Input = {}): unknown => encode({ ...input, prompt })["messages"]

const refusal = (input: Input) => {
  const result = encodeResult(input)
  if (Result.isSuccess(result)) return assert.fail("it was written")
  return [result.failure.parameter, result.failure.detail]
}

const user = { role: "user", content: "Hi" }

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})
const time = Tool.make("time")
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: true
}
const weatherFunction = {
  type: "function",
  function: { name: "weather", description: "Tells the weather", parameters }
}
const timeFunction = {
  type: "function",
  function: { name: "time", parameters: { type: "object", properties: {}, additionalProperties: false } }
}
const names = (body: Body): unknown =>
  Array.isArray(body["tools"]) ? body["tools"].map((tool) => tool.function.name) : body["tools"]

const image = (data: string, options?: Schema.JsonObject) =>
  Prompt.filePart({ mediaType: "image/png", data, ...(options === undefined ? {} : { options: { sluice: options } }) })

describe("Cohere encodes", () => {
  it("a prompt, and whether it is answered in a stream", () => {
    assert.deepStrictEqual(encode({}), { model: "m", messages: [user], stream: false })
    assert.deepStrictEqual(encode({}, true), { model: "m", messages: [user], stream: true })
  })

  it("every setting that Cohere has a field for, under its name", () => {
    assert.deepStrictEqual(
      fields({
        temperature: 0,
        topP: 0.5,
        topK: 3,
        maxOutputTokens: 100,
        stop: ["END"],
        seed: 7,
        text: { verbosity: "high" },
        promptCache: { key: "k" },
        user: "u",
        metadata: { a: "b" }
      }),
      { temperature: 0, p: 0.5, k: 3, max_tokens: 100, stop_sequences: ["END"], seed: 7 }
    )
  })

  it.each<readonly [CompletionRequest.ReasoningOptions, Body]>([
    [{ effort: "none" }, { thinking: { type: "disabled" } }],
    [{ effort: "none", budgetTokens: 9 }, { thinking: { type: "disabled" } }],
    [{ effort: "high" }, { thinking: { type: "enabled" } }],
    [{ budgetTokens: 500 }, { thinking: { type: "enabled", token_budget: 500 } }],
    [{ effort: "low", budgetTokens: 500 }, { thinking: { type: "enabled", token_budget: 500 } }],
    [{ summary: "auto" }, {}],
    [{}, {}]
  ])("how hard to think: %o", (reasoning, expected) => {
    assert.deepStrictEqual(fields({ reasoning }), expected)
  })

  it("JSON, with a schema or without", () => {
    const schema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] }
    assert.deepStrictEqual(fields({ outputSchema: "json" }), { response_format: { type: "json_object" } })
    assert.deepStrictEqual(fields({ outputSchema: { schema, name: "n" } }), {
      response_format: { type: "json_object", json_schema: schema }
    })
    assert.deepInclude(
      fields({ outputSchema: { schema: Schema.Struct({ n: Schema.Finite }) } })["response_format"],
      { type: "json_object" }
    )
  })

  it("provider options last, and only its own", () => {
    assert.deepStrictEqual(
      fields({
        temperature: 1,
        providerOptions: {
          cohere: { temperature: 0.2, safety_mode: "OFF", citation_options: { mode: "FAST" } },
          other: { k: 3 }
        }
      }),
      { temperature: 0.2, safety_mode: "OFF", citation_options: { mode: "FAST" } }
    )
  })

  describe("tools", () => {
    it("with their schemas", () => {
      assert.deepStrictEqual(fields({ tools: [weather, time] }), { tools: [weatherFunction, timeFunction] })
    })

    it("strict where some want it and none refuses", () => {
      const strict = weather.annotate(Tool.Strict, true)
      const lax = time.annotate(Tool.Strict, false)
      assert.strictEqual(fields({ tools: [strict, time] })["strict_tools"], true)
      assert.isUndefined(fields({ tools: [strict, lax] })["strict_tools"])
      assert.isUndefined(fields({ tools: [weather, time] })["strict_tools"])
    })

    it.each<readonly [string, Input["toolChoice"], unknown, unknown]>([
      ["to the model", "auto", undefined, ["weather", "time"]],
      ["to nobody", "none", "NONE", ["weather", "time"]],
      ["to the model, which must take one", "required", "REQUIRED", ["weather", "time"]],
      ["for one: only that is sent", { tool: "time" }, "REQUIRED", ["time"]],
      ["between some", { oneOf: ["time"] }, undefined, ["time"]],
      ["between some, of which it must take one", { oneOf: ["time"], mode: "required" }, "REQUIRED", ["time"]]
    ])("and leaves the choice %s", (_, toolChoice, expected, sent) => {
      const body = fields({ tools: [weather, time], toolChoice })
      assert.deepStrictEqual([body["tool_choice"], names(body)], [expected, sent])
    })

    it("not where there are none", () => {
      assert.deepStrictEqual(fields({ tools: [], toolChoice: "none" }), {})
    })

    it("and refuses what cannot be", () => {
      assert.deepStrictEqual(refusal({ toolChoice: "required" }), [
        "toolChoice",
        "a tool call is required, but there are no tools: add one"
      ])
      assert.deepStrictEqual(refusal({ tools: [time], toolChoice: { tool: "weather" } }), [
        "toolChoice",
        "there is no tool \"weather\": add it to the tools"
      ])
      const search = Tool.providerDefined({ id: "openai.web_search", customName: "search", providerName: "web_search" })
      const [parameter, detail] = refusal({ tools: [search()] })
      assert.strictEqual(parameter, "tools")
      assert.include(detail, "Cohere takes only functions")
    })
  })

  describe("messages", () => {
    it("of every role", () => {
      assert.deepStrictEqual(
        messages([
          { role: "system", content: "Be kind." },
          { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] },
          { role: "assistant", content: "c" },
          { role: "user", content: "d" }
        ]),
        [
          { role: "system", content: "Be kind." },
          { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] },
          { role: "assistant", content: "c" },
          { role: "user", content: "d" }
        ]
      )
    })

    it("with images by URL and in base64", () => {
      assert.deepStrictEqual(
        messages([{ role: "user", content: [image("https://a.test/a.png", { detail: "low" }), image("QUJD")] }]),
        [{
          role: "user",
          content: [
            { type: "image_url", image_url: { url: "https://a.test/a.png", detail: "low" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } }
          ]
        }]
      )
    })

    it("with text files as documents, beside the caller's own", () => {
      const file = (mediaType: string, text: string, fileName?: string) =>
        Prompt.filePart({
          mediaType,
          data: new TextEncoder().encode(text),
          ...(fileName === undefined ? {} : { fileName })
        })
      const body = encode({
        prompt: [
          { role: "user", content: [{ type: "text", text: "Who?" }, file("text/plain", "It was me.", "facts.txt")] },
          { role: "user", content: [file("application/json", "{}")] }
        ],
        providerOptions: { cohere: { documents: ["more"] } }
      })
      assert.deepStrictEqual(body["messages"], [
        { role: "user", content: "Who?" },
        { role: "user", content: "See the documents." }
      ])
      assert.deepStrictEqual(body["documents"], [
        { data: { text: "It was me.", title: "facts.txt" } },
        { data: { text: "{}" } },
        "more"
      ])
    })

    it("with calls and their results", () => {
      const part = (id: string, name: string, params: unknown) =>
        Prompt.toolCallPart({ id, name, params, providerExecuted: false })
      const result = (id: string, name: string, value: unknown, isFailure = false) =>
        Prompt.toolResultPart({ id, name, result: value, isFailure, providerExecuted: false })
      const call = (id: string, name: string, text: string) => ({
        id,
        type: "function",
        function: { name, arguments: text }
      })
      assert.deepStrictEqual(
        messages([
          { role: "user", content: "Hi" },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "foreign" },
              { type: "text", text: "Let me look." },
              part("a", "weather", { city: "Oslo" }),
              part("b", "time", undefined),
              Prompt.toolCallPart({ id: "x", name: "search", params: {}, providerExecuted: true })
            ]
          },
          { role: "tool", content: [result("a", "weather", { sky: "blue" }), result("b", "time", "no clock", true)] }
        ]),
        [
          user,
          {
            role: "assistant",
            tool_plan: "Let me look.",
            tool_calls: [call("a", "weather", "{\"city\":\"Oslo\"}"), call("b", "time", "{}")]
          },
          { role: "tool", tool_call_id: "a", content: "{\"sky\":\"blue\"}" },
          { role: "tool", tool_call_id: "b", content: "Error: no clock" }
        ]
      )
    })

    it("with what a tool wants shown, files after all results", () => {
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
        { role: "tool", tool_call_id: "a", content: "drawn" },
        { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } }] }
      ])
    })

    it("and refuses what has no form", () => {
      assert.deepStrictEqual(refusal({ prompt: Prompt.empty })[0], "prompt")
      const pdf = Prompt.filePart({ mediaType: "application/pdf", data: "QUJD" })
      assert.include(refusal({ prompt: [{ role: "user", content: [pdf] }] })[1], "not application/pdf")
      assert.include(refusal({ prompt: [{ role: "user", content: [image("file-1")] }] })[1], "not as the id of a file")
      const linked = Prompt.filePart({ mediaType: "text/plain", data: "https://a.test/a.txt" })
      assert.include(refusal({ prompt: [{ role: "user", content: [linked] }] })[1], "as bytes or base64")
      assert.include(
        refusal({ prompt: [{ role: "assistant", content: [image("QUJD")] }] })[1],
        "move them to the user's"
      )
    })
  })

  describe("an answer of its own", () => {
    const thought: ResponseItem = { _tag: "Reasoning", content: ["Hm."], summary: [], protocol: "cohere" }
    const plan: ResponseItem = { ...thought, content: ["I will look."], native: { type: "tool_plan" } }
    const citation = { start: 0, end: 2, text: "Hé", sources: [], content_index: 7 }
    const said: ResponseItem = {
      _tag: "Message",
      content: [{ _tag: "OutputText", text: "Héllo", citations: [{ startIndex: 0, endIndex: 2, native: citation }] }],
      protocol: "cohere"
    }
    const call: ResponseItem = {
      _tag: "ToolCall",
      id: "a",
      name: "weather",
      arguments: { city: "Oslo" },
      protocol: "cohere"
    }
    const written = { id: "a", type: "function", function: { name: "weather", arguments: "{\"city\":\"Oslo\"}" } }
    const result = Replay.toolResult({ id: "a", name: "weather" }, "sunny")
    const replay = (items: ReadonlyArray<ResponseItem>, input: Input = {}) => messages(Replay.toPrompt(items), input)
    const replayCall = (
      items: ReadonlyArray<ResponseItem>,
      input: Input = {}
    ) => [[messages(Prompt.concat(Replay.toPrompt(items), result), input)].flat()[0]]

    it("with thoughts, the plan and calls", () => {
      assert.deepStrictEqual(replayCall([thought, plan, call]), [{
        role: "assistant",
        tool_plan: "I will look.",
        content: [{ type: "thinking", thinking: "Hm." }],
        tool_calls: [written]
      }])
    })

    it("with text in the plan where there are calls: the server takes it nowhere else", () => {
      assert.deepStrictEqual(replayCall([plan, said, call]), [{
        role: "assistant",
        tool_plan: "I will look.\nHéllo",
        tool_calls: [written]
      }])
    })

    it("with citations, which name the block that they are of", () => {
      assert.deepStrictEqual(replay([thought, said]), [{
        role: "assistant",
        content: [{ type: "thinking", thinking: "Hm." }, { type: "text", text: "Héllo" }],
        citations: [{ ...citation, content_index: 1 }]
      }])
    })

    it("without citations of a text that was changed", () => {
      const [part] = Replay.toPrompt([said]).content[0]?.content ?? []
      const changed = { ...(part as Prompt.TextPart), text: "Bye" }
      assert.deepStrictEqual(messages([{ role: "assistant", content: [changed] }]), [
        { role: "assistant", content: "Bye" }
      ])
    })

    it("without thoughts where the model shall not think", () => {
      assert.deepStrictEqual(replay([thought, said], { reasoning: { effort: "none" } }), [
        { role: "assistant", content: "Héllo", citations: [{ ...citation, content_index: 0 }] }
      ])
      assert.deepStrictEqual(
        replayCall([thought, call], { providerOptions: { cohere: { thinking: { type: "disabled" } } } }),
        [{ role: "assistant", tool_calls: [written] }]
      )
    })

    it("with a plan as text where its calls are gone", () => {
      assert.deepStrictEqual(replay([plan]), [{ role: "assistant", content: "I will look." }])
      assert.deepStrictEqual(replay([plan, { ...said, content: [{ _tag: "OutputText", text: "a", citations: [] }] }]), [
        { role: "assistant", content: "a" }
      ])
    })

    it("without what another model thought", () => {
      assert.deepStrictEqual(
        replay([{ ...thought, protocol: "openai-chat" }, {
          _tag: "Message",
          content: [{ _tag: "OutputText", text: "a", citations: [{ native: {} }] }],
          protocol: "openai-chat"
        }]),
        [{ role: "assistant", content: "a" }]
      )
    })
  })
})
