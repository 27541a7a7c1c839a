import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import type { Quirks } from "../../../src/domain/Quirks.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import { rows } from "../../../src/domain/rules/OpenAi.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"
import { context, encoder, run } from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>

const encodeResult = (input: Input, quirks: Quirks = {}, more: Partial<EncodeContext> = {}) =>
  encodedBody(protocol, CompletionRequest.make({ model: "test/m", prompt: "Hi", ...input }), {
    provider: "test",
    model: "m",
    stream: false,
    quirks,
    ...more
  })

const encode = (input: Input, quirks: Quirks = {}, more: Partial<EncodeContext> = {}): unknown =>
  Result.getOrThrow(encodeResult(input, quirks, more))

const refusal = (input: Input, quirks: Quirks = {}) => {
  const result = encodeResult(input, quirks)
  if (Result.isSuccess(result)) return assert.fail("it was written")
  const { _tag, detail, parameter, status } = result.failure
  assert.deepStrictEqual([_tag, status], ["InvalidRequestError", undefined])
  return [parameter, detail]
}

const user = { role: "user", content: "Hi" }
const plain = { model: "m", messages: [user] }

const messages = (prompt: Prompt.RawInput, quirks: Quirks = {}, more: Partial<EncodeContext> = {}): unknown => {
  const body = encode({ prompt }, quirks, more)
  return typeof body === "object" && body !== null && "messages" in body ? body.messages : undefined
}

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})
const time = Tool.make("time")
const openSchema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: true
}
const weatherSchema = { ...openSchema, additionalProperties: false }
const weatherFunction = { name: "weather", description: "Tells the weather", parameters: openSchema }

