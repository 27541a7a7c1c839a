/** Parsers of JSON in pieces, whose value is read after each piece. */

import { numbers, piecesOf, records } from "../lib/Documents.ts"
import { Growth } from "../lib/Growth.ts"
import type { Job, Metrics } from "../lib/Job.ts"

type PartialJsonJob = Extract<Job, { readonly mode: "partial-json" }>

/** Parses the pieces and returns the last value; `read` is called after each piece. */
type ParsePieces = (pieces: ReadonlyArray<string>, read: () => void) => Promise<unknown>

/** Loads a parser. A package that is not installed fails here. */
type LoadParser = () => Promise<ParsePieces>

interface JsonRiver {
  readonly parse: (text: AsyncIterable<string>) => AsyncIterable<unknown>
}

interface PartialJsonPackage {
  readonly parse: (text: string) => unknown
}

interface Ai {
  readonly parsePartialJson: (text: string) => Promise<{ readonly value: unknown }>
}

// Names that the compiler does not look for.
const packages: { readonly ai: string; readonly jsonriver: string; readonly partial: string } = {
  ai: "ai",
  jsonriver: "jsonriver",
  partial: "partial-json"
}

const sluice: LoadParser = async () => {
  const { PartialJson } = await import("sluice")
  return async (pieces, read) => {
    const parser = PartialJson.make()
    let value: unknown
    for (const piece of pieces) {
      parser.push(piece)
      value = parser.value
      read()
    }
    parser.end()
    return value
  }
}

/** The same with a value each time that does not change any more. */
const snapshots: LoadParser = async () => {
  const { PartialJson } = await import("sluice")
  return async (pieces, read) => {
    const parser = PartialJson.make()
    let value: unknown
    for (const piece of pieces) {
      parser.push(piece)
      value = parser.snapshot()
      read()
    }
    parser.end()
    return value
  }
}

/** The pieces as jsonriver takes them; a value that it has not emitted between two pieces did not change. */
const iterate = async function*(pieces: ReadonlyArray<string>, read: () => void): AsyncGenerator<string> {
  let isFirst = true
  for (const piece of pieces) {
    if (!isFirst) read()
    isFirst = false
    yield piece
  }
}

const jsonriver: LoadParser = async () => {
  const { parse }: JsonRiver = await import(packages.jsonriver)
  return async (pieces, read) => {
    let last: unknown
    for await (const value of parse(iterate(pieces, read))) last = value
    read()
    return last
  }
}

/** Parses the whole text again after each piece. */
const again = (parse: (text: string) => unknown): ParsePieces => async (pieces, read) => {
  let text = ""
  let value: unknown
  for (const piece of pieces) {
    text += piece
    value = await parse(text)
    read()
  }
  return value
}

const partialJson: LoadParser = async () => {
  const { parse }: PartialJsonPackage = await import(packages.partial)
  return again(parse)
}

const aiSdk: LoadParser = async () => {
  const { parsePartialJson }: Ai = await import(packages.ai)
  return again(async (text) => (await parsePartialJson(text)).value)
}

const parsers: Readonly<Record<string, LoadParser>> = {
  "sluice": sluice,
  "sluice-snapshots": snapshots,
  "jsonriver": jsonriver,
  "partial-json": partialJson,
  "ai-sdk": aiSdk
}

/** Parses a text in pieces, again and again. */
export const measure = async (job: PartialJsonJob): Promise<Metrics> => {
  const parse = await parsers[job.client]?.()
  if (parse === undefined) throw new Error(`there is no parser ${job.client}`)
  const text = job.document === "records" ? records(job.size) : numbers(job.size)
  const list = piecesOf(text, job.piece)
  let growth = new Growth(list.length)
  const once = async (): Promise<number> => {
    growth.begin()
    const started = performance.now()
    const value = await parse(list, growth.read)
    const wall = performance.now() - started
    if (growth.count !== list.length || JSON.stringify(value) !== text) throw new Error(`${job.client}: a wrong value`)
    return wall
  }
  const during = async (least: number): Promise<number> => {
    let fastest = Infinity
    let total = 0
    for (let times = 0; times < 3 || total < least; times++) {
      const wall = await once()
      total += wall
      fastest = Math.min(fastest, wall)
      // A quadratic parser takes long enough for one pass.
      if (total > 10 * least) break
    }
    return fastest
  }
  await during(job.millis)
  growth = new Growth(list.length)
  const fastest = await during(job.millis)
  return {
    megabytesPerSecond: text.length / 1000 / fastest,
    nanosPerPiece: fastest * 1e6 / list.length,
    fastest,
    growth: growth.ratio
  }
}
