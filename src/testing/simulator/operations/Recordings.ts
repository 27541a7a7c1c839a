/**
 * Reads the recording and the fields of a request for a transcript, and makes the text of the transcript from them.
 */
import { createHash } from "node:crypto"
import * as Json from "../Json.ts"
import * as MultipartForm from "./MultipartForm.ts"
import type { OperationRequest } from "./Operation.ts"

/** A file with a recording. */
export interface Recording {
  readonly name: string
  readonly contentType: string | undefined
  readonly content: Uint8Array
}

/** The fields and the file of a request, from a form or from JSON. */
export interface TranscriptionInput {
  readonly fields: ReadonlyMap<string, ReadonlyArray<string>>
  readonly file: Recording | undefined
}

/** Cohere and xAI read a form as it arrives: fields behind the file are not seen. */
const stopsAtFile: ReadonlySet<OperationRequest["dialect"]> = new Set(["cohere", "xai"])

const fromForm = (parts: ReadonlyArray<MultipartForm.Part>, stops: boolean): TranscriptionInput => {
  const fields = new Map<string, ReadonlyArray<string>>()
  let file: Recording | undefined
  for (const { content, contentType, filename, name } of parts) {
    if (stops && file !== undefined) break
    if (name === "file" && filename !== undefined) file = { name: filename, contentType, content }
    else fields.set(name, [...(fields.get(name) ?? []), Buffer.from(content).toString("utf8")])
  }
  return { fields, file }
}

/** Reads OpenRouter's request, which has the file as base64 in JSON. */
const fromJson = (body: Json.JsonObject): TranscriptionInput => {
  const audio = Json.object(body["input_audio"])
  const data = Json.text(audio["data"])
  const fields = Object.entries(body).flatMap(([name, value]): ReadonlyArray<[string, ReadonlyArray<string>]> =>
    name === "input_audio" ? [] : [[name, [typeof value === "string" ? value : JSON.stringify(value)]]]
  )
  return {
    fields: new Map(fields),
    file: data === undefined ? undefined : {
      name: `audio.${Json.text(audio["format"]) ?? "bin"}`,
      contentType: undefined,
      content: Buffer.from(data, "base64")
    }
  }
}

/** Reads the body of a request. Returns `undefined` where it is no form. */
export const read = (request: OperationRequest): TranscriptionInput | undefined => {
  if (request.dialect === "openrouter") return fromJson(request.body)
  const parts = MultipartForm.parse(request.headers["content-type"], request.bytes)
  return parts === undefined ? undefined : fromForm(parts, stopsAtFile.has(request.dialect))
}

/** Returns the first value of a field. */
export const fieldOf = ({ fields }: TranscriptionInput, name: string): string | undefined => fields.get(name)?.[0]

/** Returns what was said in a recording: its name and a hash of its content. */
export const sentence = ({ content, name }: Recording, isTranslation: boolean): string =>
  `${isTranslation ? "This is, in English," : "This is"} what was said in ${name}, take ${
    createHash("sha256").update(content).digest("hex").slice(0, 8)
  }.`

/** A part of a transcript with its times in seconds. */
export interface Timed {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Divides the time evenly among the pieces of a text. */
export const timed = (pieces: ReadonlyArray<string>, seconds: number): ReadonlyArray<Timed> =>
  pieces.map((text, index) => ({
    text,
    start: Number(((seconds * index) / pieces.length).toFixed(2)),
    end: Number(((seconds * (index + 1)) / pieces.length).toFixed(2))
  }))
