/**
 * The wire formats of embeddings by name, and what is the same for all of them.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../domain/CompletionError.ts"
import {
  type EmbeddingEncoding,
  type EmbeddingInput,
  type EmbeddingRequest,
  packed,
  type Vector
} from "../../domain/Embedding.ts"
import type { EmbeddingBinding, EmbeddingWireFormat } from "../../domain/Operations.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import { isObject } from "../json/Json.ts"
import * as LeftOut from "../request/LeftOut.ts"
import * as Bedrock from "./Bedrock.ts"
import * as Cloudflare from "./Cloudflare.ts"
import * as Cohere from "./Cohere.ts"
import { type DecodedEmbeddings, type EncodeContext, invalid, purpose, type WireFormat } from "./WireFormat.ts"
import * as Gemini from "./Gemini.ts"
import * as Jina from "./Jina.ts"
import * as Mistral from "./Mistral.ts"
import * as Ollama from "./Ollama.ts"
import * as OpenAi from "./OpenAi.ts"
import * as Perplexity from "./Perplexity.ts"
import * as Qianwen from "./Qianwen.ts"
import * as Voyage from "./Voyage.ts"

/** The wire formats by name. */
export const byName: Readonly<Record<EmbeddingWireFormat, WireFormat>> = {
  openai: OpenAi.wireFormat,
  mistral: Mistral.wireFormat,
  voyage: Voyage.wireFormat,
  jina: Jina.wireFormat,
  perplexity: Perplexity.wireFormat,
  cohere: Cohere.wireFormat,
  ollama: Ollama.wireFormat,
  gemini: Gemini.embedContent,
  "gemini-batch": Gemini.batchEmbedContents,
  "vertex-predict": Gemini.vertexPredict,
  "vertex-embed-content": Gemini.vertexEmbedContent,
  "bedrock-titan": Bedrock.titan,
  "bedrock-cohere": Cohere.bedrock,
  "bedrock-nova": Bedrock.nova,
  qianwen: Qianwen.wireFormat,
  cloudflare: Cloudflare.wireFormat
}

const known = (binding: EmbeddingBinding): ReadonlyArray<EmbeddingEncoding> =>
  binding.encodings ?? byName[binding.wireFormat].encodings

/** Returns the encoding on the wire: the requested one, or the preferred one of the provider. */
const wireEncoding = (
  request: EmbeddingRequest,
  binding: EmbeddingBinding
): EmbeddingEncoding => request.encoding ?? known(binding)[0] ?? "float"

/**
 * The most bytes of a dimension in a response, by encoding: a float is written with up to 25 characters and a separator
 * (`-1.2345678901234567e-05, `), base64 has four characters for three bytes.
 */
const bytesPerDimension: Readonly<Record<EmbeddingEncoding, number>> = {
  float: 26,
  base64: 16 / 3,
  int8: 6,
  uint8: 5,
  binary: 6 / 8,
  ubinary: 5 / 8
}

/** The dimensions of a vector where the request does not say: those of the largest models in use. */
const assumedDimensions = 4096

/** Bytes beside a vector in a response: its index and the names of its fields. */
const bytesBeside = 200

/** Returns how many vectors fit into a response, at least one. */
const vectorsWithin = (maxResponseBytes: number, request: EmbeddingRequest, binding: EmbeddingBinding): number => {
  const dimensions = request.dimensions ?? assumedDimensions
  const bytes = dimensions * bytesPerDimension[wireEncoding(request, binding)] + bytesBeside
  return Math.max(1, Math.floor(maxResponseBytes / bytes) || 1)
}

/**
 * Returns the most inputs and bytes of text of one request, so that also the response stays within
 * `maxResponseBytes`.
 */
export const limits = (
  binding: EmbeddingBinding,
  request: EmbeddingRequest,
  maxResponseBytes: number
): { readonly maxInputs: number; readonly maxBytes: number } => {
  const wireFormat = byName[binding.wireFormat]
  return {
    maxInputs: Math.min(
      binding.maxInputs ?? wireFormat.maxInputs,
      vectorsWithin(maxResponseBytes, request, binding)
    ),
    maxBytes: binding.maxBytes ?? wireFormat.maxBytes ?? Infinity
  }
}

/**
 * Encodes the body of a request for some of the inputs. The `providerOptions` of the provider come last and win. Fails
 * if the provider has no field for an option.
 */
export const encode = (
  inputs: ReadonlyArray<EmbeddingInput>,
  request: EmbeddingRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const { binding, provider } = context
  const encodings = known(binding)
  if (request.encoding !== undefined && !encodings.includes(request.encoding)) {
    return invalid(
      context,
      "encoding",
      `the vectors can be ${encodings.join(", ")}, and not ${request.encoding}`
    )
  }
  if (request.dimensions !== undefined && !(Number.isInteger(request.dimensions) && request.dimensions > 0)) {
    return invalid(context, "dimensions", "it is not a whole number over 0")
  }
  if (inputs.some((input) => typeof input !== "string" && !input.every(Number.isInteger))) {
    return invalid(context, "inputs", "a token is not a whole number")
  }
  return Result.map(
    byName[binding.wireFormat].encode(inputs, { ...request, encoding: wireEncoding(request, binding) }, context),
    (body) => ({ ...body, ...request.providerOptions?.[provider] })
  )
}

/**
 * Decodes the response to a request for some of the inputs. It must have a vector for each, all of one length, which is
 * the requested one. Without an `encoding` the vectors are floats, whatever is on the wire.
 */
export const decode = (
  value: Schema.Json,
  inputs: ReadonlyArray<EmbeddingInput>,
  request: EmbeddingRequest,
  options: { readonly binding: EmbeddingBinding; readonly headers: Readonly<Record<string, string>> }
): Result.Result<DecodedEmbeddings, string> => {
  const { binding, headers } = options
  if (!isObject(value)) return Result.fail("the body is not a JSON object")
  const encoding = wireEncoding(request, binding)
  const requested = { inputs, encoding, dimensions: request.dimensions, headers }
  return Result.flatMap(byName[binding.wireFormat].decode(value, requested), (decoded) => {
    const { vectors } = decoded
    if (vectors.length !== inputs.length) {
      return Result.fail(`there are ${vectors.length} vectors for ${inputs.length} inputs`)
    }
    const dimensions = (vectors[0]?.length ?? 0) * packed(encoding)
    if (vectors.some(({ length }) => length * packed(encoding) !== dimensions)) {
      return Result.fail("the vectors are not all of one length")
    }
    if (request.dimensions !== undefined && dimensions !== request.dimensions) {
      return Result.fail(
        `the vectors have ${dimensions} dimensions and not the ${request.dimensions} that were requested`
      )
    }
    return Result.succeed(request.encoding === undefined ? { ...decoded, vectors: vectors.map(toFloats) } : decoded)
  })
}

/** Returns warnings about the options of a request that are not sent. */
export const warnings = (
  request: EmbeddingRequest,
  { binding, provider }: EncodeContext
): ReadonlyArray<Warning> => {
  const { lacks, purposes } = byName[binding.wireFormat]
  const left = LeftOut.warnings(request, provider, lacks)
  return request.purpose === undefined || (purposes !== undefined && purpose(request, purposes) !== undefined)
    ? left
    : [LeftOut.warning(provider, "purpose", "has no word for it in this wire format"), ...left]
}

const toFloats = (vector: Vector): Vector => vector instanceof Float32Array ? vector : Float32Array.from(vector)
