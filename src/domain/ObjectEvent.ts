/**
 * The events of a completion whose text is a value that follows a schema.
 *
 * @since 0.2.0
 */
import type { Completion } from "./Completion.ts"
import type { InvalidOutputError } from "./StructuredOutput.ts"

/**
 * A value of which parts are missing: any property, and the end of any list or text.
 *
 * @category models
 * @since 0.2.0
 */
export type DeepPartial<A> = A extends ReadonlyArray<infer B> ? ReadonlyArray<DeepPartial<B>>
  : A extends object ? { readonly [K in keyof A]?: DeepPartial<A[K]> }
  : A

/**
 * The value so far, as JSON. It will not change any more. At most one for each piece of the network.
 *
 * @category models
 * @since 0.2.0
 */
export interface Partial<Encoded> {
  /** The kind of the event. */
  readonly _tag: "Partial"
  /** The value so far. Texts grow; numbers, `true`, `false` and `null` appear when they have ended. */
  readonly value: DeepPartial<Encoded>
}

/**
 * An element of a list, when it has ended. Each one comes once, in order. For schemas of lists alone.
 *
 * @category models
 * @since 0.2.0
 */
export interface Element<A> {
  /** The kind of the event. */
  readonly _tag: "Element"
  /** The position of the element in the list, from 0. */
  readonly index: number
  /** The element, decoded. */
  readonly value: A
}

/**
 * A part of the value whose path the request names, when it has ended.
 *
 * @category models
 * @since 0.2.0
 */
export interface Field {
  /** The kind of the event. */
  readonly _tag: "Field"
  /** The path of the part: keys of objects and indexes of lists. */
  readonly path: ReadonlyArray<string | number>
  /** The part, as JSON. */
  readonly value: unknown
}

/**
 * The output was not what the schema describes, and was requested again, with the error. What follows begins anew.
 *
 * @category models
 * @since 0.2.0
 */
export interface Reprompted {
  /** The kind of the event. */
  readonly _tag: "Reprompted"
  /** How often it was requested again, from 1. */
  readonly number: number
  /** What was wrong. */
  readonly error: InvalidOutputError
}

/**
 * The whole value. Always the last event, emitted exactly once.
 *
 * @category models
 * @since 0.2.0
 */
export interface Value<A> {
  /** The kind of the event. */
  readonly _tag: "Value"
  /** The value, decoded. */
  readonly value: A
  /** The completion that it is from. */
  readonly completion: Completion
}

/**
 * One event of a completion whose text is a value.
 *
 * @category models
 * @since 0.2.0
 */
export type ObjectEvent<A, Encoded = A> =
  | Partial<Encoded>
  | Element<A extends ReadonlyArray<infer B> ? B : never>
  | Field
  | Reprompted
  | Value<A>
