/**
 * An event template that all streams share: learned from one event, it matches all events that differ from it in their
 * strings and integers alone.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Locate } from "../framing/Locate.ts"
import * as ByteRuns from "./ByteRuns.ts"
import { type Leaf, leaves } from "./JsonLeaves.ts"
import type { ScalarKind, ScalarReader } from "./ScalarReader.ts"
import { type Slot, StreamTemplate } from "./StreamTemplate.ts"

/**
 * Which events of a protocol have templates, and which of their values are slots. Values are named by paths
 * (`choices.0.delta.content`).
 */
export interface TemplateRules<A extends object> {
  /**
   * Whether the protocol keeps no object of this event, so that the object of a template can be changed and used again.
   * It must not depend on what is in the slots.
   */
  readonly isDelta: (value: A) => boolean
  /** Whether the protocol reads the string or integer at a path, and it changes from event to event. */
  readonly isRead: (path: string) => boolean
  /**
   * Whether the protocol reads the value at a path as text. An event with a number or a boolean there has no template:
   * a template loses how a number is written, and repeats only the text of its slots.
   */
  readonly isText: (path: string) => boolean
  /** The paths at which the protocol reads nothing, whatever is there: such a value is checked, and not made. */
  readonly unread: ReadonlySet<string>
}

type Container = { [key: string]: unknown }

/** A value of an event that is a slot of the shared template. */
interface SharedSlot {
  readonly keys: ReadonlyArray<string>
  /** `fixed` stays the same within one stream. */
  readonly use: "fixed" | "read" | "unread"
  readonly kind: ScalarKind
}

/** An event with more slots, or more bytes, is not likely to come again. */
const mostSlots = 64
const mostBytes = 8192

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null

/** Copies parsed JSON. */
const copy = (value: unknown): unknown => {
  if (!isContainer(value)) return value
  if (Array.isArray(value)) return value.map(copy)
  const made: Container = {}
  for (const key in value) made[key] = copy(value[key])
  return made
}

/** Returns the object or array that holds the value to which the keys lead. */
const holderOf = (value: object, keys: ReadonlyArray<string>): Container | undefined => {
  let holder: unknown = value
  for (let i = 0; i < keys.length - 1; i++) holder = isContainer(holder) ? holder[keys[i] ?? ""] : undefined
  return isContainer(holder) ? holder : undefined
}

const lastOf = (keys: ReadonlyArray<string>): string => keys[keys.length - 1] ?? ""

/**
 * An event that matched a shared template.
 */
export interface SharedMatch<A extends object> {
  readonly template: SharedTemplate<A>
  /** Where the event begins and ends. */
  readonly from: number
  readonly to: number
  /** Where the value of each slot begins and ends, and what it is; `null` where nobody reads it. */
  readonly bounds: ReadonlyArray<number>
  readonly values: ReadonlyArray<string | number | null>
}

/**
 * An event template that all streams share.
 */
export class SharedTemplate<A extends object> {
  /** The name of the event. */
  readonly event: string

  readonly #object: A
  readonly #rules: TemplateRules<A>
  readonly #slots: ReadonlyArray<SharedSlot>
  // The bytes before each slot and behind the last one.
  readonly #lengths: ReadonlyArray<number>
  readonly #runs: ByteRuns.Runs

  /** `bounds` has the begin and the end of the bytes before each slot, and of those behind the last one. */
  constructor(
    event: string,
    object: A,
    rules: TemplateRules<A>,
    slots: ReadonlyArray<SharedSlot>,
    bytes: Buffer,
    bounds: ReadonlyArray<number>
  ) {
    this.event = event
    this.#object = object
    this.#rules = rules
    this.#slots = slots
    this.#lengths = ByteRuns.lengthsOf(bounds)
    this.#runs = ByteRuns.runsOf(bytes, bounds)
  }

