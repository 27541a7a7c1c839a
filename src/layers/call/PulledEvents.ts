/**
 * Pulls the events of a streamed body through a decoder: one array for all the chunks that arrived together.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as Pull from "effect/Pull"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"
import { passthrough } from "../http/BodyQueue.ts"
import type { Response } from "./Response.ts"
import type { ResponseBytes } from "./ResponseBytes.ts"

/** A synchronous decoder of the events of one response. */
export interface EventDecoder<A> {
  /** Decodes several chunks and returns the events that they completed. */
  readonly pushAll: (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<A>
  /** Ends the body. It is called once. */
  readonly end: (ending: Ending) => ReadonlyArray<A>
  /** Why the stream has failed. */
  readonly failure: ProviderError | undefined
  /** Whether the response is complete. */
  readonly completed: boolean
}

/** What counts as progress. */
export interface Progress<A> {
  /** Returns whether an event has content, which ends the wait for the next one. */
  readonly isContent: (event: A) => boolean
  /** Returns how many characters of content an event has. */
  readonly charactersOf: (event: A) => number
}

type Events<A> = Pull.Pull<Arr.NonEmptyReadonlyArray<A>, ProviderError>

/**
 * How long, and how far, the rest of a body is read after the response is complete, so that its connection can be used
 * again.
 */
const drainTime = Duration.millis(250)
const drainBytes = 64 * 1024

const drain = <A>(bytes: ResponseBytes): Events<A> =>
  Effect.suspend(() => {
    let drained = 0
    const more: Effect.Effect<void, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(
      bytes.read(passthrough()),
      (chunks) => {
        for (const chunk of chunks) drained += chunk.length
        return drained > drainBytes ? Effect.void : more
      }
    )
    return more
  }).pipe(Effect.timeoutOption(drainTime), Effect.ignore, Effect.andThen(Cause.done()))

/** Records the progress of an array of events, the last of which nearly always has content. */
const record = <A>({ timer }: Response, { charactersOf, isContent }: Progress<A>, events: ReadonlyArray<A>): void => {
  const last = events.at(-1)
  if (last === undefined || !(isContent(last) || events.some(isContent))) return
  let characters = 0
  if (timer.measuresRate) { for (const event of events) characters += charactersOf(event) }
  timer.recordContent(characters)
}

/** Makes the pull of a response. */
export const make = <A>(response: Response, decoder: EventDecoder<A>, progress: Progress<A>): Events<A> => {
  const { bytes, timer } = response
  let hasEnded = false

  const result = (events: ReadonlyArray<A>): Events<A> | undefined => {
    if (Arr.isReadonlyArrayNonEmpty(events)) return Effect.succeed(events)
    return decoder.failure === undefined ? undefined : Effect.fail(decoder.failure)
  }

  const more = bytes.read<Arr.NonEmptyReadonlyArray<A>, ProviderError>({
    chunks: (chunks) => {
      const events = decoder.pushAll(chunks)
      record(response, progress, events)
      return result(events)
    },
    waited: (millis) => timer.recordWait(millis),
    ended: (why) => {
      hasEnded = true
      return result(decoder.end(Cause.isDone(why) ? { type: "end-of-body" } : bytes.ending(why))) ?? Cause.done()
    }
  })

  return Effect.suspend(() => {
    if (decoder.failure !== undefined) return Effect.fail(decoder.failure)
    if (hasEnded) return Cause.done()
    if (!decoder.completed) return more
    hasEnded = true
    return bytes.isOver() ? Cause.done() : drain(bytes)
  })
}
