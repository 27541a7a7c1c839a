/**
 * From the bytes of a response to its events.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as Pull from "effect/Pull"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Settings } from "../../services/SluiceConfig.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import type { DecodeContext, StreamDecoder } from "../../streams/response/StreamDecoder.ts"
import { asTheyAre } from "../http/BodyQueue.ts"
import type { Answer } from "../call/Transport.ts"
import { type Body, notWhole, readText } from "../call/Body.ts"
import type { ResponseBytes } from "../call/ResponseBytes.ts"
import type { Silence } from "../call/IdleTimer.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"

/**
 * The events of an answer, an array at a time.
 *
 * @category models
 * @since 0.1.0
 */
export type Events = Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>, ProviderError>

/** Says all there is in one array, and then how it ended. */
const once = (events: ReadonlyArray<ResponseEvent>, failure: ProviderError | undefined): Events => {
  let said = false
  return Effect.suspend((): Events => {
    if (!said && Arr.isReadonlyArrayNonEmpty(events)) {
      said = true
      return Effect.succeed(events)
    }
    return failure === undefined ? Cause.done() : Effect.fail(failure)
  })
}

/** The events of a body that was not streamed. */
const decodeWhole = (protocol: Protocol, body: Body, context: DecodeContext, limit: number): Events => {
  const { events, failure } = protocol.decodeWhole(body.text, context)
  const malformed = failure?._tag === "MalformedResponseError"
  return once(events, (malformed ? notWhole(body, context, limit) : undefined) ?? failure)
}

/** How long, and how far, the rest of a body is read after the answer is whole, so that its connection can be used again. */
const drainTime = Duration.millis(250)
const drainBytes = 64 * 1024

const drain = (bytes: ResponseBytes): Events =>
  Effect.suspend(() => {
    let drained = 0
    const more: Effect.Effect<void, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(
      bytes.read(asTheyAre()),
      (chunks) => {
        for (const chunk of chunks) drained += chunk.length
        return drained > drainBytes ? Effect.void : more
      }
    )
    return more
  }).pipe(Effect.timeoutOption(drainTime), Effect.ignore, Effect.andThen(Cause.done()))

/** The events of a streamed body: one array for all the chunks that arrived together. */
const decodeStream = (bytes: ResponseBytes, decoder: StreamDecoder, silence: Silence): Events => {
  let ended = false

  const said = (events: ReadonlyArray<ResponseEvent>): Events | undefined => {
    if (Arr.isReadonlyArrayNonEmpty(events)) return Effect.succeed(events)
    return decoder.failure === undefined ? undefined : Effect.fail(decoder.failure)
  }

  const more = bytes.read<Arr.NonEmptyReadonlyArray<ResponseEvent>, ProviderError>({
    chunks: (chunks) => {
      const events = decoder.pushAll(chunks)
      if (events.length > 0) silence.heard(0, true)
      return said(events)
    },
    fruitless: (waited) => silence.heard(waited, false),
    ended: (why) => {
      ended = true
      return said(decoder.end(Cause.isDone(why) ? { type: "end-of-body" } : bytes.ending(why))) ?? Cause.done()
    }
  })

  return Effect.suspend(() => {
    if (decoder.failure !== undefined) return Effect.fail(decoder.failure)
    if (ended) return Cause.done()
    if (!decoder.completed) return more
    ended = true
    return bytes.isOver() ? Cause.done() : drain(bytes)
  })
}

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(contentType)

/**
 * Takes the events out of the answer to a request.
 *
 * @category decoding
 * @since 0.1.0
 */
export const of = (
  { protocol, streamed }: PreparedRequest,
  { maxResponseBytes }: Settings
) =>
({ bytes, context, silence }: Answer): Effect.Effect<Events> => {
  // Some servers answer a request for a stream with an error, or with the whole answer, as plain JSON.
  const mayBeStream = protocol.streamsJson === true || !isJson(context.headers["content-type"])
  return streamed && mayBeStream
    ? Effect.succeed(decodeStream(bytes, protocol.decodeStream(context), silence))
    : Effect.map(
      readText(bytes, maxResponseBytes),
      (body) => decodeWhole(protocol, body, context, maxResponseBytes)
    )
}
