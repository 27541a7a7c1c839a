import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { type Prompt, Tool } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/Gemini/Gemini.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"
import * as Decoding from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Omit<CompletionRequest.CompletionRequestInput, "model">

const encode = (input: Input, context: Partial<EncodeContext> = {}): Record<string, unknown> | ReadonlyArray<unknown> =>
  Result.match(
    encodedBody(protocol, CompletionRequest.make({ model: "m", ...input }), {
      provider: "gemini",
      model: "gemini-2.5-flash",
      stream: true,
      quirks: {},
      ...context
    }),
    {
      onSuccess: (body): Record<string, unknown> => ({ ...body }),
      onFailure: (error) => [error._tag, error.parameter, error.detail]
    }
  )

/** The body without the prompt. */
const fields = (input: Partial<Input>, context: Partial<EncodeContext> = {}): unknown => {
  const body = encode({ prompt: "Hi", ...input }, context)
  if (Array.isArray(body)) return body
  const { contents: _, ...rest } = body as Record<string, unknown>
  return rest
}

const bodyOf = (prompt: Prompt.RawInput, context: Partial<EncodeContext> = {}): unknown => encode({ prompt }, context)
const contents = (prompt: Prompt.RawInput, context: Partial<EncodeContext> = {}): unknown => {
  const body = encode({ prompt }, context)
  return Array.isArray(body) ? body : (body as Record<string, unknown>)["contents"]
}

const third: Partial<EncodeContext> = { model: "gemini-3-pro-preview" }

/** The contents of a conversation, from the n-th on. */
const from = (n: number, prompt: Prompt.RawInput, context: Partial<EncodeContext> = {}): unknown => {
  const all = contents(prompt, context)
  return Array.isArray(all) ? all.slice(n) : all
}

/** Through JSON, as a conversation that was kept. */
const stored = (value: unknown) => JSON.parse(JSON.stringify(value))

const user = (...parts: ReadonlyArray<unknown>) => ({ role: "user", parts })
const model = (...parts: ReadonlyArray<unknown>) => ({ role: "model", parts })

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String, days: Schema.optionalKey(Schema.Int) })
})
const ping = Tool.make("ping", {})
const strict = Tool.make("strict", { parameters: Schema.Struct({ a: Schema.String }) }).annotate(Tool.Strict, true)
const search = Tool.providerDefined({
  id: "google.google_search",
  customName: "Search",
  providerName: "google_search",
  args: Schema.Struct({ timeRangeFilter: Schema.optionalKey(Schema.Unknown) })
})
const foreign = Tool.providerDefined({ id: "openai.web_search", customName: "Web", providerName: "web_search" })

const weatherDeclaration = {
  name: "weather",
  description: "Tells the weather",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer" } },
    required: ["city"]
  }
}

const toolCall = (id: string, name: string, params: unknown): Prompt.ToolCallPartEncoded => ({
  type: "tool-call",
  id,
  name,
  params,
  providerExecuted: false
})
const toolResult = (id: string, name: string, result: unknown, isFailure = false): Prompt.ToolMessageEncoded => ({
  role: "tool",
  content: [{ type: "tool-result", id, name, result, isFailure, providerExecuted: false }]
})

