/**
 * The wire formats of rankings by name, and what is the same for all of them.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { RerankBinding, RerankWireFormat } from "../../domain/Operations.ts"
import type { RerankRequest } from "../../domain/Rerank.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import { isObject } from "../json/Json.ts"
import * as LeftOut from "../request/LeftOut.ts"
import * as BedrockAgent from "./BedrockAgent.ts"
import * as Cohere from "./Cohere.ts"
import { type DecodedRanking, type EncodeContext, invalid, type WireFormat } from "./WireFormat.ts"

/** The wire formats by name. */
export const byName: Readonly<Record<RerankWireFormat, WireFormat>> = {
  cohere: Cohere.wireFormat,
  jina: Cohere.jina,
  voyage: Cohere.voyage,
  together: Cohere.together,
  "bedrock-cohere": Cohere.bedrock,
  "bedrock-agent": BedrockAgent.wireFormat
}

/** Returns the request with a `topN` that is no more than there are documents: Bedrock rejects a larger one. */
const withinDocuments = (request: RerankRequest): RerankRequest =>
  request.topN === undefined || request.topN <= request.documents.length
    ? request
    : { ...request, topN: request.documents.length }

/**
 * Encodes the body of a request. The `providerOptions` of the provider come last and win. Fails if the provider has no
 * field for an option.
 */
export const encode = (
  request: RerankRequest,
  binding: RerankBinding,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> =>
  request.topN !== undefined && !(Number.isInteger(request.topN) && request.topN > 0)
    ? invalid(context, "topN", "it is not a whole number over 0")
    : Result.map(
      byName[binding.wireFormat].encode(withinDocuments(request), context),
      (body) => ({ ...body, ...request.providerOptions?.[context.provider] })
    )

/** Returns warnings about the options of a request that are not sent. */
export const warnings = (
  request: RerankRequest,
  binding: RerankBinding,
  context: EncodeContext
): ReadonlyArray<Warning> => LeftOut.warnings(request, context.provider, byName[binding.wireFormat].lacks)

/** Decodes the response to a request with documents. Each result must be of another document. */
export const decode = (
  value: Schema.Json,
  request: RerankRequest,
  binding: RerankBinding
): Result.Result<DecodedRanking, string> => {
  if (!isObject(value)) return Result.fail("the body is not a JSON object")
  return Result.flatMap(byName[binding.wireFormat].decode(value), (decoded) => {
    if (decoded.results.length === 0) return Result.fail("there are no results")
    const seen = new Set<number>()
    for (const { index } of decoded.results) {
      if (index >= request.documents.length) return Result.fail("a result is of a document that was not sent")
      if (seen.has(index)) return Result.fail(`there are two results of document ${index}`)
      seen.add(index)
    }
    return Result.succeed(decoded)
  })
}
