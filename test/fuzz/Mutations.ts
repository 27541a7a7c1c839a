/**
 * Changes the frames and the bytes of a body in the ways in which servers, gateways and networks change them.
 */
import { isObject, parse } from "../../src/streams/json/Json.ts"
import { type Body, bytesOf, type Frame } from "./Bodies.ts"
import type { Random } from "./Random.ts"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const scalars: readonly [Json, ...ReadonlyArray<Json>] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  1e300,
  "",
  "null",
  "{}",
  "{",
  "a",
  "stop",
  "\uD800",
  "é\n\"\\",
  "</think>",
  [],
  {}
]

/** What a mutated value is spelled like: JSON text that a parser reads, but no serializer would write. */
const spellings: readonly [string, ...ReadonlyArray<string>] = [
  "1.50",
  "1E2",
  "-0",
  "12345678901234567890",
  "\"\\u0041\""
]

/** A value that is to be written at one path of an object: its text instead of what is there, or beside it. */
interface Edit {
  readonly at: number
  readonly text: (before: string, random: Random) => string
}

/**
 * Writes a value as JSON, with one of its values changed. The values are counted in the order in which they are
 * written.
 */
const write = (value: Json, edit: Edit, random: Random): string => {
  let count = 0
  const each = (entry: Json): string => {
    const own = count++
    const text = Array.isArray(entry)
      ? `[${entry.map(each).join(",")}]`
      : isObject(entry)
      ? `{${Object.keys(entry).map((key) => `${JSON.stringify(key)}:${each((entry[key] ?? null) as Json)}`).join(",")}}`
      : JSON.stringify(entry)
    return own === edit.at ? edit.text(text, random) : text
  }
  return each(value)
}

const countOf = (value: Json): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce((total: number, entry) => total + countOf(entry as Json), 1)
    : 1

const edits: readonly [Edit["text"], ...ReadonlyArray<Edit["text"]>] = [
  (_, random) => JSON.stringify(random.pick(scalars)),
  (_, random) => random.pick(spellings),
  (before) => `[${before}]`,
  (before) => `{"text":${before}}`,
  (before) => JSON.stringify(before),
  (before) => ` ${before}\t`,
  // An object with a key twice, once as another kind of value.
  (before, random) => {
    const [, key] = /^\{"([a-z_A-Z]+)":/.exec(before) ?? []
    return key === undefined ? before : `{"${key}":${JSON.stringify(random.pick(scalars))},${before.slice(1)}`
  },
  (before, random) => {
    const [, key] = /^\{"([a-z_A-Z]+)":/.exec(before) ?? []
    return key === undefined ? before : `${before.slice(0, -1)},"${key}":${JSON.stringify(random.pick(scalars))}}`
  },
  // Without its first key.
  (
    before
  ) => (/^\{"[a-zA-Z_]+":("[^"\\]*"|[\d.]+|null|true|false),/.test(before)
    ? `{${before.replace(/^[^,]*,/, "")}`
    : before)
]

const editJson = (json: string, random: Random): string => {
  const value = parse(json) as Json | undefined
  if (value === undefined) return json
  return write(value, { at: random.below(countOf(value)), text: random.pick(edits) }, random)
}

type FrameMutation = (frames: Array<Frame>, at: number, random: Random, others: ReadonlyArray<Body>) => void

const inserted = (random: Random, framing: Body["framing"]): Frame => {
  const plain = (text: string): Frame => ({ before: text, json: "", after: "" })
  if (framing !== "sse")
    return { before: "", json: random.pick(["{}", "{\"error\":{\"message\":\"overloaded\"}}"]), after: "\n" }
  return random.pick([
    plain("data: [DONE]\n\n"),
    plain(": keep-alive\n\n"),
    plain("data: : keep-alive\n\n"),
    plain("data:\n\n"),
    plain("error: {\"message\":\"the request exceeds the available context size\",\"code\":400}\n\n"),
    plain("{\"error\":{\"message\":\"internal error\"}}\n"),
    plain("event: error\ndata: {\"error\":{\"message\":\"rate limit\"}}\n\n"),
    { before: "data: ", json: "{\"type\":\"ping\"}", after: "\n\n" }
  ])
}

const frameMutations = (framing: Body["framing"]): readonly [FrameMutation, ...ReadonlyArray<FrameMutation>] => {
  const edit: FrameMutation = (frames, at, random) => {
    const frame = frames[at]
    if (frame !== undefined) frames[at] = { ...frame, json: editJson(frame.json, random) }
  }
  return [
    edit,
    edit,
    edit,
    edit,
    (frames, at) => void frames.splice(at, 1),
    (frames, at) => void frames.splice(at, 0, ...frames.slice(at, at + 1)),
    (frames, at, random) => void frames.splice(random.below(frames.length), 0, ...frames.splice(at, 1)),
    (frames, at, random) => void frames.splice(at, 0, inserted(random, framing)),
    (frames, at, random, others) => {
      const other = random.pickAny(others.filter((body) => body.framing === framing))
      const frame = other === undefined ? undefined : random.pickAny(other.frames)
      // A stream never has both the events of Converse and those of InvokeModel.
      if (frame !== undefined && (frame.before === "chunk") === (frames[0]?.before === "chunk")) {
        frames.splice(at, 0, frame)
      }
    }
  ]
}

const byteMutations: readonly [
  (bytes: Buffer, random: Random) => Uint8Array,
  ...ReadonlyArray<(bytes: Buffer, random: Random) => Uint8Array>
] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[random.below(changed.length)] = random.below(256)
    return changed
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20))])
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    const piece = random.pick(["\n", "\r", "\"", "{", "\\", "\uFEFF", "null", "\u0000"])
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at)])
  },
  (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1")
]

