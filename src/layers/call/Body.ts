/**
 * Reads whole bodies.
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { CompletionError, ProviderError } from "../../domain/CompletionError.ts"
import { incompleteBody } from "../../streams/response/Endings.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import type { DecodeContext, Ending } from "../../streams/response/StreamDecoder.ts"
import { passthrough } from "../http/BodyQueue.ts"
import type { Values } from "../resilience/Policy.ts"
import type { Response } from "./Response.ts"
import type { ResponseBytes } from "./ResponseBytes.ts"

/** A body as far as it was read. */
export interface Body {
  /** The text. */
  readonly text: string
  /** How it ended. */
  readonly ending: Ending
  /** Whether it is longer than the limit, and was read no further. */
  readonly isTooLong: boolean
}

/**
 * Reads a body up to a limit in bytes and, where there is one, in time. A body that breaks off is returned as far as it
 * came.
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
      bytes.read(passthrough()),
      (chunks) => {
        for (const chunk of chunks) {
          length += chunk.length
          text += decoder.decode(chunk, { stream: true })
        }
        return length > limit
          ? Effect.succeed({ text, ending: { type: "end-of-body" }, isTooLong: true })
          : more
      }
    )
    const done = (ending: Ending): Body => ({ text: text + decoder.decode(), ending, isTooLong: false })
    return more.pipe(
      Effect.catch((failure) =>
        Effect.sync(() => done(Cause.isDone(failure) ? { type: "end-of-body" } : bytes.ending(failure)))
      ),
      Effect.timeoutOrElse({ duration: within, orElse: () => Effect.sync(() => done({ type: "end-of-body" })) })
    )
  })

/** Returns why a body is not whole; `undefined` where it is. */
export const notWhole = (body: Body, context: DecodeContext, limit: number): ProviderError | undefined =>
  body.isTooLong ? JsonBody.tooLong(context.error, limit) : incompleteBody(context, body.ending)

/** Emits values in one array: what a response that is not streamed is decoded to. */
export const values = <A>(all: Arr.NonEmptyReadonlyArray<A>): Values<A> => {
  let isEmitted = false
  return Effect.suspend((): Values<A> => {
    if (isEmitted) return Cause.done()
    isEmitted = true
    return Effect.succeed(all)
  })
}

/** Emits one value. */
export const one = <A>(value: A): Values<A> => values([value])

/** Reads the whole body of a response as text, up to the limit of its call or another one, in bytes. */
export const textOf = (response: Response, limit = response.maxBytes): Effect.Effect<string, CompletionError> =>
  Effect.flatMap(readText(response.bytes, limit), (body) => {
    const failure = notWhole(body, response.context, limit)
    return failure === undefined ? Effect.succeed(body.text) : Effect.fail(failure)
  })

/**
 * Reads the whole body of a response as JSON, up to the limit of its call. `decode` returns in a sentence what is wrong
 * with a value that is not what was requested.
 */
export const jsonOf = <A>(
  { bytes, context, maxBytes }: Response,
  decode: (value: Schema.Json) => Result.Result<A, string>
): Effect.Effect<A, CompletionError> =>
  Effect.flatMap(readText(bytes, maxBytes), (body) => {
    const read = JsonBody.read(body.text, context, decode)
    if (read._tag === "Success") return Effect.succeed(read.success)
    // A body that broke off is malformed because of that.
    const cut = read.failure._tag === "MalformedResponseError" ? notWhole(body, context, maxBytes) : undefined
    return Effect.fail(cut ?? read.failure)
  })
