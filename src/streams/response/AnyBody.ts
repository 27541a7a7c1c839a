/**
 * Decodes the response to a streamed request, whether its body is a stream or a whole response.
 */
import { Buffer } from "../framing/Buffer.ts"
import { MalformedResponseError, type ProviderError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { type BodyKind, bodyKind, isJson, type StreamTraits } from "./BodyKind.ts"
import { incompleteBody } from "./Endings.ts"
import { parseBody } from "./JsonBody.ts"
import type { DecodeContext, Ending, StreamDecoder, WholeResponse } from "./StreamDecoder.ts"

/** The two decoders of a protocol. */
export interface Decoders extends StreamTraits {
  /** Makes the decoder of a streamed response. */
  readonly decodeStream: (context: DecodeContext) => StreamDecoder
  /** Decodes the body of a whole response. */
  readonly decodeWhole: (body: string, context: DecodeContext) => WholeResponse
}

const none: ReadonlyArray<never> = []

/** After so many blank bytes the content type alone decides. */
const maxStart = 4096

/** Collects a body and decodes it when it has ended. */
class WholeDecoder implements StreamDecoder {
  readonly #protocol: Decoders
  readonly #context: DecodeContext
  readonly #limit: number
  #chunks: Array<Uint8Array> = []
  #length = 0
  failure: ProviderError | undefined
  completed = false

  constructor(protocol: Decoders, context: DecodeContext, limit: number) {
    this.#protocol = protocol
    this.#context = context
    this.#limit = limit
  }

  push(chunk: Uint8Array): ReadonlyArray<ResponseEvent> {
    if (this.failure !== undefined) return none
    this.#length += chunk.length
    // A copy: the chunk may be a part of memory that is used again.
    if (this.#length <= this.#limit) this.#chunks.push(Uint8Array.from(chunk))
    else {
      this.#chunks = []
      this.failure = new MalformedResponseError({
        ...this.#context.error,
        detail: `the body is longer than the limit of ${this.#limit} bytes`
      })
    }
    return none
  }

  pushAll(chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<ResponseEvent> {
    for (const chunk of chunks) this.push(chunk)
    return none
  }

  end(ending: Ending): ReadonlyArray<ResponseEvent> {
    if (this.failure !== undefined || this.completed) return none
    const context = this.#context
    const bytes = Buffer.concat(this.#chunks)
    const text = new TextDecoder().decode(bytes)
    // An error object in front of an event stream is no JSON together with it.
    if (!isJson(context.headers["content-type"]) && parseBody(text) === undefined) return this.#endStream(bytes, ending)
    const { events, failure } = this.#protocol.decodeWhole(text, context)
    // A body that broke off is malformed because of that.
    const cut = failure?._tag === "MalformedResponseError" ? incompleteBody(context, ending) : undefined
    this.failure = cut ?? failure
    this.completed = failure === undefined
    return events
  }

  #endStream(bytes: Uint8Array, ending: Ending): ReadonlyArray<ResponseEvent> {
    const decoder = this.#protocol.decodeStream(this.#context)
    const events = [...decoder.push(bytes), ...decoder.end(ending)]
    const cut = decoder.failure?._tag === "MalformedStreamError" ? incompleteBody(this.#context, ending) : undefined
    this.failure = cut ?? decoder.failure
    this.completed = decoder.completed
    return events
  }
}

/** Chooses the decoder by the first bytes, and passes on to it. */
class AnyDecoder implements StreamDecoder {
  readonly #protocol: Decoders
  readonly #context: DecodeContext
  readonly #limit: number
  #chosen: StreamDecoder | undefined
  // What has arrived before there was enough to choose by.
  #start: Uint8Array = new Uint8Array()

  constructor(protocol: Decoders, context: DecodeContext, limit: number) {
    this.#protocol = protocol
    this.#context = context
    this.#limit = limit
  }

  get failure(): ProviderError | undefined {
    return this.#chosen?.failure
  }

  get completed(): boolean {
    return this.#chosen?.completed ?? false
  }

  push(chunk: Uint8Array): ReadonlyArray<ResponseEvent> {
    return this.#chosen === undefined ? this.pushAll([chunk]) : this.#chosen.push(chunk)
  }

  pushAll(chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<ResponseEvent> {
    if (this.#chosen !== undefined) return this.#chosen.pushAll(chunks)
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i]
      if (chunk === undefined) continue
      const start = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk])
      const kind = bodyKind(this.#contentType, start, this.#protocol)
      if (kind !== undefined || start.length > maxStart) {
        return this.#choose(kind).pushAll([start, ...chunks.slice(i + 1)])
      }
      // A copy: the chunk may be a part of memory that is used again.
      this.#start = start === chunk ? Uint8Array.from(chunk) : start
    }
    return none
  }

  end(ending: Ending): ReadonlyArray<ResponseEvent> {
    if (this.#chosen !== undefined) return this.#chosen.end(ending)
    const decoder = this.#choose(undefined)
    return [...decoder.push(this.#start), ...decoder.end(ending)]
  }

  get #contentType(): string | undefined {
    return this.#context.headers["content-type"]
  }

  /** Chooses the decoder; by the content type alone if the bytes do not tell. */
  #choose(kind: BodyKind | undefined): StreamDecoder {
    const isWhole = kind === undefined ? isJson(this.#contentType) : kind === "whole"
    this.#chosen = isWhole
      ? new WholeDecoder(this.#protocol, this.#context, this.#limit)
      : this.#protocol.decodeStream(this.#context)
    return this.#chosen
  }
}

/**
 * Makes the decoder of the response to a streamed request. It chooses between the decoders of the protocol by the
 * content type and the first bytes. `limit` is the most bytes of a whole response.
 */
export const decode = (protocol: Decoders, context: DecodeContext, limit: number): StreamDecoder =>
  new AnyDecoder(protocol, context, limit)