// Long streams are shortened to this many frames: their beginning, a piece of their middle and their end.
const [first, middle, last] = [12, 12, 8]

const shortened = (frames: ReadonlyArray<Frame>, random: Random): Array<Frame> => {
  if (frames.length <= first + middle + last) return [...frames]
  const at = first + random.below(frames.length - first - middle - last + 1)
  return [...frames.slice(0, first), ...frames.slice(at, at + middle), ...frames.slice(-last)]
}

/** A body to decode, and what was done to it. */
export interface Mutated {
  readonly body: Body
  /** The body with changed frames, before its bytes were changed or cut. */
  readonly uncut: Uint8Array
  readonly bytes: Uint8Array
  /** Whether `bytes` are the beginning of `uncut`. */
  readonly isCut: boolean
  /** Whether the frames are those of a recording, in their order. */
  readonly isRecorded: boolean
}

/** Makes the body of one case. */
export const mutate = (bodies: ReadonlyArray<Body>, random: Random): Mutated => {
  const body = bodies[random.below(bodies.length)]
  if (body === undefined) throw new Error("there are no recordings")
  const frames = shortened(body.frames, random)
  const others = bodies.filter(({ protocol }) => protocol === body.protocol)
  const frameChanges = random.oneIn(4) ? 0 : 1 + random.below(3)
  for (let i = 0; i < frameChanges && frames.length > 0; i++) {
    random.pick(frameMutations(body.framing))(frames, random.below(frames.length), random, others)
  }
  const uncut = bytesOf(body.framing, frames)
  const isCut = random.oneIn(frameChanges === 0 ? 2 : 4)
  let bytes = isCut ? uncut.subarray(0, random.below(uncut.length + 1)) : uncut
  const byteChanges = isCut ? 0 : random.oneIn(3) ? 1 + random.below(2) : 0
  for (let i = 0; i < byteChanges; i++) bytes = random.pick(byteMutations)(Buffer.from(bytes), random)
  return { body, uncut, bytes, isCut, isRecorded: frameChanges === 0 }
}
