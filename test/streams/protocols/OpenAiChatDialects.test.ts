/**
 * What requests look like in the dialects of Chat Completions, quirk by quirk.
 */
import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import type { ProviderFields } from "../../../src/domain/ProviderFields.ts"
import { overQuirks, type Quirks, quirksOf } from "../../../src/domain/Quirks.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import { context, encoder, fold, type Outcome, run } from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>
type Body = Readonly<Record<string, unknown>>

const encodeResult = (input: Input, quirks: Quirks, stream = false) =>
  encodedBody(protocol, CompletionRequest.make({ model: "test/m", prompt: "Hi", ...input }), {
    provider: "test",
    model: "m",
    stream,
    quirks
  })

const encode = (input: Input, quirks: Quirks, stream = false): Body =>
  Result.getOrThrow(encodeResult(input, quirks, stream))

/** What a request says beyond the model and the plain prompt. */
const fields = (input: Input, quirks: Quirks, stream = false): Body => {
  const { messages: _, model: __, ...others } = encode(input, quirks, stream)
  return others
}

const messages = (prompt: Prompt.RawInput, quirks: Quirks): unknown => encode({ prompt }, quirks)["messages"]

const refusal = (input: Input, quirks: Quirks): readonly [string | undefined, string | undefined] => {
  const result = encodeResult(input, quirks)
  if (Result.isSuccess(result)) return assert.fail("it was written")
  return [result.failure.parameter, result.failure.detail]
}

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })
const time = Tool.make("time")
const weatherName = { type: "function", function: { name: "weather" } }
const namesOf = (body: Body): unknown =>
  Array.isArray(body["tools"]) ? body["tools"].map((tool) => tool.function.name) : body["tools"]

