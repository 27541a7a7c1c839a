/**
 * The decoder of a stream of JSON objects, whatever its framing and its events: it decides how the stream ends.
 */
import { Buffer } from "../framing/Buffer.ts"
import { amend, MalformedStreamError, type ProviderError } from "../../domain/CompletionError.ts"
import type { Evidence, ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { ResponsePartial } from "../../domain/ResponsePartial.ts"
import { firstByte } from "../framing/Bytes.ts"
import { gather } from "../framing/Gather.ts"
import { type JsonObject, parse } from "../json/Json.ts"
import type { TemplateRules } from "../json/SharedTemplate.ts"
import { incomplete } from "./Endings.ts"
import { failureInBody } from "./ErrorClassifier.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"
import type { DecodeContext, Ending, StreamDecoder } from "./StreamDecoder.ts"

/**
 * Why a frame fails its stream: the error that it reports, or a sentence that says in what it differs from the
 * protocol.
 */
export type FrameProblem = ProviderError | string

/** Decodes the parsed frames of one response, one after another, and emits events into the `Output` of its stream. */
export interface FrameDecoder {
  /**
   * Decodes one frame. `event` is its name, or `message` or empty where it has none; `json` is its text where it was
   * parsed. Returns why it fails, if it does.
   */
  readonly frame: (value: JsonObject, event: string, json?: string) => FrameProblem | undefined
  /** Decodes `[DONE]`. */
  readonly doneMarker: () => void
  /** Returns what the error of an incomplete response adds in words. Default: nothing. */
  readonly incompleteDetail?: () => string | undefined
  /** Returns whether the completion contract is fulfilled. */
  readonly isWhole: () => boolean
  /** The signals any one of which fulfils the completion contract. */
  readonly contract: ReadonlyArray<Evidence>
  /**
   * Emits what is left and completes the output. It is called when the body has ended and `isWhole` holds. A frame
   * decoder whose protocol has a terminal event completes the output itself.
   */
  readonly finish: () => void
  /** The rules by which frames are read without being parsed. */
  readonly templates: TemplateRules<JsonObject>
  /**
   * Returns what `frame`, which was called just before with the same event, does with it if the only slot that is read,
   * at `path`, has another text: valid as long as no other event comes between. `undefined` if `frame` does more than
   * deliver the text. Default: always `undefined`.
   */
  readonly repeat?: (value: JsonObject, event: string, path: string) => Repeat | undefined
}

/** Decodes an event that differs from the one before in its text alone. */
export type Repeat = (text: string) => void

/** Splits bytes into frames and passes them to a frame decoder. */
export interface Parser {
  /** Reads a chunk. Returns whether any event can have come of it. */
  readonly push: (chunk: Uint8Array) => boolean
  /** Reads what the end of the bytes left unfinished. It is called once. */
  readonly salvage: () => void
  /** The limit that was passed, if one was. Nothing more is read after it. */
  readonly overflow: { readonly what: string; readonly limit: number; readonly position: number } | undefined
  /** How many bytes were read. */
  readonly position: number
  /**
   * Whether the stream is itself JSON, so that looking like JSON is no sign of another kind of body. Default: false.
   */
  readonly isJson?: boolean
}

/** What the frames of one response have brought so far. */
export interface Output<A> {
  /** Whether the response is complete. Nothing is added after that. */
  readonly completed: boolean
  /** The signals of the completion contract that were seen. */
  readonly evidence: ReadonlyArray<Evidence>
  /** Records a signal of the completion contract. */
  readonly saw: (evidence: Evidence) => void
  /** Returns the events since the last call. */
  readonly take: () => ReadonlyArray<A>
  /** Returns what has arrived of the response, for an error. */
  readonly partial: () => ResponsePartial
}

const excerptLength = 500
// Longer than any error object that was recorded.
const headLength = 64 * 1024

/** Returns the beginning of a text, without credentials, for an error. */
export const excerpt = (text: string, context: DecodeContext): string => {
  const scrubbed = context.scrub(text)
  return scrubbed.length > excerptLength ? `${scrubbed.slice(0, excerptLength)}…` : scrubbed
}

/** The state of one stream. The parser of its frames counts them, and sets the failure where a frame is wrong. */
export class Reading<A = unknown> {
  /** Why the stream has failed, if it has. */
  failure: ProviderError | undefined
  /** A failure that was reported without a reason, which the next frame may bring. Frames after it are not decoded. */
  unexplained: ProviderError | undefined
  /** How many frames were read. */
  frames = 0
  readonly context: DecodeContext
  readonly output: Output<A>

  constructor(context: DecodeContext, output: Output<A>) {
    this.context = context
    this.output = output
  }

  /** Whether the stream has failed or is complete, so that further bytes are ignored. */
  get isSettled(): boolean {
    return this.failure !== undefined || this.output.completed
  }

  /** Whether further frames are not decoded. */
  get isOver(): boolean {
    return this.isSettled || this.unexplained !== undefined
  }

  /**
   * Returns the error of a frame that is not what the protocol says. `position` is how many bytes were read up to its
   * end.
   */
  malformed(detail: string, text: string | undefined, position: number): ProviderError {
    return new MalformedStreamError({
      ...this.context.error,
      detail,
      ...(text === undefined ? {} : { excerpt: excerpt(text, this.context) }),
      position,
      partial: this.output.partial()
    })
  }

  /** Sets the failure that a frame decoder returned for a frame. */
  fail(problem: FrameProblem, text: string, position: number): void {
    this.failure = typeof problem === "string" ? this.malformed(problem, text, position) : problem
  }
}

const none: ReadonlyArray<never> = []

const LESS_THAN = 0x3c
const OPEN_ARRAY = 0x5b
const OPEN_OBJECT = 0x7b

/** Returns whether a body that begins so may be a page or JSON: no event stream begins with a bracket. */
export const mayBeNoStream = (chunk: Uint8Array): boolean => {
  const byte = chunk[firstByte(chunk)]
  return byte === undefined || byte === LESS_THAN || byte === OPEN_OBJECT || byte === OPEN_ARRAY
}

/** What a stream has beside its frame decoder and its parser. */
export interface Options<A> {
  /**
   * Whether a frame is JSON with nothing around it, so that a body in which none ended may be a cut stream. Default:
   * false.
   */
  readonly bare?: boolean
  /**
   * An event that is emitted before the first one. It waits for that one, so that an attempt that fails before any can
   * be repeated. Default: none.
   */
  readonly first?: A | undefined
}

class Decoder<A> implements StreamDecoder<A> {
  readonly #reading: Reading<A>
  readonly #decoder: FrameDecoder
  readonly #parser: Parser
  readonly #bare: boolean
  // The beginning of a body in which no event was found: to tell a page or an error object from a cut stream.
  #head: Array<Uint8Array> | undefined
  #headBytes = 0
  #isHeadOpen = true
  #first: A | undefined

  readonly #readPiece = (piece: Uint8Array): boolean => this.#read(piece)

  constructor(reading: Reading<A>, decoder: FrameDecoder, parser: Parser, { bare = false, first }: Options<A>) {
    this.#reading = reading
    this.#decoder = decoder
    this.#parser = parser
    this.#bare = bare
    this.#first = first
  }

  get failure(): ProviderError | undefined {
    return this.#reading.failure
  }

  get completed(): boolean {
    return this.#reading.output.completed
  }

  push(chunk: Uint8Array): ReadonlyArray<A> {
    return this.#read(chunk) ? this.#take() : none
  }

  pushAll(chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<A> {
    const any = chunks.length === 1 && chunks[0] !== undefined ? this.#read(chunks[0]) : gather(chunks, this.#readPiece)
    return any ? this.#take() : none
  }

  end(ending: Ending): ReadonlyArray<A> {
    const reading = this.#reading
    const decoder = this.#decoder
    const { context, output } = reading
    if (reading.isSettled) return none
    this.#parser.salvage()
    reading.failure ??= reading.unexplained
    if (reading.isSettled) return this.#take()
    if (decoder.isWhole()) {
      if (ending.type === "end-of-body") output.saw("end-of-body")
      decoder.finish()
      return this.#take()
    }
    const detail = ending.type === "end-of-body" ? decoder.incompleteDetail?.() : undefined
    reading.failure = (ending.type === "failed" ? undefined : this.#notAStream()) ??
      incomplete(context, ending, {
        missing: decoder.contract.filter((evidence) => !output.evidence.includes(evidence)),
        evidence: output.evidence,
        partial: output.partial(),
        ...(detail === undefined ? {} : { detail })
      })
    return this.#take()
  }

  #take(): ReadonlyArray<A> {
    const events = this.#reading.output.take()
    const first = this.#first
    if (first === undefined || events.length === 0) return events
    this.#first = undefined
    return [first, ...events]
  }

  /** Reads a chunk. Returns whether any event can have come of it. */
  #read(chunk: Uint8Array): boolean {
    const reading = this.#reading
    if (reading.isSettled) return false
    const ended = this.#parser.push(chunk)
    if (this.#isHeadOpen) this.#keepHead(chunk)
    const overflow = ended ? this.#parser.overflow : undefined
    if (overflow !== undefined && !reading.isSettled) {
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

  /** Returns the error of a body that is a page or JSON, and no stream. */
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
    // Another server than the provider's is at this address, and will respond the same way again.
    return start.startsWith("<")
      ? amend(reading.malformed("the body is a page and not an event stream", text, position), { shouldRetry: false })
      : undefined
  }
}

/** Makes the decoder of one stream from its frame decoder and the parser of its frames. */
export const of = <A>(
  reading: Reading<A>,
  decoder: FrameDecoder,
  parser: Parser,
  options: Options<A> = {}
): StreamDecoder<A> => new Decoder(reading, decoder, parser, options)

/**
 * Makes the decoder of one streamed completion. The rate limits of the response's headers come with the first event.
 */
export const make = (
  reading: Reading<ResponseEvent>,
  decoder: FrameDecoder,
  parser: Parser,
  options: { readonly bare?: boolean } = {}
): StreamDecoder => {
  const snapshot = RateLimitHeaders.snapshot(reading.context.headers, reading.context.now)
  return of(reading, decoder, parser, {
    ...options,
    ...(snapshot === undefined ? {} : { first: { _tag: "RateLimits", snapshot } })
  })
}
