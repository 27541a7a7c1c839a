/**
 * Decodes streams of JSON objects, whatever frames they come in: the interface of a machine, and how a stream ends.
 *
 * @since 0.1.0
 */
import { amend, IncompleteStreamError, MalformedStreamError, type ProviderError } from "../../domain/CompletionError.ts"
import type { RateLimitSnapshot } from "../../domain/RateLimitSnapshot.ts"
import type { Evidence, ResponseEvent } from "../../domain/ResponseEvent.ts"
import { gather } from "../framing/Gather.ts"
import type { TemplateRules } from "../json/SharedTemplate.ts"
import type { Assembly } from "./Assembly.ts"
import { type JsonObject, parse } from "../json/Json.ts"
import type { DecodeContext, Ending, StreamDecoder } from "./StreamDecoder.ts"
import { failureInBody } from "./ErrorClassifier.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"

/**
 * The state machine of a protocol.
 *
 * @category models
 * @since 0.1.0
 */
export interface Machine {
  /**
   * Reads one event. Returns an error if the provider reports one, or a sentence if the event is not what the protocol
   * says.
   */
  readonly frame: (value: JsonObject, event: string) => ProviderError | string | undefined
  /** Reads `[DONE]`. */
  readonly doneMarker: () => void
  /** Returns whether the completion contract is fulfilled. */
  readonly whole: () => boolean
  /** The signals of which each fulfils the completion contract. */
  readonly contract: ReadonlyArray<Evidence>
  /**
   * Emits what is left, and `Completed`. Called when the contract is fulfilled and no more can come; a machine whose
   * protocol has a terminal event calls it itself.
   */
  readonly finish: () => void
  /** The rules by which events are read without being parsed. */
  readonly templates: TemplateRules<JsonObject>
  /**
   * Returns what `frame` would do with the event that it has just read if the only slot that is read, at `path`, had
   * another text; this holds as long as no other event comes between. Returns `undefined` if `frame` would do more than
   * deliver the text.
   */
  readonly repeat?: (value: JsonObject, event: string, path: string) => Repeat | undefined
}

/**
 * Does what a machine does with an event that differs from the one before in its text alone.
 *
 * @category models
 * @since 0.1.0
 */
export type Repeat = (text: string) => void

/**
 * A parser of frames.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parser {
  /** Reads a chunk. Returns whether anything can have come of it. */
  readonly push: (chunk: Uint8Array) => boolean
  /** Reads what is left when the bytes have ended. Called once. */
  readonly salvage: () => void
  /** The limit that was passed, if one was. Nothing more is read after it. */
  readonly overflow: { readonly what: string; readonly limit: number; readonly position: number } | undefined
  /** The number of bytes read. */
  readonly position: number
  /** Whether the stream is itself JSON, so that looking like JSON is no sign of another kind of body. Default: false. */
  readonly isJson?: boolean
}

const excerptLength = 500
// Longer than any error object that was recorded.
const headLength = 64 * 1024

/**
 * The beginning of a text, for an error, without credentials.
 *
 * @category constructors
 * @since 0.1.0
 */
export const excerpt = (text: string, context: DecodeContext): string => {
  const scrubbed = context.scrub(text)
  return scrubbed.length > excerptLength ? `${scrubbed.slice(0, excerptLength)}…` : scrubbed
}

/**
 * The progress of one stream: the number of its frames, and its failure. Whoever reads the frames writes both.
 *
 * @category models
 * @since 0.1.0
 */
export class Reading {
  failure: ProviderError | undefined
  frames = 0
  readonly context: DecodeContext
  readonly assembly: Assembly

  constructor(context: DecodeContext, assembly: Assembly) {
    this.context = context
    this.assembly = assembly
  }

  /** Whether no frame has a meaning any more. */
  get isOver(): boolean {
    return this.failure !== undefined || this.assembly.completed
  }

  /** The error of a frame that is not what the protocol says. `position` is how many bytes were read up to its end. */
  malformed(detail: string, text: string | undefined, position: number): ProviderError {
    return new MalformedStreamError({
      ...this.context.error,
      detail,
      ...(text === undefined ? {} : { excerpt: excerpt(text, this.context) }),
      position,
      partial: this.assembly.partial()
    })
  }

  /** Fails the stream with what a machine returned for a frame. */
  fail(problem: ProviderError | string, text: string, position: number): void {
    this.failure = typeof problem === "string" ? this.malformed(problem, text, position) : problem
  }
}

const none: ReadonlyArray<ResponseEvent> = []

/**
 * Whether a body that begins so may be a page or JSON: no event stream begins with a bracket.
 *
 * @category guards
 * @since 0.1.0
 */
export const mayBeNoStream = (chunk: Uint8Array): boolean => {
  for (const byte of chunk) {
    // White space, and the mark that may stand before any text.
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xef || byte === 0xbb || byte === 0xbf) continue
    return byte === 0x3c || byte === 0x7b || byte === 0x5b
  }
  return true
}