describe("the dialects of OpenAiChat", () => {
  describe("how hard to think", () => {
    const cases: ReadonlyArray<readonly [string, Quirks, CompletionRequest.ReasoningOptions, Body]> = [
      ["OpenAI's field", {}, { effort: "high", budgetTokens: 9 }, { reasoning_effort: "high" }],
      ["OpenAI's field, for none too", {}, { effort: "none" }, { reasoning_effort: "none" }],
      ["nothing where nothing is said", { reasoningFields: { switch: "thinking" } }, { summary: "auto" }, {}],
      ["OpenRouter's object", { reasoningFields: { effort: "reasoning", budget: "reasoning" } }, { effort: "low" }, {
        reasoning: { effort: "low" }
      }],
      [
        "OpenRouter's object with a budget, which goes before an effort",
        { reasoningFields: { effort: "reasoning", budget: "reasoning" } },
        { effort: "low", budgetTokens: 9 },
        { reasoning: { max_tokens: 9 } }
      ],
      ["a switch alone", { reasoningFields: { switch: "thinking", effort: "none" } }, { effort: "high" }, {
        thinking: { type: "enabled" }
      }],
      ["a switch with an effort", { reasoningFields: { switch: "thinking" } }, { effort: "high" }, {
        thinking: { type: "enabled" },
        reasoning_effort: "high"
      }],
      ["a switch turned off, without an effort", { reasoningFields: { switch: "thinking" } }, { effort: "none" }, {
        thinking: { type: "disabled" }
      }],
      [
        "a switch with a budget in it",
        { reasoningFields: { switch: "thinking", budget: "thinking", effort: "none" } },
        { budgetTokens: 9 },
        { thinking: { type: "enabled", budget_tokens: 9 } }
      ],
      [
        "Qwen's fields",
        { reasoningFields: { switch: "enable_thinking", budget: "thinking_budget", effort: "none" } },
        { effort: "high", budgetTokens: 9 },
        { enable_thinking: true, thinking_budget: 9 }
      ],
      [
        "Qwen's fields, off and so without a budget",
        { reasoningFields: { switch: "enable_thinking", budget: "thinking_budget", effort: "none" } },
        { effort: "none", budgetTokens: 9 },
        { enable_thinking: false }
      ],
      ["the variables of a template", { reasoningFields: { switch: "chat_template_kwargs" } }, { effort: "none" }, {
        chat_template_kwargs: { enable_thinking: false }
      }],
      ["a server's own words", { reasoningFields: { efforts: { low: "default" } } }, { effort: "low" }, {
        reasoning_effort: "default"
      }],
      ["a word that a server has none for", { reasoningFields: { efforts: { low: null } } }, { effort: "low" }, {}],
      ["a word that is its own", { reasoningFields: { efforts: { low: "default" } } }, { effort: "high" }, {
        reasoning_effort: "high"
      }]
    ]

    it.each(cases)("%s", (_, quirks, reasoning, expected) => {
      assert.deepStrictEqual(fields({ reasoning }, quirks), expected)
    })
  })

  describe("the fields that servers know", () => {
    const input: Input = {
      temperature: 0.5,
      seed: 7,
      user: "u",
      stop: ["END"],
      metadata: { a: "b" },
      promptCache: { key: "k" }
    }

    it("are under the server's names", () => {
      assert.deepStrictEqual(
        fields({ user: "u", parallelToolCalls: true, tools: [time] }, {
          fieldNames: { user: "user_id", parallel_tool_calls: "parallel_function_calling" },
          tools: true
        }),
        {
          user_id: "u",
          parallel_function_calling: true,
          tools: fields({ tools: [time] }, {})["tools"]
        }
      )
    })

    it("and the others are left out", () => {
      assert.deepStrictEqual(
        fields(input, { unknownFields: { user: "omit", metadata: "omit", prompt_cache_key: "omit", seed: "omit" } }),
        { temperature: 0.5, stop: ["END"] }
      )
    })

    it("and those that change the answer refuse the request", () => {
      assert.deepStrictEqual(refusal(input, { unknownFields: { stop: "reject" } }), [
        "stop",
        "this provider or model has no such field, and without it the result would be different"
      ])
      assert.strictEqual(refusal({ topP: 1 }, { unknownFields: { top_p: "reject" } })[0], "topP")
      assert.deepStrictEqual(fields({}, { unknownFields: { stop: "reject" } }), {})
    })

    it("unless the caller writes them", () => {
      assert.deepStrictEqual(
        fields({ providerOptions: { test: { stop: ["x"] } } }, { unknownFields: { stop: "reject" } }),
        { stop: ["x"] }
      )
    })

    it("and what every request has, unless it says otherwise", () => {
      const quirks: Quirks = { body: { safe: true, temperature: 1 } }
      assert.deepStrictEqual(fields({}, quirks), { safe: true, temperature: 1 })
      assert.deepStrictEqual(fields({ temperature: 0.5 }, quirks), { safe: true, temperature: 0.5 })
      assert.deepStrictEqual(fields({ providerOptions: { test: { safe: false } } }, quirks), {
        safe: false,
        temperature: 1
      })
    })

    it("a temperature of 0 by what stands for it", () => {
      assert.deepStrictEqual(fields({ temperature: 0 }, { zeroTemperature: 0.01 }), { temperature: 0.01 })
      assert.deepStrictEqual(fields({ temperature: 0 }, { zeroTemperature: "do_sample" }), { do_sample: false })
      assert.deepStrictEqual(fields({ temperature: 1 }, { zeroTemperature: 0.01 }), { temperature: 1 })
      assert.deepStrictEqual(fields({ temperature: 0 }, {}), { temperature: 0 })
    })

    it("usage as OpenRouter wants to be asked for it, of whole answers too", () => {
      assert.deepStrictEqual(fields({}, { includeUsage: "usage" }), { usage: { include: true } })
      assert.deepStrictEqual(fields({}, { includeUsage: "usage" }, true), { stream: true, usage: { include: true } })
    })

    it("a schema without a name, and any JSON as a schema where that is all there is", () => {
      const schema = { type: "object", properties: {} }
      assert.deepStrictEqual(fields({ outputSchema: { schema, name: "x" } }, { namedSchema: false }), {
        response_format: { type: "json_schema", json_schema: { schema } }
      })
      assert.deepStrictEqual(fields({ outputSchema: "json" }, { namedSchema: false }), {
        response_format: { type: "json_schema", json_schema: { schema: { type: "object" } } }
      })
    })
  })

  describe("the choice of tools", () => {
    const choices = ["auto", "none", "required", { tool: "weather" }, { oneOf: ["weather"], mode: "required" }] as const

    it.each<readonly [NonNullable<Quirks["toolChoice"]>, ReadonlyArray<readonly [unknown, ReadonlyArray<string>]>]>([
      ["openai", [
        ["auto", ["weather", "time"]],
        ["none", ["weather", "time"]],
        ["required", ["weather", "time"]],
        [weatherName, ["weather", "time"]],
        ["required", ["weather"]]
      ]],
      ["any", [
        ["auto", ["weather", "time"]],
        ["none", ["weather", "time"]],
        ["any", ["weather", "time"]],
        ["any", ["weather"]],
        ["any", ["weather"]]
      ]],
      ["named", [
        ["auto", ["weather", "time"]],
        ["none", ["weather", "time"]],
        ["required", ["weather", "time"]],
        [weatherName, ["weather", "time"]],
        [weatherName, ["weather"]]
      ]]
    ])("in the words of `%s`", (toolChoice, expected) => {
      assert.deepStrictEqual<unknown>(
        choices.map((choice) => {
          const body = fields({ tools: [weather, time], toolChoice: choice }, { toolChoice })
          return [body["tool_choice"], namesOf(body)]
        }),
        expected
      )
    })

    it("is refused where the model chooses always, but for none, which is no tools", () => {
      const quirks: Quirks = { toolChoice: "auto" }
      const tools = [weather, time]
      assert.strictEqual(fields({ tools, toolChoice: "auto" }, quirks)["tool_choice"], "auto")
      assert.deepStrictEqual(fields({ tools, toolChoice: "none" }, quirks), {})
      assert.strictEqual(refusal({ tools, toolChoice: "required" }, quirks)[0], "toolChoice")
      assert.strictEqual(refusal({ tools, toolChoice: { tool: "time" } }, quirks)[0], "toolChoice")
      assert.deepStrictEqual(
        namesOf(fields({ tools, toolChoice: { oneOf: ["time"] } }, quirks)),
        ["time"]
      )
    })

    it("is none, and tools are refused, where there are none", () => {
      const quirks: Quirks = { tools: false }
      assert.strictEqual(refusal({ tools: [time] }, quirks)[0], "tools")
      assert.deepStrictEqual(fields({ tools: [time], toolChoice: "none" }, quirks), {})
      const turn: ReadonlyArray<ResponseItem> = [{ _tag: "ToolCall", id: "a", name: "time", arguments: {} }]
      const prompt = Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(turn))
      assert.strictEqual(refusal({ prompt }, quirks)[0], "prompt")
    })

    it("asks for streamed arguments where that has to be asked for", () => {
      assert.strictEqual(fields({ tools: [time] }, { toolStream: true }, true)["tool_stream"], true)
      assert.isUndefined(fields({ tools: [time] }, { toolStream: true })["tool_stream"])
      assert.isUndefined(fields({}, { toolStream: true }, true)["tool_stream"])
    })
  })

  describe("the schemas of tools", () => {
    const written = (parameters: unknown, schemas: Quirks["schemas"]): unknown => {
      const tool = Tool.dynamic("t", { parameters: parameters as never }).annotate(Tool.Strict, true)
      const tools = fields({ tools: [tool] }, { schemas })["tools"]
      return Array.isArray(tools) ? tools[0].function : undefined
    }
    const schema = {
      type: "object",
      properties: { a: { type: "object", properties: { b: { type: "string" } }, additionalProperties: false } },
      additionalProperties: false
    }

    it.each<[NonNullable<Quirks["schemas"]>, unknown]>([
      ["xai", {
        parameters: {
          type: "object",
          properties: { a: { type: "object", properties: { b: { type: "string" } } } }
        },
        strict: true
      }],
      ["moonshot", { parameters: schema }],
      ["json-schema", { parameters: schema, strict: true }],
      ["openai", {
        parameters: {
          ...schema,
          properties: {
            a: {
              anyOf: [
                {
                  type: "object",
                  properties: { b: { anyOf: [{ type: "string" }, { type: "null" }] } },
                  required: ["b"],
                  additionalProperties: false
                },
                { type: "null" }
              ]
            }
          },
          required: ["a"]
        },
        strict: true
      }]
    ])("in the dialect %s", (name, expected) => {
      assert.deepStrictEqual(written(schema, name), { name: "t", ...Object(expected) })
    })
  })

  describe("the ids of calls", () => {
    const conversation = (...ids: ReadonlyArray<string>): Prompt.Prompt => {
      const calls = ids.map((id): ResponseItem => ({ _tag: "ToolCall", id, name: "time", arguments: {} }))
      return ids.reduce(
        (prompt, id) => Prompt.concat(prompt, Replay.toolResult({ id, name: "time" }, "noon")),
        Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(calls))
      )
    }
    const idsOf = (...ids: ReadonlyArray<string>): ReadonlyArray<string> => {
      const all = messages(conversation(...ids), { toolIds: "nine-letters" })
      if (!Array.isArray(all)) return []
      const [, assistant, ...results] = all
      const calls = assistant.tool_calls.map((call: { readonly id: string }) => call.id)
      assert.deepStrictEqual(calls, results.map((result) => result.tool_call_id))
      return calls
    }

    it("stay where they are nine letters, and become that where they are not", () => {
      const [kept, other, empty] = idsOf("D681PevKs", "call_abc", "functions.name:0")
      assert.strictEqual(kept, "D681PevKs")
      for (const id of [other, empty]) assert.match(id ?? "", /^[a-zA-Z0-9]{9}$/)
      assert.notStrictEqual(other, empty)
    })

    it("are the same in every request", () => {
      assert.deepStrictEqual(idsOf("call_abc"), idsOf("call_abc"))
      assert.deepStrictEqual(idsOf("call_abc", "call_d").slice(0, 1), idsOf("call_abc"))
    })

    it("never become those of another call", () => {
      const [taken = ""] = idsOf("call_abc")
      const [kept, moved] = idsOf(taken, "call_abc")
      assert.strictEqual(kept, taken)
      assert.notStrictEqual(moved, taken)
      const many = Array.from({ length: 500 }, (_, index) => `call_${index}`)
      assert.strictEqual(new Set(idsOf(...many)).size, many.length)
    })

    it("are left alone elsewhere, and the result names its tool where that is wanted", () => {
      assert.deepStrictEqual(messages(conversation("call_abc"), { toolResultName: true }), [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_abc", type: "function", function: { name: "time", arguments: "{}" } }]
        },
        { role: "tool", tool_call_id: "call_abc", name: "time", content: "noon" }
      ])
    })
  })

  describe("messages", () => {
    const prefill: Prompt.RawInput = [
      { role: "user", content: "Count" },
      { role: "assistant", content: "One, " }
    ]

    it.each(["prefix", "partial"] as const)("with `%s` where the answer is begun", (mark) => {
      assert.deepStrictEqual(messages(prefill, { prefill: mark }), [
        { role: "user", content: "Count" },
        { role: "assistant", content: "One, ", [mark]: true }
      ])
      assert.deepStrictEqual(messages([...prefill, { role: "user", content: "Go on" }], { prefill: mark }), [
        { role: "user", content: "Count" },
        { role: "assistant", content: "One, " },
        { role: "user", content: "Go on" }
      ])
    })

    it("that take turns, after one of instructions", () => {
      const image = Prompt.filePart({ mediaType: "image/png", data: new URL("https://example.com/a.png") })
      assert.deepStrictEqual(
        messages([
          { role: "system", content: "Be brief." },
          { role: "user", content: "One" },
          { role: "user", content: "Two" },
          { role: "system", content: "Be kind." },
          { role: "user", content: [image] },
          { role: "assistant", content: "Yes" },
          { role: "assistant", content: "No" }
        ], { alternatingRoles: true }),
        [
          { role: "system", content: "Be brief.\n\nBe kind." },
          {
            role: "user",
            content: [
              { type: "text", text: "One\n\nTwo" },
              { type: "image_url", image_url: { url: "https://example.com/a.png" } }
            ]
          },
          { role: "assistant", content: "Yes\n\nNo" }
        ]
      )
    })

    it("of the assistant, each with its reasoning, even where there is none", () => {
      const quirks: Quirks = { reasoningReplayField: "reasoning_content", reasoningReplayAlways: true }
      const turn: ReadonlyArray<ResponseItem> = [
        { _tag: "Reasoning", content: ["hm"], summary: [] },
        { _tag: "Message", content: [{ _tag: "OutputText", text: "Yes", citations: [] }] }
      ]
      assert.deepStrictEqual(messages(Prompt.concat(Prompt.make(prefill), Replay.toPrompt(turn)), quirks), [
        { role: "user", content: "Count" },
        { role: "assistant", content: "One, ", reasoning_content: "" },
        { role: "assistant", content: "Yes", reasoning_content: "hm" }
      ])
    })
  })

  describe("files", () => {
    const image = { mediaType: "image/png", data: new URL("https://example.com/a.png") }
    const pdf = { mediaType: "application/pdf", fileName: "a.pdf" }
    const url = new URL("https://example.com/a.pdf")
    const written = (part: Parameters<typeof Prompt.filePart>[0], quirks: Quirks): unknown => {
      const all = messages([{ role: "user", content: [Prompt.filePart(part)] }], quirks)
      return Array.isArray(all) ? all[0].content[0] : undefined
    }
    const refused = (part: Parameters<typeof Prompt.filePart>[0], quirks: Quirks) =>
      refusal({ prompt: [{ role: "user", content: [Prompt.filePart(part)] }] }, quirks)[0]

    it("images as a URL alone", () => {
      assert.deepStrictEqual(written(image, { images: "string" }), {
        type: "image_url",
        image_url: "https://example.com/a.png"
      })
      assert.deepStrictEqual(written({ mediaType: "image/png", data: "iVBORw0KGgo=" }, { images: "string" }), {
        type: "image_url",
        image_url: "data:image/png;base64,iVBORw0KGgo="
      })
    })

    it("no images that a server would have to fetch", () => {
      assert.strictEqual(refused(image, { images: "inline" }), "prompt")
      assert.deepStrictEqual(written({ mediaType: "image/png", data: "iVBORw0KGgo=" }, { images: "inline" }), {
        type: "image_url",
        image_url: { url: "data:image/png;base64,iVBORw0KGgo=" }
      })
      assert.deepStrictEqual(written({ mediaType: "image/png", data: "ms://file1" }, { images: "inline" }), {
        type: "image_url",
        image_url: { url: "ms://file1" }
      })
    })

    it("documents as Mistral takes them", () => {
      const quirks: Quirks = { documents: "document_url" }
      assert.deepStrictEqual(written({ ...pdf, data: url }, quirks), {
        type: "document_url",
        document_url: "https://example.com/a.pdf",
        document_name: "a.pdf"
      })
      assert.deepStrictEqual(written({ mediaType: "application/pdf", data: "JVBERi0=" }, quirks), {
        type: "document_url",
        document_url: "data:application/pdf;base64,JVBERi0="
      })
      assert.deepStrictEqual(written({ ...pdf, data: "file-1" }, quirks), { type: "file", file_id: "file-1" })
    })

    it("documents as Perplexity takes them", () => {
      const quirks: Quirks = { documents: "file_url" }
      assert.deepStrictEqual(written({ ...pdf, data: url }, quirks), {
        type: "file_url",
        file_url: { url: "https://example.com/a.pdf" },
        file_name: "a.pdf"
      })
      assert.deepStrictEqual(written({ mediaType: "application/pdf", data: "JVBERi0=" }, quirks), {
        type: "file_url",
        file_url: { url: "JVBERi0=" }
      })
      assert.strictEqual(refused({ ...pdf, data: "file-1" }, quirks), "prompt")
    })
  })

  describe("content in parts", () => {
    const body = JSON.stringify({
      id: "a",
      choices: [{
        index: 0,
        finish_reason: "stop",
        message: {
          role: "assistant",
          content: [
            { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
            { type: "text", text: "It is " },
            { type: "text", text: "noon" },
            { type: "reference", reference_ids: [1, 2] },
            { type: "text", text: "." }
          ]
        }
      }]
    })
    const itemsOf = (provider: string): ReadonlyArray<ResponseItem> =>
      protocol.decodeWhole(body, context({ error: { provider } })).events.flatMap((event) =>
        event._tag === "OutputItemDone" ? [event.item] : []
      )

    it("are sent back as they came, in their places", () => {
      assert.deepStrictEqual(
        messages(Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(itemsOf("test"))), {
          thinkingParts: true
        }),
        [
          { role: "user", content: "Hi" },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
              { type: "text", text: "It is noon" },
              { type: "reference", reference_ids: [1, 2] },
              { type: "text", text: "." }
            ]
          }
        ]
      )
    })

    it("are text for others, and for servers that know no parts", () => {
      const plain = [{ role: "user", content: "Hi" }, { role: "assistant", content: "It is noon." }]
      const replayed = (provider: string, quirks: Quirks) =>
        messages(Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(itemsOf(provider))), quirks)
      assert.deepStrictEqual(replayed("other", { thinkingParts: true }), plain)
      assert.deepStrictEqual(replayed("test", {}), plain)
    })
  })

  it("are those of a model, over those of its provider, in order", () => {
    const quirks: Quirks = {
      topK: true,
      byModel: [
        { models: /^a/, quirks: { topK: false, zeroTemperature: 1 } },
        { models: /b$/, quirks: { zeroTemperature: 2 } }
      ]
    }
    const of = (model: string | undefined) => {
      const { topK, zeroTemperature } = quirksOf(quirks, model)
      return [topK, zeroTemperature]
    }
    assert.deepStrictEqual(of("x"), [true, undefined])
    assert.deepStrictEqual(of(undefined), [true, undefined])
    assert.deepStrictEqual(of("a"), [false, 1])
    assert.deepStrictEqual(of("ab"), [false, 2])
  })

  it("are what a program says, over those of a model", () => {
    const quirks: Quirks = { topK: true, byModel: [{ models: /^a/, quirks: { topK: false, zeroTemperature: 1 } }] }
    const of = (over: Quirks | undefined, model: string) => {
      const { topK, zeroTemperature } = quirksOf(overQuirks(quirks, over), model)
      return [topK, zeroTemperature]
    }
    assert.deepStrictEqual(of(undefined, "a"), [false, 1])
    assert.deepStrictEqual(of({ topK: true }, "a"), [true, 1])
    assert.deepStrictEqual(of({ zeroTemperature: 3 }, "b"), [true, 3])
    assert.deepStrictEqual(of({ byModel: [{ models: /b/, quirks: { topK: false } }] }, "b"), [false, undefined])
    assert.deepStrictEqual(overQuirks({ topK: true }, { topK: false }), { topK: false })
  })
})

