/**
 * The text of a whole body, and whether it is whole.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import { IncompleteStreamError, MalformedResponseError, type ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { DecodeContext, Ending } from "../../streams/response/StreamDecoder.ts"
import { asTheyAre } from "../http/BodyQueue.ts"
import type { ResponseBytes } from "./ResponseBytes.ts"

/**
 * A body that was read whole, or as far as it came.
 *
 * @category models
 * @since 0.1.0
 */
export interface Body {
  readonly text: string
  readonly ending: Ending
  readonly tooLong: boolean
}

/**
 * Reads a body, up to a limit in bytes and, where there is one, in time. A body that breaks off is what came of it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const readText = (
  bytes: ResponseBytes,
  limit: number,
  within: Duration.Duration = Duration.infinity
): Effect.Effect<Body> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    let text = ""
    let length = 0
    const more: Effect.Effect<Body, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(
      bytes.read(asTheyAre()),
      (chunks) => {
        for (const chunk of chunks) {
          length += chunk.length
          text += decoder.decode(chunk, { stream: true })
        }
        return length > limit
          ? Effect.succeed({ text, ending: { type: "end-of-body" }, tooLong: true })
          : more
      }
    )
    const done = (ending: Ending): Body => ({ text: text + decoder.decode(), ending, tooLong: false })
    return more.pipe(
      Effect.catch((failure) =>
        Effect.sync(() => done(Cause.isDone(failure) ? { type: "end-of-body" } : bytes.ending(failure)))
      ),
      Effect.timeoutOrElse({ duration: within, orElse: () => Effect.sync(() => done({ type: "end-of-body" })) })
    )
  })

/** Of a body that is read whole, it is the response that is malformed. */
const ofResponse = (error: ProviderError): ProviderError => {
  if (error._tag !== "MalformedStreamError") return error
  const { _tag, position, shouldRetry, ...fields } = error
  return new MalformedResponseError(fields)
}

/**
 * The error of a body that is longer than it may be.
 *
 * @category errors
 * @since 0.1.0
 */
export const tooLong = (context: ErrorContext, limit: number): MalformedResponseError =>
  new MalformedResponseError({ ...context, detail: `the body is longer than the limit of ${limit} bytes` })

/**
 * Why a body is no answer, when it is not because of what it says.
 *
 * @category errors
 * @since 0.1.0
 */
export const notWhole = (body: Body, context: DecodeContext, limit: number): ProviderError | undefined => {
  if (body.tooLong) return tooLong(context.error, limit)
  switch (body.ending.type) {
    case "end-of-body":
      return undefined
    case "failed":
      return ofResponse(body.ending.error)
    case "connection-lost":
      return new IncompleteStreamError({
        ...context.error,
        ...(body.ending.code === undefined ? {} : { code: body.ending.code }),
        ...(body.ending.detail === undefined ? {} : { detail: context.scrub(body.ending.detail) }),
        ending: "connection-lost",
        missing: ["end-of-body"],
        evidence: []
      })
  }
}
