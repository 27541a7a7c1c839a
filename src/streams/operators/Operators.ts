/**
 * Operators on the events of a completion.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { ToolLoopEvent } from "../../domain/ToolLoopEvent.ts"

/** Keeps what `pick` returns for each array of events. Empty arrays are not passed on. */
const pickEach = <A>(pick: (event: ToolLoopEvent, found: Array<A>) => void) =>
<E, R>(
  events: Stream.Stream<ToolLoopEvent, E, R>
): Stream.Stream<A, E, R> =>
  Stream.transformPull(events, (pull) => {
    const next: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E> = Effect.flatMap(pull, (array) => {
      const found: Array<A> = []
      for (const event of array) pick(event, found)
      return Arr.isArrayNonEmpty(found) ? Effect.succeed(found) : next
    })
    return Effect.succeed(next)
  })

/**
 * Returns the visible text of a completion or of a tool loop, delta by delta.
 *
 * @category filtering
 * @since 0.1.0
 */
export const text: <E, R>(events: Stream.Stream<ToolLoopEvent, E, R>) => Stream.Stream<string, E, R> = pickEach(
  (event, found: Array<string>) => {
    if (event._tag === "OutputTextDelta") found.push(event.delta)
  }
)
