/**
 * Requests as the bodies that Converse's API reference and its user guide describe.
 *
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import type { Quirks } from "../../../src/domain/Quirks.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { protocol } from "../../../src/streams/protocols/BedrockConverse/BedrockConverse.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>

const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
const nova = "amazon.nova-lite-v1:0"
const nova2 = "us.amazon.nova-2-lite-v1:0"
const gpt = "openai.gpt-oss-120b-1:0"
const mistral = "mistral.mistral-large-2407-v1:0"
const deepseek = "us.deepseek.r1-v1:0"
const profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc"
const llama = "us.meta.llama3-3-70b-instruct-v1:0"

const encode = (input: Input, model = claude, quirks: Quirks = {}): unknown =>
  Result.match(
    encodedBody(protocol, CompletionRequest.make({ model: `bedrock/${model}`, prompt: "Hi", ...input }), {
      provider: "bedrock",
      model,
      stream: true,
      quirks
    }),
    { onSuccess: (body) => body, onFailure: (error) => [error._tag, error.parameter, error.detail] }
  )

/** The body without the question. */
const fields = (input: Input, model?: string, quirks?: Quirks): unknown => {
  const { messages: _, ...rest } = encode(input, model, quirks) as Record<string, unknown>
  return rest
}

const messages = (prompt: Prompt.RawInput, input: Input = {}, model?: string, quirks?: Quirks): unknown =>
  (encode({ prompt, ...input }, model, quirks) as Record<string, unknown>)["messages"]

const user = (...content: ReadonlyArray<unknown>) => ({ role: "user", content })
const assistant = (...content: ReadonlyArray<unknown>) => ({ role: "assistant", content })

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})
const time = Tool.make("time")
const weatherSpec = {
  toolSpec: {
    name: "weather",
    description: "Tells the weather",
    inputSchema: {
      json: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: true
      }
    }
  }
}

const asked = (id: string) => [
  { role: "user" as const, content: "Weather?" },
  {
    role: "assistant" as const,
    content: [{ type: "tool-call" as const, id, name: "weather", params: { city: "Oslo" }, providerExecuted: false }]
  },
  {
    role: "tool" as const,
    content: [{ type: "tool-result" as const, id, name: "weather", result: "Sunny", isFailure: false }]
  }
]

