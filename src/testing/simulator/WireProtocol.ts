/**
 * The interface of a wire protocol within the simulator. A new protocol is one more value of this type in
 * `WireProtocols.ts`; nothing else changes.
 */
import type { Completion } from "./Completion.ts"
import type { Json, JsonObject } from "./Json.ts"
import type { RequestOptions } from "./options/RequestOptions.ts"
import type { ErrorKind } from "./scenario/Fault.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import type { Match, ProtocolId, RateLimits } from "./scenario/ScriptedCompletion.ts"
import type { SimulatorQuirks } from "./scenario/SimulatorQuirks.ts"

/** One event of a streamed response before it is framed. */
export interface WireEvent {
  readonly name?: string
  readonly data: string
  /**
   * The number of tokens that the event counts for the pace. An event of 0 tokens follows the one before without a
   * pause.
   */
  readonly tokens: number
  /** Whether the event carries the finish reason. */
  readonly isFinish?: boolean
  /** Whether the event proves that the response is whole. */
  readonly isTerminator?: boolean
  /** Whether the event reports a failure, for framings with a format of their own for that. */
  readonly isException?: boolean
}

/** The end of a line as the framing writes it. */
export type LineEnd = "\n" | "\r\n" | "\r"

/** Converts events to bytes. */
export interface Framing {
  readonly contentType: string
  readonly encode: (event: WireEvent, lineEnd: LineEnd) => Uint8Array
  /** Encodes bytes without content, which keep a connection alive. */
  readonly comment: (text: string, lineEnd: LineEnd) => Uint8Array
  /** The text before the first event, before every other event, and after the last, where the events form an array. */
  readonly array?: { readonly open: string; readonly separator: string; readonly close: string }
}

/** Why a request fails, before a protocol gives the error its format. */
export interface Problem {
  readonly kind: ErrorKind
  readonly message?: string | undefined
  readonly param?: string | undefined
  readonly code?: string | undefined
  readonly status?: number | undefined
  /** When the client may try again, in milliseconds from now. */
  readonly retryAfterMillis?: number | undefined
}

/** A provider's default error for a kind of problem, where an error has a type and a message. */
export interface ErrorTemplate {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** An error response in the protocol's own format. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

/** A request as the simulator read it. */
export interface IncomingRequest {
  readonly method: string
  readonly path: string
  /** The query without its question mark. */
  readonly query: string
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body; empty when it is no JSON object. */
  readonly body: JsonObject
  readonly strictness: NonNullable<Scenario["strictness"]>
}

/** The response to a request that is not for a model: JSON, lines of JSON, or an error. */
export type SideResponse =
  | { readonly json: Json }
  | { readonly lines: ReadonlyArray<Json> }
  | { readonly problem: Problem }

/** A wire protocol as a server implements it. */
export interface WireProtocol {
  readonly id: ProtocolId
  /** Returns whether completions are requested at a path, whatever stands before its end. */
  readonly serves: (path: string) => boolean
  /** The path that the provider's own client library expects after the server's address. */
  readonly basePath: string
  readonly framing: Framing
  /** Returns the framing that a request asks for, where there is more than one. */
  readonly framingFor?: (request: Pick<IncomingRequest, "query">) => Framing
  /** Returns the key of a request: empty when its header is empty, `undefined` when there is none. */
  readonly credential: (request: Pick<IncomingRequest, "headers" | "query">) => string | undefined
  /** The message for a request without a key. The default is the one for an invalid key. */
  readonly missingKey?: string
  /** Returns the message for an unknown model, where it contains the name. */
  readonly unknownModel?: (model: string) => string
  /** Returns the first problem that the provider would report. */
  readonly validate: (request: IncomingRequest) => Problem | undefined
  /** Returns the facts of a request that scripted completions are chosen by. */
  readonly match: (request: IncomingRequest) => Match
  /** Returns what a request asks of its completion. */
  readonly options: (body: JsonObject) => RequestOptions
  /** Encodes a completion as the events of a stream. */
  readonly events: (completion: Completion) => Iterable<WireEvent>
  /** Encodes a completion as one body. */
  readonly wholeBody: (completion: Completion) => Json
  /** Encodes a failure inside a 200 stream. `position` is the number of events before it. */
  readonly errorEvents: (completion: Completion, problem: Problem, position: number) => ReadonlyArray<WireEvent>
  /** The protocol's keep-alive event, where it has one. */
  readonly ping: WireEvent | undefined
  /** Encodes a problem as an error response. */
  readonly errorResponse: (problem: Problem, requestId: string, quirks: SimulatorQuirks) => ErrorResponse
  /** Returns the headers of every response. */
  readonly responseHeaders: (requestId: string) => Readonly<Record<string, string>>
  readonly rateLimitHeaders: (limits: RateLimits, nowMillis: number) => Readonly<Record<string, string>>
  /** Responds to a request for another service of the provider; returns `undefined` for all other requests. */
  readonly sideResponse?: (request: IncomingRequest, models: ReadonlyArray<string>) => SideResponse | undefined
  /** Returns the list of models, or the page of it that the query asks for. */
  readonly models: (ids: ReadonlyArray<string>, query: URLSearchParams) => Json
  /** Returns one model as the provider describes it. */
  readonly model: (id: string) => Json
}

/** Creates an event that carries JSON. */
export const jsonEvent = (data: JsonObject, options?: Partial<Omit<WireEvent, "data">>): WireEvent => ({
  data: JSON.stringify(data),
  tokens: 0,
  ...options
})

/** Returns the `retry-after` header of a problem, in whole seconds. */
export const retryAfter = ({ retryAfterMillis }: Problem): Readonly<Record<string, string>> =>
  retryAfterMillis === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMillis / 1000)) }
