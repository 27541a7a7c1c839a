/**
 * Checks of values from programs without types. A check never prints a value, which may be a secret or a prompt.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** What is wrong with a value. */
export interface Mismatch {
  /** The place inside the value, such as `window` or `0.name`; empty for the value itself. */
  readonly path: string
  /** What is wrong, as the end of a sentence about the place. */
  readonly detail: string
}

/** Returns what is wrong with a value; `undefined` where it is as it should be. */
export type Check = (value: unknown) => Mismatch | undefined

/** Creates the mismatch of a value itself. */
export const not = (expected: string): Mismatch => ({ path: "", detail: `is not ${expected}` })

/** Makes a check from a condition. */
export const is = (expected: string, condition: (value: unknown) => boolean): Check => {
  const mismatch = not(expected)
  return (value) => (condition(value) ? undefined : mismatch)
}

/** Checks that a value is a text. */
export const string: Check = is("a string", (value) => typeof value === "string")

/** Checks that a value is `true` or `false`. */
export const boolean: Check = is("a boolean", (value) => typeof value === "boolean")

/** Checks that a value is a number that JSON has: any other would be sent as `null`, which is another request. */
export const finite: Check = is("a finite number", Number.isFinite)

/** Accepts every value. */
export const anything: Check = () => undefined

/** Checks that a value is a length of time, in any form that `Duration` takes, and not negative. */
export const duration: Check = is("a length of time", (value) => {
  if (value === undefined || value === null || Number.isNaN(value)) return false
  const read = Option.getOrUndefined(Duration.fromInput(value as Duration.Input))
  return read !== undefined && Duration.toMillis(read) >= 0
})

/** Makes a check for one of some texts. */
export const oneOf = (...texts: ReadonlyArray<string>): Check => {
  const known: ReadonlySet<unknown> = new Set(texts)
  return is(`one of ${texts.join(", ")}`, (value) => known.has(value))
}

/** Makes a check that also accepts `undefined`. */
export const optional = (check: Check): Check => (value) => (value === undefined ? undefined : check(value))

/** Makes a check that accepts what one of two accepts. Reports what is wrong inside the value, where either does. */
export const either = (expected: string, first: Check, second: Check): Check => (value) => {
  const one = first(value)
  if (one === undefined) return undefined
  const other = second(value)
  if (other === undefined) return undefined
  return one.path !== "" ? one : other.path !== "" ? other : not(expected)
}

const inside = (place: string, mismatch: Mismatch | undefined): Mismatch | undefined =>
  mismatch === undefined
    ? undefined
    : { path: mismatch.path === "" ? place : `${place}.${mismatch.path}`, detail: mismatch.detail }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Makes a check of a list by a check of its entries. */
export const array = (entry: Check): Check => (value) => {
  if (!Array.isArray(value)) return not("a list")
  for (let index = 0; index < value.length; index++) {
    const mismatch = entry(value[index])
    if (mismatch !== undefined) return inside(String(index), mismatch)
  }
  return undefined
}

/** Makes a check of an object by the checks of its fields. Other fields are ignored. */
export const struct = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields)
  return (value) => {
    if (!isRecord(value)) return not("an object")
    for (const [name, check] of checks) {
      const mismatch = check(value[name])
      if (mismatch !== undefined) return inside(name, mismatch)
    }
    return undefined
  }
}

/** Returns a key as a part of a path. */
export const quoted = (name: string): string => JSON.stringify(name.slice(0, 100))

/** Makes a check of an object with any keys by a check of its values. */
export const record = (entry: Check): Check => (value) => {
  if (!isRecord(value)) return not("an object")
  for (const [name, held] of Object.entries(value)) {
    const mismatch = entry(held)
    if (mismatch !== undefined) return inside(quoted(name), mismatch)
  }
  return undefined
}

/** How deep JSON may be nested: deeper, `JSON.stringify` overflows the stack, as it does for what contains itself. */
const maxDepth = 500

const tooDeep: Mismatch = { path: "", detail: "contains itself or is nested too deeply, and cannot be written as JSON" }

/** Returns whether an object would be written as `{}` although it holds something. */
const isOpaque = (value: object): boolean =>
  Object.keys(value).length === 0 && ![Object.prototype, null].includes(Object.getPrototypeOf(value))

const jsonAt = (value: unknown, depth: number): Mismatch | undefined => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined
    case "number":
      return Number.isFinite(value) ? undefined : not("a finite number")
    case "object":
      break
    default:
      return not("JSON, and cannot be written as JSON")
  }
  if (value === null) return undefined
  if (depth > maxDepth) return tooDeep
  if ("toJSON" in value && typeof value.toJSON === "function") return undefined
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const mismatch = jsonAt(value[index], depth + 1)
      if (mismatch !== undefined) return mismatch === tooDeep ? tooDeep : inside(String(index), mismatch)
    }
    return undefined
  }
  if (isOpaque(value)) return not("JSON, and cannot be written as JSON")
  for (const [name, held] of Object.entries(value)) {
    const mismatch = held === undefined ? undefined : jsonAt(held, depth + 1)
    if (mismatch !== undefined) return mismatch === tooDeep ? tooDeep : inside(quoted(name), mismatch)
  }
  return undefined
}

/** Checks that a value can be written as JSON. Fields that are `undefined` are left out of it. */
export const json: Check = (value) => jsonAt(value, 0)

/** Checks that a value is an object that can be written as JSON. */
export const jsonObject: Check = (value) => (isRecord(value) ? json(value) : not("an object"))
