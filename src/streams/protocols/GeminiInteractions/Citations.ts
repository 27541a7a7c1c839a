/**
 * Reads the annotations of an interaction's text as citations.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import { defined, type JsonObject, nonEmpty, number, objects } from "../../json/Json.ts"
import { ByteText } from "../../response/ByteText.ts"
import type { Growing } from "../../response/Text.ts"

/** How many characters are read, in all, to find the places of citations. */
const maxRead = 20_000_000

/** Reads the citations of one response. */
export class Citations {
  #text: { readonly growing: Growing; readonly length: number; readonly bytes: ByteText } | undefined
  #charactersRead = 0

  /**
   * Reads annotations of a text: pages (`url_citation`), files (`file_citation`) and places on a map
   * (`place_citation`). Their indices count the bytes of the text; those that do not fit it are left out.
   */
  read(annotations: unknown, growing: Growing): ReadonlyArray<Citation> {
    const bytes = this.#bytesOf(growing)
    return objects(annotations).map((value) => citation(value, bytes))
  }

  /** Returns the text so far. A server that annotates every piece of a long text must not have all of it read again. */
  #bytesOf(growing: Growing): ByteText | undefined {
    const known = this.#text
    if (known?.growing === growing && known.length === growing.length) return known.bytes
    this.#charactersRead += growing.length
    if (this.#charactersRead > maxRead) return undefined
    const bytes = new ByteText(growing)
    this.#text = { growing, length: growing.length, bytes }
    return bytes
  }
}

const placeOf = (value: JsonObject, text: ByteText): Pick<Citation, "startIndex" | "endIndex"> => {
  const to = number(value.end_index)
  const found = to === undefined ? undefined : text.between(number(value.start_index) ?? 0, to)
  return found === undefined ? {} : { startIndex: found.start, endIndex: found.start + found.text.length }
}

const citation = (value: JsonObject, text: ByteText | undefined): Citation => {
  const url = nonEmpty(value.url) ?? nonEmpty(value.document_uri) ?? nonEmpty(value.source)
  const title = nonEmpty(value.title) ?? nonEmpty(value.file_name) ?? nonEmpty(value.name)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : placeOf(value, text)),
    native: defined(value)
  }
}