describe("the fields of a provider", () => {
  it("are typed where they are known, and sent as they are", () => {
    const openrouter: ProviderFields["openrouter"] = {
      provider: { order: ["a"], sort: "price", max_price: { prompt: 1 } },
      plugins: [{ id: "web", max_results: 3 }],
      anything: true
    }
    const { providerOptions } = CompletionRequest.make({ model: "m", prompt: "Hi", providerOptions: { openrouter } })
    assert.strictEqual(providerOptions?.openrouter, openrouter)
    assert.deepStrictEqual(
      Result.getOrThrow(encodedBody(protocol, CompletionRequest.make({ model: "m", prompt: "Hi", providerOptions }), {
        provider: "openrouter",
        model: "m",
        stream: false,
        quirks: {}
      })),
      { model: "m", messages: [{ role: "user", content: "Hi" }], ...openrouter }
    )
  })

  it("cannot have other values", () => {
    // @ts-expect-error: there is no such order
    const wrong: ProviderFields = { openrouter: { provider: { sort: "cheapest" } } }
    // @ts-expect-error: it is not a list
    const single: ProviderFields = { perplexity: { search_domain_filter: "example.com" } }
    const unknown: ProviderFields = { another: { whatever: [1] } }
    assert.lengthOf([wrong, single, unknown], 3)
  })
})

