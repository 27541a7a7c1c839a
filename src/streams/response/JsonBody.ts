/**
 * Decodes a response that is one JSON value, and classifies one that is none or reports a failure.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { MalformedResponseError, type ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import { withoutMark } from "../framing/Bytes.ts"
import { parse } from "../json/Json.ts"
import { excerpt } from "./JsonStream.ts"
import type { DecodeContext } from "./StreamDecoder.ts"
import { failureInBody } from "./ErrorClassifier.ts"

/** Returns in a sentence what a body is that is not JSON. */
export const whatItIs = (body: string): string => {
  const start = body.trimStart()
  if (start === "") return "the body is empty"
  if (start.startsWith("<")) return "the body is a page and not JSON"
  if (/^(event|data|id|retry)?:/.test(start)) return "the body is an event stream, though none was requested"
  return "the body is not JSON"
}

/** Parses a body. Some servers begin it with a byte order mark. */
export const parseBody = (body: string): Schema.Json | undefined => parse(withoutMark(body))

/** Creates the error of a malformed body. */
export const malformed = (body: string, detail: string, context: DecodeContext): MalformedResponseError =>
  new MalformedResponseError({
    ...context.error,
    detail,
    ...(body.trim() === "" ? {} : { excerpt: excerpt(body, context) })
  })

/** Creates the error of a body that is longer than the limit. */
export const tooLong = (context: ErrorContext, limit: number): MalformedResponseError =>
  new MalformedResponseError({ ...context, detail: `the body is longer than the limit of ${limit} bytes` })

/**
 * Decodes a body. `decode` fails with a sentence that says what is wrong with the value. A failure that the value
 * reports comes before that.
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
