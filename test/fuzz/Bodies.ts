/**
 * Splits recorded bodies into frames with a JSON object each, and writes frames as a body, for every framing.
 */
import * as KnownProviders from "../../src/domain/KnownProviders.ts"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import { type Quirks, quirksOf } from "../../src/domain/Quirks.ts"
import { parse } from "../../src/streams/json/Json.ts"
import * as EventStreamFrames from "../support/EventStreamFrames.ts"
import * as Wire from "../support/Wire.ts"

/** A frame: its JSON, and what stands around it. */
export interface Frame {
  readonly before: string
  readonly json: string
  readonly after: string
}

export type Framing = "sse" | "lines" | "array" | "event-stream" | "whole"

/** A recorded body. */
export interface Body {
  readonly id: string
  readonly protocol: ProtocolName
  readonly quirks: Quirks
  readonly framing: Framing
  readonly frames: ReadonlyArray<Frame>
}

/** Splits server-sent events behind their blank lines. An event without JSON is a frame without any. */
export const sseFrames = (text: string): ReadonlyArray<Frame> =>
  (text.match(/[^]*?(?:\r\n\r\n|\n\n|\r\r|$)/g) ?? []).flatMap((event) => {
    if (event === "") return []
    const found = /^(data: ?)(\{.*\})[ \t]*\r?$/m.exec(event)
    const [, field, json] = found ?? []
    if (found === null || field === undefined || json === undefined) return [{ before: event, json: "", after: "" }]
    const at = found.index + field.length
    return [{ before: event.slice(0, at), json, after: event.slice(at + json.length) }]
  })

const lineFrames = (text: string): ReadonlyArray<Frame> =>
  text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [{ before: "", json: line.trim(), after: "\n" }]))

const arrayFrames = (text: string): ReadonlyArray<Frame> => {
  const elements = parse(text)
  return Array.isArray(elements)
    ? elements.map((element) => ({ before: "", json: JSON.stringify(element), after: "" }))
    : []
}

const eventStreamFrames = (bytes: Uint8Array): ReadonlyArray<Frame> =>
  EventStreamFrames.read(bytes).map(({ event, payload }) => ({ before: event, json: payload, after: "" }))

const framingOf = (protocol: ProtocolName, quirks: Quirks, text: string): Framing => {
  if (protocol === "ollama") return "lines"
  if (protocol === "bedrock-converse" || quirks.framing === "event-stream") return "event-stream"
  return text.trimStart().startsWith("[") ? "array" : "sse"
}

const framesOf = (framing: Framing, bytes: Uint8Array, text: string): ReadonlyArray<Frame> => {
  switch (framing) {
    case "sse":
      return sseFrames(text)
    case "lines":
      return lineFrames(text)
    case "array":
      return arrayFrames(text)
    case "event-stream":
      return eventStreamFrames(bytes)
    case "whole":
      return [{ before: "", json: text, after: "" }]
  }
}

const quirksFor = ({ provider, request }: Wire.Recording, protocol: ProtocolName): Quirks => {
  const definition = KnownProviders.definitions.find(({ aliases, id }) => id === provider || aliases.includes(provider))
  const binding = definition?.protocols.find((candidate) => candidate.protocol === protocol)
  return quirksOf({ ...definition?.quirks, ...binding?.quirks }, request?.model ?? undefined)
}

const bodyOf = (recording: Wire.Recording): Body | undefined => {
  const protocol = Wire.protocols[recording.family]
  if (protocol === undefined || recording.status >= 300) return undefined
  if (recording.kind !== "stream" && recording.kind !== "response") return undefined
  const quirks = quirksFor(recording, protocol)
  const bytes = Wire.read(recording.path)
  const text = Buffer.from(bytes).toString("utf8")
  const framing = recording.kind === "response" ? "whole" : framingOf(protocol, quirks, text)
  const frames = framesOf(framing, bytes, text)
  return frames.length === 0 ? undefined : { id: recording.id, protocol, quirks, framing, frames }
}

/** Returns the recorded bodies of all protocols; none where the recordings are missing. */
export const recorded = (): ReadonlyArray<Body> =>
  Wire.recordings(Object.keys(Wire.protocols)).flatMap((recording) => bodyOf(recording) ?? [])

/** Writes frames as a body. */
export const bytesOf = (framing: Framing, frames: ReadonlyArray<Frame>): Uint8Array => {
  switch (framing) {
    case "array":
      return Buffer.from(`[${frames.map(({ json }) => json).join(",\r\n")}]`)
    case "event-stream":
      return EventStreamFrames.body(...frames.map(({ before, json }) => EventStreamFrames.json(before, json)))
    default:
      return Buffer.from(frames.map(({ after, before, json }) => before + json + after).join(""))
  }
}
