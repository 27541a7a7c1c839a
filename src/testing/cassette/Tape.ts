/**
 * The contents of a cassette: the recorded exchanges, as JSON.
 */
import * as Schema from "effect/Schema"

/** Schema for bytes: text where they are valid UTF-8, so that people can read a cassette, and base64 otherwise. */
export const Bytes = Schema.Union([
  Schema.Struct({ text: Schema.String }),
  Schema.Struct({ base64: Schema.String })
])

/** Bytes as text or as base64. */
export type Bytes = typeof Bytes.Type

/** The time after the request, in milliseconds. */
const afterMs = Schema.Finite

/** Schema for a request without its secrets. */
export const Request = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.optionalKey(Bytes)
})

/** A request without its secrets. */
export type Request = typeof Request.Type

/** Schema for one chunk of a body, as the socket delivered it. */
const Chunk = Schema.Struct({ afterMs, bytes: Bytes })

/**
 * Schema for a failure: its description, and the errors that caused it, the outermost first. Network failures are
 * classified by the codes of these errors.
 */
export const Failure = Schema.Struct({
  description: Schema.optionalKey(Schema.String),
  causes: Schema.Array(Schema.Struct({
    name: Schema.String,
    message: Schema.String,
    code: Schema.optionalKey(Schema.String)
  }))
})

/** A failure. */
export type Failure = typeof Failure.Type

/** Schema for the end of a body: complete, failed, or not read any further by its consumer. */
export const Ending = Schema.Union([
  Schema.TaggedStruct("End", { afterMs }),
  Schema.TaggedStruct("Error", { afterMs, failure: Failure }),
  Schema.TaggedStruct("Cut", { afterMs })
])

/** The end of a body. */
export type Ending = typeof Ending.Type

/** Schema for a response: its head, the chunks of its body, and its end. */
export const RecordedResponse = Schema.TaggedStruct("Answered", {
  afterMs,
  status: Schema.Int,
  headers: Schema.Record(Schema.String, Schema.String),
  chunks: Schema.Array(Chunk),
  ending: Ending
})

/** A response. */
export type RecordedResponse = typeof RecordedResponse.Type

/** Schema for a failure without a response. */
export const RecordedFailure = Schema.TaggedStruct("Failed", {
  afterMs,
  reason: Schema.Literals(["TransportError", "EncodeError", "InvalidUrlError"]),
  failure: Failure
})

/** A failure without a response. */
export type RecordedFailure = typeof RecordedFailure.Type

/** Schema for the outcome of a request: a response, a failure, or an interruption before either. */
export const ExchangeOutcome = Schema.Union([
  RecordedResponse,
  RecordedFailure,
  Schema.TaggedStruct("Unanswered", { afterMs })
])

/** The outcome of a request. */
export type ExchangeOutcome = typeof ExchangeOutcome.Type

/** Schema for a request and its outcome. */
export const Exchange = Schema.Struct({
  /** The number of the request. Exchanges are stored in the order in which they ended. */
  index: Schema.optionalKey(Schema.Int),
  request: Request,
  outcome: ExchangeOutcome
})

/** A request and its outcome. */
export type Exchange = typeof Exchange.Type

/** Schema for a whole cassette. The version is that of the format. */
export const Tape = Schema.Struct({ version: Schema.Literal(1), exchanges: Schema.Array(Exchange) })

/** A whole cassette. */
export type Tape = typeof Tape.Type
