/**
 * Holds the readers of embeddings and rankings to what real providers sent: every recording, against the facts that its
 * manifest states.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { EmbeddingBinding, RerankBinding } from "../../src/domain/Operations.ts"
import * as Embeddings from "../../src/streams/embeddings/WireFormats.ts"
import { parse } from "../../src/streams/json/Json.ts"
import * as Rerank from "../../src/streams/rerank/WireFormats.ts"
import * as Wire from "../support/Wire.ts"

interface Expected {
  readonly model: string | null
  readonly responseId: string | null
  readonly usage: { readonly inputTokens: number | null; readonly totalTokens: number | null } | null
  readonly embeddings?: {
    readonly count: number
    readonly dimensions: number
    readonly firstValues: ReadonlyArray<number>
    readonly encoding: string
  }
  readonly rerank?: ReadonlyArray<{ readonly index: number; readonly score: number }>
}

interface Recording {
  readonly id: string
  readonly path: string
  readonly family: string
  readonly provider: string
  readonly kind: string
  readonly headers: Readonly<Record<string, string>> | null
  readonly request: { readonly endpoint: string | null }
  readonly expected: Expected
}

const all: ReadonlyArray<Recording> = Wire.isPresent
  ? (Wire.readJson("manifest.json") as ReadonlyArray<Recording>)
  : []

const embeddings = all.filter(({ kind }) => kind === "embedding")
const rankings = all.filter(({ kind }) => kind === "rerank")

/** The wireFormat of a recording, by where it was asked for. */
const embeddingForm = ({ family, request }: Recording): EmbeddingBinding["wireFormat"] => {
  const endpoint = request.endpoint ?? ""
  if (endpoint.includes(":predict")) return "vertex-predict"
  if (endpoint.includes(":batchEmbedContents")) return "gemini-batch"
  if (family === "bedrock-converse") return "bedrock-cohere"
  if (family === "cohere-v2") return "cohere"
  if (family === "ollama") return "ollama"
  return family === "mistral" ? "mistral" : "openai"
}

const rerankForm = ({ family, provider }: Recording): RerankBinding["wireFormat"] => {
  if (family === "bedrock-converse") return "bedrock-cohere"
  if (provider === "voyage") return "voyage"
  return provider === "together" ? "together" : "cohere"
}

const body = (recording: Recording) => {
  const value = parse(new TextDecoder().decode(Wire.read(recording.path)))
  assert(value !== undefined)
  return value
}

describe.skipIf(!Wire.isPresent)("recorded embeddings", () => {
  it("are all there", () => {
    assert.strictEqual(embeddings.length, 17)
  })

  it.each(embeddings)("$id", (recording) => {
    const { expected, headers } = recording
    const facts = expected.embeddings
    assert(facts !== undefined)
    const wireFormat = embeddingForm(recording)
    const binding: EmbeddingBinding = {
      wireFormat,
      path: "",
      ...(facts.encoding === "base64-f32le" ? { encodings: ["base64", "float"] as const } : {})
    }
    const inputs = Array.from({ length: facts.count }, (_, index) => `text ${index}`)
    const request = { model: "m", inputs, dimensions: facts.dimensions }
    const answer = Result.getOrThrow(
      Embeddings.decode(body(recording), inputs, request, { binding, headers: headers ?? {} })
    )
    assert.strictEqual(answer.vectors.length, facts.count)
    for (const vector of answer.vectors) {
      assert.instanceOf(vector, Float32Array)
      assert.strictEqual(vector.length, facts.dimensions)
    }
    assert.deepStrictEqual(
      [...(answer.vectors[0] ?? [])].slice(0, facts.firstValues.length),
      facts.firstValues.map(Math.fround)
    )
    const bedrock = headers?.["x-amzn-bedrock-input-token-count"]
    const gemini = wireFormat === "gemini-batch" ? 4 : undefined
    const input = expected.usage?.inputTokens ?? (bedrock === undefined ? gemini ?? 0 : Number(bedrock))
    assert.strictEqual(answer.usage.inputTokens, input)
    assert.strictEqual(answer.usage.totalTokens, expected.usage?.totalTokens ?? input)
    assert.strictEqual(answer.model, expected.model ?? (wireFormat === "ollama" ? "mxbai-embed-large" : null))
  })

  it.each(embeddings)("$id, with a vector too few, is no answer", (recording) => {
    const count = recording.expected.embeddings?.count ?? 0
    const inputs = Array.from({ length: count + 1 }, () => "text")
    const encodings = recording.expected.embeddings?.encoding === "base64-f32le" ? ["base64"] as const : undefined
    const answer = Embeddings.decode(body(recording), inputs, { model: "m", inputs }, {
      binding: { wireFormat: embeddingForm(recording), path: "", ...(encodings === undefined ? {} : { encodings }) },
      headers: {}
    })
    assert(Result.isFailure(answer))
    assert.strictEqual(answer.failure, `there are ${count} vectors for ${count + 1} inputs`)
  })
})

describe.skipIf(!Wire.isPresent)("recorded rankings", () => {
  it("are all there", () => {
    assert.strictEqual(rankings.length, 7)
  })

  it.each(rankings)("$id", (recording) => {
    const { expected } = recording
    const documents = Array.from({ length: 10 }, (_, index) => `document ${index}`)
    const answer = Result.getOrThrow(
      Rerank.decode(body(recording), { model: "m", query: "q", documents }, {
        wireFormat: rerankForm(recording),
        path: ""
      })
    )
    assert.deepStrictEqual(answer.results, expected.rerank)
    assert.strictEqual(answer.responseId, expected.responseId)
    assert.strictEqual(answer.model, expected.model)
    assert.strictEqual(answer.usage.totalTokens, expected.usage?.totalTokens ?? 0)
    assert.strictEqual(answer.searchUnits, recording.family === "cohere-v2" ? 1 : 0)
  })
})

if (!Wire.isPresent) it.skip(Wire.missing, () => {})
