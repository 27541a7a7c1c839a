/**
 * A completion that a test scripts, independent of any provider: each wire protocol encodes it in its own way.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Chunking, Pace } from "./Delivery.ts"
import { Fault } from "./Fault.ts"
import { SimulatorQuirks } from "./SimulatorQuirks.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * Schema for the names of the wire protocols that the simulator implements.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProtocolId = Schema.Literals([
  "openai-chat",
  "openai-responses",
  "openai-completions",
  "anthropic-messages",
  "cohere",
  "ollama",
  "bedrock-converse",
  "gemini",
  "gemini-interactions"
])

/**
 * The name of a wire protocol that the simulator implements.
 *
 * @category models
 * @since 0.1.0
 */
export type ProtocolId = typeof ProtocolId.Type

/**
 * Schema for a source that a text refers to.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Citation = Schema.Struct({
  /** The address of the source. */
  url: Schema.String,
  /** The title of the source. */
  title: Schema.String,
  /** The cited passage of the source. The default is none. */
  citedText: Schema.optionalKey(Schema.String),
  /** Where the passage of the completion begins, in UTF-16 code units. The default is 0. */
  start: Schema.optionalKey(Count),
  /** Where the passage of the completion ends, in UTF-16 code units. The default depends on the protocol. */
  end: Schema.optionalKey(Count)
})

/**
 * A source that a text refers to.
 *
 * @category models
 * @since 0.1.0
 */
export type Citation = typeof Citation.Type

/**
 * Schema for a part of visible text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Text = Schema.TaggedStruct("Text", {
  /** The text, which is streamed word by word. The default is `deltas`, joined. */
  text: Schema.optionalKey(Schema.String),
  /** The exact deltas that are streamed. */
  deltas: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The sources of the text. The default is none. */
  citations: Schema.optionalKey(Schema.Array(Citation)),
  /** Repeats the deltas until this many bytes of text are sent, or for ever without `bytes`, to test back-pressure. */
  flood: Schema.optionalKey(Schema.Struct({
    /** How many bytes of text are sent. The default is no end. */
    bytes: Schema.optionalKey(Count)
  }))
})

/**
 * A part of visible text.
 *
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

/**
 * Schema for a part of reasoning. Each protocol sends the fields that it can express.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reasoning = Schema.TaggedStruct("Reasoning", {
  /** The reasoning itself, which is streamed word by word. */
  text: Schema.optionalKey(Schema.String),
  /** The exact deltas that are streamed. */
  deltas: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The summary, one string a part. Protocols without summaries send it as the reasoning where there is none. */
  summary: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The signature, for Anthropic and Google. Google sends it with the next part. The default is a generated one. */
  signature: Schema.optionalKey(Schema.String),
  /** The encrypted content of the Responses API, sent where the request includes `reasoning.encrypted_content`. */
  encrypted: Schema.optionalKey(Schema.String),
  /** The data of redacted reasoning, for Anthropic. It replaces the text. */
  redacted: Schema.optionalKey(Schema.String)
})

/**
 * A part of reasoning.
 *
 * @category models
 * @since 0.1.0
 */
export type Reasoning = typeof Reasoning.Type

/**
 * Schema for a call of a tool that the client runs.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolCall = Schema.TaggedStruct("ToolCall", {
  /** The id of the call. The default is a generated one, in the protocols that have ids. */
  id: Schema.optionalKey(Schema.String),
  /** The name of the tool. */
  name: Schema.String,
  /** The arguments, which are encoded as JSON. The default is `{}`. */
  arguments: Schema.optionalKey(Schema.Json),
  /** The arguments as text, valid JSON or not. It wins over `arguments`. */
  rawArguments: Schema.optionalKey(Schema.String),
  /** The exact deltas of the arguments. They win over `arguments` and `rawArguments`. */
  deltas: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * A call of a tool that the client runs.
 *
 * @category models
 * @since 0.1.0
 */
export type ToolCall = typeof ToolCall.Type

/**
 * Schema for a refusal: the model declines.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Refusal = Schema.TaggedStruct("Refusal", {
  /** The model's explanation. */
  text: Schema.String
})

/**
 * A refusal: the model declines.
 *
 * @category models
 * @since 0.1.0
 */
export type Refusal = typeof Refusal.Type

/**
 * Schema for a web search that the provider runs. Chat Completions cannot express it and omits it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WebSearch = Schema.TaggedStruct("WebSearch", {
  /** The id of the search. The default is a generated one. */
  id: Schema.optionalKey(Schema.String),
  /** The query. */
  query: Schema.String,
  /** The results. The default is none. */
  results: Schema.optionalKey(Schema.Array(Schema.Struct({
    /** The address of the page. */
    url: Schema.String,
    /** The title of the page. */
    title: Schema.String
  })))
})

/**
 * A web search that the provider runs.
 *
 * @category models
 * @since 0.1.0
 */
export type WebSearch = typeof WebSearch.Type

