/**
 * What the simulator has to know about a wire protocol. A new protocol is one more value of this type in
 * `WireProtocols.ts`; nothing else changes.
 *
 * @since 0.1.0
 */
import type { Json, JsonObject } from "./Json.ts"
import type { Match, ProtocolId, RateLimits } from "./scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "./scenario/Fault.ts"
import type { SimulatorQuirks } from "./scenario/SimulatorQuirks.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import type { Turn } from "./Turn.ts"

/**
 * One event of a streamed answer, before it is framed.
 *
 * @category models
 * @since 0.1.0
 */
export interface WireEvent {
  readonly name?: string
  readonly data: string
  /** Counts for the pace: an event of 0 tokens follows the one before it at once. */
  readonly tokens: number
  /** Tells the reason why the answer ended. */
  readonly isFinish?: boolean
  /** Proves that the answer is whole. */
  readonly isTerminator?: boolean
  /** Says that the answer failed, for framings with a form of their own for that. */
  readonly isException?: boolean
}

/**
 * The end of a line, as the framing writes it.
 *
 * @category models
 * @since 0.1.0
 */
export type LineEnd = "\n" | "\r\n" | "\r"

/**
 * How events become bytes. An array writes `open` before its first event, `separator` before the others, and `close` at the
 * end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Framing {
  readonly contentType: string
  readonly encode: (event: WireEvent, lineEnd: LineEnd) => Uint8Array
  readonly comment: (text: string, lineEnd: LineEnd) => Uint8Array
  readonly array?: { readonly open: string; readonly separator: string; readonly close: string }
}

/**
 * Why a request is refused, before the protocol gives it its form.
 *
 * @category models
 * @since 0.1.0
 */
export interface Problem {
  readonly kind: ErrorKind
  readonly message?: string | undefined
  readonly param?: string | undefined
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly retryAfterMillis?: number | undefined
}

/**
 * A refusal in the protocol's own form.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rejection {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

/**
 * A request as the server read it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Incoming {
  readonly method: string
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
  readonly strictness: NonNullable<Scenario["strictness"]>
}

/**
 * An answer to a request that asks for no completion: JSON, lines of it, or a refusal.
 *
 * @category models
 * @since 0.1.0
 */
export type Beside =
  | { readonly json: Json }
  | { readonly lines: ReadonlyArray<Json> }
  | { readonly problem: Problem }

/**
 * One language that providers speak.
 *
 * @category models
 * @since 0.1.0
 */
export interface WireProtocol {
  readonly id: ProtocolId
  /** Whether requests for an answer are sent to this path, whatever comes before its end. */
  readonly serves: (path: string) => boolean
  /** What the provider's own client library expects after the server's address. */
  readonly basePath: string
  readonly framing: Framing
  /** Another framing, where the request asks for one. */
  readonly framingFor?: (request: Pick<Incoming, "query">) => Framing
  /** The key that came with a request: empty when its header is, `undefined` when there is none. */
  readonly credential: (request: Pick<Incoming, "headers" | "query">) => string | undefined
  /** What is said of a request without a key, unless it is what every refused key is told. */
  readonly missingKey?: string
  /** What is said of a model that there is not, where that depends on its name. */
  readonly unknownModel?: (model: string) => string
  readonly validate: (request: Incoming) => Problem | undefined
  readonly match: (request: Incoming) => Match
  readonly toolNames: (body: JsonObject) => ReadonlyArray<string>
  readonly events: (turn: Turn) => Iterable<WireEvent>
  readonly whole: (turn: Turn) => Json
  /** The event or events that say, inside a 200, that the answer failed. */
  readonly errorEvents: (turn: Turn, problem: Problem, position: number) => ReadonlyArray<WireEvent>
  readonly ping: WireEvent | undefined
  readonly reject: (problem: Problem, requestId: string, quirks: SimulatorQuirks) => Rejection
  readonly responseHeaders: (requestId: string) => Readonly<Record<string, string>>
  readonly rateLimitHeaders: (limits: RateLimits, nowMillis: number) => Readonly<Record<string, string>>
  /** Answers a request that is for another service of the provider; `undefined` when it is for none. */
  readonly beside?: (request: Incoming, models: ReadonlyArray<string>) => Beside | undefined
  /** The list of models, or the page of it that the query asks for. */
  readonly models: (ids: ReadonlyArray<string>, query: URLSearchParams) => Json
  readonly model: (id: string) => Json
}

/**
 * Creates an event that carries JSON.
 *
 * @category constructors
 * @since 0.1.0
 */
export const jsonEvent = (data: JsonObject, options?: Partial<Omit<WireEvent, "data">>): WireEvent => ({
  data: JSON.stringify(data),
  tokens: 0,
  ...options
})

/**
 * Gives the header that says when to come back, in whole seconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retryAfter = ({ retryAfterMillis }: Problem): Readonly<Record<string, string>> =>
  retryAfterMillis === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMillis / 1000)) }
