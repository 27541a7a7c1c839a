import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import * as Result from "effect/Result"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import { type PromptFormat, promptFormats } from "../../../src/domain/PromptFormat.ts"
import type { Quirks } from "../../../src/domain/Quirks.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiCompletions/OpenAiCompletions.ts"
import { context, encoder, fold, type Outcome, run } from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Json = Readonly<Record<string, unknown>>
type Input = Partial<CompletionRequest.CompletionRequestInput>

const encodeResult = (input: Input, quirks: Quirks = {}, stream = false) =>
  encodedBody(protocol, CompletionRequest.make({ model: "vllm/m", prompt: "Once upon", ...input }), {
    provider: "vllm",
    model: "m",
    stream,
    quirks
  })

const encode = (input: Input, quirks: Quirks = {}, stream = false): Json =>
  Result.getOrThrow(encodeResult(input, quirks, stream))

const refusal = (input: Input, quirks: Quirks = {}) => {
  const result = encodeResult(input, quirks)
  if (Result.isSuccess(result)) return assert.fail("it was written")
  return [result.failure.parameter, result.failure.detail]
}

const own = (options: NonNullable<CompletionRequest.CompletionRequest["providerOptions"]>["vllm"]): Input => ({
  providerOptions: { vllm: options ?? {} }
})

const conversation: Prompt.RawInput = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello." },
  { role: "user", content: "Bye" }
]

const written = (promptFormat: string, prompt: Prompt.RawInput = conversation): readonly [unknown, unknown] => {
  const { prompt: text, stop } = encode({ prompt, ...own({ promptFormat: promptFormat as "plain" }) })
  return [text, stop]
}