  /** Reads the event that begins at `at`, if it matches and is whole before `limit`. */
  match(chunk: ByteRuns.Chunk, at: number, limit: number, scalars: ScalarReader): SharedMatch<A> | undefined {
    const start = this.#lengths[0] ?? 0
    if (at + start > limit || !ByteRuns.matches(this.#runs, 0, start, chunk, at)) return undefined
    const bounds: Array<number> = []
    const values: Array<string | number | null> = []
    let word = ByteRuns.wordCount(start)
    let position = at + start
    for (let i = 0; i < this.#slots.length; i++) {
      const { kind, use } = this.#slots[i] ?? {}
      if (kind === undefined) return undefined
      const end = scalars.read(kind, chunk, position, limit)
      if (end < 0) return undefined
      bounds.push(position, end)
      values.push(use === "unread" ? null : scalars.value)
      const length = this.#lengths[i + 1] ?? 0
      if (end + length > limit || !ByteRuns.matches(this.#runs, word, length, chunk, end)) return undefined
      word += ByteRuns.wordCount(length)
      position = end + length
    }
    return { template: this, from: at, to: position, bounds, values }
  }

  /** Makes the object of an event that matched; `undefined` if it is one that a protocol may keep. */
  object({ values }: SharedMatch<A>): A | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A copy of parsed JSON is of the same type.
    const object = copy(this.#object) as A
    for (let i = 0; i < this.#slots.length; i++) {
      const keys = this.#slots[i]?.keys ?? []
      const holder = holderOf(object, keys)
      if (holder !== undefined) holder[lastOf(keys)] = values[i]
    }
    return this.#rules.isDelta(object) ? object : undefined
  }

  /** Makes the template that one stream uses from an event of it that matched, and from the object of that event. */
  forStream(bytes: Buffer, match: SharedMatch<A>, object: A, scalars: ScalarReader): StreamTemplate<A> {
    const slots: Array<Slot> = []
    const bounds: Array<number> = [match.from]
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]
      if (slot === undefined || slot.use === "fixed") continue
      const holder = slot.use === "read" ? holderOf(object, slot.keys) : undefined
      slots.push({ kind: slot.kind, holder, key: lastOf(slot.keys), path: slot.keys.join(".") })
      bounds.push(match.bounds[2 * i] ?? 0, match.bounds[2 * i + 1] ?? 0)
    }
    bounds.push(match.to)
    return new StreamTemplate(this.event, object, slots, bytes, bounds, scalars)
  }
}

/** Returns whether a value that is read as text is a number or a boolean. */
const isOtherText = <A extends object>({ kind, path }: Leaf, object: object, rules: TemplateRules<A>): boolean => {
  if ((kind !== "integer" && kind !== "other") || !rules.isText(path)) return false
  const keys = path.split(".")
  const value = holderOf(object, keys)?.[lastOf(keys)]
  return typeof value === "number" || typeof value === "boolean"
}

const slotOf = <A extends object>(leaf: Leaf, rules: TemplateRules<A>): SharedSlot | undefined => {
  const keys = leaf.path.split(".")
  // Where a value that nobody reads is `null` or empty, it mostly stays so, and comparing it is faster than skipping
  // it.
  if (leaf.kind === "other") return undefined
  if (leaf.kind === "whole") return { keys, use: "unread", kind: "skipped" }
  const use = rules.isRead(leaf.path) ? "read" : "fixed"
  if (leaf.kind === "integer") return { keys, use, kind: "integer" }
  return { keys, use, kind: use === "fixed" ? "name" : "string" }
}

/**
 * Learns a template from the event whose bytes, its end included, stand between `from` and `to`, and whose object is
 * `object`. Returns `undefined` if `locate` finds no JSON in the event, or if it has no slots, too many, too many
 * bytes, or a text that is no string.
 */
export const learn = <A extends object>(
  bytes: Buffer,
  from: number,
  to: number,
  event: string,
  object: A,
  rules: TemplateRules<A>,
  locate: Locate
): SharedTemplate<A> | undefined => {
  if (to - from > mostBytes || bytes.subarray(from, to).includes(0)) return undefined
  const json = locate(bytes, from, to)
  const found = json === undefined ? undefined : leaves(bytes, json.from, json.to, rules.unread)
  if (found === undefined) return undefined
  const slots: Array<SharedSlot> = []
  const bounds: Array<number> = [from]
  for (const leaf of found) {
    // Such a key is not copied as others are.
    if (leaf.path.includes("__proto__") || isOtherText(leaf, object, rules)) return undefined
    const slot = slotOf(leaf, rules)
    if (slot === undefined) continue
    slots.push(slot)
    bounds.push(leaf.from, leaf.to)
  }
  bounds.push(to)
  return slots.length === 0 || slots.length > mostSlots
    ? undefined
    : new SharedTemplate(event, object, rules, slots, bytes, bounds)
}