describe("reasoning between tags", () => {
  const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
  const end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
  const items = (quirks: Quirks, ...pieces: ReadonlyArray<string>): ReadonlyArray<unknown> =>
    run(protocol, [encoder.encode(pieces.map(chunk).join("") + end)], context({ quirks })).events.flatMap((
      event
    ): ReadonlyArray<unknown> =>
      event._tag === "OutputItemDone"
        ? event.item._tag === "Message"
          ? [event.item.content.map((content) => content._tag === "OutputText" ? content.text : "")]
          : event.item._tag === "Reasoning"
          ? [{ reasoning: event.item.content }]
          : []
        : []
    )

  it("is told from the text where that is the server's way", () => {
    const pieces = ["<thi", "nk>h", "m</", "think>\n\nHi", " there <"]
    assert.deepStrictEqual(items({ thinkTags: true }, ...pieces), [{ reasoning: ["hm"] }, ["\n\nHi there <"]])
    assert.deepStrictEqual(items({}, ...pieces), [["<think>hm</think>\n\nHi there <"]])
    assert.deepStrictEqual(items({ thinkTags: "open" }, "hm</think>", "Hi"), [{ reasoning: ["hm"] }, ["Hi"]])
  })

  it("is all there is where the second tag never comes", () => {
    assert.deepStrictEqual(items({ thinkTags: true }, "<think>hm</thi"), [{ reasoning: ["hm</thi"] }])
  })
})

