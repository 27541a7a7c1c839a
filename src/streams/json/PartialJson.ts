/**
 * Parses one JSON text that comes in pieces, such as the arguments of a tool call.
 *
 * The value is there from the first piece and grows in place. Texts grow by whole characters; numbers, `true`, `false` and
 * `null` appear when they have ended; a key appears with its value. What has appeared is never taken back, except by a key
 * that occurs again. The cost is linear in the text at any size of the pieces.
 *
 * **Example** (A value while its text arrives)
 *
 * ```ts
 * import { PartialJson } from "sluice"
 *
 * const parser = PartialJson.make()
 * parser.push("{\"city\":\"Os")
 * parser.value // { city: "Os" }
 * parser.push("lo\",\"days\":3}")
 * parser.end() // { city: "Oslo", days: 3 }
 * ```
 *
 * @since 0.2.0
 */
import * as Schema from "effect/Schema"
import { defaultLimits, type RepairKind, ValueReader } from "./partial/ValueReader.ts"

/**
 * A text that is not JSON, or larger than the limits. It says where, and holds nothing of the text.
 *
 * @category errors
 * @since 0.2.0
 */
export class PartialJsonError extends Schema.TaggedError<PartialJsonError>()("PartialJsonError", {
  /**
   * What is wrong: a character that JSON does not have there (`syntax`), text behind the value (`trailing`), an end before
   * the value is whole (`unfinished`), too many levels (`too-deep`), or too many characters (`too-large`).
   */
  reason: Schema.Literals(["syntax", "trailing", "unfinished", "too-deep", "too-large"]),
  /** The place in the whole text, in UTF-16 code units from 0. */
  position: Schema.Int,
  /** What JSON has at this place, or the limit. */
  expected: Schema.String
}) {
  override get message(): string {
    return `The text is not the JSON that was expected (${this.reason}): ${this.expected} at position ${this.position}`
  }
}

/**
 * Options of a parser.
 *
 * @category models
 * @since 0.2.0
 */
export interface Options {
  /** The most levels of containers. Default 128. */
  readonly maxDepth?: number | undefined
  /** The most characters of the text, in UTF-16 code units. Default 16,777,216. */
  readonly maxLength?: number | undefined
  /** Whether a text appears only when it has ended. Default `false`: it grows. */
  readonly hideUnfinishedStrings?: boolean | undefined
  /**
   * Whether to read what models without a strict mode write: a value in a code fence or between sentences, comments,
   * commas before a closing bracket, single quotes, line breaks in texts. Each repair is reported in `repairs`. The
   * value must be an object or an array. Default `false`.
   */
  readonly lenient?: boolean | undefined
}

/**
 * What a lenient parser repaired.
 *
 * @category models
 * @since 0.2.0
 */
export interface Repair {
  /** What was repaired. */
  readonly kind: RepairKind
  /** The place in the whole text, in UTF-16 code units from 0. */
  readonly position: number
}

/**
 * The way to a part of a value: keys of objects and indexes of arrays, the outermost first. Empty for the value itself.
 *
 * @category models
 * @since 0.2.0
 */
export type Path = ReadonlyArray<string | number>

/**
 * Parses one JSON text.
 *
 * @category models
 * @since 0.2.0
 */
export interface PartialJson {
  /**
   * Reads the next piece, of any size. Throws a `PartialJsonError` at the first character that is not JSON, and the same
   * one each time after that; `value` keeps what came before.
   */
  readonly push: (text: string) => void
  /** Ends the text and returns the value. Throws a `PartialJsonError` when the value is not whole. */
  readonly end: () => Schema.Json
  /**
   * The value so far; `undefined` before it begins. It grows in place and must not be changed. Reading it costs nothing.
   */
  readonly value: Schema.Json | undefined
  /**
   * Returns the value so far, which will not change any more. What is finished is shared with `value` and with earlier
   * snapshots; only the containers that are still open are copied.
   */
  readonly snapshot: () => Schema.Json | undefined
  /** Whether the whole value has been read. A number on its own is complete at `end`. */
  readonly isComplete: boolean
  /** Returns whether there is a value at a path that will not change any more, unless its key occurs again. */
  readonly isCompleteAt: (path: Path) => boolean
  /** The paths of keys that occurred again, in order: the last value counts. The first hundred are kept. */
  readonly repeatedKeys: ReadonlyArray<Path>
  /** What was repaired, in order. Empty unless the parser is lenient. The first hundred are kept. */
  readonly repairs: ReadonlyArray<Repair>
}

const most = 100

/**
 * Creates a parser for one JSON text.
 *
 * @category constructors
 * @since 0.2.0
 */
export const make = (options: Options = {}): PartialJson => {
  const repeatedKeys: Array<Path> = []
  const repairs: Array<Repair> = []
  const reader = new ValueReader({
    isLenient: options.lenient ?? false,
    hidesUnfinishedStrings: options.hideUnfinishedStrings ?? false,
    maxDepth: options.maxDepth ?? defaultLimits.maxDepth,
    maxLength: options.maxLength ?? defaultLimits.maxLength,
    error: (reason, position, expected) => new PartialJsonError({ reason, position, expected }),
    onRepair: (kind, position) => {
      if (repairs.length < most) repairs.push({ kind, position })
    },
    onRepeatedKey: (path) => {
      if (repeatedKeys.length < most) repeatedKeys.push(path)
    }
  })
  return {
    push: (text) => reader.push(text),
    end: () => reader.end(),
    get value() {
      return reader.path.root
    },
    snapshot: () => reader.path.snapshot(),
    get isComplete() {
      return reader.isComplete
    },
    isCompleteAt: (path) => reader.path.isCompleteAt(path),
    repeatedKeys,
    repairs
  }
}
