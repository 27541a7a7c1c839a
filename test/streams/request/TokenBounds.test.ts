/**
 * Upper bounds of the tokens of requests.
 */
import { assert, describe, it } from "@effect/vitest"
import { Schema, Stream } from "effect"
import { type Prompt, Tool } from "effect/ai"
import { CompletionRequest } from "sluice"
import * as TokenBounds from "../../../src/streams/request/TokenBounds.ts"

const of = (input: Partial<CompletionRequest.CompletionRequestInput>, provider = "openai") =>
  TokenBounds.ofRequest(CompletionRequest.make({ model: "m", prompt: "", ...input }), provider)

const empty = of({}).input

const user = (...content: ReadonlyArray<Prompt.UserMessagePartEncoded>): Prompt.RawInput => [{ role: "user", content }]

describe("the bound of a completion request", () => {
  it.each([
    ["English", "The quick brown fox"],
    ["Chinese", "敏捷的棕色狐狸跳过了懒狗"],
    ["Hindi", "तेज भूरी लोमड़ी"],
    ["emoji of several code points", "👩‍👩‍👧‍👦🏳️‍🌈"],
    ["half a surrogate pair", "\ud83d"]
  ])("counts the UTF-8 bytes of %s", (_language, text) => {
    assert.isAtLeast(of({ prompt: text }).input - empty, new TextEncoder().encode(text).length)
  })

  it("counts every message, with what a template adds to it", () => {
    const prompt: Prompt.RawInput = Array.from({ length: 100 }, () => ({ role: "user", content: "a" }))
    assert.isAtLeast(of({ prompt }).input - empty, 100 * 5)
    const system = (content: string) => of({ prompt: [{ role: "system", content }] }).input
    assert.strictEqual(system("x".repeat(500)) - system(""), 500)
  })

  it("counts tools, their schemas and their results", () => {
    const description = "d".repeat(300)
    const tool = Tool.make("weather", { description, parameters: Schema.Struct({ city: Schema.String }) })
    const schema = JSON.stringify(Tool.getJsonSchema(tool))
    assert.isAtLeast(of({ tools: [tool] }).input - empty, 300 + "weather".length + schema.length)
    const result: Prompt.RawInput = [{
      role: "tool",
      content: [{ type: "tool-result", id: "1", name: "weather", isFailure: false, result: { text: "r".repeat(400) } }]
    }]
    assert.isAtLeast(of({ prompt: result }).input - empty, 400)
  })

  it("counts an output schema, however long", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`field_number_${index}`, Schema.String])
    )
    const schema = Schema.Struct(fields)
    const length = JSON.stringify(Tool.getJsonSchemaFromSchema(schema)).length
    assert.isAbove(length, 50_000)
    assert.isAtLeast(of({ outputSchema: { schema } }).input - empty, length)
    assert.strictEqual(of({ outputSchema: "json" }).input, empty)
  })

  it("counts images by the provider's rule, and by their bytes where there is none", () => {
    const large = new Uint8Array(300_000)
    const small = new Uint8Array(100)
    const image = (data: Uint8Array | URL | string, provider: string) =>
      of({ prompt: user({ type: "file", mediaType: "image/png", data }) }, provider).input - empty
    assert.isBelow(image(large, "openai"), 10_000)
    assert.isAtLeast(image(small, "openai"), 1_500)
    assert.isBelow(image(new URL("https://example.com/a.png"), "anthropic"), 10_000)
    assert.isAtLeast(image(large, "nobody"), 400_000)
    assert.isAtLeast(image(small, "nobody"), 1_500)
    assert.strictEqual(image(new URL("https://example.com/a.png"), "nobody"), Infinity)
  })

  it.each(["https://example.com/a.pdf", "s3://bucket/a.pdf", "file-123", "file_123"])(
    "has no bound for the document %s",
    (data) => {
      const document = (data: string | URL) =>
        of({ prompt: user({ type: "file", mediaType: "application/pdf", data }) })
      assert.strictEqual(document(data).input, Infinity)
      if (URL.canParse(data)) assert.strictEqual(document(new URL(data)).input, Infinity)
      assert.isBelow(document("data:application/pdf;base64,AAAA").input, empty + 1000)
    }
  )

  it("counts what it cannot write as nothing, since it is refused before it is sent", () => {
    const endless: Record<string, unknown> = {}
    endless["self"] = endless
    const part: Prompt.RawInput = [{
      role: "assistant",
      content: [{ type: "tool-call", id: "1", name: "t", params: endless, providerExecuted: false }]
    }]
    assert.isTrue(Number.isFinite(of({ prompt: part }).input))
  })

  it("has the output limit of the request, for each completion", () => {
    assert.strictEqual(of({}).output, undefined)
    assert.strictEqual(of({ maxOutputTokens: 100 }).output, 100)
    assert.strictEqual(of({ maxOutputTokens: 100, providerOptions: { openai: { n: 4 } } }).output, 400)
    assert.strictEqual(of({ maxOutputTokens: 100, providerOptions: { groq: { n: 4 } } }).output, 100)
    assert.strictEqual(of({ providerOptions: { openai: { n: 4 } } }).completions, 4)
    const gemini = { gemini: { generationConfig: { candidateCount: 3 } } }
    assert.strictEqual(of({ maxOutputTokens: 100, providerOptions: gemini }, "gemini").output, 300)
  })

  it("has the output limit that the caller adds to the body, which wins", () => {
    const own = (fields: Record<string, Schema.Json>, provider = "openai") =>
      of({ maxOutputTokens: 100, providerOptions: { [provider]: fields } }, provider).output
    assert.strictEqual(own({ max_completion_tokens: 500 }), 500)
    assert.strictEqual(own({ max_tokens: 50 }), 50)
    assert.strictEqual(own({ options: { num_predict: 700 } }, "ollama"), 700)
    assert.strictEqual(own({ options: { num_predict: -1 } }, "ollama"), Infinity)
    assert.strictEqual(own({ generationConfig: { maxOutputTokens: 800 } }, "gemini"), 800)
    assert.strictEqual(own({ inferenceConfig: { maxTokens: 900 } }, "bedrock"), 900)
  })

  it("has room for the reasoning, by which a lower limit is raised", () => {
    const reasoning = { budgetTokens: 2000 }
    assert.strictEqual(of({ maxOutputTokens: 3000, reasoning }).output, 3000)
    assert.strictEqual(of({ maxOutputTokens: 1000, reasoning }).output, 3000)
    assert.deepInclude(of({ reasoning }), { output: undefined, leastOutput: 2001 })
  })
})

describe("the bounds of other requests", () => {
  it("count every text and every token", () => {
    const texts = Array.from({ length: 10 }, () => "ab")
    const bound = TokenBounds.ofTexts([...texts, [1, 2, 3]])
    assert.isAtLeast(bound.input, 23)
    assert.strictEqual(bound.output, 0)
    assert.strictEqual(bound.prompts, 11)
  })

  it("count audio by its size, and without one have none", () => {
    const bytes = TokenBounds.ofAudio({ name: "a.wav", content: new Uint8Array(1_000_000) })
    assert.isAtLeast(bytes.input, 100_000)
    assert.isAtLeast(bytes.output ?? 0, 20_000)
    const file = { name: "a.wav", content: Stream.empty }
    assert.deepStrictEqual(TokenBounds.ofAudio({ ...file, size: 1_000_000 }), bytes)
    assert.strictEqual(TokenBounds.ofAudio(file).input, Infinity)
  })
})