describe("a request to Gemini", () => {
  describe("as a whole", () => {
    it.each<[string, Input, Partial<EncodeContext>, unknown]>([
      ["is a question", { prompt: "Hi" }, {}, { contents: [user({ text: "Hi" })] }],
      [
        "has all that it can say of how to answer",
        {
          prompt: [{ role: "system", content: "Be kind." }, { role: "system", content: "And brief." }, {
            role: "user",
            content: "Hi"
          }],
          temperature: 0.5,
          topP: 0.9,
          topK: 40,
          maxOutputTokens: 100,
          stop: ["END"],
          seed: 7,
          reasoning: { effort: "low", summary: "auto" },
          text: { verbosity: "low" },
          user: "u1",
          promptCache: { key: "k" },
          metadata: { a: "b" }
        },
        {},
        {
          systemInstruction: { parts: [{ text: "Be kind." }, { text: "And brief." }] },
          contents: [user({ text: "Hi" })],
          generationConfig: {
            maxOutputTokens: 100,
            temperature: 0.5,
            topP: 0.9,
            topK: 40,
            stopSequences: ["END"],
            seed: 7,
            thinkingConfig: { thinkingBudget: 1024, includeThoughts: true }
          }
        }
      ],
      [
        "has tools of both kinds, for a model that mixes them",
        { prompt: "Hi", tools: [weather, ping, search({})], toolChoice: "auto" },
        third,
        {
          contents: [user({ text: "Hi" })],
          tools: [{ functionDeclarations: [weatherDeclaration, { name: "ping" }] }, { googleSearch: {} }],
          toolConfig: { functionCallingConfig: { mode: "AUTO" }, includeServerSideToolInvocations: true }
        }
      ],
      [
        "has the schema of its answer",
        {
          prompt: "Hi",
          outputSchema: {
            schema: Schema.Struct({ city: Schema.NullOr(Schema.String), kind: Schema.Literals(["a", "b"]) })
          }
        },
        {},
        {
          contents: [user({ text: "Hi" })],
          generationConfig: {
            responseMimeType: "application/json",
            responseSchema: {
              type: "object",
              properties: {
                city: { type: "string", nullable: true },
                kind: { type: "string", enum: ["a", "b"] }
              },
              required: ["city", "kind"]
            }
          }
        }
      ],
      [
        "has schemas as they are, where the server takes them so",
        {
          prompt: "Hi",
          tools: [ping],
          outputSchema: { schema: { type: "object", properties: { a: { const: 1 } }, additionalProperties: false } }
        },
        { quirks: { schemas: "json-schema" } },
        {
          contents: [user({ text: "Hi" })],
          tools: [{
            functionDeclarations: [{
              name: "ping",
              parametersJsonSchema: { type: "object", properties: {}, additionalProperties: false }
            }]
          }],
          generationConfig: {
            responseMimeType: "application/json",
            responseJsonSchema: { type: "object", properties: { a: { const: 1 } }, additionalProperties: false }
          }
        }
      ],
      [
        "has the caller's own fields beside the others, at every level",
        {
          prompt: "Hi",
          temperature: 1,
          tools: [weather],
          toolChoice: "required",
          providerOptions: {
            gemini: {
              safetySettings: [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_NONE" }],
              cachedContent: "cachedContents/1",
              generationConfig: { responseModalities: ["IMAGE"], temperature: 2 },
              toolConfig: { retrievalConfig: { languageCode: "no" } }
            },
            vertexai: { labels: { no: "no" } }
          }
        },
        {},
        {
          contents: [user({ text: "Hi" })],
          tools: [{ functionDeclarations: [weatherDeclaration] }],
          toolConfig: { functionCallingConfig: { mode: "ANY" }, retrievalConfig: { languageCode: "no" } },
          generationConfig: { temperature: 2, responseModalities: ["IMAGE"] },
          safetySettings: [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_NONE" }],
          cachedContent: "cachedContents/1"
        }
      ],
      [
        "has labels, and asks for calls in pieces, where the server knows them",
        { prompt: "Hi", metadata: { team: "a" }, tools: [weather] },
        { ...third, quirks: { labels: true, streamArguments: true } },
        {
          contents: [user({ text: "Hi" })],
          tools: [{ functionDeclarations: [weatherDeclaration] }],
          toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } },
          labels: { team: "a" }
        }
      ]
    ])("%s", (_, input, context, expected) => {
      assert.deepStrictEqual<unknown>(encode(input, context), expected)
    })
  })

  describe("thinking", () => {
    const thinking = (name: string, reasoning: CompletionRequest.ReasoningOptions, quirks = {}): unknown => {
      const rest = fields({ reasoning }, { model: name, quirks }) as { generationConfig?: { thinkingConfig?: unknown } }
      return rest.generationConfig?.thinkingConfig
    }

    it.each([
      ["gemini-2.5-flash", "none", { thinkingBudget: 0 }],
      ["gemini-2.5-flash", "medium", { thinkingBudget: 8192 }],
      ["gemini-2.5-flash", "max", { thinkingBudget: 24_576 }],
      ["gemini-2.5-flash", "whatever", { thinkingBudget: -1 }],
      ["gemini-2.5-pro", "none", { thinkingBudget: 128 }],
      ["gemini-2.5-pro", "max", { thinkingBudget: 32_768 }],
      ["models/gemini-2.5-pro", "low", { thinkingBudget: 1024 }],
      ["gemini-3-flash-preview", "none", { thinkingLevel: "minimal" }],
      ["gemini-3-flash-preview", "medium", { thinkingLevel: "medium" }],
      ["gemini-3.7-flash", "minimal", { thinkingLevel: "low" }],
      ["gemini-3-pro-preview", "none", { thinkingLevel: "low" }],
      ["gemini-3.1-pro-preview", "xhigh", { thinkingLevel: "high" }],
      ["publishers/google/models/gemini-12-pro", "high", { thinkingLevel: "high" }],
      ["gemini-2.0-flash", "high", undefined],
      ["gemini-2.5-flash-image", "high", undefined],
      ["gemma-3-27b-it", "high", undefined],
      ["endpoints/123", "high", { thinkingBudget: 24_576 }]
    ])("of %s at %s is said as its generation takes it", (name, effort, expected) => {
      assert.deepStrictEqual(thinking(name, { effort }), expected)
    })

    it("takes a budget before an effort, and tells of thoughts when a summary is asked for", () => {
      assert.deepStrictEqual(thinking("gemini-3-pro-preview", { budgetTokens: 500, effort: "high" }), {
        thinkingBudget: 500
      })
      assert.deepStrictEqual(thinking("gemini-3-pro-preview", { summary: "detailed" }), { includeThoughts: true })
      assert.deepStrictEqual(thinking("gemini-2.5-flash", { effort: "none", summary: "auto" }), { thinkingBudget: 0 })
      assert.isUndefined(thinking("gemini-2.5-flash", {}))
    })

    it("is what a quirk says, over what the name does", () => {
      assert.deepStrictEqual(thinking("tuned", { effort: "high" }, { thinking: "level" }), { thinkingLevel: "high" })
      assert.deepStrictEqual(thinking("gemini-3-pro", { effort: "low" }, { thinking: "budget" }), {
        thinkingBudget: 1024
      })
      assert.isUndefined(thinking("gemini-3-pro", { effort: "low" }, { thinking: "none" }))
    })
  })

  describe("tools", () => {
    const config = (input: Partial<Input>, context: Partial<EncodeContext> = {}): unknown => {
      const rest = fields(input, context)
      return Array.isArray(rest) ? rest : (rest as { toolConfig?: unknown }).toolConfig
    }
    const tools = [weather, ping]

    it("are chosen by the model, by nobody, at least one, one of some, or the one that is named", () => {
      const calling = (toolChoice: Input["toolChoice"]) => config({ tools, toolChoice })
      assert.isUndefined(config({ tools }))
      assert.deepStrictEqual(calling("auto"), { functionCallingConfig: { mode: "AUTO" } })
      assert.deepStrictEqual(calling("none"), { functionCallingConfig: { mode: "NONE" } })
      assert.deepStrictEqual(calling("required"), { functionCallingConfig: { mode: "ANY" } })
      assert.deepStrictEqual(calling({ tool: "ping" }), {
        functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["ping"] }
      })
      assert.deepStrictEqual(fields({ tools, toolChoice: { mode: "required", oneOf: ["ping"] } }), {
        tools: [{ functionDeclarations: [{ name: "ping" }] }],
        toolConfig: { functionCallingConfig: { mode: "ANY" } }
      })
      assert.deepStrictEqual(fields({ toolChoice: "none" }), {})
    })

    it("that are strict have the model's calls checked, unless it has to make one anyway", () => {
      assert.deepStrictEqual(config({ tools: [strict] }), { functionCallingConfig: { mode: "VALIDATED" } })
      assert.deepStrictEqual(config({ tools: [strict], toolChoice: "required" }), {
        functionCallingConfig: { mode: "ANY" }
      })
    })

    it("of Google's own go by its names, with their arguments", () => {
      const filtered = search({ timeRangeFilter: { startTime: "2026-01-01T00:00:00Z" } })
      assert.deepStrictEqual(fields({ tools: [filtered] }), {
        tools: [{ googleSearch: { timeRangeFilter: { startTime: "2026-01-01T00:00:00Z" } } }]
      })
      assert.isUndefined(config({ tools: [weather, search({})] }))
      assert.isUndefined(config({ tools: [weather, search({})] }, { ...third, quirks: { mixedTools: false } }))
    })

    it.each<[string, Partial<Input>, string]>([
      ["another provider's", { tools: [foreign()] }, "tools"],
      ["none, and one is required", { toolChoice: "required" }, "toolChoice"],
      ["none of those that are there", { tools, toolChoice: { mode: "required", oneOf: [] } }, "toolChoice"],
      ["one that is not there", { tools, toolChoice: { tool: "nobody" } }, "toolChoice"],
      ["one that Google runs, by name", { tools: [weather, search({})], toolChoice: { tool: "Search" } }, "toolChoice"],
      [
        "only those that Google runs, and one is required",
        { tools: [search({})], toolChoice: "required" },
        "toolChoice"
      ],
      ["one at a time", { tools, parallelToolCalls: false }, "parallelToolCalls"]
    ])("cannot be %s", (_, input, parameter) => {
      const refused = fields(input)
      assert.deepStrictEqual(Array.isArray(refused) ? refused.slice(0, 2) : refused, ["InvalidRequestError", parameter])
    })
  })

  describe("a conversation", () => {
    it("has files as their bytes or by their address", () => {
      const file = (mediaType: string, data: string | Uint8Array | URL): Prompt.FilePartEncoded => ({
        type: "file",
        mediaType,
        data: data as string
      })
      const parts = (part: Prompt.FilePartEncoded): unknown => contents([{ role: "user", content: [part] }])
      const inline = (mimeType: string, data: string) => [user({ inlineData: { mimeType, data } })]
      const uri = (fields: object) => [user({ fileData: fields })]
      assert.deepStrictEqual(parts(file("image/png", new Uint8Array([104, 105]))), inline("image/png", "aGk="))
      assert.deepStrictEqual(parts(file("image/*", "/9j/4AAQ")), inline("image/jpeg", "/9j/4AAQ"))
      assert.deepStrictEqual(parts(file("audio/wav", "data:audio/wav;base64,aGk=")), inline("audio/wav", "aGk="))
      assert.deepStrictEqual(
        parts(file("application/pdf", "https://generativelanguage.googleapis.com/v1beta/files/a")),
        uri({ mimeType: "application/pdf", fileUri: "https://generativelanguage.googleapis.com/v1beta/files/a" })
      )
      assert.deepStrictEqual(parts(file("video/*", "https://youtu.be/a")), uri({ fileUri: "https://youtu.be/a" }))
      assert.deepStrictEqual(
        parts(file("image/png", "gs://bucket/a.png")),
        uri({ mimeType: "image/png", fileUri: "gs://bucket/a.png" })
      )
      assert.include(JSON.stringify(parts(file("image/png", "file-123"))), "InvalidRequestError")
    })

    it("puts instructions into the first message for models that take none", () => {
      const prompt: Prompt.RawInput = [
        { role: "system", content: "Be kind." },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "Hi" }
      ]
      assert.deepStrictEqual(bodyOf(prompt, { model: "gemma-3-27b-it" }), {
        contents: [model({ text: "Hello" }), user({ text: "Be kind." }, { text: "Hi" })]
      })
    })

    it("is refused when there is nothing in it", () => {
      for (const prompt of [[], [{ role: "system" as const, content: "Be kind." }]]) {
        const refused = bodyOf(prompt)
        assert.deepStrictEqual(Array.isArray(refused) ? refused.slice(0, 2) : refused, [
          "InvalidRequestError",
          "prompt"
        ])
      }
    })

    it("gives the results of calls without ids in the order of the calls, as one turn, failures as failures", () => {
      const prompt: Prompt.RawInput = [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Well" },
            toolCall("1", "a", { x: 1 }),
            toolCall("2", "b", null),
            toolCall("3", "a", "text")
          ]
        },
        toolResult("3", "a", [1], true),
        toolResult("1", "a", "one"),
        toolResult("2", "b", undefined),
        { role: "user", content: "And?" }
      ]
      const response = (name: string, value: object) => ({ functionResponse: { name, response: value } })
      assert.deepStrictEqual(contents(prompt), [
        user({ text: "Hi" }),
        model(
          { text: "Well" },
          { functionCall: { name: "a", args: { x: 1 } } },
          { functionCall: { name: "b", args: {} } },
          { functionCall: { name: "a", args: { input: "text" } } }
        ),
        user(response("a", { output: "one" }), response("b", { output: "" }), response("a", { error: [1] })),
        user({ text: "And?" })
      ])
    })

    it("says that there is no signature to the models that want one, on the first call of each turn", () => {
      const prompt: Prompt.RawInput = [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [toolCall("1", "a", {}), toolCall("2", "b", {})] },
        toolResult("1", "a", 1),
        toolResult("2", "b", 2)
      ]
      const response = (name: string, output: number) => ({ functionResponse: { name, response: { output } } })
      assert.deepStrictEqual(from(1, prompt, third), [
        model(
          { functionCall: { name: "a", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
          { functionCall: { name: "b", args: {} } }
        ),
        user(response("a", 1), response("b", 2))
      ])
    })

    it("shows the files of a result inside it, or after it where the model does not look inside", () => {
      const image = { type: "file", mediaType: "image/png", data: "aGk=" } as const
      const prompt: Prompt.RawInput = [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [toolCall("1", "draw", {})] },
        {
          role: "tool",
          content: [{
            type: "tool-result",
            id: "1",
            name: "draw",
            result: { secret: 1 },
            isFailure: false,
            providerExecuted: false,
            modelOutput: [{ type: "text", text: "Here" }, image]
          }]
        }
      ]
      const part = { inlineData: { mimeType: "image/png", data: "aGk=" } }
      assert.deepStrictEqual(from(2, prompt, third), [
        user({ functionResponse: { name: "draw", response: { output: "Here" }, parts: [part] } })
      ])
      assert.deepStrictEqual(from(2, prompt), [
        user({ functionResponse: { name: "draw", response: { output: "Here" } } }, part)
      ])
    })

    it("gives an answer back part by part as it came, with each signature where it was", () => {
      const parts = [
        { text: "hm", thought: true, thoughtSignature: "s0" },
        { executableCode: { language: "PYTHON", code: "1" }, thoughtSignature: "s1" },
        { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
        { text: "a" },
        { text: "b", thoughtSignature: "s2" },
        { text: "c" },
        { inlineData: { mimeType: "image/png", data: "aGk=" }, thoughtSignature: "s3" },
        { functionCall: { id: "c1", name: "f", args: { x: 1 } }, thoughtSignature: "s4" },
        { functionCall: { name: "g", args: {} } },
        { odd: { a: 1 } }
      ]
      const answer = {
        candidates: [{
          content: { parts },
          finishReason: "STOP",
          groundingMetadata: { groundingChunks: [{ web: { uri: "a" } }], webSearchQueries: ["q"] }
        }],
        responseId: "r1"
      }
      const { events } = protocol.decodeWhole(JSON.stringify(answer), Decoding.context())
      const items = events.flatMap((event): ReadonlyArray<ResponseItem> =>
        event._tag === "OutputItemDone" ? [event.item] : []
      )
      const given = items.find((item) => item._tag === "ToolCall" && item.name === "g")
      const id = given?._tag === "ToolCall" ? given.id : ""
      const prompt = [
        ...CompletionRequest.make({ model: "m", prompt: "Hi" }).prompt.content,
        ...Replay.toPrompt(items).content,
        ...Replay.toolResult({ id, name: "g" }, 2).content,
        ...Replay.toolResult({ id: "c1", name: "f" }, 1).content
      ]
      assert.deepStrictEqual(contents(stored(prompt), { ...third, provider: "test" }), [
        user({ text: "Hi" }),
        model(...parts),
        user(
          { functionResponse: { id: "c1", name: "f", response: { output: 1 } } },
          { functionResponse: { name: "g", response: { output: 2 } } }
        )
      ])
    })

    it("leaves out what was only for readers, and what another provider thought, ran or signed", () => {
      const other = { protocol: "anthropic-messages" }
      const prompt = [
        ...CompletionRequest.make({ model: "m", prompt: "Hi" }).prompt.content,
        ...Replay.toPrompt([
          { _tag: "Reasoning", content: ["hm"], summary: [], protocol: "gemini" },
          { _tag: "Reasoning", content: ["hm"], summary: [], signature: "s", ...other },
          { _tag: "ServerToolCall", id: "1", type: "web_search", native: {}, ...other },
          { _tag: "Message", content: [{ _tag: "OutputText", text: "a", citations: [] }], native: {}, ...other },
          { _tag: "ToolCall", id: "2", name: "f", arguments: {}, native: { signature: "s" }, ...other }
        ]).content,
        ...Replay.toolResult({ id: "2", name: "f" }, 1).content
      ]
      assert.deepStrictEqual(from(1, stored(prompt)), [
        model({ text: "a" }, { functionCall: { name: "f", args: {} } }),
        user({ functionResponse: { name: "f", response: { output: 1 } } })
      ])
    })

    it("says a text that was changed since without the signature of the old one", () => {
      const item: ResponseItem = {
        _tag: "Message",
        content: [{ _tag: "OutputText", text: "a", citations: [] }],
        protocol: "gemini",
        native: { thoughtSignatures: ["s"] }
      }
      const said = (text: string): Prompt.RawInput => [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [{ type: "text", text, options: { sluice: { item: stored(item) } } }] }
      ]
      assert.deepStrictEqual(from(1, said("a")), [model({ text: "a", thoughtSignature: "s" })])
      assert.deepStrictEqual(from(1, said("b")), [model({ text: "b" })])
    })
  })
})

