/**
 * What each form of embeddings writes for each option, and refuses for want of a word.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { EmbeddingRequest } from "../../../src/domain/Embedding.ts"
import type { EmbeddingBinding } from "../../../src/domain/Operations.ts"
import * as WireFormats from "../../../src/streams/embeddings/WireFormats.ts"

const write = (wireFormat: EmbeddingBinding["wireFormat"], options: Partial<EmbeddingRequest>) => {
  const request = { model: "m", inputs: ["Hi"], ...options }
  return WireFormats.encode(request.inputs, request, {
    provider: "p",
    model: "m",
    binding: { wireFormat, path: "", ...(wireFormat === "openai" ? { encodings: ["float", "base64"] as const } : {}) }
  })
}

type Case = readonly [EmbeddingBinding["wireFormat"], Partial<EmbeddingRequest>, object]

const cases: ReadonlyArray<Case> = [
  ["openai", { inputs: [[1, 2]], user: "u" }, { input: [[1, 2]], user: "u" }],
  ["openai", { encoding: "base64" }, { encoding_format: "base64" }],
  ["openai", { purpose: "query", truncate: true }, { model: "m", input: ["Hi"] }],
  ["mistral", { encoding: "int8" }, { output_dtype: "int8", encoding_format: "float" }],
  ["mistral", { encoding: "base64" }, { encoding_format: "base64" }],
  ["voyage", { purpose: "document", truncate: "end" }, { input_type: "document", truncation: true }],
  ["voyage", { purpose: "clustering", truncate: false }, { model: "m", input: ["Hi"], truncation: false }],
  ["voyage", { encoding: "ubinary" }, { output_dtype: "ubinary" }],
  ["voyage", { encoding: "base64" }, { encoding_format: "base64" }],
  ["jina", { purpose: "similarity", encoding: "base64" }, { task: "text-matching", embedding_type: "base64" }],
  ["jina", { purpose: "code.query", truncate: true }, { task: "code.query", truncate: true }],
  ["jina", { purpose: "clustering" }, { task: "separation" }],
  ["perplexity", {}, { encoding_format: "base64_int8" }],
  ["perplexity", { encoding: "ubinary" }, { encoding_format: "base64_binary" }],
  ["cohere", {}, { input_type: "search_document", embedding_types: ["float"] }],
  ["cohere", { purpose: "classification", truncate: "start" }, { input_type: "classification", truncate: "START" }],
  ["cohere", { truncate: true, encoding: "binary" }, { truncate: "END", embedding_types: ["binary"] }],
  ["cohere", { truncate: false }, { truncate: "NONE" }],
  ["bedrock-cohere", { encoding: "int8" }, { texts: ["Hi"], embedding_types: ["int8"] }],
  ["ollama", { truncate: "end" }, { truncate: true }],
  ["gemini", { purpose: "CODE_RETRIEVAL_QUERY" }, { taskType: "CODE_RETRIEVAL_QUERY" }],
  ["vertex-predict", { truncate: false }, { instances: [{ content: "Hi" }], parameters: { autoTruncate: false } }],
  ["vertex-predict", {}, { instances: [{ content: "Hi" }] }],
  ["vertex-embed-content", { truncate: "end" }, { embedContentConfig: { autoTruncate: true } }],
  ["qianwen", {}, { model: "m", input: { texts: ["Hi"] } }],
  ["cloudflare", {}, { text: ["Hi"] }],
  [
    "openai",
    { providerOptions: { p: { dimensions: 7, own: true }, q: { other: 1 } }, dimensions: 8 },
    { dimensions: 7, own: true }
  ]
]

const refusals: ReadonlyArray<readonly [EmbeddingBinding["wireFormat"], Partial<EmbeddingRequest>, string]> = [
  ["voyage", { truncate: "start" }, "truncate"],
  ["jina", { truncate: "start" }, "truncate"],
  ["ollama", { truncate: "start" }, "truncate"],
  ["vertex-predict", { truncate: "start" }, "truncate"],
  ["cloudflare", { dimensions: 8 }, "dimensions"],
  ["openai", { dimensions: 0 }, "dimensions"],
  ["openai", { dimensions: 1.5 }, "dimensions"],
  ["openai", { encoding: "int8" }, "encoding"],
  ["gemini-batch", { encoding: "base64" }, "encoding"],
  ["perplexity", { encoding: "float" }, "encoding"],
  ["cohere", { inputs: [[1, 2]] }, "inputs"],
  ["bedrock-titan", { inputs: [[1, 2]] }, "inputs"]
]

describe("a form of embeddings", () => {
  it.each(cases)("%s writes %o", (wireFormat, options, expected) => {
    assert.deepInclude(Result.getOrThrow(write(wireFormat, options)), expected)
  })

  it.each(cases.filter(([wireFormat]) => ["openai", "voyage", "vertex-predict", "qianwen"].includes(wireFormat)))(
    "%s writes nothing that was not asked for with %o",
    (wireFormat, options) => {
      assert.notInclude(Object.values(Result.getOrThrow(write(wireFormat, options))), undefined)
    }
  )

  it.each(refusals)("%s has no word for %o", (wireFormat, options, parameter) => {
    const written = write(wireFormat, options)
    assert(Result.isFailure(written))
    assert.strictEqual(written.failure.parameter, parameter)
    assert.isUndefined(written.failure.status)
  })
})

const mebibytes64 = 64 * 1024 * 1024

describe("the inputs of a request", () => {
  it.each<readonly [EmbeddingBinding, Partial<EmbeddingRequest>, number, number]>([
    [{ wireFormat: "openai", path: "" }, { dimensions: 1536 }, mebibytes64, 1672],
    [{ wireFormat: "openai", path: "" }, {}, mebibytes64, 628],
    [{ wireFormat: "openai", path: "", encodings: ["base64", "float"] }, {}, mebibytes64, 2048],
    [{ wireFormat: "openai", path: "", encodings: ["base64", "float"] }, { encoding: "float" }, mebibytes64, 628],
    [{ wireFormat: "openai", path: "" }, { dimensions: 256 }, mebibytes64, 2048],
    [{ wireFormat: "openai", path: "", maxInputs: 10 }, {}, mebibytes64, 10],
    [{ wireFormat: "cohere", path: "" }, { encoding: "binary" }, 100_000, 30],
    [{ wireFormat: "ollama", path: "" }, {}, mebibytes64, 512],
    [{ wireFormat: "ollama", path: "" }, {}, 1000, 1],
    [{ wireFormat: "ollama", path: "" }, { dimensions: Number.NaN }, 1000, 1]
  ])("in %o with %o and %d bytes of response are at most %d", (binding, options, bytes, most) => {
    assert.strictEqual(
      WireFormats.limits(binding, { model: "m", inputs: [], ...options }, bytes).maxInputs,
      most
    )
  })
})
