/**
 * One attempt: a request sent, its answer decoded as it arrives, every way it can fail told apart.
 *
 * What happens around an attempt (retry now; limits, breakers, fallback as they come) is the business of
 * `layers/resilience`.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import {
  type CompletionError,
  IncompleteStreamError,
  MalformedResponseError,
  type ProviderError,
  RequestTimeoutError,
  StreamIdleTimeoutError
} from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Settings } from "../../services/SluiceConfig.ts"
import type { DecodeContext, Ending, StreamDecoder } from "../../streams/protocols/Protocol.ts"
import { classify as classifyRefusal } from "../../streams/protocols/Refusal.ts"
import * as ContentEncoding from "../http/ContentEncoding.ts"
import { withPrivacy } from "../http/Privacy.ts"
import * as TransportFailure from "../http/TransportFailure.ts"
import { authorize, type PreparedRequest } from "./PreparedRequest.ts"

/** Bytes stopped coming: not the end of a body, but why it ended. */
class BodyFailure {
  readonly ending: Ending
  constructor(ending: Ending) {
    this.ending = ending
  }
}

/** How much of a refusal is read: enough for any error object. */
const maxRefusalBytes = 256 * 1024

/** How long, and how far, the rest of a body is read after the answer is whole, so that its connection can be used again. */
const drainTime = Duration.millis(250)
const drainBytes = 64 * 1024

const lost = (cause: unknown): BodyFailure => {
  const { code, detail } = TransportFailure.reasonOf(cause)
  return new BodyFailure({ type: "connection-lost", code, detail })
}

/** The bytes of a response, decompressed; silence and broken connections become `BodyFailure`s. */
const bodyOf = (
  response: HttpClientResponse.HttpClientResponse,
  context: ErrorContext,
  settings: Settings
): Stream.Stream<Uint8Array, BodyFailure> => {
  const silent = () =>
    new BodyFailure({
      type: "silent",
      error: new StreamIdleTimeoutError({ ...context, silence: "bytes", after: settings.silenceTimeout })
    })
  const bytes = response.stream.pipe(
    Stream.timeoutOrElse({ duration: settings.silenceTimeout, orElse: () => Stream.fail(silent()) }),
    Stream.mapError((error) => (error instanceof BodyFailure ? error : lost(error)))
  )
  return ContentEncoding.decode(bytes, response.headers["content-encoding"], lost)
}

interface Body {
  readonly bytes: Uint8Array
  readonly ending: Ending
  readonly tooLong: boolean
}

/**
 * Reads a body whole, up to a limit of length and, where there is one, of time. A body that breaks off is what came of it,
 * and how it ended.
 */
const readWhole = (
  body: Stream.Stream<Uint8Array, BodyFailure>,
  limit: number,
  within: Duration.Duration = Duration.infinity
): Effect.Effect<Body> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let length = 0
    const done = (ending: Ending): Body => ({ bytes: Buffer.concat(chunks), ending, tooLong: length > limit })
    return body.pipe(
      Stream.takeUntil((chunk) => {
        length += chunk.length
        return length > limit
      }),
      Stream.runForEachArray((arrays) =>
        Effect.sync(() => {
          for (const chunk of arrays) chunks.push(chunk)
        })
      ),
      Effect.match({ onSuccess: () => done({ type: "end-of-body" }), onFailure: (failure) => done(failure.ending) }),
      Effect.timeoutOrElse({ duration: within, orElse: () => Effect.sync(() => done({ type: "end-of-body" })) })
    )
  })

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")

const decodeChunks = (
  decoder: StreamDecoder,
  chunks: Arr.NonEmptyReadonlyArray<Uint8Array>
): ReadonlyArray<ResponseEvent> => {
  if (chunks.length === 1) return decoder.push(chunks[0])
  const events: Array<ResponseEvent> = []
  for (const chunk of chunks) {
    for (const event of decoder.push(chunk)) events.push(event)
    if (decoder.failure !== undefined || decoder.completed) break
  }
  return events
}

