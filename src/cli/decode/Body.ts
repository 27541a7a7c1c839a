/**
 * Reads one body as the client would have: streamed, whole, or as a refusal.
 *
 * @since 0.1.0
 */
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as Secrets from "../../domain/Secrets.ts"
import { defaults } from "../../services/SluiceConfig.ts"
import type { DecodeContext, Ending, StreamDecoder } from "../../streams/response/StreamDecoder.ts"
import { byName } from "../../streams/protocols/Protocols.ts"
import * as Refusal from "../../streams/response/ErrorClassifier.ts"
import * as Sniff from "./Sniff.ts"

/**
 * What is known of a body before it is read. Of several `protocols` the body's looks decide; `isWhole` is `undefined` where
 * they shall decide that, too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Origin {
  readonly provider: string
  readonly protocols: readonly [ProtocolName, ...ReadonlyArray<ProtocolName>]
  readonly quirks: Quirks
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly isWhole: boolean | undefined
  readonly nowMillis: number
}

/**
 * A body that is being read. `end` is called once, after the last piece.
 *
 * @category models
 * @since 0.1.0
 */
export interface Body {
  readonly push: (bytes: Uint8Array) => ReadonlyArray<ResponseEvent>
  readonly end: (ending: Ending) => ReadonlyArray<ResponseEvent>
  readonly failure: () => ProviderError | undefined
}

const contextOf = (origin: Origin): DecodeContext => {
  const providerRequestId = origin.headers["x-request-id"] ?? origin.headers["request-id"] ??
    origin.headers["x-amzn-requestid"]
  const secrets = Secrets.fromHeaders(origin.headers)
  const error: ErrorContext = {
    provider: origin.provider,
    status: origin.status,
    ...(providerRequestId === undefined ? {} : { providerRequestId })
  }
  return {
    error,
    headers: origin.headers,
    now: origin.nowMillis,
    quirks: origin.quirks,
    limits: defaults,
    scrub: (text) => Secrets.scrub(text, secrets)
  }
}

/** Collects a body and reads it at its end. */
const collecting = (
  read: (text: string) => { readonly events: ReadonlyArray<ResponseEvent>; readonly failure: ProviderError | undefined }
): Body => {
  const pieces: Array<Uint8Array> = []
  let failure: ProviderError | undefined
  return {
    push: (bytes) => {
      pieces.push(bytes)
      return []
    },
    end: () => {
      const result = read(Buffer.concat(pieces).toString("utf8"))
      failure = result.failure
      return result.events
    },
    failure: () => failure
  }
}

const streaming = (decoder: StreamDecoder): Body => ({
  push: (bytes) => decoder.push(bytes),
  end: (ending) => (decoder.failure === undefined && !decoder.completed ? decoder.end(ending) : []),
  failure: () => decoder.failure
})

const isJson = (origin: Origin): boolean =>
  /^application\/([\w.+-]+\+)?json\b/i.test(origin.headers["content-type"] ?? "")

const isNdjson = (origin: Origin): boolean =>
  /^application\/(x-ndjson|jsonl|x-jsonlines)\b/i.test(origin.headers["content-type"] ?? "")

/** Protocols that are, or may be written down, as an object a line. */
const ofLines: ReadonlySet<ProtocolName | undefined> = new Set<ProtocolName>(["ollama", "bedrock-converse"])

/**
 * Begins to read a body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (origin: Origin): Body => {
  const context = contextOf(origin)
  const { status } = origin
  if (status < 200 || status > 299) {
    return collecting((text) => ({ events: [], failure: Refusal.classify(status, text, context) }))
  }

  const [first] = origin.protocols
  const whole = (text: string) => byName[Sniff.ofWhole(text, origin.protocols) ?? first].decodeWhole(text, context)
  const protocolOf = (head: string): ProtocolName | undefined =>
    origin.protocols.length === 1 ? first : Sniff.ofStream(head, origin.protocols)
  /** A body that nobody says anything of may be lines of objects, where there is a protocol of such. */
  const mayBeLines = (head: string): boolean =>
    origin.isWhole === undefined && !isJson(origin) && /^\s*\{/.test(head) && ofLines.has(protocolOf(head))
  const isStream = (head: string): boolean =>
    origin.isWhole === undefined
      ? isNdjson(origin) || (mayBeLines(head) && Sniff.isLines(head) === true) ||
        (!isJson(origin) && !/^\s*[{[]/.test(head))
      : !origin.isWhole
  /** Frames are told by their looks, too: a provider's protocols differ in them. */
  const framed = (head: string): DecodeContext =>
    Sniff.isEventStream(head) ? { ...context, quirks: { ...context.quirks, framing: "event-stream" } } : context
  const start = (head: string): Body =>
    isStream(head) ? streaming(byName[protocolOf(head) ?? first].decodeStream(framed(head))) : collecting(whole)
  const isClear = (head: string): boolean =>
    head.length >= Sniff.enough ||
    head.trim() !== "" && protocolOf(head) !== undefined && !(mayBeLines(head) && Sniff.isLines(head) === undefined)

  const held: Array<Uint8Array> = []
  let reader: Body | undefined
  const release = (head: string): ReadonlyArray<ResponseEvent> => {
    const opened = start(head)
    reader = opened
    return held.splice(0).flatMap(opened.push)
  }
  return {
    push: (bytes) => {
      if (reader !== undefined) return reader.push(bytes)
      held.push(bytes)
      const head = Buffer.concat(held).toString("utf8")
      return isClear(head) ? release(head) : []
    },
    end: (ending) => {
      const rest = reader === undefined ? release(Buffer.concat(held).toString("utf8")) : []
      return [...rest, ...(reader?.end(ending) ?? [])]
    },
    failure: () => reader?.failure()
  }
}
