/**
 * Decodes a completion from a body of one JSON object. Any other body fails with a sentence that says what it is.
 */
import type { ProviderError } from "../../domain/CompletionError.ts"
import { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject } from "../json/Json.ts"
import * as JsonBody from "./JsonBody.ts"
import type { DecodeContext, WholeResponse } from "./StreamDecoder.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"
import { failureInBody } from "./ErrorClassifier.ts"

/**
 * Decodes the object of a protocol into an assembly. Returns an error if the body reports one, or a sentence if it is
 * not what the protocol says.
 */
export type Read = (value: JsonObject, assembly: Assembly) => ProviderError | string | undefined

/** Decodes a whole body. A body that fails emits no events, so that the attempt can be repeated. */
export const read = (body: string, context: DecodeContext, decode: Read): WholeResponse => {
  const assembly = new Assembly(context)
  const failed = (failure: ProviderError): WholeResponse => ({ events: [], failure })
  const malformed = (detail: string): WholeResponse => failed(JsonBody.malformed(body, detail, context))
  const value = JsonBody.parseBody(body)
  if (value === undefined) return malformed(JsonBody.whatItIs(body))
  const reported = failureInBody(value, context)
  if (!isObject(value)) return reported === undefined ? malformed("the body is not a JSON object") : failed(reported)
  const snapshot = RateLimitHeaders.snapshot(context.headers, context.now)
  if (snapshot !== undefined) assembly.emit({ _tag: "RateLimits", snapshot })
  const problem = decode(value, assembly)
  if (problem === undefined) return { events: assembly.take(), failure: undefined }
  return typeof problem === "string"
    ? (reported === undefined ? malformed(problem) : failed(reported))
    : failed(problem)
}
