/**
 * What streams of JSON objects have in common, however their frames are told apart: what a machine is, and how a stream ends.
 *
 * @since 0.1.0
 */
import { amend, IncompleteStreamError, MalformedStreamError, type ProviderError } from "../../domain/CompletionError.ts"
import type { RateLimitSnapshot } from "../../domain/RateLimitSnapshot.ts"
import type { Evidence, ResponseEvent } from "../../domain/ResponseEvent.ts"
import { gather } from "../framing/Gather.ts"
import type { TemplateRules } from "../json/SharedTemplate.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, parse } from "../json/Json.ts"
import type { DecodeContext, Ending, StreamDecoder } from "./StreamDecoder.ts"
import { failureInBody } from "./ErrorClassifier.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"

/**
 * The state machine of a protocol.
 *
 * **Details**
 *
 * `frame` reads one event; it answers an error when the provider reports one, or a sentence when the event is not what the
 * protocol says. `json` is the text of the event where it was parsed. `doneMarker` is told of `[DONE]`. `isWhole` returns whether the completion contract is fulfilled, `contract`
 * which signals would do that. `finish` emits what is left and `Completed`; it is called when the contract is fulfilled and
 * no more can come. A machine whose protocol has a terminal event calls it itself. `templates` are the rules by which its events
 * are read without being parsed. `repeat` is called after `frame`: it returns what `frame` would do with the same event if
 * the only slot that is read, at `path`, had another text, as long as no other event comes between; `undefined` if `frame` would do
 * more than deliver the text.
 *
 * @category models
 * @since 0.1.0
 */
export interface FrameDecoder {
  readonly frame: (value: JsonObject, event: string, json?: string) => ProviderError | string | undefined
  /** Decodes a whole body, which some servers send where a stream was requested, and completes the response. */
  readonly response?: (value: JsonObject, json: string) => ProviderError | string | undefined
  /** Returns what would have made an incomplete response whole, for its error. */
  readonly incompleteDetail?: () => string | undefined
  /** Returns the failure that an event reported without a reason, when no event with the reason has followed. */
  readonly unexplainedFailure?: () => ProviderError | undefined
  readonly doneMarker: () => void
  readonly isWhole: () => boolean
  readonly contract: ReadonlyArray<Evidence>
  readonly finish: () => void
  readonly templates: TemplateRules<JsonObject>
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
 * **Details**
 *
 * `push` reads a chunk and answers whether anything can have come of it; after `overflow` is set it reads nothing more.
 * `salvage` is called once when the bytes have ended, for what they left unfinished. `position` counts the bytes read.
 * `isJson` says that the stream is itself JSON: that it looks like it is then no sign of another kind of body.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parser {
  readonly push: (chunk: Uint8Array) => boolean
  readonly salvage: () => void
  readonly overflow: { readonly what: string; readonly limit: number; readonly position: number } | undefined
  readonly position: number
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
 * What has become of a stream so far. Whoever reads its frames counts them, and says here what is wrong with one.
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

  /** Takes what a machine answered to a frame. */
  answered(problem: ProviderError | string, text: string, position: number): void {
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
  readonly #machine: FrameDecoder
  readonly #parser: Parser
  readonly #bare: boolean
  readonly #headLength: number
  // The beginning of a body in which no event was found: to tell a page or an error object from a cut stream.
  #head: Array<Uint8Array> | undefined
  #headBytes = 0
  #isHeadOpen = true
  // What headers say of limits is delivered with the first event, so that an attempt that fails before any can be retried.
  #snapshot: RateLimitSnapshot | undefined

  readonly #readPiece = (piece: Uint8Array): boolean => this.#read(piece)

  constructor(reading: Reading, machine: FrameDecoder, parser: Parser, bare: boolean) {
    this.#reading = reading
    this.#machine = machine
    this.#parser = parser
    this.#bare = bare
    // A machine that reads whole bodies needs all of one.
    this.#headLength = machine.response === undefined ? headLength : reading.context.limits.maxEventBytes
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
    const { assembly } = reading
    if (reading.isOver) return []
    this.#parser.salvage()
    if (reading.isOver) return this.#take()
    if (!machine.isWhole() && ending.type === "end-of-body") this.#readWholeBody()
    if (reading.isOver) return this.#take()
    if (machine.isWhole()) {
      if (ending.type === "end-of-body") assembly.saw("end-of-body")
      machine.finish()
    } else {
      reading.failure = machine.unexplainedFailure?.() ?? this.#failureOf(ending)
    }
    return this.#take()
  }

  /** Returns the error of a response that is not whole at the end of its bytes. */
  #failureOf(ending: Ending): ProviderError {
    const { assembly, context } = this.#reading
    return ending.type === "failed"
      ? amend(ending.error, { partial: assembly.partial() })
      : this.#notAStream() ?? new IncompleteStreamError({
        ...context.error,
        ...(ending.type === "connection-lost" && ending.code !== undefined ? { code: ending.code } : {}),
        ...this.#incompleteDetail(ending),
        ending: ending.type,
        missing: this.#machine.contract.filter((evidence) => !assembly.evidence.includes(evidence)),
        evidence: assembly.evidence,
        partial: assembly.partial()
      })
  }

  #take(): ReadonlyArray<ResponseEvent> {
    const events = this.#reading.assembly.take()
    const snapshot = this.#snapshot
    if (snapshot === undefined || events.length === 0) return events
    this.#snapshot = undefined
    return [{ _tag: "RateLimits", snapshot }, ...events]
  }

  /** Reads a chunk; answers whether anything can have come of it. */
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

  #incompleteDetail(ending: Ending): { readonly detail?: string } {
    const detail = ending.type === "connection-lost" && ending.detail !== undefined
      ? this.#reading.context.scrub(ending.detail)
      : this.#machine.incompleteDetail?.()
    return detail === undefined ? {} : { detail }
  }

  #keepHead(chunk: Uint8Array): void {
    const { frames } = this.#reading
    if (frames === 0 && this.#headBytes === 0) this.#isHeadOpen = mayBeNoStream(chunk)
    if (frames > 0 || this.#headBytes >= this.#headLength) this.#isHeadOpen = false
    if (!this.#isHeadOpen) return
    // A copy: the chunk may be a part of memory that is used again.
    const kept = Buffer.from(chunk.subarray(0, this.#headLength - this.#headBytes))
    this.#head ??= []
    this.#head.push(kept)
    this.#headBytes += kept.length
  }

  /** Reads a whole JSON body that was sent where a stream was requested. */
  #readWholeBody(): void {
    const reading = this.#reading
    const machine = this.#machine
    if (machine.response === undefined || reading.frames > 0 || this.#bare || this.#head === undefined) return
    const text = Buffer.concat(this.#head).toString("utf8")
    const value = text.trimStart().startsWith("{") ? parse(text) : undefined
    if (!isObject(value) || failureInBody(value, reading.context) !== undefined) return
    const problem = machine.response(value, text)
    // A sentence says that the body is no response: what it is then is said below.
    if (typeof problem === "object") reading.failure = problem
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
    // Somebody else answers at this address, and will again.
    return start.startsWith("<")
      ? amend(reading.malformed("the body is a page and not an event stream", text, position), { shouldRetry: false })
      : undefined
  }
}

/**
 * Makes the decoder of one stream out of its machine and the parser of its frames. `bare` says that a frame is JSON and nothing
 * around it, so that a body in which none ended may be a cut stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (reading: Reading, machine: FrameDecoder, parser: Parser, bare = false): StreamDecoder =>
  new Decoder(reading, machine, parser, bare)