describe("OpenAiChat encodes", () => {
  it("a prompt, and nothing that was not asked for", () => {
    assert.deepStrictEqual(encode({}), plain)
  })

  it("a stream, with usage", () => {
    assert.deepStrictEqual(encode({}, {}, { stream: true }), {
      ...plain,
      stream: true,
      stream_options: { include_usage: true }
    })
    assert.deepStrictEqual(encode({}, { includeUsage: false }, { stream: true }), { ...plain, stream: true })
  })

  it("every setting that Chat has a field for", () => {
    assert.deepStrictEqual(
      encode({
        temperature: 0,
        topP: 0.5,
        topK: 3,
        maxOutputTokens: 100,
        stop: ["END"],
        seed: 7,
        reasoning: { effort: "low", budgetTokens: 5, summary: "auto" },
        text: { verbosity: "high" },
        promptCache: { key: "k", ttl: "24h", auto: true },
        user: "u",
        metadata: { a: "b" }
      }),
      {
        ...plain,
        temperature: 0,
        top_p: 0.5,
        max_completion_tokens: 100,
        stop: ["END"],
        seed: 7,
        reasoning_effort: "low",
        verbosity: "high",
        prompt_cache_key: "k",
        prompt_cache_retention: "24h",
        user: "u",
        metadata: { a: "b" }
      }
    )
  })

  it("the settings of other servers by their quirks", () => {
    assert.deepStrictEqual(
      encode(
        { topK: 3, maxOutputTokens: 100, seed: 7 },
        { topK: true, maxTokensField: "max_tokens", seedField: "random_seed" }
      ),
      { ...plain, top_k: 3, max_tokens: 100, random_seed: 7 }
    )
  })

  it("provider options last, and only those of the provider", () => {
    assert.deepStrictEqual(
      encode({
        temperature: 1,
        providerOptions: { test: { temperature: 0.2, logprobs: true }, other: { top_logprobs: 3 } }
      }),
      { ...plain, temperature: 0.2, logprobs: true }
    )
  })

  describe("for reasoning models", () => {
    const quirks: Quirks = { modelRules: rows, maxTokensField: "max_tokens" }
    const input: Input = {
      prompt: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }],
      temperature: 1,
      topP: 1,
      maxOutputTokens: 9
    }

    it("no sampling, the developer's role and the newer limit", () => {
      assert.deepStrictEqual(encode(input, quirks, { model: "gpt-5-mini" }), {
        model: "gpt-5-mini",
        messages: [{ role: "developer", content: "Be brief." }, user],
        max_completion_tokens: 9
      })
    })

    it("sampling where they are told not to think", () => {
      assert.deepStrictEqual(
        encode({ ...input, reasoning: { effort: "none" } }, quirks, { model: "gpt-5.1" }),
        {
          model: "gpt-5.1",
          messages: [{ role: "developer", content: "Be brief." }, user],
          temperature: 1,
          top_p: 1,
          max_completion_tokens: 9,
          reasoning_effort: "none"
        }
      )
    })

    it("everything for the chat models of their families, and for others", () => {
      for (const model of ["gpt-5-chat-latest", "gpt-4.1"]) {
        assert.deepStrictEqual(encode(input, quirks, { model }), {
          model,
          messages: [{ role: "system", content: "Be brief." }, user],
          temperature: 1,
          top_p: 1,
          max_tokens: 9
        })
      }
    })
  })

  describe("tools", () => {
    it("with their schemas", () => {
      assert.deepStrictEqual(encode({ tools: [weather], parallelToolCalls: false }), {
        ...plain,
        tools: [{ type: "function", function: weatherFunction }],
        parallel_tool_calls: false
      })
    })

    it("strict where they say so", () => {
      assert.deepStrictEqual(encode({ tools: [weather.annotate(Tool.Strict, true)] }), {
        ...plain,
        tools: [{ type: "function", function: { ...weatherFunction, parameters: weatherSchema, strict: true } }]
      })
    })

    it("from a JSON Schema", () => {
      const dynamic = Tool.dynamic("weather", { description: "Tells the weather", parameters: weatherSchema })
      assert.deepStrictEqual(encode({ tools: [dynamic] }), {
        ...plain,
        tools: [{ type: "function", function: { ...weatherFunction, parameters: weatherSchema } }]
      })
    })

    it("not where there are none: an empty list is refused", () => {
      assert.deepStrictEqual(encode({ tools: [], toolChoice: "auto", parallelToolCalls: true }), plain)
    })

    it.each<readonly [string, Input["toolChoice"], unknown, ReadonlyArray<string>]>([
      ["auto", "auto", "auto", ["weather", "time"]],
      ["none", "none", "none", ["weather", "time"]],
      ["required", "required", "required", ["weather", "time"]],
      ["one", { tool: "time" }, { type: "function", function: { name: "time" } }, ["weather", "time"]],
      ["one of some", { oneOf: ["time"] }, "auto", ["time"]],
      ["certainly one of some", { mode: "required", oneOf: ["weather"] }, "required", ["weather"]]
    ])("of which the model may use %s", (_, toolChoice, expected, names) => {
      const body = encode({ tools: [weather, time], toolChoice })
      const { tool_choice, tools } = body as {
        readonly tool_choice: unknown
        readonly tools: ReadonlyArray<{ readonly function: { readonly name: string } }>
      }
      assert.deepStrictEqual([tool_choice, tools.map((tool) => tool.function.name)], [expected, names])
    })

    it("but refuses what it cannot write", () => {
      const unwritable = Tool.dynamic("bad", { parameters: { type: "object", default: 1n } })
      assert.deepStrictEqual(refusal({ tools: [unwritable] }), [
        "tools",
        "in the parameters of tool \"bad\", \"#\" cannot be written as JSON Schema"
      ])
      const text = Tool.dynamic("text", { parameters: { type: "string" } })
      assert.deepStrictEqual(refusal({ tools: [text] }), [
        "tools",
        "in the parameters of tool \"text\", \"#\" is not an object but string: wrap it in an object with one property"
      ])
      const search = Tool.providerDefined({
        id: "openai.web_search",
        customName: "search",
        providerName: "web_search"
      })()
      assert.deepStrictEqual(refusal({ tools: [search] }), [
        "tools",
        "tool \"search\" is run by a provider (openai.web_search), and Chat Completions takes only functions: remove it, or use a protocol that knows it"
      ])
      assert.deepStrictEqual(refusal({ tools: [weather], toolChoice: { tool: "wether" } }), [
        "toolChoice",
        "there is no tool \"wether\": add it to the tools"
      ])
      assert.deepStrictEqual(refusal({ toolChoice: "required" }), [
        "toolChoice",
        "a tool call is required, but there are no tools: add one"
      ])
    })
  })

  describe("the form of the output", () => {
    const schema = Schema.Struct({ answer: Schema.Finite })
    const jsonSchema = {
      type: "object",
      properties: { answer: { type: "number" } },
      required: ["answer"],
      additionalProperties: false
    }

    it("as a schema", () => {
      assert.deepStrictEqual(
        encode({ outputSchema: { schema, name: "sum", description: "A sum", strict: true } }),
        {
          ...plain,
          response_format: {
            type: "json_schema",
            json_schema: { name: "sum", description: "A sum", schema: jsonSchema, strict: true }
          }
        }
      )
      assert.deepStrictEqual(encode({ outputSchema: { schema: jsonSchema } }), {
        ...plain,
        response_format: { type: "json_schema", json_schema: { name: "output", schema: jsonSchema } }
      })
    })

    it("as JSON of any form", () => {
      assert.deepStrictEqual(encode({ outputSchema: "json" }), { ...plain, response_format: { type: "json_object" } })
    })

    it("in words, for servers that know no schemas", () => {
      const words = `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(jsonSchema)}`
      const quirks: Quirks = { structuredOutput: "json_object" }
      assert.deepStrictEqual(encode({ outputSchema: { schema: jsonSchema } }, quirks), {
        model: "m",
        messages: [{ role: "system", content: words }, user],
        response_format: { type: "json_object" }
      })
      const prompt = [{ role: "system" as const, content: "Be brief." }, { role: "user" as const, content: "Hi" }]
      assert.deepStrictEqual(encode({ prompt, outputSchema: { schema: jsonSchema } }, quirks), {
        model: "m",
        messages: [{ role: "system", content: `Be brief.\n\n${words}` }, user],
        response_format: { type: "json_object" }
      })
    })

    it("but refuses a schema that is none", () => {
      assert.strictEqual(refusal({ outputSchema: { schema: { type: "object", default: 1n } } })[0], "outputSchema")
    })
  })

  describe("the user's parts", () => {
    const file = (mediaType: string, data: string | Uint8Array | URL, more: object = {}) =>
      messages([{ role: "user", content: [Prompt.makePart("file", { mediaType, data, ...more })] }])
    const parts = (...content: ReadonlyArray<unknown>) => [{ role: "user", content }]
    const refused = (mediaType: string, data: string | URL) =>
      refusal({ prompt: [{ role: "user", content: [Prompt.makePart("file", { mediaType, data })] }] })[0]

    it("as a string where they are one text, as parts where they are more", () => {
      assert.deepStrictEqual(messages([{ role: "user", content: [{ type: "text", text: "a" }] }]), [
        { role: "user", content: "a" }
      ])
      assert.deepStrictEqual(
        messages([{ role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] }]),
        parts({ type: "text", text: "a" }, { type: "text", text: "b" })
      )
    })

    it.each<readonly [string, string | Uint8Array | URL, string]>([
      ["bytes", new Uint8Array([1, 2, 3]), "data:image/png;base64,AQID"],
      ["base64", "AQID", "data:image/png;base64,AQID"],
      ["a data URL", "data:image/webp;base64,AQID", "data:image/webp;base64,AQID"],
      ["a URL", new URL("https://a.test/i.png"), "https://a.test/i.png"],
      ["the text of a URL", "https://a.test/i.png", "https://a.test/i.png"]
    ])("images as %s", (_, data, url) => {
      assert.deepStrictEqual(file("image/png", data), parts({ type: "image_url", image_url: { url } }))
    })

    it("images with how closely to look", () => {
      assert.deepStrictEqual(
        file("image/png", "AQID", { options: { sluice: { detail: "high" } } }),
        parts({ type: "image_url", image_url: { url: "data:image/png;base64,AQID", detail: "high" } })
      )
    })

    it("audio", () => {
      assert.deepStrictEqual(
        file("audio/wav", new Uint8Array([1, 2, 3])),
        parts({ type: "input_audio", input_audio: { data: "AQID", format: "wav" } })
      )
      assert.deepStrictEqual(
        file("audio/mpeg", "AQID"),
        parts({ type: "input_audio", input_audio: { data: "AQID", format: "mp3" } })
      )
    })

    it("documents", () => {
      assert.deepStrictEqual(
        file("application/pdf", new Uint8Array([1, 2, 3]), { fileName: "a.pdf" }),
        parts({ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQID" } })
      )
      assert.deepStrictEqual(
        file("application/pdf", "file-abc"),
        parts({ type: "file", file: { file_id: "file-abc" } })
      )
    })

    it("but refuses files that Chat does not take", () => {
      assert.strictEqual(refused("audio/wav", new URL("https://a.test/a.wav")), "prompt")
      assert.strictEqual(refused("audio/ogg", "AQID"), "prompt")
      assert.strictEqual(refused("application/pdf", new URL("https://a.test/a.pdf")), "prompt")
      assert.strictEqual(refused("image/png", "file-abc"), "prompt")
      assert.strictEqual(refused("application/zip", "AQID"), "prompt")
    })
  })

  describe("cache marks", () => {
    const prompt = Prompt.fromMessages([
      Prompt.systemMessage({ content: "Be brief.", options: { sluice: { cache: true } } }),
      Prompt.userMessage({
        content: [
          Prompt.makePart("text", { text: "a", options: { sluice: { cache: { ttl: "1h" } } } }),
          Prompt.makePart("text", { text: "b" })
        ]
      }),
      Prompt.assistantMessage({
        content: [Prompt.makePart("text", { text: "c", options: { sluice: { cache: true } } })]
      })
    ])

    it("where the server knows them", () => {
      assert.deepStrictEqual(messages(prompt, { cacheControl: true }), [
        { role: "system", content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }] },
        {
          role: "user",
          content: [
            { type: "text", text: "a", cache_control: { type: "ephemeral", ttl: "1h" } },
            { type: "text", text: "b" }
          ]
        },
        { role: "assistant", content: [{ type: "text", text: "c", cache_control: { type: "ephemeral" } }] }
      ])
    })

    it("nowhere else", () => {
      assert.deepStrictEqual(messages(prompt), [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] },
        { role: "assistant", content: "c" }
      ])
    })
  })

  describe("the assistant's turns", () => {
    const turn = Prompt.fromMessages([
      Prompt.userMessage({ content: [Prompt.makePart("text", { text: "Hi" })] }),
      Prompt.assistantMessage({
        content: [
          Prompt.makePart("reasoning", { text: "hm" }),
          Prompt.makePart("text", { text: "a" }),
          Prompt.makePart("text", { text: "b" }),
          Prompt.makePart("tool-call", { id: "c1", name: "weather", params: { city: "Ulm" }, providerExecuted: false }),
          Prompt.makePart("tool-call", { id: "c2", name: "time", params: undefined, providerExecuted: false }),
          Prompt.makePart("tool-call", { id: "s1", name: "search", params: {}, providerExecuted: true }),
          Prompt.makePart("tool-approval-request", { approvalId: "a1", toolCallId: "c1" })
        ]
      }),
      ...["c1", "c2"].flatMap((id) => Replay.toolResult({ id, name: "f" }, "ok").content)
    ])
    const results = ["c1", "c2"].map((id) => ({ role: "tool", tool_call_id: id, content: "ok" }))
    const assistant = {
      role: "assistant",
      content: "ab",
      tool_calls: [
        { id: "c1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Ulm\"}" } },
        { id: "c2", type: "function", function: { name: "time", arguments: "{}" } }
      ]
    }

    it("with text and calls, without reasoning", () => {
      assert.deepStrictEqual(messages(turn), [user, assistant, ...results])
    })

    it.each(["reasoning_content", "reasoning"] as const)("with reasoning in %s where the server wants it", (field) => {
      const replayed = { ...assistant, [field]: "hm" }
      assert.deepStrictEqual(messages(turn, { reasoningReplayField: field }), [user, replayed, ...results])
    })

    it("not at all where nothing is left of them", () => {
      const prompt = Prompt.concat(Prompt.make("Hi"), [{
        role: "assistant",
        content: [Prompt.makePart("reasoning", { text: "hm" })]
      }])
      assert.deepStrictEqual(messages(prompt), [user])
    })

    it("but refuses files in them", () => {
      const image = Prompt.makePart("file", { mediaType: "image/png", data: "AQID" })
      assert.strictEqual(refusal({ prompt: [{ role: "assistant", content: [image] }] })[0], "prompt")
    })
  })

  describe("tool results", () => {
    const result = (value: unknown, more: object = {}) =>
      Prompt.makePart("tool-result", {
        id: "c1",
        name: "f",
        result: value,
        isFailure: false,
        providerExecuted: false,
        ...more
      })
    const call = (id: string) => Prompt.makePart("tool-call", { id, name: "f", params: {}, providerExecuted: false })
    const calls = (...ids: ReadonlyArray<string>) => Prompt.assistantMessage({ content: ids.map(call) })
    const encoded = (...content: ReadonlyArray<Prompt.ToolMessagePart>): ReadonlyArray<unknown> => {
      const ids = content.flatMap((part) => part.type === "tool-result" && !part.providerExecuted ? [part.id] : [])
      return [messages(Prompt.fromMessages([calls(...ids), Prompt.toolMessage({ content })]))].flat().slice(1)
    }
    const tool = (content: string, id = "c1") => ({ role: "tool", tool_call_id: id, content })

    it.each<readonly [string, unknown, string]>([
      ["text as it is", "sunny", "sunny"],
      ["an object as JSON", { sky: "blue" }, "{\"sky\":\"blue\"}"],
      ["a list as JSON", [1, null], "[1,null]"],
      ["null as JSON", null, "null"],
      ["nothing as nothing", undefined, ""]
    ])("%s", (_, value, content) => {
      assert.deepStrictEqual(encoded(result(value)), [tool(content)])
    })

    it("that are failures, as such", () => {
      assert.deepStrictEqual(encoded(result("no network", { isFailure: true })), [tool("Error: no network")])
    })

    it("each in a message of its own, without approvals and without the provider's own", () => {
      assert.deepStrictEqual(
        encoded(
          result("a"),
          Prompt.makePart("tool-approval-response", { approvalId: "x", approved: true }),
          result("b", { id: "c2" }),
          result("c", { id: "s1", providerExecuted: true })
        ),
        [tool("a"), tool("b", "c2")]
      )
    })

    it("as the tool wants them shown, files after all results", () => {
      const image = Prompt.makePart("file", { mediaType: "image/png", data: "AQID" })
      const shown = result({ raw: true }, { modelOutput: [Prompt.makePart("text", { text: "A chart:" }), image] })
      const prompt = Prompt.fromMessages([
        calls("c1", "c2"),
        Prompt.toolMessage({ content: [shown] }),
        Prompt.toolMessage({ content: [result("b", { id: "c2" })] }),
        Prompt.userMessage({ content: [Prompt.makePart("text", { text: "Hi" })] })
      ])
      assert.deepStrictEqual([messages(prompt)].flat().slice(1), [
        tool("A chart:"),
        tool("b", "c2"),
        { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }] },
        user
      ])
    })

    it("but refuses what is no JSON", () => {
      const prompt = Prompt.fromMessages([calls("c1"), Prompt.toolMessage({ content: [result({ big: 1n })] })])
      assert.deepStrictEqual(refusal({ prompt }), ["prompt", "the result of tool \"f\" is not JSON; give text or JSON"])
    })
  })

  it("refuses a prompt without messages, and says what to do", () => {
    assert.deepStrictEqual(refusal({ prompt: [] }), [
      "prompt",
      "there is no message in the prompt: give it at least one of the user"
    ])
  })
})