describe("OpenAiCompletions encodes", () => {
  it("one text as it is, and nothing that was not asked for", () => {
    assert.deepStrictEqual(encode({}), { model: "m", prompt: "Once upon" })
    assert.deepStrictEqual(encode({}, {}, true), {
      model: "m",
      prompt: "Once upon",
      stream: true,
      stream_options: { include_usage: true }
    })
    assert.deepStrictEqual(encode({}, { includeUsage: false }, true), { model: "m", prompt: "Once upon", stream: true })
  })

  it("every setting that there is a field for", () => {
    const input: Input = {
      temperature: 0,
      topP: 0.5,
      topK: 3,
      maxOutputTokens: 100,
      stop: ["END"],
      seed: 7,
      user: "u",
      reasoning: { effort: "high" },
      metadata: { a: "b" }
    }
    assert.deepStrictEqual(encode(input), {
      model: "m",
      prompt: "Once upon",
      temperature: 0,
      top_p: 0.5,
      max_tokens: 100,
      stop: ["END"],
      seed: 7,
      user: "u"
    })
    const quirks: Quirks = { topK: true, seedField: "random_seed", unknownFields: { user: "omit" } }
    assert.deepInclude(encode(input, quirks), { top_k: 3, random_seed: 7 })
    assert.notProperty(encode(input, quirks), "user")
    assert.deepStrictEqual(refusal({ stop: ["a"] }, { unknownFields: { stop: "reject" } })[0], "stop")
  })

  it("provider options last, without those that are not for the server", () => {
    assert.deepStrictEqual(
      encode({
        temperature: 1,
        ...own({ temperature: 0.2, echo: true, best_of: 3, logprobs: 5 as unknown as boolean, promptFormat: "raw" })
      }),
      { model: "m", prompt: "Once upon", temperature: 0.2, echo: true, best_of: 3, logprobs: 5 }
    )
  })

  it.each<readonly [string, string, ReadonlyArray<string>]>([
    ["plain", "Be kind.\n\nUser: Hi\nAssistant: Hello.\nUser: Bye\nAssistant:", ["\nUser:"]],
    [
      "chatml",
      "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
      ["<|im_end|>"]
    ],
    [
      "llama3",
      "<|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
      ["<|eot_id|>"]
    ]
  ])("a conversation in the format %s", (name, prompt, stop) => {
    assert.deepStrictEqual(written(name), [prompt, stop])
  })

  it("a conversation in every format that has a name", () => {
    for (const name of Object.keys(promptFormats)) {
      const [prompt] = written(name)
      for (const text of ["Be kind.", "Hi", "Hello.", "Bye"]) {
        assert.strictEqual(String(prompt).split(text).length, 2, `${name}: ${text}`)
      }
    }
  })

  it("a conversation plainly where no format is named, and one text in a format that is", () => {
    assert.strictEqual(encode({ prompt: conversation })["prompt"], written("plain")[0])
    const chatml = "<|im_start|>user\nOnce upon<|im_end|>\n<|im_start|>assistant\n"
    assert.strictEqual(encode({}, { promptFormat: "chatml" })["prompt"], chatml)
    assert.strictEqual(encode(own({ promptFormat: "raw" }), { promptFormat: "chatml" })["prompt"], "Once upon")
  })

  it("in a format of one's own, from the caller or from the provider's data", () => {
    const around = (mark: string) => ({ before: `${mark}(`, after: ")" })
    const promptFormat = { system: around("s"), user: around("u"), assistant: around("a"), stop: [")"] }
    const expected = { prompt: "s(Be kind.)u(Hi)a(Hello.)u(Bye)a(", stop: ["END", ")"] }
    assert.deepInclude(encode({ prompt: conversation, stop: ["END"], ...own({ promptFormat }) }), expected)
    assert.deepInclude(encode({ prompt: conversation, stop: ["END"] }, { promptFormat }), expected)
  })

  it("the beginning of an answer as the assistant's, left open", () => {
    assert.strictEqual(
      written("chatml", [{ role: "user", content: "Hi" }, { role: "assistant", content: "Hel" }])[0],
      "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHel"
    )
  })

  it("instructions in the user's next message, or as one of their own, where a format has no other place for them", () => {
    const promptFormat: PromptFormat = {
      system: { before: "", after: "\n\n" },
      user: { before: "[INST] ", after: " [/INST]" },
      assistant: { before: " ", after: "</s>" },
      completion: "",
      stop: ["</s>"],
      systemInUser: true
    }
    assert.deepInclude(encode({ prompt: conversation, ...own({ promptFormat }) }), {
      prompt: "[INST] Be kind.\n\nHi [/INST] Hello.</s>[INST] Bye [/INST]",
      stop: ["</s>"]
    })
    assert.strictEqual(
      encode({ prompt: [{ role: "system", content: "Begin." }], ...own({ promptFormat }) })["prompt"],
      "[INST] Begin.\n\n [/INST]"
    )
  })

  describe("what stands between two texts", () => {
    const between = (fimFormat?: "qwen"): Input =>
      own({ suffix: "}", ...(fimFormat === undefined ? {} : { fimFormat }) })

    it("by the suffix", () => {
      assert.deepStrictEqual(encode({ prompt: "f() {", ...between() }), { model: "m", prompt: "f() {", suffix: "}" })
      assert.deepInclude(encode({ prompt: "f() {", ...between() }, { promptFormat: "chatml" }), { prompt: "f() {" })
    })

    it.each<readonly [string, string, ReadonlyArray<string>]>([
      ["starcoder", "<fim_prefix>a<fim_suffix>}<fim_middle>", ["<|endoftext|>", "<file_sep>"]],
      ["qwen", "<|fim_prefix|>a<|fim_suffix|>}<|fim_middle|>", [
        "<|endoftext|>",
        "<|fim_pad|>",
        "<|file_sep|>",
        "<|im_end|>"
      ]]
    ])("in the format %s", (name, prompt, stop) => {
      const fimFormat = name as "qwen"
      const expected = { model: "m", prompt, stop }
      assert.deepStrictEqual(encode({ prompt: "a", ...between(fimFormat) }), expected)
      assert.deepStrictEqual(encode({ prompt: "a", ...between() }, { fimFormat }), expected)
    })

    it("in a format of one's own, which may begin with the end", () => {
      const fimFormat = { prefix: "[PREFIX]", suffix: "[SUFFIX]", middle: "", suffixFirst: true, stop: ["</s>"] }
      const expected = { model: "m", prompt: "[SUFFIX]}[PREFIX]a", stop: ["</s>"] }
      assert.deepStrictEqual(encode({ prompt: "a", ...own({ suffix: "}", fimFormat }) }), expected)
      assert.deepStrictEqual(encode({ prompt: "a", ...between() }, { fimFormat }), expected)
    })

    it("of one text of the user only", () => {
      assert.strictEqual(refusal({ prompt: conversation, ...between() })[0], "suffix")
      assert.strictEqual(refusal({ outputSchema: "json", ...between() })[0], "outputSchema")
    })
  })

  it("JSON in words, or by a schema where the server holds the model to one", () => {
    const schema = { type: "object", properties: { n: { type: "number" } } }
    assert.strictEqual(
      encode({ prompt: "Count.", outputSchema: { schema } })["prompt"],
      `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}\n\nUser: Count.\nAssistant:`
    )
    assert.deepStrictEqual(
      encode({ outputSchema: { schema, name: "n" } }, { structuredOutput: "json_schema" }),
      {
        model: "m",
        prompt: "Once upon",
        response_format: { type: "json_schema", json_schema: { name: "n", schema } }
      }
    )
    assert.deepInclude(encode({ outputSchema: "json" }, { structuredOutput: "json_schema" }), {
      response_format: { type: "json_object" }
    })
  })

  it("nothing that is no text", () => {
    const tool = Tool.make("time")
    assert.strictEqual(refusal({ tools: [tool] })[0], "tools")
    assert.deepStrictEqual(encode({ tools: [tool], toolChoice: "none" }), { model: "m", prompt: "Once upon" })
    const image = Prompt.filePart({ mediaType: "image/png", data: "QUJD" })
    assert.include(refusal({ prompt: [{ role: "user", content: [image] }] })[1], "text only")
    const call = Prompt.toolCallPart({ id: "a", name: "time", params: {}, providerExecuted: false })
    assert.include(refusal({ prompt: [{ role: "assistant", content: [call] }] })[1], "know no tools")
    const result = Prompt.toolResultPart({
      id: "a",
      name: "time",
      result: "1",
      isFailure: false,
      providerExecuted: false
    })
    assert.include(refusal({ prompt: [{ role: "tool", content: [result] }] })[1], "know no tools")
    assert.strictEqual(refusal({ prompt: Prompt.empty })[0], "prompt")
  })

  it("no format that there is not", () => {
    assert.include(refusal({ prompt: conversation, ...own({ promptFormat: "chatlm" as "chatml" }) })[1], "chatml")
    assert.strictEqual(
      refusal({ prompt: conversation, ...own({ promptFormat: { user: 1 } as unknown as "chatml" }) })[0],
      "promptFormat"
    )
    assert.strictEqual(refusal({ prompt: conversation, ...own({ promptFormat: "raw" }) })[0], "promptFormat")
    assert.strictEqual(refusal(own({ suffix: "}", fimFormat: "constructor" as "qwen" }))[0], "fimFormat")
  })
})

