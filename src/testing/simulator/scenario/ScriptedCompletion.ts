/**
 * What a scripted model says, in words that belong to no provider: each wire protocol writes the same answer its own way.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Chunking, Pace } from "./Delivery.ts"
import { Fault } from "./Fault.ts"
import { SimulatorQuirks } from "./SimulatorQuirks.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * Schema for the names of the wire protocols that the simulator speaks.
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
  "gemini"
])

/**
 * @category models
 * @since 0.1.0
 */
export type ProtocolId = typeof ProtocolId.Type

/**
 * Schema for a source that a piece of text refers to.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Citation = Schema.Struct({
  url: Schema.String,
  title: Schema.String,
  citedText: Schema.optionalKey(Schema.String),
  start: Schema.optionalKey(Count),
  end: Schema.optionalKey(Count)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Citation = typeof Citation.Type

/**
 * Schema for a piece of visible text.
 *
 * **Details**
 *
 * `deltas` says exactly how it is cut into events; without it, a delta is a word. `flood` repeats the deltas until so many
 * bytes of text were sent (for ever without `bytes`), for tests of back-pressure.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Text = Schema.TaggedStruct("Text", {
  text: Schema.optionalKey(Schema.String),
  deltas: Schema.optionalKey(Schema.Array(Schema.String)),
  citations: Schema.optionalKey(Schema.Array(Citation)),
  flood: Schema.optionalKey(Schema.Struct({ bytes: Schema.optionalKey(Count) }))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

/**
 * Schema for a piece of reasoning.
 *
 * **Details**
 *
 * `text` is the reasoning itself, `summary` what the provider tells about it, one string a part. Each protocol sends what
 * it can carry. `signature` is Anthropic's, and Google's, which sends it with the part that comes next; `redacted` is
 * Anthropic's; `encrypted` is the Responses API's, which sends it only when the request includes
 * `reasoning.encrypted_content`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reasoning = Schema.TaggedStruct("Reasoning", {
  text: Schema.optionalKey(Schema.String),
  deltas: Schema.optionalKey(Schema.Array(Schema.String)),
  summary: Schema.optionalKey(Schema.Array(Schema.String)),
  signature: Schema.optionalKey(Schema.String),
  encrypted: Schema.optionalKey(Schema.String),
  redacted: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Reasoning = typeof Reasoning.Type

/**
 * Schema for the call of a tool that the client runs.
 *
 * **Details**
 *
 * `rawArguments` is sent as it is, valid JSON or not; otherwise `arguments` is written as JSON. `deltas` says how the
 * written arguments are cut, and wins over both.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolCall = Schema.TaggedStruct("ToolCall", {
  id: Schema.optionalKey(Schema.String),
  name: Schema.String,
  arguments: Schema.optionalKey(Schema.Json),
  rawArguments: Schema.optionalKey(Schema.String),
  deltas: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * @category models
 * @since 0.1.0
 */
export type ToolCall = typeof ToolCall.Type

/**
 * Schema for the model's refusal to answer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Refusal = Schema.TaggedStruct("Refusal", { text: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type Refusal = typeof Refusal.Type

/**
 * Schema for a web search that the provider ran by itself. Chat Completions has no form for it and leaves it out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WebSearch = Schema.TaggedStruct("WebSearch", {
  id: Schema.optionalKey(Schema.String),
  query: Schema.String,
  results: Schema.optionalKey(Schema.Array(Schema.Struct({ url: Schema.String, title: Schema.String })))
})

/**
 * @category models
 * @since 0.1.0
 */
export type WebSearch = typeof WebSearch.Type

/**
 * Schema for one part of an answer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Part = Schema.Union([Text, Reasoning, ToolCall, Refusal, WebSearch])

/**
 * @category models
 * @since 0.1.0
 */
export type Part = typeof Part.Type

/**
 * Schema for what an answer cost. `input` counts everything that was read, cached and newly cached tokens included, and
 * `output` everything that was written, reasoning included; each protocol converts to its own way of counting.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Usage = Schema.Struct({
  input: Count,
  output: Count,
  cached: Schema.optionalKey(Count),
  cacheWrite: Schema.optionalKey(Count),
  reasoning: Schema.optionalKey(Count)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Usage = typeof Usage.Type

/**
 * Schema for why an answer ended: a neutral reason, or the provider's own word as `{ "raw": "…" }`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Finish = Schema.Union([
  Schema.Literals(["stop", "length", "tool-calls", "content-filter", "error", "other"]),
  Schema.Struct({ raw: Schema.String })
])

/**
 * @category models
 * @since 0.1.0
 */
export type Finish = typeof Finish.Type

/**
 * Schema for one budget that a provider tells about in its response headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Budget = Schema.Struct({ limit: Count, remaining: Count, resetMillis: Count })

/**
 * Schema for the budgets that every protocol writes as its own rate-limit headers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimits = Schema.Struct({
  requests: Schema.optionalKey(Budget),
  tokens: Schema.optionalKey(Budget)
})

/**
 * @category models
 * @since 0.1.0
 */
export type RateLimits = typeof RateLimits.Type

/**
 * Schema for the requests that an answer is meant for. Every given field has to match.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Match = Schema.Struct({
  protocol: Schema.optionalKey(ProtocolId),
  model: Schema.optionalKey(Schema.String),
  contains: Schema.optionalKey(Schema.String),
  stream: Schema.optionalKey(Schema.Boolean)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Match = typeof Match.Type

/**
 * Schema for one scripted answer and for how it is delivered.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScriptedCompletion = Schema.Struct({
  when: Schema.optionalKey(Match),
  parts: Schema.optionalKey(Schema.Array(Part)),
  usage: Schema.optionalKey(Usage),
  finish: Schema.optionalKey(Finish),
  model: Schema.optionalKey(Schema.String),
  responseId: Schema.optionalKey(Schema.String),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  rateLimits: Schema.optionalKey(RateLimits),
  pace: Schema.optionalKey(Pace),
  chunking: Schema.optionalKey(Chunking),
  quirks: Schema.optionalKey(SimulatorQuirks),
  faults: Schema.optionalKey(Schema.Array(Fault))
})

/**
 * @category models
 * @since 0.1.0
 */
export type ScriptedCompletion = typeof ScriptedCompletion.Type
