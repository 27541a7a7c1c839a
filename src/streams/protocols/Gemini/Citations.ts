/**
 * Reads the citations of a Gemini response from `groundingMetadata` and `citationMetadata`: each source of each passage
 * once.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
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
import { ByteText } from "../../response/ByteText.ts"
import type { Growing } from "../../response/Text.ts"

/** A citation, and which of the texts it is in. */
export interface PlacedCitation {
  readonly textIndex: number
  readonly citation: Citation
}

/** A passage of one of the texts. */
interface Passage {
  readonly textIndex: number
  readonly startIndex?: number
  readonly endIndex?: number
}

/** How many characters are searched, in all, for passages that are not at their offsets. */
const maxSearched = 20_000_000
/** The cost of looking at one text, in characters. */
const costPerText = 32

/** Makes a function that finds a segment in the texts: at its offsets if they hold its text, otherwise anywhere. */
const finder = () => {
  let searched = 0
  return (segment: JsonObject | undefined, texts: ReadonlyArray<ByteText>): Passage => {
    const last = Math.max(0, texts.findLastIndex(({ length }) => length > 0))
    const to = number(segment?.endIndex)
    if (segment === undefined || to === undefined || searched > maxSearched) return { textIndex: last }
    const quoted = string(segment.text)
    for (const [textIndex, text] of texts.entries()) {
      searched += costPerText
      if (text.length === 0) continue
      if (!text.joined) searched += text.length
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

/**
 * Returns the source of a chunk (a web page, a document, a place on a map, …): the object under the name of its kind.
 */
const sourceOf = (chunk: JsonObject): JsonObject | undefined => {
  for (const key of Object.keys(chunk)) {
    const value = object(chunk[key])
    if (value !== undefined) return value
  }
  return undefined
}

const placed = (native: JsonObject, source: JsonObject | undefined, passage: Passage): PlacedCitation => {
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

/** The citations of one response. */
export class Citations {
  readonly #find = finder()
  /** The numbers of chunks, supports and sources by their JSON, so that each is cited once. */
  readonly #numbers = new Map<string, number>()
  readonly #seen = new Set<string>()

  /** Returns the new citations of a candidate. `texts` are the parts of the message so far. */
  read(candidate: JsonObject, texts: ReadonlyArray<Growing>): ReadonlyArray<PlacedCitation> {
    const grounding = object(candidate.groundingMetadata)
    const citations = object(candidate.citationMetadata)
    const byteTexts = texts.map((text) => new ByteText(text))
    return [
      ...(grounding === undefined ? [] : this.#grounding(grounding, byteTexts)),
      ...(citations === undefined ? [] : this.#recitation(citations, byteTexts))
    ]
  }

  #grounding(metadata: JsonObject, texts: ReadonlyArray<ByteText>): ReadonlyArray<PlacedCitation> {
    const chunks = (array(metadata.groundingChunks) ?? []).map((chunk) =>
      isObject(chunk) ? { chunk: defined(chunk), number: this.#numberOf(chunk) } : undefined
    )
    const found: Array<PlacedCitation> = []
    for (const support of objects(metadata.groundingSupports)) {
      const { groundingChunkIndices, ...beside } = support
      const indices = array(groundingChunkIndices) ?? []
      const groundingSupport = defined(beside)
      const supportNumber = indices.length === 0 ? 0 : this.#numberOf(beside)
      let passage: Passage | undefined
      for (const index of indices) {
        const source = typeof index === "number" ? chunks[index] : undefined
        if (source === undefined || !this.#isNew(`${source.number} ${supportNumber}`)) continue
        this.#isNew(String(source.number))
        const { chunk: groundingChunk } = source
        passage ??= this.#find(object(support.segment), texts)
        found.push(placed({ groundingChunk, groundingSupport }, sourceOf(groundingChunk), passage))
      }
    }
    // Sources that no passage refers to were read as well.
    for (const source of chunks) {
      if (source === undefined || !this.#isNew(String(source.number))) continue
      const { chunk: groundingChunk } = source
      found.push(placed({ groundingChunk }, sourceOf(groundingChunk), this.#find(undefined, texts)))
    }
    return found
  }

  #recitation(metadata: JsonObject, texts: ReadonlyArray<ByteText>): ReadonlyArray<PlacedCitation> {
    // Vertex AI has another name for the same list.
    return objects(metadata.citationSources ?? metadata.citations)
      .filter((source) => this.#isNew(`cited ${this.#numberOf(source)}`))
      .map((source) => placed(source, source, this.#find(source, texts)))
  }

  #numberOf(value: JsonObject): number {
    const key = JSON.stringify(value)
    const number = this.#numbers.get(key) ?? this.#numbers.size
    this.#numbers.set(key, number)
    return number
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }
}