describe("OpenAiChat replays", () => {
  const answer = (...deltas: ReadonlyArray<object>): ReadonlyArray<ResponseItem> => {
    const chunks = [...deltas.map((delta) => ({ choices: [{ delta }] })), { choices: [{ finish_reason: "stop" }] }]
    const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")
    const { events, failure } = run(protocol, [encoder.encode(text)], context())
    assert.isUndefined(failure)
    return events.flatMap((event) => (event._tag === "OutputItemDone" ? [event.item] : []))
  }

  // Through JSON, as a conversation that was stored and read back.
  const stored = (prompt: Prompt.Prompt): Prompt.Prompt =>
    Schema.decodeUnknownSync(Prompt.Prompt)(JSON.parse(JSON.stringify(Schema.encodeSync(Prompt.Prompt)(prompt))))

  const details = [
    { type: "reasoning.text", text: "hm", index: 0, signature: "sig" },
    { type: "reasoning.encrypted", data: "blob", index: 0 }
  ]

  it("everything that an answer said", () => {
    const items = answer(
      { reasoning: "h", reasoning_details: [{ type: "reasoning.text", text: "h", index: 0 }] },
      { reasoning: "m", reasoning_details: [{ type: "reasoning.text", text: "m", index: 0, signature: "sig" }] },
      { reasoning_details: [{ type: "reasoning.encrypted", data: "blob", index: 0 }] },
      { content: "Let me look." },
      { tool_calls: [{ index: 0, id: "c1", function: { name: "weather", arguments: "{\"city\":\"Ulm\"}" } }] },
      { tool_calls: [{ index: 1, id: "c2", type: "custom", custom: { name: "patch", input: "***" } }] }
    )
    const prompt = stored(
      Prompt.concat(
        Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(items)),
        Prompt.fromMessages([
          ...Replay.toolResult({ id: "c1", name: "weather" }, { sky: "blue" }).content,
          ...Replay.toolResult({ id: "c2", name: "patch" }, "done").content
        ])
      )
    )
    const expected = {
      role: "assistant",
      content: "Let me look.",
      reasoning: "hm",
      reasoning_details: details,
      tool_calls: [
        { id: "c1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Ulm\"}" } },
        { id: "c2", type: "custom", custom: { name: "patch", input: "***" } }
      ]
    }
    const results = [
      { role: "tool", tool_call_id: "c1", content: "{\"sky\":\"blue\"}" },
      { role: "tool", tool_call_id: "c2", content: "done" }
    ]
    assert.deepStrictEqual(messages(prompt, { reasoningReplayField: "reasoning" }), [user, expected, ...results])
    const { reasoning: _, ...withoutField } = expected
    assert.deepStrictEqual(messages(prompt), [user, withoutField, ...results])
  })

  it("signed reasoning only to the provider that signed it", () => {
    const items = answer({ reasoning_details: details }, { content: "a" })
    assert.deepStrictEqual(messages(Replay.toPrompt(items), {}, { provider: "other" }), [
      { role: "assistant", content: "a" }
    ])
  })

  it("signatures of Gemini's thoughts only with their call, and to the provider that sent them", () => {
    const extra = { google: { thought_signature: "c2ln" } }
    const call = { id: "c1", function: { name: "weather", arguments: "{}" } }
    const replayed = Replay.toPrompt(answer({ tool_calls: [{ index: 0, ...call, extra_content: extra }] }))
    const prompt = stored(Prompt.concat(replayed, Replay.toolResult({ id: "c1", name: "weather" }, "sunny")))
    const message = (more: object) => [
      { role: "assistant", content: null, tool_calls: [{ ...call, type: "function", ...more }] },
      { role: "tool", tool_call_id: "c1", content: "sunny" }
    ]
    assert.deepStrictEqual<unknown>(messages(prompt), message({ extra_content: extra }))
    assert.deepStrictEqual<unknown>(messages(prompt, {}, { provider: "other" }), message({}))
  })

  it("what a caller changed as it is now", () => {
    const [message] = Replay.toPrompt(answer({ content: "Ask Ann." })).content
    const part = message?.role === "assistant" ? message.content[0] : undefined
    if (part?.type !== "text") return assert.fail("there is no text")
    const content = [Prompt.makePart("text", { text: "Ask NN.", options: part.options })]
    assert.deepStrictEqual(messages(Prompt.fromMessages([Prompt.assistantMessage({ content })])), [
      { role: "assistant", content: "Ask NN." }
    ])
  })

  it("a refusal as one", () => {
    assert.deepStrictEqual(messages(Replay.toPrompt(answer({ refusal: "I won't." }))), [
      { role: "assistant", content: null, refusal: "I won't." }
    ])
  })

  it("no call that must not be run", () => {
    const items = answer({ content: "a" }, { tool_calls: [{ id: "c1", function: { name: "f", arguments: "{x" } }] })
    assert.deepStrictEqual(messages(Replay.toPrompt(items)), [{ role: "assistant", content: "a" }])
  })
})