describe("the schemas", () => {
  it("refuses recursive tools and answers as requests that cannot be served", () => {
    interface Tree {
      readonly children: ReadonlyArray<Tree>
    }
    const Tree = Schema.Struct({
      children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
    }).annotate({ identifier: "Tree" })
    const tool = Tool.make("plant", { parameters: Schema.Struct({ tree: Tree }) })
    const [tag, parameter, detail] = fields({ tools: [tool] }) as ReadonlyArray<string>
    assert.deepStrictEqual([tag, parameter], ["InvalidRequestError", "tools"])
    assert.match(detail ?? "", /in the parameters of tool "plant", "#\/\$defs\/Tree.*" contains itself/)
    const [, output] = fields({ outputSchema: { schema: Tree } }) as ReadonlyArray<string>
    assert.strictEqual(output, "outputSchema")
  })

  it("writes what Effect's schemas need", () => {
    const schema = Schema.Struct({
      name: Schema.String.check(Schema.isMinLength(1)),
      age: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 })),
      tags: Schema.Array(Schema.Literals(["a", "b"])),
      pair: Schema.Tuple([Schema.String, Schema.Finite]),
      maybe: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
      shape: Schema.Union([
        Schema.TaggedStruct("Circle", { radius: Schema.Finite }),
        Schema.TaggedStruct("Square", { side: Schema.Finite })
      ])
    })
    const written = JSON.stringify(fields({ outputSchema: { schema } }))
    for (const keyword of ["$ref", "$defs", "additionalProperties", "\"const\"", "allOf", "prefixItems"]) {
      assert.notInclude(written, keyword)
    }
    assert.include(written, "\"enum\":[\"Circle\"]")
    assert.include(written, "\"minLength\":1")
    assert.include(written, "\"maximum\":150")
  })
})
