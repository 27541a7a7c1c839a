/**
 * The sets of keys that objects have: objects with the same keys are made alike, in whatever order their keys came.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as Keys from "./JsonKeys.ts"

type Made = { [key: string]: Schema.Json }

interface Layout {
  /** Of the hashes of its keys, in 32 bits. */
  readonly sum: number
  /** The keys in the order that all objects of the layout have. */
  readonly keys: ReadonlyArray<string>
  /** Where its part of `places` begins. */
  readonly base: number
  /** What objects are copies of, the values in it, and how to copy it. */
  readonly model: Made
  readonly held: Array<Schema.Json>
  readonly copy: (model: Made) => Made
  /** The values that came last where they were not those of the model. */
  readonly latest: Array<Schema.Json>
}

const mostKeys = 64
const mostLayouts = 128
const tableSize = 512
const mostTries = 16
/** A longer text is in no model. */
const longestHeld = 64

// Each place in the code that copies does it fast while it sees no more than four forms of objects. So there are many places.
const formsEach = 4
const copies: ReadonlyArray<(model: Made) => Made> = [
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model }),
  (model) => ({ ...model })
]
const copyAny = (model: Made): Made => Object.assign({}, model)

let known = 0
const table: Array<Layout | undefined> = Array.from({ length: tableSize }, () => undefined)
/** For each layout and the number of each key, the place of the key in the order of the layout, counted from 1. */
const places = new Uint8Array(mostLayouts * Keys.size)
// The sums of keys that were seen once, the latest of them: most that are strange never come again.
const once = new Int32Array(64)
let seen = 0
// Which member has each place of the object that is being made.
const members = new Int32Array(mostKeys + 1)

const keys = new Int32Array(512)
const values: Array<Schema.Json> = Array.from({ length: keys.length }, () => null)

/**
 * The members of the objects that are being read, those of an inner one behind those of the outer: the numbers of their keys,
 * and their values.
 *
 * @category models
 * @since 0.1.0
 */
export const open = { keys, values }

/**
 * Whether no other layout can be learned until all are forgotten.
 *
 * @category guards
 * @since 0.1.0
 */
export const isFull = (): boolean => known >= mostLayouts

/**
 * Forgets all layouts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forget = (): void => {
  table.fill(undefined)
  known = 0
}

const slotOf = (sum: number, tries: number): number => (sum + (sum >>> 16) + tries) & (tableSize - 1)

/** Learns the layout of some members when it comes for the second time. */
const learn = (from: number, to: number, sum: number): void => {
  if (!once.includes(sum)) {
    once[seen++ % once.length] = sum
    return
  }
  let tries = 0
  while (tries < mostTries && table[slotOf(sum, tries)] !== undefined) tries++
  if (tries === mostTries || isFull() || to - from > mostKeys) return
  const base = known * Keys.size
  places.fill(0, base, base + Keys.size)
  const names: Array<string> = []
  for (let i = from; i < to; i++) {
    const key = keys[i] ?? 0
    // No object is made with a key that is there twice.
    if (places[base + key] !== 0) return
    names.push(Keys.known.texts[key] ?? "")
    places[base + key] = names.length
  }
  table[slotOf(sum, tries)] = {
    sum,
    keys: names,
    base,
    // Parsed, so that objects that are parsed with their keys in this order are like it.
    model: JSON.parse(`{${names.map((name) => `"${name}":null`).join(",")}}`),
    held: names.map(() => null),
    copy: copies[Math.floor(known / formsEach)] ?? copyAny,
    latest: names.map(() => null)
  }
  known++
}

/** Puts a value that the model does not have into an object, and into the model when it came twice in a row. */
const put = (made: Made, layout: Layout, place: number, value: Schema.Json): void => {
  const key = layout.keys[place] ?? ""
  made[key] = value
  if (typeof value === "object" ? value !== null : typeof value === "string" && value.length > longestHeld) return
  if (layout.latest[place] === value) {
    layout.model[key] = value
    layout.held[place] = value
  } else layout.latest[place] = value
}

/** Makes an object of a layout; nothing when the keys are not those of the layout. */
const makeOf = (layout: Layout, from: number, to: number): Made | undefined => {
  const { base, held } = layout
  if (held.length !== to - from) return undefined
  const made = layout.copy(layout.model)
  // Each member is put where its key belongs, and then each place is asked for its member: there are as many of both, so all
  // are right, and no key is there twice, if each place has one.
  for (let i = from; i < to; i++) members[places[base + (keys[i] ?? 0)] ?? 0] = i
  for (let place = 0; place < held.length; place++) {
    const member = members[place + 1] ?? 0
    if (member < from || member >= to || places[base + (keys[member] ?? 0)] !== place + 1) return undefined
    const value = values[member] ?? null
    if (value !== held[place]) put(made, layout, place, value)
  }
  return made
}

/**
 * Makes an object of the members from `from` up to `to`, of which there are some. `sum` is that of the hashes of their keys, in
 * 32 bits. Answers nothing when no object with these keys can be made yet, or ever.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (from: number, to: number, sum: number): Schema.JsonObject | undefined => {
  for (let tries = 0; tries < mostTries; tries++) {
    const layout = table[slotOf(sum, tries)]
    if (layout === undefined) break
    const made = layout.sum === sum ? makeOf(layout, from, to) : undefined
    if (made !== undefined) return made
  }
  learn(from, to, sum)
  return undefined
}
