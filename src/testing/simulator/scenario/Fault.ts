/**
 * Everything that can go wrong between a provider and its client, as data.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Ordinal = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const Millis = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const HeaderMap = Schema.Record(Schema.String, Schema.String)

// Counted from 1. In a scenario's faults these are the numbers of its requests, in an answer's those of its uses.
const on = { on: Schema.optionalKey(Schema.Array(Ordinal)) }

/**
 * Schema for the failures that every provider has a body of its own for.
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
 * @category models
 * @since 0.1.0
 */
export type ErrorKind = typeof ErrorKind.Type

/**
 * Schema for a refusal in the protocol's own form: its status, body and headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProviderError = Schema.TaggedStruct("ProviderError", {
  ...on,
  kind: ErrorKind,
  message: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Count),
  retryAfterMillis: Schema.optionalKey(Millis),
  headers: Schema.optionalKey(HeaderMap)
})

/**
 * Schema for any status with any headers and body. A text is sent as it is, anything else as JSON, and nothing as an
 * empty body. The content type follows from the body unless the headers say it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = Schema.TaggedStruct("Status", {
  ...on,
  status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
  headers: Schema.optionalKey(HeaderMap),
  body: Schema.optionalKey(Schema.Json)
})

/**
 * Schema for a body that replaces the answer, byte for byte: as `text`, or as `bytes`, which are Base64 in JSON.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Raw = Schema.TaggedStruct("Raw", {
  ...on,
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  contentType: Schema.optionalKey(Schema.String),
  headers: Schema.optionalKey(HeaderMap),
  text: Schema.optionalKey(Schema.String),
  bytes: Schema.optionalKey(Schema.Uint8ArrayFromBase64)
})

/**
 * Schema for a connection that is closed as soon as it is made, before a request can be answered.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Refuse = Schema.TaggedStruct("Refuse", on)

/**
 * Schema for a connection that is reset once the request was read, before any header is sent.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reset = Schema.TaggedStruct("Reset", on)

/**
 * Schema for a pause before the headers; for ever without `millis`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Delay = Schema.TaggedStruct("Delay", { ...on, millis: Schema.optionalKey(Millis) })

/**
 * Schema for an end after so many bytes of the body.
 *
 * **Details**
 *
 * `reset` breaks the connection with an RST, `close` ends it in the middle of the body with a FIN, and `end` ends the body
 * properly, as if that were all: only the protocol can tell that something is missing.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cut = Schema.TaggedStruct("Cut", {
  ...on,
  after: Count,
  how: Schema.optionalKey(Schema.Literals(["reset", "close", "end"]))
})

/**
 * Schema for a byte of the body that arrives as another one: the bits that `mask` has (default: the lowest) are turned around
 * in the byte at `at`, counted from 0. Nothing but a checksum tells.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Corrupt = Schema.TaggedStruct("Corrupt", {
  ...on,
  at: Count,
  mask: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 255 })))
})

/**
 * Schema for silence after so many bytes of the body, for ever without `millis`. With `keepAliveMillis` it is not quite
 * silent: a keep-alive comes that often, which is bytes but no progress.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Stall = Schema.TaggedStruct("Stall", {
  ...on,
  after: Count,
  millis: Schema.optionalKey(Millis),
  keepAliveMillis: Schema.optionalKey(Millis.check(Schema.isGreaterThan(0)))
})

/**
 * Schema for an event, counted from 1, whose data is not what it should be: broken JSON, or any text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MalformedEvent = Schema.TaggedStruct("MalformedEvent", {
  ...on,
  event: Ordinal,
  data: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the protocol's own error event inside a 200 stream, in place of the event with that number and of all that
 * would have followed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ErrorEvent = Schema.TaggedStruct("ErrorEvent", {
  ...on,
  event: Ordinal,
  kind: ErrorKind,
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
 * Schema for a stream without the event that says why it ended.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OmitFinish = Schema.TaggedStruct("OmitFinish", on)

/**
 * Schema for a `content-length` that is wrong by so many bytes: too long when positive, too short when negative.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ContentLength = Schema.TaggedStruct("ContentLength", { ...on, offset: Schema.Int })

/**
 * Schema for a body that is sent compressed. Together with `Cut` it is a gzip that is cut.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Gzip = Schema.TaggedStruct("Gzip", on)

/**
 * Schema for keep-alives between the events: one after every `every` of them, as a comment or as the protocol's ping.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KeepAlive = Schema.TaggedStruct("KeepAlive", {
  ...on,
  every: Schema.optionalKey(Ordinal),
  form: Schema.optionalKey(Schema.Literals(["comment", "ping"])),
  text: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[^\r\n]*$/)))
})

/**
 * Schema for another line ending than LF.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LineEnding = Schema.TaggedStruct("LineEnding", { ...on, ending: Schema.Literals(["crlf", "cr"]) })

/**
 * Schema for anything that goes wrong with a request. Faults combine, except that the first one which replaces the
 * response (`ProviderError`, `Status`, `Raw`) wins over the others of its kind.
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
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

/**
 * Finds the first fault of a kind.
 *
 * @category filtering
 * @since 0.1.0
 */
export const find = <Tag extends Fault["_tag"]>(
  faults: ReadonlyArray<Fault>,
  tag: Tag
): Extract<Fault, { readonly _tag: Tag }> | undefined =>
  faults.find((fault): fault is Extract<Fault, { readonly _tag: Tag }> => fault._tag === tag)

/**
 * Keeps the faults that apply to the request or use with this number.
 *
 * @category filtering
 * @since 0.1.0
 */
export const active = (faults: ReadonlyArray<Fault> | undefined, number: number): ReadonlyArray<Fault> =>
  (faults ?? []).filter((fault) => fault.on === undefined || fault.on.includes(number))
