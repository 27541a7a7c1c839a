/**
 * Decodes one response body as the client does: a stream, a whole body, or an error response.
 */
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as Secrets from "../../domain/Secrets.ts"
import { defaults } from "../../services/SluiceConfig.ts"
import * as AnyBody from "../../streams/response/AnyBody.ts"
import type { DecodeContext, Ending, StreamDecoder } from "../../streams/response/StreamDecoder.ts"
import { byName } from "../../streams/protocols/Protocols.ts"
import * as ErrorClassifier from "../../streams/response/ErrorClassifier.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import * as Sniff from "./Sniff.ts"

/** What is known about a body before it is decoded. */
export interface Origin {
  /** The provider's id, for errors. */
  readonly provider: string
  /** The possible protocols; the body's content selects one. */
  readonly protocols: readonly [ProtocolName, ...ReadonlyArray<ProtocolName>]
  /** The provider's quirks. */
  readonly quirks: Quirks
  /** The HTTP status; outside 2xx the body is an error response. */
  readonly status: number
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the body is one document and not a stream; `undefined`: the body's content decides. */
  readonly isWhole: boolean | undefined
  /** The time of the response, in milliseconds since the epoch, for relative times in headers. */
  readonly nowMillis: number
}

/** A body that is being decoded. */
export interface Body {
  /** Decodes the next bytes and returns their events. */
  readonly push: (bytes: Uint8Array) => ReadonlyArray<ResponseEvent>
  /** Decodes the end of the body and returns the last events. It is called once, after the last bytes. */
  readonly end: (ending: Ending) => ReadonlyArray<ResponseEvent>
  /** Returns the error that the body ended with; `undefined` when there is none (yet). */
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
    logprobs: true,
    scrub: (text) => Secrets.scrub(text, secrets)
  }
}

/** Collects a body and decodes it at its end. One that is longer than the client's limit fails. */
const collecting = (
  { error }: DecodeContext,
  read: (text: string) => { readonly events: ReadonlyArray<ResponseEvent>; readonly failure: ProviderError | undefined }
): Body => {
  const { maxResponseBytes } = defaults
  const pieces: Array<Uint8Array> = []
  let length = 0
  let failure: ProviderError | undefined
  return {
    push: (bytes) => {
      pieces.push(bytes)
      length += bytes.length
      if (length > maxResponseBytes) {
        failure ??= JsonBody.tooLong(error, maxResponseBytes)
        pieces.length = 0
      }
      return []
    },
    end: () => {
      if (failure !== undefined) return []
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

/** The protocols whose streams are, or can be recorded as, one JSON object per line. */
const ofLines: ReadonlySet<ProtocolName | undefined> = new Set<ProtocolName>(["ollama", "bedrock-converse"])

/** Starts to decode a body. */
export const open = (origin: Origin): Body => {
  const context = contextOf(origin)
  const { status } = origin
  if (status < 200 || status > 299) {
    return collecting(context, (text) => ({ events: [], failure: ErrorClassifier.classify(status, text, context) }))
  }

  const [first] = origin.protocols
  const whole = (text: string) => byName[Sniff.ofWhole(text, origin.protocols) ?? first].decodeWhole(text, context)
  const protocolOf = (head: string): ProtocolName | undefined =>
    origin.protocols.length === 1 ? first : Sniff.ofStream(head, origin.protocols)
  /** Whether a body of unknown kind can be one JSON object per line. */
  const mayBeLines = (head: string): boolean =>
    origin.isWhole === undefined && !isJson(origin) && /^\s*\{/.test(head) && ofLines.has(protocolOf(head))
  const isStream = (head: string): boolean =>
    origin.isWhole === undefined
      ? isNdjson(origin) || (mayBeLines(head) && Sniff.isLines(head) === true) ||
        (!isJson(origin) && !/^\s*[{[]/.test(head))
      : !origin.isWhole
  /** Detects binary frames from the content, because a provider's protocols can differ in framing. */
  const framed = (head: string): DecodeContext =>
    Sniff.isEventStream(head) ? { ...context, quirks: { ...context.quirks, framing: "event-stream" } } : context
  const start = (head: string): Body =>
    isStream(head)
      ? streaming(AnyBody.decode(byName[protocolOf(head) ?? first], framed(head), Infinity))
      : collecting(context, whole)
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