describe("bare answers", () => {
  const quirks: Quirks = { bareResponses: true }
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
  const folded = (outcome: Outcome) => {
    const { completed, text, toolCalls, usage: counted } = fold(outcome)
    return [text, toolCalls, counted?.totalTokens, completed?.evidence, outcome.failure?._tag]
  }
  const stream = (...events: ReadonlyArray<unknown>) =>
    run(
      protocol,
      [encoder.encode(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`)],
      context({ quirks })
    )
  const whole = (body: unknown) => protocol.decodeWhole(JSON.stringify(body), context({ quirks }))
  const calls = [{ name: "time", arguments: { zone: "UTC" } }]

  it("are read from a stream", () => {
    assert.deepStrictEqual(
      folded(stream(
        { response: "He", p: "abcd" },
        { response: "llo" },
        { response: "", tool_calls: [] },
        { response: "", usage }
      )),
      ["Hello", [], 5, ["usage", "done-marker"], undefined]
    )
    const [, called] = folded(stream({ response: null, tool_calls: calls }, { usage }))
    assert.deepInclude(Array.isArray(called) ? called[0] : undefined, { name: "time", arguments: { zone: "UTC" } })
  })

  it("are cut where the marker is missing", () => {
    const body = encoder.encode("data: {\"response\":\"He\"}\n\n")
    const { failure } = run(protocol, [body], context({ quirks }))
    assert.strictEqual(failure?._tag, "IncompleteStreamError")
    assert.strictEqual(failure?.partial?.text, "He")
  })

  it("are read whole", () => {
    const result = (fields: unknown) => ({ result: fields, success: true, errors: [], messages: [] })
    assert.deepStrictEqual(folded(whole(result({ response: "Hello", usage }))), [
      "Hello",
      [],
      5,
      ["usage", "end-of-body"],
      undefined
    ])
    assert.deepStrictEqual(folded(whole(result({ response: { a: 1 } })))[0], "{\"a\":1}")
    const [, called] = folded(whole(result({ response: null, tool_calls: calls })))
    assert.deepInclude(Array.isArray(called) ? called[0] : undefined, { name: "time" })
    assert.strictEqual(
      whole({ result: null, success: false, errors: [{ code: 5007, message: "No such model @cf/x or task" }] }).failure
        ?._tag,
      "ModelNotFoundError"
    )
    assert.strictEqual(
      whole({ success: true, errors: [], messages: [], result: {} }).failure?._tag,
      "MalformedResponseError"
    )
  })

  it("are Chat's own where they have choices", () => {
    const choice = { index: 0, finish_reason: "stop" }
    assert.deepStrictEqual(
      folded(stream({ choices: [{ ...choice, delta: { content: "Hi" } }] })),
      ["Hi", [], undefined, ["finish-reason", "done-marker"], undefined]
    )
    assert.deepStrictEqual(
      folded(whole({ result: { choices: [{ ...choice, message: { content: "Hi" } }] }, success: true }))[0],
      "Hi"
    )
  })
})

describe("sources beside the choices", () => {
  const urlsOf = (fields: unknown) => {
    const end = { choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }], ...Object(fields) }
    const { events } = run(protocol, [encoder.encode(`data: ${JSON.stringify(end)}\n\n`)])
    return events.flatMap((event) =>
      event._tag === "CitationAdded" ? [[event.citation.url, event.citation.title, event.citation.citedText]] : []
    )
  }

  it.each<readonly [string, unknown]>([
    ["search results", { search_results: [{ index: 1, url: "https://a.test", title: "A", snippet: "a" }] }],
    ["a web search", { web_search: [{ link: "https://a.test", title: "A", content: "a", refer: "ref_1" }] }],
    ["search info", { search_info: { search_results: [{ url: "https://a.test", title: "A", content: "a" }] } }]
  ])("are %s", (_, fields) => {
    assert.deepStrictEqual(urlsOf(fields), [["https://a.test", "A", "a"]])
  })

  it("are plain addresses", () => {
    assert.deepStrictEqual(urlsOf({ citations: ["https://a.test"] }), [["https://a.test", undefined, undefined]])
    assert.deepStrictEqual(urlsOf({ citations: [], search_results: null, search_info: {} }), [])
  })
})

describe("the counts of reasoning", () => {
  const output = (quirks: Quirks, completion: number, reasoning: number, total?: number) => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: completion,
      ...(total === undefined ? {} : { total_tokens: total }),
      completion_tokens_details: { reasoning_tokens: reasoning }
    }
    const body = JSON.stringify({ choices: [{ index: 0, message: { content: "" }, finish_reason: "stop" }], usage })
    return fold(protocol.decodeWhole(body, context({ quirks }))).usage?.outputTokens
  }

  it.each<readonly [string, Quirks, readonly [number, number, number?], number]>([
    ["within the completion by default", {}, [20, 5], 20],
    ["beside it where the total says so", {}, [20, 5, 35], 25],
    ["beside it where there is much more of it", {}, [20, 50], 70],
    ["within it where there is a little more of it", {}, [20, 22], 20],
    ["within it always", { reasoningTokens: "within" }, [20, 50], 20],
    ["beside it without a total", { reasoningTokens: "beside" }, [20, 5], 25],
    ["within it where the total says so after all", { reasoningTokens: "beside" }, [20, 5, 30], 20],
    ["beside it where there is more of it", { reasoningTokens: "beside-if-more" }, [20, 22], 42],
    ["within it where there is less of it", { reasoningTokens: "beside-if-more" }, [20, 5], 20]
  ])("are %s", (_, quirks, [completion, reasoning, total], expected) => {
    assert.strictEqual(output(quirks, completion, reasoning, total), expected)
  })
})
