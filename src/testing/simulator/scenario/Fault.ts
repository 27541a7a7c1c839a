/**
 * Faults of a provider and of its connection, as data.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Ordinal = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const Millis = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const HeaderMap = Schema.Record(Schema.String, Schema.String)

const on = {
  /**
   * When the fault applies, counted from 1: the numbers of the scenario's requests, or of the completion's uses where
   * the fault is a completion's. The default is always.
   */
  on: Schema.optionalKey(Schema.Array(Ordinal))
}

/**
 * Schema for the kinds of errors that every provider has its own error response for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ErrorKind = Schema.Literals([
  "rate-limit",
  "quota",
  "overloaded",
  "server-error",
  "timeout",
  "authentication",
  "permission",
  "model-not-found",
  "not-found",
  "invalid-request",
  "context-length",
  "content-filter",
  "too-large"
])

/**
 * A kind of error that every provider has its own error response for.
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorKind = typeof ErrorKind.Type

/**
 * Schema for the protocol's own error response: its status, body and headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProviderError = Schema.TaggedStruct("ProviderError", {
  ...on,
  /** The kind of error. */
  kind: ErrorKind,
  /** The message. The default is the provider's. */
  message: Schema.optionalKey(Schema.String),
  /** The status. The default is the provider's. */
  status: Schema.optionalKey(Count),
  /** When the client may try again, in milliseconds. The default is no hint. */
  retryAfterMillis: Schema.optionalKey(Millis),
  /** Additional headers. */
  headers: Schema.optionalKey(HeaderMap)
})

/**
 * Schema for a response with any status, headers and body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = Schema.TaggedStruct("Status", {
  ...on,
  /** The status. */
  status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
  /** The headers. The default content type depends on the body. */
  headers: Schema.optionalKey(HeaderMap),
  /** The body: a string is sent as it is, any other value as JSON. The default is an empty body. */
  body: Schema.optionalKey(Schema.Json)
})

/**
 * Schema for a body that replaces the completion, byte for byte.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Raw = Schema.TaggedStruct("Raw", {
  ...on,
  /** The status. The default is 200. */
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  /** The content type. The default is that of the protocol's stream. */
  contentType: Schema.optionalKey(Schema.String),
  /** Additional headers. */
  headers: Schema.optionalKey(HeaderMap),
  /** The body as text. */
  text: Schema.optionalKey(Schema.String),
  /** The body as bytes, in Base64 where the scenario is JSON. It wins over `text`. */
  bytes: Schema.optionalKey(Schema.Uint8ArrayFromBase64)
})

/**
 * Schema for a connection that is closed when it is opened, before its first request.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Refuse = Schema.TaggedStruct("Refuse", on)

/**
 * Schema for a connection that is reset when the request is read, before the headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reset = Schema.TaggedStruct("Reset", on)

/**
 * Schema for a pause before the headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Delay = Schema.TaggedStruct("Delay", {
  ...on,
  /** The length of the pause, in milliseconds. The default is for ever. */
  millis: Schema.optionalKey(Millis)
})

/**
 * Schema for a body that ends early.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cut = Schema.TaggedStruct("Cut", {
  ...on,
  /** The number of bytes that are sent before the end. */
  after: Count,
  /**
   * How the body ends: `reset` resets the connection (RST), `close` closes it in the middle of the body (FIN), and
   * `end` ends the body properly, so that only the protocol shows that something is missing. The default is `reset`.
   */
  how: Schema.optionalKey(Schema.Literals(["reset", "close", "end"]))
})

/**
 * Schema for a corrupted byte of the body, which only a checksum detects.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Corrupt = Schema.TaggedStruct("Corrupt", {
  ...on,
  /** The position of the byte, from 0. */
  at: Count,
  /** The bits that are inverted. The default is 1, the lowest bit. */
  mask: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 255 })))
})

