/**
 * Google's wire formats of embeddings: one text a request or many at the Gemini API, and two generations at Vertex AI.
 *
 * @see https://ai.google.dev/api/embeddings
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import { array, count, defined, type JsonObject, object, objects } from "../json/Json.ts"
import {
  type EncodeContext,
  invalid,
  purpose,
  type Purposes,
  single,
  texts,
  usageOf,
  type WireFormat
} from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

const purposes: Purposes = {
  query: "RETRIEVAL_QUERY",
  document: "RETRIEVAL_DOCUMENT",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
  similarity: "SEMANTIC_SIMILARITY"
}

const taskType = (request: EmbeddingRequest): string | undefined => purpose(request, purposes)

const content = (text: string): Schema.JsonObject => ({ parts: [{ text }] })

const one = (text: string, request: EmbeddingRequest, { model }: EncodeContext): Schema.JsonObject =>
  defined({
    model: /^(models|tunedModels)\//.test(model) ? model : `models/${model}`,
    content: content(text),
    taskType: taskType(request),
    outputDimensionality: request.dimensions
  })

const tokens = (body: JsonObject): number => count(object(body.usageMetadata)?.promptTokenCount)

const decodeOne: WireFormat["decode"] = (body, { encoding }) =>
  Result.map(Vectors.read(object(body.embedding)?.values, encoding), (vector) => ({
    vectors: [vector],
    model: null,
    usage: usageOf(tokens(body))
  }))

/** Vertex AI cuts texts that are too long unless `autoTruncate` is false. It has no field for where to cut. */
const autoTruncate = (request: EmbeddingRequest): boolean | undefined =>
  request.truncate === "end" ? true : request.truncate === "start" ? undefined : request.truncate

const cutsAtStart = (request: EmbeddingRequest, context: EncodeContext) =>
  request.truncate === "start"
    ? invalid(context, "truncate", "texts can only be cut at their end: leave it out, or say true or false")
    : undefined

/** One text a request. */
export const embedContent: WireFormat = {
  maxInputs: 1,
  encodings: ["float"],
  purposes,
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) => Result.map(single(inputs, context), (text) => one(text, request, context)),
  decode: decodeOne
}

/** Many texts a request. */
export const batchEmbedContents: WireFormat = {
  maxInputs: 100,
  encodings: ["float"],
  purposes,
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (list) => ({ requests: list.map((text) => one(text, request, context)) })),
  decode: (body, { encoding }) =>
    array(body.embeddings) === undefined
      ? Result.fail("the body has no embeddings")
      : Result.map(
        Vectors.inOrder(objects(body.embeddings).map(({ values }) => values), encoding),
        (vectors) => ({ vectors, model: null, usage: usageOf(tokens(body)) })
      )
}

/** Vertex AI's `predict`: 250 texts and 20,000 tokens a request. */
export const vertexPredict: WireFormat = {
  maxInputs: 250,
  maxBytes: 40_000,
  encodings: ["float"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    cutsAtStart(request, context) ??
      Result.map(texts(inputs, context), (list) => {
        const parameters = defined({
          outputDimensionality: request.dimensions,
          autoTruncate: autoTruncate(request)
        })
        return defined({
          instances: list.map((text) => defined({ content: text, task_type: taskType(request) })),
          parameters: Object.keys(parameters).length === 0 ? undefined : parameters
        })
      }),
  decode: (body, { encoding }) => {
    if (array(body.predictions) === undefined) return Result.fail("the body has no predictions")
    const embeddings = objects(body.predictions).map((prediction) => object(prediction.embeddings))
    const input = embeddings.reduce((sum, entry) => sum + count(object(entry?.statistics)?.token_count), 0)
    return Result.map(
      Vectors.inOrder(embeddings.map((entry) => entry?.values), encoding),
      (vectors) => ({ vectors, model: null, usage: usageOf(input) })
    )
  }
}

/** Vertex AI's `embedContent`, of the models from `gemini-embedding-2` on: one text a request. */
export const vertexEmbedContent: WireFormat = {
  maxInputs: 1,
  encodings: ["float"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    cutsAtStart(request, context) ??
      Result.map(single(inputs, context), (text) => {
        const config = defined({
          taskType: taskType(request),
          outputDimensionality: request.dimensions,
          autoTruncate: autoTruncate(request)
        })
        return defined({
          content: content(text),
          embedContentConfig: Object.keys(config).length === 0 ? undefined : config
        })
      }),
  decode: decodeOne
}