const data = (...payloads: ReadonlyArray<unknown>): Uint8Array =>
  encoder.encode(
    payloads.map((payload) => `data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`).join("")
  )

const chunk = (text: unknown, more: Json = {}) => ({
  id: "cmpl-1",
  object: "text_completion",
  model: "m",
  choices: [{ index: 0, text, logprobs: null, finish_reason: null, ...more }]
})

const decode = (...payloads: ReadonlyArray<unknown>): Outcome => run(protocol, [data(...payloads)])

describe("OpenAiCompletions reads", () => {
  it("text, the reason of its end and the bill", () => {
    const outcome = decode(
      chunk(" a"),
      chunk(" time"),
      chunk("", { finish_reason: "length" }),
      { choices: [], usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 } },
      "[DONE]"
    )
    assert.deepInclude(fold(outcome), { text: " a time", finishReasonRaw: "length", responseId: "cmpl-1", model: "m" })
    assert.deepInclude(outcome.events.at(-1), { _tag: "Completed", finishReason: "length" })
    assert.deepInclude(fold(outcome).usage, { inputTokens: 2, outputTokens: 3, totalTokens: 5 })
    assert.deepStrictEqual(outcome.events.find((event) => event._tag === "OutputItemDone"), {
      _tag: "OutputItemDone",
      outputIndex: 0,
      item: {
        _tag: "Message",
        content: [{ _tag: "OutputText", text: " a time", citations: [] }],
        protocol: "openai-completions"
      }
    })
  })

  it("only the first of several choices", () => {
    const outcome = decode(chunk("a"), chunk("b", { index: 1 }), chunk("", { finish_reason: "stop" }), "[DONE]")
    assert.strictEqual(fold(outcome).text, "a")
    assert.deepInclude(outcome.events.at(-1), { unknown: { choice: 1 } })
  })

  it("the deltas and messages of a chat, which some servers send here", () => {
    const choices = [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }]
    assert.strictEqual(fold(decode({ id: "c", choices }, "[DONE]")).text, "a")
    const body = {
      id: "c",
      choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }]
    }
    assert.strictEqual(fold(protocol.decodeWhole(JSON.stringify(body), context())).text, "a")
  })

  it("whole answers", () => {
    const outcome = protocol.decodeWhole(JSON.stringify(chunk("Hi", { finish_reason: "stop" })), context())
    assert.deepInclude(fold(outcome), { text: "Hi", finishReasonRaw: "stop" })
    assert.strictEqual(outcome.failure, undefined)
  })

  it("errors in place of a chunk", () => {
    const outcome = decode(chunk("a"), { error: { message: "it fell over", type: "server_error", code: null } })
    assert.strictEqual(outcome.failure?.partial?.text, "a")
    assert.strictEqual(outcome.failure?._tag, "ServerError")
  })

  it("nothing as whole that has neither a reason nor a marker", () => {
    assert.strictEqual(decode(chunk("a")).failure?._tag, "IncompleteStreamError")
    assert.strictEqual(decode(chunk("a"), "[DONE]").failure?._tag, "IncompleteStreamError")
  })
})
