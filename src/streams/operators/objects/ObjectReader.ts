/**
 * Reads the value of a completion's text while it arrives.
 */
import type * as Schema from "effect/Schema"
import type { Field } from "../../../domain/ObjectEvent.ts"
import type { ResponseEvent } from "../../../domain/ResponseEvent.ts"
import { defaultLimits, ValueReader } from "../../json/partial/ValueReader.ts"
import { type ObjectSchema, wrapper } from "./ObjectSchema.ts"
import { PartialShape } from "./PartialShape.ts"

type Path = ReadonlyArray<string | number>

/** What is read of a value while it arrives. */
export interface ReadOptions {
  /** Whether `Partial` events are emitted. Default `true`. */
  readonly partials?: boolean | undefined
  /** The paths of the parts that are emitted when they have ended. Default: none. */
  readonly fields?: ReadonlyArray<Path> | undefined
}

/** An element that has ended, in the shape in which it was sent. */
export interface RawElement {
  readonly index: number
  readonly value: Schema.Json
}

/** Stops the reading. What is wrong with the text is found out at its end. */
class Unreadable extends Error {}

/** Reads the value of one completion. */
export class ObjectReader {
  readonly #reader = new ValueReader({
    // Models that have the schema in the prompt alone may put the value in a fence or behind a sentence.
    isLenient: true,
    hidesUnfinishedStrings: false,
    ...defaultLimits,
    error: () => new Unreadable(),
    onRepair: () => {},
    onRepeatedKey: () => {}
  })
  readonly #shape: PartialShape
  readonly #isWrapped: boolean
  readonly #hasElements: boolean
  readonly #partials: boolean
  #fields: ReadonlyArray<Path>
  #elements = 0
  #isReadable = true

  constructor(
    schema: Pick<ObjectSchema<unknown, never>, "document" | "isWrapped">,
    hasElements: boolean,
    options: ReadOptions
  ) {
    this.#shape = new PartialShape(schema.document)
    this.#isWrapped = schema.isWrapped
    this.#hasElements = hasElements
    this.#partials = options.partials ?? true
    this.#fields = options.fields ?? []
  }

  /** Reads the text of some events. Returns whether there was any. */
  push(events: ReadonlyArray<ResponseEvent>): boolean {
    let text = ""
    for (const event of events) if (event._tag === "OutputTextDelta") text += event.delta
    const isRead = this.#partials || this.#hasElements || this.#fields.length > 0
    if (text === "" || !isRead || !this.#isReadable) return false
    try {
      this.#reader.push(text)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.#isReadable = false
    }
    return true
  }

  /** The path of the value in what is sent. */
  get #prefix(): Path {
    const { root } = this.#reader.path
    return this.#isWrapped && !Array.isArray(root) ? [wrapper] : []
  }

  #at(path: Path): Schema.Json | undefined {
    let value = this.#reader.path.root
    for (const key of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
      value = (value as Readonly<Record<string | number, Schema.Json>>)[key]
    }
    return value
  }

  /** Returns the value so far; `undefined` before it has begun, and where the request wants no partial values. */
  partial(): Schema.Json | undefined {
    if (!this.#partials) return undefined
    const value = this.#shape.of(this.#reader.path)
    if (this.#prefix.length === 0 || value === undefined) return value
    return (value as Schema.JsonObject)[wrapper]
  }

  /** Returns the elements that have ended since the last time. */
  elements(): ReadonlyArray<RawElement> {
    if (!this.#hasElements) return []
    const prefix = this.#prefix
    const list = this.#at(prefix)
    if (!Array.isArray(list) || list.length === this.#elements) return []
    const { path } = this.#reader
    const ended = path.isCompleteAt([...prefix, list.length - 1]) ? list.length : list.length - 1
    const out: Array<RawElement> = []
    for (; this.#elements < ended; this.#elements++) out.push({ index: this.#elements, value: list[this.#elements] })
    return out
  }

  /** Returns the parts that have ended since the last time. */
  fields(): ReadonlyArray<Field> {
    if (this.#fields.length === 0) return []
    const prefix = this.#prefix
    const { path: open } = this.#reader
    const ended = this.#fields.filter((path) => open.isCompleteAt([...prefix, ...path]))
    if (ended.length === 0) return []
    const whole = this.#shape.of(open)
    const shaped = ended.filter((path) => this.#shape.isShapedAt(open, [...prefix, ...path]))
    this.#fields = this.#fields.filter((path) => !shaped.includes(path))
    return shaped.map((path) => ({ _tag: "Field", path, value: valueAt(whole, [...prefix, ...path]) }))
  }
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[key], value)
