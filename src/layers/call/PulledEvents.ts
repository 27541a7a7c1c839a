/**
 * The events of an answer, pulled as they arrive; the first of them is waited for, so that an attempt without any can be made
 * again.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { CompletionError, ProviderError } from "../../domain/CompletionError.ts"
import type { EventReader } from "../../streams/audio/EventReader.ts"
import type { Answer } from "./Transport.ts"

/**
 * What is pulled, an array at a time.
 *
 * @category models
 * @since 0.1.0
 */
export type Pulled<A> = Pull.Pull<Arr.NonEmptyReadonlyArray<A>, ProviderError>

/**
 * Pulls the events of a stream out of its bytes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const events = <A>({ bytes, silence }: Answer, reader: EventReader<A>): Pulled<A> => {
  let ended = false
  const said = (found: ReadonlyArray<A>): Pulled<A> | undefined => {
    if (Arr.isReadonlyArrayNonEmpty(found)) return Effect.succeed(found)
    if (reader.failure !== undefined) return Effect.fail(reader.failure)
    return reader.completed ? Cause.done() : undefined
  }
  const more = bytes.read<Arr.NonEmptyReadonlyArray<A>, ProviderError>({
    chunks: (chunks) => {
      const found = reader.pushAll(chunks)
      if (found.length > 0) silence.heard(0, true)
      return said(found)
    },
    fruitless: (waited) => silence.heard(waited, false),
    ended: (why) => {
      ended = true
      return said(reader.end(Cause.isDone(why) ? { type: "end-of-body" } : bytes.ending(why))) ?? Cause.done()
    }
  })
  return Effect.suspend(() => {
    if (reader.failure !== undefined) return Effect.fail(reader.failure)
    return reader.completed || ended ? Cause.done() : more
  })
}

/**
 * Pulls one array, and answers a stream of it and of all that follows.
 *
 * @category combinators
 * @since 0.1.0
 */
export const begun = <A>(pull: Pulled<A>): Effect.Effect<Stream.Stream<A, CompletionError>, CompletionError> =>
  Effect.matchEffect(pull, {
    onSuccess: (first) => {
      let given = false
      return Effect.succeed(Stream.fromPull(Effect.succeed(Effect.suspend((): Pulled<A> => {
        if (given) return pull
        given = true
        return Effect.succeed(first)
      }))))
    },
    onFailure: (failure) => Cause.isDone(failure) ? Effect.succeed(Stream.empty) : Effect.fail(failure)
  })