/**
 * Schema for a pause within the body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Stall = Schema.TaggedStruct("Stall", {
  ...on,
  /** The number of bytes that are sent before the pause. */
  after: Count,
  /** The length of the pause, in milliseconds. The default is for ever. */
  millis: Schema.optionalKey(Millis),
  /** The time between keep-alives during the pause, in milliseconds. The default is no keep-alives. */
  keepAliveMillis: Schema.optionalKey(Millis.check(Schema.isGreaterThan(0)))
})

/**
 * Schema for an event whose data is malformed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MalformedEvent = Schema.TaggedStruct("MalformedEvent", {
  ...on,
  /** The number of the event, from 1. */
  event: Ordinal,
  /** The data. The default is the first half of the event's own. */
  data: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the protocol's own error event inside a 200 stream. The stream ends with it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ErrorEvent = Schema.TaggedStruct("ErrorEvent", {
  ...on,
  /** The number of the event that the error replaces, from 1. */
  event: Ordinal,
  /** The kind of error. */
  kind: ErrorKind,
  /** The message. The default is the provider's. */
  message: Schema.optionalKey(Schema.String)
})

/**
 * Schema for a stream without the event that ends it (`[DONE]`, `response.completed`, `message_stop`,
 * Converse's `metadata`).
 *
 * @category schemas
 * @since 0.1.0
 */
export const OmitTerminator = Schema.TaggedStruct("OmitTerminator", on)

/**
 * Schema for a stream without the event that carries the finish reason.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OmitFinish = Schema.TaggedStruct("OmitFinish", on)

/**
 * Schema for a `content-length` that does not match the body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ContentLength = Schema.TaggedStruct("ContentLength", {
  ...on,
  /** The difference to the real length, in bytes. A positive number makes the header too large. */
  offset: Schema.Int
})

/**
 * Schema for a body that is compressed with gzip. Together with `Cut` the gzip is cut.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Gzip = Schema.TaggedStruct("Gzip", on)

/**
 * Schema for keep-alives between the events.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KeepAlive = Schema.TaggedStruct("KeepAlive", {
  ...on,
  /** The number of events before each keep-alive. The default is 1. */
  every: Schema.optionalKey(Ordinal),
  /** The kind of keep-alive: a comment, or the protocol's ping where it has one. The default is `comment`. */
  form: Schema.optionalKey(Schema.Literals(["comment", "ping"])),
  /** The text of the comment. The default is `keep-alive`. */
  text: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[^\r\n]*$/)))
})

/**
 * Schema for line endings other than LF.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LineEnding = Schema.TaggedStruct("LineEnding", {
  ...on,
  /** The line ending. */
  ending: Schema.Literals(["crlf", "cr"])
})

/**
 * Schema for a fault. Faults combine, except that the first one that replaces the response (`ProviderError`, `Status`,
 * `Raw`) wins over the others that do.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Fault = Schema.Union([
  ProviderError,
  Status,
  Raw,
  Refuse,
  Reset,
  Delay,
  Cut,
  Corrupt,
  Stall,
  MalformedEvent,
  ErrorEvent,
  OmitTerminator,
  OmitFinish,
  ContentLength,
  Gzip,
  KeepAlive,
  LineEnding
])

/**
 * A fault.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

type Tagged<Tag> = Extract<Fault, { readonly _tag: Tag }>

/**
 * Finds the first fault of a kind.
 *
 * @category filtering
 * @since 0.1.0
 */
export const find = <Tag extends Fault["_tag"]>(
  faults: ReadonlyArray<Fault>,
  tag: Tag
): Tagged<Tag> | undefined => faults.find((fault): fault is Tagged<Tag> => fault._tag === tag)

/**
 * Returns the faults that apply to the request or use with a number.
 *
 * @category filtering
 * @since 0.1.0
 */
export const active = (faults: ReadonlyArray<Fault> | undefined, number: number): ReadonlyArray<Fault> =>
  (faults ?? []).filter((fault) => fault.on === undefined || fault.on.includes(number))
