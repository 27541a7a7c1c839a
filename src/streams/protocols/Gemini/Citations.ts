/**
 * Where an answer of Gemini's comes from: `groundingMetadata` and `citationMetadata`, each source of each passage once.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
 * @since 0.1.0
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import {
  array,
  defined,
  isObject,
  type JsonObject,
  nonEmpty,
  number,
  object,
  objects,
  string
} from "../../json/Json.ts"

/**
 * A citation, and which of the texts that were given it is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cited {
  readonly textIndex: number
  readonly citation: Citation
}

/** A passage of one of the texts. */
interface Passage {
  readonly textIndex: number
  readonly startIndex?: number
  readonly endIndex?: number
}

const markEvery = 1024

/** A text whose places are told in bytes, which is how Google counts. */
class Text {
  readonly text: string
  #bytes: Buffer | undefined
  /** How many characters come before every so many bytes. */
  #marks: ReadonlyArray<number> = []

  constructor(text: string) {
    this.text = text
  }

  /** The passage between two bytes. Nothing when that would divide a character. */
  between(from: number, to: number): { readonly start: number; readonly text: string } | undefined {
    const bytes = this.#bytes ??= this.#read()
    const isPlace = (at: number): boolean =>
      // A byte of the form 10xxxxxx goes on with the character before it.
      Number.isInteger(at) && at >= 0 && at <= bytes.length && ((bytes[at] ?? 0) & 0xc0) !== 0x80
    if (!isPlace(from) || !isPlace(to) || from > to) return undefined
    const start = this.#characters(bytes, from)
    return { start, text: this.text.slice(start, this.#characters(bytes, to)) }
  }

  #read(): Buffer {
    const bytes = Buffer.from(this.text)
    const marks = [0]
    for (let at = markEvery; at <= bytes.length; at += markEvery) {
      marks.push((marks.at(-1) ?? 0) + units(bytes, at - markEvery, at))
    }
    this.#marks = marks
    return bytes
  }

  #characters(bytes: Buffer, at: number): number {
    const mark = Math.floor(at / markEvery)
    return (this.#marks[mark] ?? 0) + units(bytes, mark * markEvery, at)
  }
}

/** How many UTF-16 units begin in some bytes of UTF-8. A character of four bytes has two. */
const units = (bytes: Buffer, from: number, to: number): number => {
  let found = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if ((byte & 0xc0) !== 0x80) found += byte >= 0xf0 ? 2 : 1
  }
  return found
}

/** How many characters are looked through, in all, for passages that are not where they are said to be. */
const mostSearched = 20_000_000
/** What looking at a place costs, in characters. */
const perPlace = 32

/** Finds a segment in the texts: at its bytes if they are the ones that it quotes, else wherever these are. */
const finder = () => {
  let searched = 0
  return (segment: JsonObject | undefined, texts: ReadonlyArray<Text>): Passage => {
    const last = Math.max(0, texts.findLastIndex(({ text }) => text !== ""))
    const to = number(segment?.endIndex)
    if (segment === undefined || to === undefined || searched > mostSearched) return { textIndex: last }
    const quoted = string(segment.text)
    for (const [textIndex, text] of texts.entries()) {
      searched += perPlace
      if (text.text === "") continue
      const found = text.between(number(segment.startIndex) ?? 0, to)
      if (found !== undefined && (quoted === undefined || quoted === found.text)) {
        return { textIndex, startIndex: found.start, endIndex: found.start + found.text.length }
      }
    }
    if (quoted !== undefined && quoted !== "") {
      for (const [textIndex, { text }] of texts.entries()) {
        searched += text.length
        const at = text.indexOf(quoted)
        if (at >= 0) return { textIndex, startIndex: at, endIndex: at + quoted.length }
      }
    }
    return { textIndex: last }
  }
}

/** A source is a page, a piece of a document, a place on the map, …: an object under the name of its kind. */
const sourceOf = (chunk: JsonObject): JsonObject | undefined => {
  for (const key of Object.keys(chunk)) {
    const value = object(chunk[key])
    if (value !== undefined) return value
  }
  return undefined
}

const cite = (native: JsonObject, source: JsonObject | undefined, passage: Passage): Cited => {
  const { textIndex, ...place } = passage
  const url = nonEmpty(source?.uri) ?? nonEmpty(source?.sourceUri)
  const title = nonEmpty(source?.title)
  const citedText = nonEmpty(source?.text)
  return {
    textIndex,
    citation: {
      ...(url === undefined ? {} : { url }),
      ...(title === undefined ? {} : { title }),
      ...(citedText === undefined ? {} : { citedText }),
      ...place,
      native: defined(native)
    }
  }
}

/**
 * The citations of one answer. `read` answers those of a candidate that are new.
 *
 * @category models
 * @since 0.1.0
 */
export interface Grounding {
  readonly read: (candidate: JsonObject, texts: ReadonlyArray<string>) => ReadonlyArray<Cited>
}

/**
 * Begins the citations of one answer. `texts` are the parts of the message that they are about, as far as it has come.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (): Grounding => {
  const find = finder()
  // What was seen is compared as it was written; each of it once, however often it is referred to.
  const numbers = new Map<string, number>()
  const seen = new Set<string>()
  const numberOf = (value: JsonObject): number => {
    const key = JSON.stringify(value)
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  }
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined

  const grounded = (metadata: JsonObject, texts: ReadonlyArray<Text>): ReadonlyArray<Cited> => {
    const chunks = (array(metadata.groundingChunks) ?? []).map((chunk) =>
      isObject(chunk) ? { chunk: defined(chunk), number: numberOf(chunk) } : undefined
    )
    const found: Array<Cited> = []
    for (const support of objects(metadata.groundingSupports)) {
      const { groundingChunkIndices, ...beside } = support
      const indices = array(groundingChunkIndices) ?? []
      const groundingSupport = defined(beside)
      const supportNumber = indices.length === 0 ? 0 : numberOf(beside)
      let passage: Passage | undefined
      for (const index of indices) {
        const source = typeof index === "number" ? chunks[index] : undefined
        if (source === undefined || !isNew(`${source.number} ${supportNumber}`)) continue
        isNew(String(source.number))
        const { chunk: groundingChunk } = source
        passage ??= find(object(support.segment), texts)
        found.push(cite({ groundingChunk, groundingSupport }, sourceOf(groundingChunk), passage))
      }
    }
    // Sources that no passage refers to were read all the same.
    for (const source of chunks) {
      if (source === undefined || !isNew(String(source.number))) continue
      const { chunk: groundingChunk } = source
      found.push(cite({ groundingChunk }, sourceOf(groundingChunk), find(undefined, texts)))
    }
    return found
  }

  const recited = (metadata: JsonObject, texts: ReadonlyArray<Text>): ReadonlyArray<Cited> =>
    // Vertex AI has another name for the same list.
    objects(metadata.citationSources ?? metadata.citations).filter((source) => isNew(`cited ${numberOf(source)}`))
      .map((source) => cite(source, source, find(source, texts)))

  return {
    read: (candidate, texts) => {
      const grounding = object(candidate.groundingMetadata)
      const citations = object(candidate.citationMetadata)
      const read = texts.map((text) => new Text(text))
      return [
        ...(grounding === undefined ? [] : grounded(grounding, read)),
        ...(citations === undefined ? [] : recited(citations, read))
      ]
    }
  }
}
