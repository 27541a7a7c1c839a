/**
 * What is on a cassette: the exchanges, as they are stored in JSON.
 */
import * as Schema from "effect/Schema"

/**
 * Schema for bytes: as text where they are valid UTF-8, so that a person can read a cassette, else in base64.
 */
export const Bytes = Schema.Union([
  Schema.Struct({ text: Schema.String }),
  Schema.Struct({ base64: Schema.String })
])

export type Bytes = typeof Bytes.Type

const afterMs = Schema.Finite

/** Schema for the request, without its secrets. */
export const Request = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.optionalKey(Bytes)
})

export type Request = typeof Request.Type

/**
 * Schema for one piece of the body as the socket delivered it. All times count from the moment of the request.
 */
export const Chunk = Schema.Struct({ afterMs, bytes: Bytes })

export type Chunk = typeof Chunk.Type

/**
 * Schema for a failure: what was said of it, and the errors behind it, the outermost first, since a classification of
 * network failures looks at their codes.
 */
export const Failure = Schema.Struct({
  description: Schema.optionalKey(Schema.String),
  causes: Schema.Array(Schema.Struct({
    name: Schema.String,
    message: Schema.String,
    code: Schema.optionalKey(Schema.String)
  }))
})

export type Failure = typeof Failure.Type

/**
 * Schema for how a body ended: by itself, by a failure of the connection, or because its consumer stopped reading.
 */
export const Ending = Schema.Union([
  Schema.TaggedStruct("End", { afterMs }),
  Schema.TaggedStruct("Error", { afterMs, failure: Failure }),
  Schema.TaggedStruct("Cut", { afterMs })
])

export type Ending = typeof Ending.Type

/** Schema for an answer: its head, the chunks of its body and how that ended. */
export const Answered = Schema.TaggedStruct("Answered", {
  afterMs,
  status: Schema.Int,
  headers: Schema.Record(Schema.String, Schema.String),
  chunks: Schema.Array(Chunk),
  ending: Ending
})

export type Answered = typeof Answered.Type

/** Schema for a failure before any answer. */
export const Failed = Schema.TaggedStruct("Failed", {
  afterMs,
  reason: Schema.Literals(["TransportError", "EncodeError", "InvalidUrlError"]),
  failure: Failure
})

export type Failed = typeof Failed.Type

/** Schema for what came of a request: an answer, a failure before any, or nothing until its consumer gave up. */
export const Outcome = Schema.Union([Answered, Failed, Schema.TaggedStruct("Unanswered", { afterMs })])

export type Outcome = typeof Outcome.Type

/** Schema for a request and what came of it. */
export const Exchange = Schema.Struct({ request: Request, outcome: Outcome })

export type Exchange = typeof Exchange.Type

/** Schema for a whole cassette. The version is that of the format. */
export const Tape = Schema.Struct({ version: Schema.Literal(1), exchanges: Schema.Array(Exchange) })

export type Tape = typeof Tape.Type