describe("BedrockConverse encodes", () => {
  it("a question, without the model, which the address has, and without a word about streaming", () => {
    assert.deepStrictEqual(encode({}), { messages: [user({ text: "Hi" })] })
  })

  it("the settings that every model has", () => {
    assert.deepStrictEqual(
      fields(
        { maxOutputTokens: 64, temperature: 0.5, topP: 0.9, stop: ["END"], metadata: { team: "a" }, seed: 7 },
        llama
      ),
      {
        inferenceConfig: { maxTokens: 64, temperature: 0.5, topP: 0.9, stopSequences: ["END"] },
        requestMetadata: { team: "a" }
      }
    )
    assert.deepStrictEqual(fields({ temperature: 0.5, topP: 0.9 }), { inferenceConfig: { temperature: 0.5 } })
  })

  it("the caller's own fields: two are added to ours, the others replace them", () => {
    assert.deepStrictEqual(
      fields({
        maxOutputTokens: 64,
        topK: 3,
        providerOptions: {
          bedrock: {
            inferenceConfig: { temperature: 0.1 },
            additionalModelRequestFields: { anthropic_beta: ["context-1m-2025-08-07"] },
            guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1", trace: "enabled" },
            serviceTier: { type: "flex" }
          },
          other: { x: 1 }
        }
      }),
      {
        inferenceConfig: { maxTokens: 64, temperature: 0.1 },
        additionalModelRequestFields: { top_k: 3, anthropic_beta: ["context-1m-2025-08-07"] },
        guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1", trace: "enabled" },
        serviceTier: { type: "flex" }
      }
    )
  })

  it.each<readonly [string, string, Input, unknown]>([
    ["Claude's effort", "us.anthropic.claude-opus-4-6-v1", {
      reasoning: { effort: "high", summary: "auto" },
      temperature: 1,
      topK: 5
    }, {
      additionalModelRequestFields: {
        thinking: { type: "adaptive", display: "summarized" },
        output_config: { effort: "high" }
      }
    }],
    ["Claude's budget", claude, { reasoning: { budgetTokens: 2000 } }, {
      inferenceConfig: { maxTokens: 4096 },
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2000 } }
    }],
    ["Claude's budget above the limit", claude, { reasoning: { budgetTokens: 2000 }, maxOutputTokens: 500 }, {
      inferenceConfig: { maxTokens: 2500 },
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2000 } }
    }],
    ["Claude without thinking", claude, { reasoning: { effort: "none" }, temperature: 0.3 }, {
      inferenceConfig: { temperature: 0.3 },
      additionalModelRequestFields: { thinking: { type: "disabled" } }
    }],
    ["Nova 2's effort", nova2, { reasoning: { effort: "medium" }, temperature: 0.3, maxOutputTokens: 9, topK: 5 }, {
      inferenceConfig: { maxTokens: 9, temperature: 0.3 },
      additionalModelRequestFields: {
        inferenceConfig: { topK: 5 },
        reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" }
      }
    }],
    ["Nova 2's highest effort, which takes no limits", nova2, {
      reasoning: { effort: "xhigh" },
      temperature: 0.3,
      maxOutputTokens: 9,
      stop: ["x"]
    }, {
      inferenceConfig: { stopSequences: ["x"] },
      additionalModelRequestFields: { reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } }
    }],
    ["Nova 2 without reasoning", nova2, { reasoning: { effort: "none" } }, {
      additionalModelRequestFields: { reasoningConfig: { type: "disabled" } }
    }],
    ["nothing for the first Nova, which refuses it", nova, { reasoning: { effort: "low" } }, {}],
    ["the effort of OpenAI's models", gpt, { reasoning: { effort: "low" }, topK: 4 }, {
      additionalModelRequestFields: { reasoning_effort: "low" }
    }],
    [
      "nothing for models that have no word for it",
      llama,
      { reasoning: { effort: "low", budgetTokens: 5 }, topK: 4 },
      {}
    ],
    ["nothing for names that do not say whose they are", profile, { reasoning: { effort: "low" } }, {}],
    [
      "what is Claude's for Claude's ARN",
      `arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1`,
      { topK: 4 },
      { additionalModelRequestFields: { top_k: 4 } }
    ]
  ])("reasoning: %s", (_, model, input, expected) => {
    assert.deepStrictEqual(fields(input, model), expected)
  })

  it("reasoning and the cache for a profile whose family is said", () => {
    assert.deepStrictEqual(
      fields({ reasoning: { effort: "low" } }, profile, { modelFamily: "openai" }),
      { additionalModelRequestFields: { reasoning_effort: "low" } }
    )
  })

  it("the schema of an answer as text, closed where Claude wants it so", () => {
    const outputSchema = { schema: Schema.Struct({ city: Schema.String }), name: "place", description: "A place" }
    const format = (model: string): unknown => {
      const body = fields({ outputSchema }, model) as {
        readonly outputConfig: {
          readonly textFormat: {
            readonly type: string
            readonly structure: { readonly jsonSchema: { readonly schema: string; readonly name: string } }
          }
        }
      }
      const { structure, type } = body.outputConfig.textFormat
      return { type, ...structure.jsonSchema, schema: JSON.parse(structure.jsonSchema.schema) }
    }
    const common = { type: "json_schema", name: "place", description: "A place" }
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
    assert.deepStrictEqual(format(claude), { ...common, schema: { ...schema, additionalProperties: false } })
    assert.deepInclude(format(gpt), common)
    assert.deepStrictEqual(encode({ outputSchema: "json" }), [
      "InvalidRequestError",
      "outputSchema",
      "Converse has no JSON mode without a schema; give a schema"
    ])
  })

  it("system messages at the top, and turns that alternate, results first", () => {
    assert.deepStrictEqual(
      encode({
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Weather?" },
          { role: "user", content: [{ type: "text", text: "In Oslo." }] },
          { role: "system", content: " " },
          {
            role: "assistant",
            content: [
              { type: "text", text: "Let me see." },
              { type: "tool-call", id: "t1", name: "weather", params: { city: "Oslo" }, providerExecuted: false }
            ]
          },
          {
            role: "tool",
            content: [{ type: "tool-result", id: "t1", name: "weather", result: { sky: "clear" }, isFailure: false }]
          },
          { role: "user", content: "And?" },
          { role: "assistant", content: "It is \n" }
        ],
        tools: [weather]
      }),
      {
        system: [{ text: "Be brief." }],
        messages: [
          user({ text: "Weather?" }, { text: "In Oslo." }),
          assistant(
            { text: "Let me see." },
            { toolUse: { toolUseId: "t1", name: "weather", input: { city: "Oslo" } } }
          ),
          user({ toolResult: { toolUseId: "t1", content: [{ text: "{\"sky\":\"clear\"}" }] } }, { text: "And?" }),
          assistant({ text: "It is" })
        ],
        toolConfig: { tools: [weatherSpec] }
      }
    )
  })

  it("results that failed, that have nothing to say, and that show something", () => {
    const [question, call] = asked("t1")
    const result = (part: object) =>
      messages([question, call, {
        role: "tool",
        content: [{ type: "tool-result", id: "t1", name: "weather", result: "", isFailure: false, ...part }]
      }] as Prompt.RawInput, { tools: [weather] })
    const at = (value: unknown): unknown => (value as ReadonlyArray<unknown>)[2]
    assert.deepStrictEqual(
      at(result({ result: "no", isFailure: true })),
      user({ toolResult: { toolUseId: "t1", content: [{ text: "no" }], status: "error" } })
    )
    assert.deepStrictEqual(at(result({})), user({ toolResult: { toolUseId: "t1", content: [] } }))
  })

  it.each<readonly [string, object, unknown]>([
    ["an image", { mediaType: "image/jpeg", data: Uint8Array.of(1, 2) }, {
      image: { format: "jpeg", source: { bytes: "AQI=" } }
    }],
    ["an image that says its kind by its bytes", { mediaType: "image/*", data: "R0lGODlh" }, {
      image: { format: "gif", source: { bytes: "R0lGODlh" } }
    }],
    ["an image in S3", { mediaType: "image/png", data: new URL("s3://bucket/a.png") }, {
      image: { format: "png", source: { s3Location: { uri: "s3://bucket/a.png" } } }
    }],
    ["a document, by a name that the API takes", {
      mediaType: "application/pdf",
      fileName: "Anna's résumé  #2.final.pdf",
      data: "JVBERi0="
    }, { document: { format: "pdf", name: "Anna-s r-sum- -2-final", source: { bytes: "JVBERi0=" } } }],
    ["a document without a name", { mediaType: "text/markdown; charset=utf-8", data: "IyBB" }, {
      document: { format: "md", name: "document", source: { bytes: "IyBB" } }
    }],
    ["source text", { mediaType: "text/x-python", fileName: "分기.py", data: "cGFzcw==" }, {
      document: { format: "txt", name: "document", source: { bytes: "cGFzcw==" } }
    }],
    ["a video", { mediaType: "video/3gpp", data: "AQI=" }, {
      video: { format: "three_gp", source: { bytes: "AQI=" } }
    }],
    ["audio", { mediaType: "audio/mpeg", data: "AQI=" }, { audio: { format: "mp3", source: { bytes: "AQI=" } } }]
  ])("files: %s", (_, file, block) => {
    assert.deepStrictEqual(
      messages(
        [{ role: "user", content: [{ type: "text", text: "See" }, { type: "file", ...file }] }] as Prompt.RawInput
      ),
      [user({ text: "See" }, block)]
    )
  })

  it("documents of one name by different names", () => {
    const file = { type: "file" as const, mediaType: "text/csv", fileName: "a.csv", data: "MQ==" }
    const written = messages([{ role: "user", content: [file, file, file] }])
    const names = JSON.stringify(written).match(/"name":"[^"]*"/g)
    assert.deepStrictEqual(names, ["\"name\":\"a\"", "\"name\":\"a (2)\"", "\"name\":\"a (3)\""])
  })

  it("breakpoints of the prompt cache behind what is marked, where the model takes them", () => {
    const cached = { sluice: { cache: true } }
    const prompt: Prompt.RawInput = [
      { role: "system", content: "Long.", options: { sluice: { cache: { ttl: "1h" } } } },
      {
        role: "user",
        content: [{ type: "text", text: "a", options: cached }, { type: "text", text: "b" }]
      },
      { role: "assistant", content: "c", options: cached },
      { role: "user", content: [{ type: "text", text: " " }], options: cached },
      { role: "user", content: "d", options: { sluice: { cache: false } } }
    ]
    const point = (ttl?: string) => ({ cachePoint: { type: "default", ...(ttl === undefined ? {} : { ttl }) } })
    const body = {
      system: [{ text: "Long." }, point("1h")],
      messages: [
        user({ text: "a" }, point("5m"), { text: "b" }),
        assistant({ text: "c" }, point("5m")),
        user({ text: "d" })
      ]
    }
    assert.deepStrictEqual(encode({ prompt, promptCache: { ttl: "5m", key: "k" } }), body)
    assert.deepStrictEqual(encode({ prompt, promptCache: { ttl: "5m" } }, nova), body)
    assert.notInclude(JSON.stringify(encode({ prompt }, llama)), "cachePoint")
    assert.include(JSON.stringify(encode({ prompt }, profile, { modelFamily: "anthropic" })), "cachePoint")
  })

  it("breakpoints by itself when it is asked to place them", () => {
    const input: Input = {
      prompt: [{ role: "system", content: "Long." }, { role: "user", content: "a" }],
      tools: [weather],
      promptCache: { auto: true, ttl: "1h" }
    }
    const point = { cachePoint: { type: "default", ttl: "1h" } }
    assert.deepStrictEqual(encode(input), {
      system: [{ text: "Long." }, point],
      messages: [user({ text: "a" }, point)],
      toolConfig: { tools: [weatherSpec, point] }
    })
    assert.deepStrictEqual(encode(input, nova), {
      system: [{ text: "Long." }, point],
      messages: [user({ text: "a" }, point)],
      toolConfig: { tools: [weatherSpec] }
    })
  })

  it.each<readonly [string, string, Input, unknown]>([
    ["no choice", claude, {}, { toolConfig: { tools: [weatherSpec] } }],
    ["auto", claude, { toolChoice: "auto" }, { toolConfig: { tools: [weatherSpec], toolChoice: { auto: {} } } }],
    ["required", claude, { toolChoice: "required" }, { toolConfig: { tools: [weatherSpec], toolChoice: { any: {} } } }],
    ["one of them", claude, { toolChoice: { tool: "weather" } }, {
      toolConfig: { tools: [weatherSpec], toolChoice: { tool: { name: "weather" } } }
    }],
    ["some of them", claude, { tools: [time, weather], toolChoice: { mode: "required", oneOf: ["weather"] } }, {
      toolConfig: { tools: [weatherSpec], toolChoice: { any: {} } }
    }],
    ["none of them, for which there is no word", claude, { toolChoice: "none" }, {}],
    ["one at a time, which only Claude knows", claude, { parallelToolCalls: false, toolChoice: "required" }, {
      toolConfig: { tools: [weatherSpec] },
      additionalModelRequestFields: { tool_choice: { type: "any", disable_parallel_tool_use: true } }
    }]
  ])("tools: %s", (_, model, input, expected) => {
    assert.deepStrictEqual(fields({ tools: [weather], ...input }, model), expected)
  })

  it("a tool without a description and one that is strict", () => {
    const strict = weather.annotate(Tool.Strict, true)
    assert.deepStrictEqual(fields({ tools: [time, strict] }), {
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: "time",
              inputSchema: { json: { type: "object", properties: {}, additionalProperties: false } }
            }
          },
          {
            toolSpec: {
              ...weatherSpec.toolSpec,
              inputSchema: { json: { ...weatherSpec.toolSpec.inputSchema.json, additionalProperties: false } },
              strict: true
            }
          }
        ]
      }
    })
  })

  it("the service's own tools, and Claude's", () => {
    const grounding = Tool.providerDefined({
      id: "bedrock.nova_grounding",
      customName: "Ground",
      providerName: "nova_grounding"
    })()
    const computer = Tool.providerDefined({
      id: "anthropic.computer_20250124",
      customName: "Computer",
      providerName: "computer",
      args: Schema.Struct({ display_width_px: Schema.Finite })
    })({ display_width_px: 800 })
    assert.deepStrictEqual(fields({ tools: [grounding] }, nova2), {
      toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] }
    })
    assert.deepStrictEqual(fields({ tools: [computer, weather] }), {
      toolConfig: { tools: [weatherSpec] },
      additionalModelRequestFields: {
        tools: [{ type: "computer_20250124", name: "computer", display_width_px: 800 }]
      }
    })
    assert.deepStrictEqual((encode({ tools: [computer] }, nova2) as ReadonlyArray<unknown>).slice(0, 2), [
      "InvalidRequestError",
      "tools"
    ])
  })

  it("calls and results in words where the request has no tools, which the API asks for beside them", () => {
    const [question, call, result] = asked("t1")
    const inWords = [
      user({ text: "Weather?" }),
      assistant({ text: "I called the tool weather with {\"city\":\"Oslo\"}." }),
      user({ text: "The tool weather answered:" }, { text: "Sunny" })
    ]
    const prompt = [question, call, result] as Prompt.RawInput
    assert.deepStrictEqual(messages(prompt), inWords)
    assert.deepStrictEqual(messages(prompt, { tools: [weather], toolChoice: "none" }), inWords)
    assert.deepStrictEqual(messages(prompt, { providerOptions: { bedrock: { toolConfig: { tools: [] } } } }), [
      user({ text: "Weather?" }),
      assistant({ toolUse: { toolUseId: "t1", name: "weather", input: { city: "Oslo" } } }),
      user({ toolResult: { toolUseId: "t1", content: [{ text: "Sunny" }] } })
    ])
  })

  it("ids that the API takes, and Mistral's own, the same for a call and its result", () => {
    const idsOf = (id: string, model: string): ReadonlyArray<string> =>
      [
        ...JSON.stringify(messages(asked(id) as Prompt.RawInput, { tools: [weather] }, model)).matchAll(
          /"toolUseId":"([^"]*)"/g
        )
      ]
        .map((match) => match[1] ?? "")
    assert.deepStrictEqual(idsOf("toolu_01A-b", claude), ["toolu_01A-b", "toolu_01A-b"])
    for (const id of ["call|1", "", "x".repeat(65), "東京"]) {
      const [call, result] = idsOf(id, claude)
      assert.match(call ?? "", /^[a-zA-Z0-9_-]{1,64}$/, id)
      assert.strictEqual(call, result)
    }
    const [call, result] = idsOf("tooluse_Acabcdefghijklm", mistral)
    assert.match(call ?? "", /^[a-zA-Z0-9]{9}$/)
    assert.strictEqual(call, result)
  })

  it("reasoning again as it came, where it proves itself or is asked for", () => {
    const items = [
      { _tag: "Reasoning" as const, content: ["hm"], summary: [], signature: "sig", protocol: "bedrock-converse" },
      { _tag: "Reasoning" as const, content: [], summary: [], redacted: "cmVk", protocol: "bedrock-converse" },
      { _tag: "Reasoning" as const, content: ["plain"], summary: [], protocol: "bedrock-converse" },
      { _tag: "Reasoning" as const, content: ["other"], summary: [], signature: "s", protocol: "anthropic-messages" },
      {
        _tag: "Message" as const,
        content: [{ _tag: "OutputText" as const, text: "Yes", citations: [] }],
        protocol: "bedrock-converse"
      }
    ]
    const prompt = Prompt.concat(Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(items)), "More")
    const signed = { reasoningContent: { reasoningText: { text: "hm", signature: "sig" } } }
    const redacted = { reasoningContent: { redactedContent: "cmVk" } }
    assert.deepStrictEqual(messages(prompt), [
      user({ text: "Hi" }),
      assistant(signed, redacted, { text: "Yes" }),
      user({ text: "More" })
    ])
    assert.deepStrictEqual(messages(prompt, {}, deepseek), [
      user({ text: "Hi" }),
      assistant(signed, redacted, { reasoningContent: { reasoningText: { text: "plain" } } }, { text: "Yes" }),
      user({ text: "More" })
    ])
  })

  it.each<readonly [string, Input, string]>([
    ["an answer before a question", { prompt: [{ role: "assistant", content: "a" }] }, "prompt"],
    ["nothing but white space", { prompt: " \n" }, "prompt"],
    ["a file by its URL", {
      prompt: [{
        role: "user",
        content: [{ type: "file", mediaType: "image/png", data: new URL("https://a.test/a.png") }]
      }]
    }, "prompt"],
    ["a file that the API takes none of", {
      prompt: [{ role: "user", content: [{ type: "file", mediaType: "application/zip", data: "AQI=" }] }]
    }, "prompt"],
    ["a file of the assistant's", {
      prompt: [{ role: "user", content: "a" }, {
        role: "assistant",
        content: [{ type: "file", mediaType: "image/png", data: "AQI=" }]
      }]
    }, "prompt"],
    ["a choice without tools", { toolChoice: "required" }, "toolChoice"],
    ["a choice that is not there", { tools: [weather], toolChoice: { tool: "nope" } }, "toolChoice"]
  ])("no request with %s", (_, input, parameter) => {
    assert.deepStrictEqual((encode(input) as ReadonlyArray<unknown>).slice(0, 2), ["InvalidRequestError", parameter])
  })
})
