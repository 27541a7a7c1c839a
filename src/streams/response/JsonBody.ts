/**
 * Reads an answer that is one JSON value: what is none, or reports a failure, becomes the error that says so.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { MalformedResponseError, type ProviderError } from "../../domain/CompletionError.ts"
import { withoutMark } from "../framing/Bytes.ts"
import { parse } from "../json/Json.ts"
import { excerpt } from "./JsonStream.ts"
import type { DecodeContext } from "./StreamDecoder.ts"
import { failureInBody } from "./ErrorClassifier.ts"

/**
 * Says what a body is that is no JSON.
 *
 * @category accessors
 * @since 0.1.0
 */
export const whatItIs = (body: string): string => {
  const start = body.trimStart()
  if (start === "") return "the body is empty"
  if (start.startsWith("<")) return "the body is a page and not JSON"
  if (/^(event|data|id|retry)?:/.test(start)) return "the body is an event stream, though none was asked for"
  return "the body is not JSON"
}

/**
 * Parses a body. Some servers begin a file, and so an answer, with a byte order mark.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parseBody = (body: string): Schema.Json | undefined => parse(withoutMark(body))

/**
 * The error of a body that is not in the form it should have.
 *
 * @category errors
 * @since 0.1.0
 */
export const malformed = (body: string, detail: string, context: DecodeContext): MalformedResponseError =>
  new MalformedResponseError({
    ...context.error,
    detail,
    ...(body.trim() === "" ? {} : { excerpt: excerpt(body, context) })
  })

/**
 * Reads a body. `decode` says in a sentence what is wrong with a value that is no answer; the failure that the value reports
 * instead, if it does, comes first.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = <A>(
  body: string,
  context: DecodeContext,
  decode: (value: Schema.Json) => Result.Result<A, string>
): Result.Result<A, ProviderError> => {
  const value = parseBody(body)
  return value === undefined
    ? Result.fail(malformed(body, whatItIs(body), context))
    : Result.mapError(
      decode(value),
      (problem) => failureInBody(value, context) ?? malformed(body, problem, context)
    )
}
