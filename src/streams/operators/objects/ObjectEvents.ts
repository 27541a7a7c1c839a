/**
 * Makes the events of a value of the events of a completion.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import * as Completion from "../../../domain/Completion.ts"
import type { ObjectEvent } from "../../../domain/ObjectEvent.ts"
import { invalid, type InvalidOutputError } from "../../../domain/OutputDecoding.ts"
import type { ResponseEvent } from "../../../domain/ResponseEvent.ts"
import { ObjectReader, type RawElement, type ReadOptions } from "./ObjectReader.ts"
import type { ObjectSchema } from "./ObjectSchema.ts"

const nothing = { text: "", refusal: "", finishReason: null } as const

/** Reads one completion. Each array of events becomes one array, so that there is at most one `Partial` for each. */
export const fromEvents = <A, R, E, R2>(
  events: Stream.Stream<ResponseEvent, E, R2>,
  schema: ObjectSchema<A, R>,
  options: ReadOptions
): Stream.Stream<ObjectEvent<A, never>, E | InvalidOutputError, R | R2> =>
  Stream.transformPull(events, (pull) => {
    const all: Array<ResponseEvent> = []
    const { decodeElement } = schema
    const reader = new ObjectReader(schema, decodeElement !== undefined, options)

    const decoded = ({ index, value }: RawElement): Effect.Effect<ObjectEvent<A, never>, InvalidOutputError, R> =>
      (decodeElement ?? schemaHasNoElements)(nothing, value, `$[${index}]`).pipe(
        // The completion is not whole yet. It says what has arrived.
        Effect.mapError(({ path, reason }) => invalid(Completion.fromEvents(all), reason, path)),
        Effect.map((element) => ({ _tag: "Element", index, value: element as never }))
      )

    /** Emits what can be said without decoding anything. */
    const readText = (array: ReadonlyArray<ResponseEvent>): Array<ObjectEvent<A, never>> => {
      const out: Array<ObjectEvent<A, never>> = []
      if (!reader.push(array)) return out
      const partial = reader.partial()
      if (partial !== undefined) out.push({ _tag: "Partial", value: partial as never })
      for (const field of reader.fields()) out.push(field)
      return out
    }

    const end: Effect.Effect<ObjectEvent<A, never>, InvalidOutputError, R> = Effect.suspend(() => {
      const completion = Completion.fromEvents(all)
      return Effect.map(schema.decode(completion), (value) => ({ _tag: "Value", value, completion }))
    })

    type Out = Arr.NonEmptyReadonlyArray<ObjectEvent<A, never>>
    const next: Pull.Pull<Out, E | InvalidOutputError, unknown, R | R2> = Effect.flatMap(pull, (array) => {
      for (const event of array) all.push(event)
      const out = readText(array)
      const elements = reader.elements()
      const isLast = array.at(-1)?._tag === "Completed"
      if (elements.length === 0 && !isLast) return Arr.isReadonlyArrayNonEmpty(out) ? Effect.succeed(out) : next
      const pending = isLast ? [...elements.map(decoded), end] : elements.map(decoded)
      return Effect.map(Effect.all(pending), (decoded) => [...out, ...decoded] as unknown as Out)
    })
    return Effect.succeed(next) as never
  })

const schemaHasNoElements = (): Effect.Effect<never> => Effect.die("the schema has no elements")
