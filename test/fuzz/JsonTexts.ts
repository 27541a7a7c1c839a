/**
 * Makes JSON texts, and changes them in the ways in which models and networks change them.
 */
import type { Random } from "./Random.ts"

const spaces: readonly [string, ...ReadonlyArray<string>] = ["", "", "", " ", "\n", "\t \r\n"]

const characters = [
  "a",
  "Z",
  " ",
  "é",
  "漢",
  "😀",
  "/",
  "\u2028",
  "\u007f",
  "\ud83d",
  "\udc00",
  "{",
  "]",
  ",",
  ":",
  "'"
]

const escapes = [
  "\\\"",
  "\\\\",
  "\\/",
  "\\b",
  "\\f",
  "\\n",
  "\\r",
  "\\t",
  "\\u0000",
  "\\uD83D\\uDE00",
  "\\ud800",
  "\\u00E9"
]

const keys = ["\"a\"", "\"b\"", "\"\"", "\"__proto__\"", "\"constructor\"", "\"\\u0061\"", "\"toString\""]

const scalars = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "1.50",
  "-12e3",
  "1E+2",
  "0.1e-2",
  "123456789012345678901",
  "1e999",
  "5e-324"
]

/** What is put into a text, which may make it another or none. */
const pieces = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\"",
  "\\",
  "-",
  ".",
  "e",
  "0",
  "t",
  "nul",
  "\\u12",
  "\u0001",
  "/",
  "//",
  "'",
  "`",
  "\ufeff"
]

const stringOf = (random: Random): string => {
  const parts = Array.from(
    { length: random.below(8) },
    () => random.pickAny(random.oneIn(3) ? escapes : characters) ?? ""
  )
  return `"${parts.join("")}"`
}

/** Makes a text of JSON, at most a few levels deep. */
export const make = (random: Random, depth = 0): string => {
  const space = () => random.pick(spaces)
  const kind = random.below(depth > 4 ? 4 : 8)
  const count = random.below(5)
  const parts = (part: () => string): string => Array.from({ length: kind < 4 ? 0 : count }, part).join(",")
  const value = (): string => `${space()}${make(random, depth + 1)}${space()}`
  if (kind < 2) return random.pickAny(scalars) ?? "0"
  if (kind < 4) return stringOf(random)
  if (kind < 6) return `[${parts(value)}${count === 0 ? space() : ""}]`
  return `{${parts(() => `${space()}${random.pickAny(keys) ?? ""}${space()}:${value()}`)}${count === 0 ? space() : ""}}`
}

type Mutation = (text: string, at: number, random: Random) => string

const mutations: readonly [Mutation, ...ReadonlyArray<Mutation>] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(at),
  (text, at, random) => text.slice(0, at) + (random.pickAny(pieces) ?? "") + text.slice(at),
  (text, at, random) => text.slice(0, at) + (random.pickAny(pieces) ?? "") + text.slice(at + 1),
  (text, at, random) => text.slice(0, at) + text.slice(at + 1 + random.below(6)),
  (text, at, random) => text.slice(0, at + random.below(6)) + text.slice(at),
  (text, at, random) => text.slice(0, at) + make(random, 3) + text.slice(at),
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Here it is: ${text} Anything else?`,
  (text) => text.replaceAll("\"", "'"),
  (text) => text.replaceAll("}", ",}"),
  (text) => text.replaceAll(",", "/* more */ ,// next\n")
]

/** Changes a text once or a few times. */
export const mutate = (text: string, random: Random): string => {
  let changed = text
  for (let left = 1 + random.below(3); left > 0; left--) {
    changed = random.pick(mutations)(changed, random.below(changed.length + 1), random)
  }
  return changed
}

/** Cuts a text into pieces of random lengths. */
export const cut = (text: string, random: Random): ReadonlyArray<string> => {
  const most = random.pick([1, 3, 10, 1000])
  const out: Array<string> = []
  for (let at = 0; at < text.length;) {
    const next = at + 1 + random.below(most)
    out.push(text.slice(at, next))
    at = next
  }
  return out
}