class Decoder implements StreamDecoder {
  readonly #reading: Reading
  readonly #machine: Machine
  readonly #parser: Parser
  readonly #bare: boolean
  // The beginning of a body in which no event was found: to tell a page or an error object from a cut stream.
  #head: Array<Uint8Array> | undefined
  #headBytes = 0
  #isHeadOpen = true
  // What headers say of limits is delivered with the first event, so that an attempt that fails before any can be
  // retried.
  #snapshot: RateLimitSnapshot | undefined

  readonly #readPiece = (piece: Uint8Array): boolean => this.#read(piece)

  constructor(reading: Reading, machine: Machine, parser: Parser, bare: boolean) {
    this.#reading = reading
    this.#machine = machine
    this.#parser = parser
    this.#bare = bare
    this.#snapshot = RateLimitHeaders.snapshot(reading.context.headers, reading.context.now)
  }

  get failure(): ProviderError | undefined {
    return this.#reading.failure
  }

  get completed(): boolean {
    return this.#reading.assembly.completed
  }

  push(chunk: Uint8Array): ReadonlyArray<ResponseEvent> {
    return this.#read(chunk) ? this.#take() : none
  }

  pushAll(chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<ResponseEvent> {
    const any = chunks.length === 1 && chunks[0] !== undefined ? this.#read(chunks[0]) : gather(chunks, this.#readPiece)
    return any ? this.#take() : none
  }

  end(ending: Ending): ReadonlyArray<ResponseEvent> {
    const reading = this.#reading
    const machine = this.#machine
    const { assembly, context } = reading
    if (reading.isOver) return []
    this.#parser.salvage()
    if (reading.isOver) return this.#take()
    if (machine.whole()) {
      if (ending.type === "end-of-body") assembly.saw("end-of-body")
      machine.finish()
    } else if (ending.type === "failed") {
      reading.failure = amend(ending.error, { partial: assembly.partial() })
    } else {
      reading.failure = this.#notAStream() ?? new IncompleteStreamError({
        ...context.error,
        ...(ending.type === "connection-lost" && ending.code !== undefined ? { code: ending.code } : {}),
        ...(ending.type === "connection-lost" && ending.detail !== undefined
          ? { detail: context.scrub(ending.detail) }
          : {}),
        ending: ending.type,
        missing: machine.contract.filter((evidence) => !assembly.evidence.includes(evidence)),
        evidence: assembly.evidence,
        partial: assembly.partial()
      })
    }
    return this.#take()
  }

  #take(): ReadonlyArray<ResponseEvent> {
    const events = this.#reading.assembly.take()
    const snapshot = this.#snapshot
    if (snapshot === undefined || events.length === 0) return events
    this.#snapshot = undefined
    return [{ _tag: "RateLimits", snapshot }, ...events]
  }

  /** Reads a chunk. Returns whether anything can have come of it. */
  #read(chunk: Uint8Array): boolean {
    const reading = this.#reading
    if (reading.isOver) return false
    const ended = this.#parser.push(chunk)
    if (this.#isHeadOpen) this.#keepHead(chunk)
    const overflow = ended ? this.#parser.overflow : undefined
    if (overflow !== undefined && !reading.isOver) {
      const { limit, position, what } = overflow
      reading.failure = reading.malformed(`a ${what} is longer than the limit of ${limit} bytes`, undefined, position)
    }
    return ended
  }

  #keepHead(chunk: Uint8Array): void {
    const { frames } = this.#reading
    if (frames === 0 && this.#headBytes === 0) this.#isHeadOpen = mayBeNoStream(chunk)
    if (frames > 0 || this.#headBytes >= headLength) this.#isHeadOpen = false
    if (!this.#isHeadOpen) return
    // A copy: the chunk may be a part of memory that is used again.
    const kept = Buffer.from(chunk.subarray(0, headLength - this.#headBytes))
    this.#head ??= []
    this.#head.push(kept)
    this.#headBytes += kept.length
  }

  #notAStream(): ProviderError | undefined {
    const reading = this.#reading
    const { position } = this.#parser
    if (reading.frames > 0 || this.#parser.isJson === true) return undefined
    const text = Buffer.concat(this.#head ?? []).toString("utf8")
    const start = text.trimStart()
    if (start.startsWith("{") || start.startsWith("[")) {
      const value = parse(text)
      const reported = value === undefined ? undefined : failureInBody(value, reading.context)
      if (this.#bare) return reported
      return reported ?? reading.malformed("the body is JSON and not an event stream", text, position)
    }
    // Another server is at this address, and a retry would reach it again.
    return start.startsWith("<")
      ? amend(reading.malformed("the body is a page and not an event stream", text, position), { shouldRetry: false })
      : undefined
  }
}

/**
 * Makes the decoder of one stream out of its machine and the parser of its frames. `bare` says that a frame is JSON and
 * nothing around it, so that a body in which none ended may be a cut stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (reading: Reading, machine: Machine, parser: Parser, bare = false): StreamDecoder =>
  new Decoder(reading, machine, parser, bare)