/**
 * Schema for one part of a completion.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Part = Schema.Union([Text, Reasoning, ToolCall, Refusal, WebSearch])

/**
 * One part of a completion.
 *
 * @category models
 * @since 0.1.0
 */
export type Part = typeof Part.Type

/**
 * Schema for usage, in tokens. Each protocol converts it to its own way of counting.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Usage = Schema.Struct({
  /** All input tokens, cached and newly cached ones included. */
  input: Count,
  /** All output tokens, reasoning included. */
  output: Count,
  /** The input tokens that were read from the cache. The default is 0. */
  cached: Schema.optionalKey(Count),
  /** The input tokens that were written to the cache. The default is 0. */
  cacheWrite: Schema.optionalKey(Count),
  /** The output tokens of reasoning. The default is 0. */
  reasoning: Schema.optionalKey(Count)
})

/**
 * Usage, in tokens.
 *
 * @category models
 * @since 0.1.0
 */
export type Usage = typeof Usage.Type

/**
 * Schema for the finish reason: a neutral one, or the provider's own value as `{ "raw": "…" }`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Finish = Schema.Union([
  Schema.Literals(["stop", "length", "tool-calls", "content-filter", "error", "other"]),
  Schema.Struct({
    /** The provider's own value. */
    raw: Schema.String
  })
])

/**
 * The finish reason.
 *
 * @category models
 * @since 0.1.0
 */
export type Finish = typeof Finish.Type

/**
 * Schema for one rate limit of a provider.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimit = Schema.Struct({
  /** The limit of the current window. */
  limit: Count,
  /** What is left of the limit. */
  remaining: Count,
  /** The time until the limit is reset, in milliseconds. */
  resetMillis: Count
})

/**
 * Schema for the rate limits that every protocol writes as its own response headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimits = Schema.Struct({
  /** The limit of requests. The default is no header. */
  requests: Schema.optionalKey(RateLimit),
  /** The limit of tokens. The default is no header. */
  tokens: Schema.optionalKey(RateLimit)
})

/**
 * The rate limits that a response reports.
 *
 * @category models
 * @since 0.1.0
 */
export type RateLimits = typeof RateLimits.Type

/**
 * Schema for the requests that a scripted completion is for. Every field that is set has to match.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Match = Schema.Struct({
  /** The protocol of the request. The default is any. */
  protocol: Schema.optionalKey(ProtocolId),
  /** The requested model. The default is any. */
  model: Schema.optionalKey(Schema.String),
  /** A text that the prompt contains. The default is any. */
  contains: Schema.optionalKey(Schema.String),
  /** Whether the request asks for a stream. The default is both. */
  stream: Schema.optionalKey(Schema.Boolean)
})

/**
 * The requests that a scripted completion is for.
 *
 * @category models
 * @since 0.1.0
 */
export type Match = typeof Match.Type

/**
 * Schema for another model that goes on where the requested one declines, at Anthropic.
 *
 * @category schemas
 * @since 0.2.0
 */
export const Fallback = Schema.Struct({
  /** The model that goes on. */
  to: Schema.String,
  /** How many of the parts the requested model had made; a whole body has none of them. The default is 0. */
  after: Schema.optionalKey(Count)
})

/**
 * Another model that goes on where the requested one declines.
 *
 * @category models
 * @since 0.2.0
 */
export type Fallback = typeof Fallback.Type

/**
 * Schema for a scripted completion and its delivery. One without `parts` and `finish` delivers the default completion.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScriptedCompletion = Schema.Struct({
  /** The requests that the completion is for. The default is all for which no other completion is scripted. */
  when: Schema.optionalKey(Match),
  /** What the model produces, in order. The default is nothing. */
  parts: Schema.optionalKey(Schema.Array(Part)),
  /** Another model that goes on. The default is none. Only the Messages API can express it. */
  fallback: Schema.optionalKey(Fallback),
  /** The usage. The default is an estimate. */
  usage: Schema.optionalKey(Usage),
  /** The finish reason. The default is `tool-calls` where there is a tool call, else `stop`. */
  finish: Schema.optionalKey(Finish),
  /** The model that the response names. The default is the requested one. */
  model: Schema.optionalKey(Schema.String),
  /** The id of the response. The default is a generated one. */
  responseId: Schema.optionalKey(Schema.String),
  /** Response headers in addition to the protocol's and the scenario's. */
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** The rate limits to report in the headers. The default is none. */
  rateLimits: Schema.optionalKey(RateLimits),
  /** The pace. The default is the scenario's. */
  pace: Schema.optionalKey(Pace),
  /** The sizes of the chunks. The default is the scenario's. */
  chunking: Schema.optionalKey(Chunking),
  /** The quirks, which win over the scenario's. */
  quirks: Schema.optionalKey(SimulatorQuirks),
  /** The faults. Their `on` counts the uses of this completion, from 1. The default is none. */
  faults: Schema.optionalKey(Schema.Array(Fault))
})

/**
 * A scripted completion and its delivery.
 *
 * @category models
 * @since 0.1.0
 */
export type ScriptedCompletion = typeof ScriptedCompletion.Type