/** Decodes a streamed body, an array of events for each array of chunks. */
const decodeStream = (
  body: Stream.Stream<Uint8Array, BodyFailure>,
  decoder: StreamDecoder,
  context: ErrorContext,
  settings: Settings
): Stream.Stream<ResponseEvent, ProviderError> =>
  Stream.transformPull(body, (upstream) =>
    Effect.sync(() => {
      // How long was waited for bytes since the last event: the time a slow consumer takes does not count.
      let waited = 0
      let ended = false

      const emitOrEnd = (
        events: ReadonlyArray<ResponseEvent>
      ): Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>, ProviderError> => {
        if (Arr.isReadonlyArrayNonEmpty(events)) return Effect.succeed(events)
        return decoder.failure === undefined ? Cause.done() : Effect.fail(decoder.failure)
      }

      const finish = (ending: Ending) => {
        ended = true
        return emitOrEnd(decoder.end(ending))
      }

      const drain = Effect.suspend(() => {
        let drained = 0
        const more: Effect.Effect<void, BodyFailure | Cause.Done> = Effect.flatMap(upstream, (chunks) => {
          for (const chunk of chunks) drained += chunk.length
          return drained > drainBytes ? Effect.void : more
        })
        return more
      }).pipe(Effect.timeoutOption(drainTime), Effect.ignore, Effect.andThen(Cause.done()))

      const byteSilence = Duration.toMillis(settings.silenceTimeout)
      const eventSilence = Duration.toMillis(settings.eventSilenceTimeout)
      const silent = () =>
        new BodyFailure({
          type: "silent",
          error: new StreamIdleTimeoutError({ ...context, silence: "events", after: settings.eventSilenceTimeout })
        })

      const read: Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>, ProviderError> = Effect.suspend(() => {
        if (decoder.failure !== undefined) return Effect.fail(decoder.failure)
        if (decoder.completed) return drain
        if (ended) return emitOrEnd([])
        return Effect.clockWith((clock) => {
          const started = clock.currentTimeMillisUnsafe()
          const left = eventSilence - waited
          // The clock on bytes strikes first while there is more time left for events: then one clock is enough.
          const chunks = left > byteSilence ? upstream : Effect.timeoutOrElse(upstream, {
            duration: Math.max(1, left),
            orElse: () => Effect.fail(silent())
          })
          return chunks.pipe(
            Effect.flatMap((chunks) => {
              const events = decodeChunks(decoder, chunks)
              if (Arr.isReadonlyArrayNonEmpty(events)) {
                waited = 0
                return Effect.succeed(events)
              }
              waited += clock.currentTimeMillisUnsafe() - started
              return read
            })
          )
        })
      }).pipe(
        Pull.catchDone(() => (decoder.completed || ended ? Cause.done() : finish({ type: "end-of-body" }))),
        Effect.catchIf(
          (error): error is BodyFailure => error instanceof BodyFailure,
          (failure) => finish(failure.ending)
        )
      )
      return read
    }))

/** Why a body that was to be read whole is not an answer, when it is not because of what it says. */
const notWhole = (body: Body, context: DecodeContext, settings: Settings): ProviderError | undefined => {
  if (body.tooLong) {
    return new MalformedResponseError({
      ...context.error,
      detail: `the body is longer than the limit of ${settings.maxResponseBytes} bytes`
    })
  }
  switch (body.ending.type) {
    case "end-of-body":
      return undefined
    case "silent":
      return body.ending.error
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

const decodeWhole = (
  prepared: PreparedRequest,
  body: Body,
  context: DecodeContext,
  settings: Settings
): Stream.Stream<ResponseEvent, ProviderError> => {
  const { events, failure } = prepared.protocol.whole(text(body.bytes), context)
  if (failure === undefined) return Stream.fromArray(events)
  const malformed = failure._tag === "MalformedResponseError"
  return Stream.concat(
    Stream.fromArray(events),
    Stream.fail((malformed ? notWhole(body, context, settings) : undefined) ?? failure)
  )
}

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(contentType)

/**
 * Makes an attempt.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = ({ attempt, client, prepared, settings }: {
  readonly client: HttpClient.HttpClient
  readonly prepared: PreparedRequest
  readonly settings: Settings
  readonly attempt: number
}): Stream.Stream<ResponseEvent, CompletionError> =>
  Stream.unwrap(Effect.gen(function*() {
    const { request, scrub } = yield* authorize(prepared)
    const known: ErrorContext = {
      provider: prepared.provider.definition.id,
      model: prepared.model,
      requestId: prepared.requestId
    }
    const response = yield* HttpClient.withScope(client).execute(request).pipe(
      withPrivacy,
      Effect.mapError((error) =>
        TransportFailure.classify(error, known, { connectTimeout: settings.connectTimeout, scrub })
      ),
      Effect.timeoutOrElse({
        duration: settings.headersTimeout,
        orElse: () => Effect.fail(new RequestTimeoutError({ ...known, after: settings.headersTimeout }))
      })
    )
    const providerRequestId = response.headers[prepared.provider.definition.requestIdHeader]
    const error: ErrorContext = {
      ...known,
      status: response.status,
      ...(providerRequestId === undefined ? {} : { providerRequestId: scrub(providerRequestId) })
    }
    const context: DecodeContext = {
      error,
      headers: response.headers,
      now: yield* Clock.currentTimeMillis,
      quirks: prepared.provider.quirks,
      limits: settings,
      scrub
    }
    const body = bodyOf(response, error, settings)
    if (response.status < 200 || response.status > 299) {
      // The status has said it: what else there is must not keep the caller waiting, drop by drop.
      const refusal = yield* readWhole(body, maxRefusalBytes, settings.silenceTimeout)
      return Stream.fail(classifyRefusal(response.status, text(refusal.bytes), context))
    }
    // Some servers answer a request for a stream with an error, or with the whole answer, as plain JSON.
    if (!prepared.streamed || isJson(response.headers["content-type"])) {
      return decodeWhole(prepared, yield* readWhole(body, settings.maxResponseBytes), context, settings)
    }
    return decodeStream(body, prepared.protocol.stream(context), error, settings)
  })).pipe(
    Stream.withSpan("sluice.attempt", {
      kind: "client",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": prepared.provider.definition.id,
        "gen_ai.request.model": prepared.model,
        "sluice.request_id": prepared.requestId,
        "sluice.attempt": attempt
      }
    })
  )
