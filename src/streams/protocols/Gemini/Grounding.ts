/**
 * Where an answer of Gemini's comes from: `groundingMetadata` and `citationMetadata`, each source of each passage once.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
 * @since 0.1.0
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import { array, isObject, type JsonObject, nonEmpty, number, object, objects, string } from "../Json.ts"
import { defined } from "../PromptParts.ts"

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

/** The passage of a text between two of its bytes, which is how Google counts. Nothing when that would divide a character. */
const between = (
  bytes: Buffer,
  from: number,
  to: number
): { readonly start: number; readonly text: string } | undefined => {
  const isWithin = (at: number): boolean => Number.isInteger(at) && at >= 0 && at <= bytes.length
  // A byte of the form 10xxxxxx goes on with the character before it.
  const isBoundary = (at: number): boolean => ((bytes[at] ?? 0) & 0xc0) !== 0x80
  if (!isWithin(from) || !isWithin(to) || from > to || !isBoundary(from) || !isBoundary(to)) return undefined
  return { start: bytes.toString("utf8", 0, from).length, text: bytes.toString("utf8", from, to) }
}

/** Finds a segment in the texts: at its bytes if they are the ones that it quotes, else wherever these are. */
const find = (segment: JsonObject | undefined, texts: ReadonlyArray<string>): Passage => {
  const last = Math.max(0, texts.findLastIndex((text) => text !== ""))
  const to = number(segment?.endIndex)
  if (segment === undefined || to === undefined) return { textIndex: last }
  const quoted = string(segment.text)
  for (const [textIndex, text] of texts.entries()) {
    if (text === "") continue
    const found = between(Buffer.from(text), number(segment.startIndex) ?? 0, to)
    if (found !== undefined && (quoted === undefined || quoted === found.text)) {
      return { textIndex, startIndex: found.start, endIndex: found.start + found.text.length }
    }
  }
  if (quoted !== undefined && quoted !== "") {
    for (const [textIndex, text] of texts.entries()) {
      const at = text.indexOf(quoted)
      if (at >= 0) return { textIndex, startIndex: at, endIndex: at + quoted.length }
    }
  }
  return { textIndex: last }
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
  const seen = new Set<string>()
  const isNew = (value: JsonObject): boolean => {
    const key = JSON.stringify(value)
    return !seen.has(key) && seen.add(key) !== undefined
  }

  const grounded = (metadata: JsonObject, texts: ReadonlyArray<string>): ReadonlyArray<Cited> => {
    const chunks = array(metadata.groundingChunks) ?? []
    const found: Array<Cited> = []
    for (const support of objects(metadata.groundingSupports)) {
      const { groundingChunkIndices, ...groundingSupport } = support
      for (const index of array(groundingChunkIndices) ?? []) {
        const groundingChunk = typeof index === "number" ? chunks[index] : undefined
        if (!isObject(groundingChunk)) continue
        const native = { groundingChunk, groundingSupport: defined(groundingSupport) }
        if (!isNew(native)) continue
        seen.add(JSON.stringify({ groundingChunk }))
        found.push(cite(native, sourceOf(groundingChunk), find(object(support.segment), texts)))
      }
    }
    // Sources that no passage refers to were read all the same.
    for (const groundingChunk of objects(chunks)) {
      const native = { groundingChunk: defined(groundingChunk) }
      if (isNew(native)) found.push(cite(native, sourceOf(groundingChunk), find(undefined, texts)))
    }
    return found
  }

  const recited = (metadata: JsonObject, texts: ReadonlyArray<string>): ReadonlyArray<Cited> =>
    // Vertex AI has another name for the same list.
    objects(metadata.citationSources ?? metadata.citations).filter(isNew).map((source) =>
      cite(source, source, find(source, texts))
    )

  return {
    read: (candidate, texts) => {
      const grounding = object(candidate.groundingMetadata)
      const citations = object(candidate.citationMetadata)
      return [
        ...(grounding === undefined ? [] : grounded(grounding, texts)),
        ...(citations === undefined ? [] : recited(citations, texts))
      ]
    }
  }
}
