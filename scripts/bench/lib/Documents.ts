/** JSON texts to parse in pieces: the same for the same length. */
import { random } from "./Random.ts"

/** The characters of a token of JSON. */
export const characters = 4

const names = [
  "Ada Lovelace",
  "Grace Hopper",
  "Zoë Ångström",
  "Linus \"LT\" Torvalds",
  "Barbara Liskov",
  "Ken Thompson"
]
const cities = ["Oslo", "Zürich", "New York", "São Paulo", "Reykjavík", "Vienna"]
const words = "streaming model latency buffer throughput token decoder schema provider request response event".split(
  " "
)

const sentence = (next: () => number): string =>
  Array.from({ length: 6 + Math.floor(next() * 6) }, () => words[Math.floor(next() * words.length)]).join(" ")

const record = (id: number, next: () => number): string => {
  const pick = (from: ReadonlyArray<string>): string => from[Math.floor(next() * from.length)] ?? ""
  return JSON.stringify({
    id,
    title: sentence(next),
    score: Math.round(next() * 1e4) / 100,
    isOpen: next() < 0.5,
    tags: [pick(words), pick(words), pick(words)],
    owner: {
      name: pick(names),
      address: { city: pick(cities), lines: [`${Math.floor(next() * 100)} ${pick(words)} street`, pick(cities)] }
    },
    parent: next() < 0.3 ? null : id - 1,
    summary: `${sentence(next)}.\n${sentence(next)}.`
  })
}

const noteBegin = "],\"note\":\""
const end = "\"}"

/** An object with a list of nested records, of exactly so many characters. */
export const records = (length: number): string => {
  const next = random(5)
  let text = "{\"records\":["
  for (let id = 0;; id++) {
    const one = `${id === 0 ? "" : ","}${record(id, next)}`
    const left = length - text.length - noteBegin.length - end.length
    if (one.length > left) return `${text}${noteBegin}${"x".repeat(Math.max(0, left))}${end}`
    text += one
  }
}

/** A list of so many numbers. */
export const numbers = (count: number): string => {
  const next = random(3)
  return JSON.stringify(Array.from({ length: count }, () => Math.round(next() * 1e6) / 10))
}

/** A text in pieces. */
export const piecesOf = (text: string, size: number): ReadonlyArray<string> =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size))
