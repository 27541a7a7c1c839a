/**
 * The decoder that is common to protocols of JSON in server-sent events: framing, parsing, and how a stream ends.
 *
 * A protocol adds a machine that reads one object at a time and knows its completion contract.
 *
 * @since 0.1.0
 */
import { amend, IncompleteStreamError, MalformedStreamError, type ProviderError } from "../../domain/CompletionError.ts"
import type { Evidence, ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as Sse from "../framing/Sse.ts"
import { chunkOf, type Holes, jsonOf } from "../framing/Template.ts"
import { Templates } from "../framing/Templates.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, parse } from "./Json.ts"
import type { DecodeContext, Ending, StreamDecoder } from "./Protocol.ts"
import { classifyReported, failureInBody } from "./Refusal.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"

/**
 * The state machine of a protocol.
 *
 * **Details**
 *
 * `frame` reads one event; it answers an error when the provider reports one, or a sentence when the event is not what the
 * protocol says. `doneMarker` is told of `[DONE]`. `whole` says whether the completion contract is fulfilled, `contract`
 * which signals would do that. `finish` emits what is left and `Completed`; it is called when the contract is fulfilled and
 * no more can come. A machine whose protocol has a terminal event calls it itself. `holes` are the places in which its deltas
 * differ.
 *
 * @category models
 * @since 0.1.0
 */
export interface Machine {
  readonly frame: (value: JsonObject, event: string) => ProviderError | string | undefined
  readonly doneMarker: () => void
  readonly whole: () => boolean
  readonly contract: ReadonlyArray<Evidence>
  readonly finish: () => void
  readonly holes: Holes<JsonObject>
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

const none: ReadonlyArray<ResponseEvent> = []

/** Whether a body that begins so may be a page or JSON: no event stream begins with a bracket. */
const mayBeNoStream = (chunk: Uint8Array): boolean => {
  for (const byte of chunk) {
    // White space, and the mark that may stand before any text.
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xef || byte === 0xbb || byte === 0xbf) continue
    return byte === 0x3c || byte === 0x7b || byte === 0x5b
  }
  return true
}

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: Machine): StreamDecoder => {
  let failure: ProviderError | undefined
  let frames = 0
  // The beginning of a body in which no event was found: to tell a page or an error object from a cut stream.
  const head: Array<Uint8Array> = []
  let headBytes = 0
  let isHeadOpen = true
  // What headers say of limits is delivered with the first event, so that an attempt that fails before any can be retried.
  let snapshot = RateLimitHeaders.snapshot(context.headers, context.now)

  const malformed = (detail: string, text: string, position = parser.position): ProviderError =>
    new MalformedStreamError({
      ...context.error,
      detail,
      excerpt: excerpt(text, context),
      position,
      partial: assembly.partial()
    })

  const templates = new Templates<JsonObject>(machine.holes)
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)

  /** Reads events that are like earlier ones, without parsing them. */
  const readAhead: Sse.ReadAhead = (bytes, start, base) => {
    let at = start
    const chunk = chunkOf(bytes)
    while (failure === undefined && !assembly.completed) {
      const end = templates.match(chunk, at, Math.min(bytes.length, at + longest))
      if (end < 0) return at
      const { event, value } = templates.matched
      const problem = machine.frame(value, event)
      if (problem !== undefined) {
        const json = jsonOf(bytes, at, end)
        failure = typeof problem === "string"
          ? malformed(problem, bytes.toString("utf8", json?.from ?? at, json?.to ?? end), base + end)
          : problem
      }
      at = end
    }
    return at
  }

  const onEvent: Sse.OnSseEvent = (event, data, bytes, from, to) => {
    if (failure !== undefined || assembly.completed) return
    frames++
    if (data === "[DONE]" || (data.length < 16 && data.trim() === "[DONE]")) {
      machine.doneMarker()
      return
    }
    // A keep-alive that is an event without content.
    if (data.trim() === "") return
    const value = parse(data)
    if (!isObject(value)) {
      // A server that fails may have no more than a sentence left.
      failure = event === "error" && value === undefined && !data.startsWith("{")
        ? classifyReported({ error: data }, context, { partial: assembly.partial() })
        : malformed(value === undefined ? "an event is not JSON" : "an event is not a JSON object", data)
      return
    }
    const problem = machine.frame(value, event)
    if (problem !== undefined) failure = typeof problem === "string" ? malformed(problem, data) : problem
    else if (from >= 0) templates.learn(bytes, from, to, event, value)
  }

  const parser = Sse.make(onEvent, context.limits, readAhead)

  const take = (): ReadonlyArray<ResponseEvent> => {
    const events = assembly.take()
    if (snapshot === undefined || events.length === 0) return events
    const first: ResponseEvent = { _tag: "RateLimits", snapshot }
    snapshot = undefined
    return [first, ...events]
  }

  const keepHead = (chunk: Uint8Array): void => {
    if (frames === 0 && headBytes === 0) isHeadOpen = mayBeNoStream(chunk)
    if (frames > 0 || headBytes >= headLength) isHeadOpen = false
    if (!isHeadOpen) return
    const kept = chunk.slice(0, headLength - headBytes)
    head.push(kept)
    headBytes += kept.length
  }

  /** Reads a chunk; answers whether anything can have come of it. */
  const read = (chunk: Uint8Array): boolean => {
    if (failure !== undefined || assembly.completed) return false
    const ended = parser.push(chunk)
    if (isHeadOpen) keepHead(chunk)
    if (ended && failure === undefined && parser.overflow !== undefined && !assembly.completed) {
      failure = new MalformedStreamError({
        ...context.error,
        detail: `a ${parser.overflow.what} is longer than the limit of ${parser.overflow.limit} bytes`,
        position: parser.overflow.position,
        partial: assembly.partial()
      })
    }
    return ended
  }

  const push = (chunk: Uint8Array): ReadonlyArray<ResponseEvent> => (read(chunk) ? take() : none)

  const pushAll = (chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<ResponseEvent> => {
    let any = false
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i]
      if (chunk !== undefined && read(chunk)) any = true
    }
    return any ? take() : none
  }

  const notAStream = (): ProviderError | undefined => {
    if (frames > 0) return undefined
    const text = Buffer.concat(head).toString("utf8")
    const start = text.trimStart()
    if (start.startsWith("{") || start.startsWith("[")) {
      const value = parse(text)
      const reported = value === undefined ? undefined : failureInBody(value, context)
      return reported ?? malformed("the body is JSON and not an event stream", text)
    }
    // Somebody else answers at this address, and will again.
    return start.startsWith("<")
      ? amend(malformed("the body is a page and not an event stream", text), { shouldRetry: false })
      : undefined
  }

  const end = (ending: Ending): ReadonlyArray<ResponseEvent> => {
    if (failure !== undefined || assembly.completed) return []
    parser.salvage()
    if (failure !== undefined || assembly.completed) return take()
    if (machine.whole()) {
      if (ending.type === "end-of-body") assembly.saw("end-of-body")
      machine.finish()
    } else if (ending.type === "silent") {
      failure = amend(ending.error, { partial: assembly.partial() })
    } else {
      failure = notAStream() ?? new IncompleteStreamError({
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
    return take()
  }

  return {
    push,
    pushAll,
    end,
    get failure() {
      return failure
    },
    get completed() {
      return assembly.completed
    }
  }
}
