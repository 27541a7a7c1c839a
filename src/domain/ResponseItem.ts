/**
 * The assembled pieces of an answer: what `OutputItemDone` carries and what the next prompt can replay.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for where a piece of text comes from.
 *
 * **Details**
 *
 * `startIndex` and `endIndex` count characters of the text part that the citation belongs to, where the provider says
 * so. `native` is the provider's own object, whole.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Citation = Schema.Struct({
  url: Schema.optionalKey(Schema.String),
  title: Schema.optionalKey(Schema.String),
  citedText: Schema.optionalKey(Schema.String),
  startIndex: Schema.optionalKey(Schema.Finite),
  endIndex: Schema.optionalKey(Schema.Finite),
  native: Schema.Json
})

/**
 * Where a piece of text comes from.
 *
 * @category models
 * @since 0.1.0
 */
export type Citation = typeof Citation.Type

/**
 * Schema for visible text with its citations.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutputText = Schema.TaggedStruct("OutputText", {
  text: Schema.String,
  citations: Schema.Array(Citation)
})

/**
 * Schema for the text of a refusal.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Refusal = Schema.TaggedStruct("Refusal", { refusal: Schema.String })

/**
 * Schema for one part of a message.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageContent = Schema.Union([OutputText, Refusal])

/**
 * One part of a message.
 *
 * @category models
 * @since 0.1.0
 */
export type MessageContent = typeof MessageContent.Type

const origin = {
  /** The protocol that the item came over: opaque fields are replayed only over the same one. */
  protocol: Schema.optionalKey(Schema.String),
  /** The provider's own object, kept where a replay needs more than the other fields. */
  native: Schema.optionalKey(Schema.Json)
}

/**
 * Schema for a message to the reader. `phase` tells a comment on the way from the final answer, where the provider says.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Message = Schema.TaggedStruct("Message", {
  id: Schema.optionalKey(Schema.String),
  phase: Schema.optionalKey(Schema.String),
  content: Schema.Array(MessageContent),
  ...origin
})

/**
 * Schema for the model's reasoning.
 *
 * **Details**
 *
 * `content` is raw reasoning, `summary` the provider's summaries, part by part. `signature` (Anthropic),
 * `encryptedContent` (Responses) and `redacted` (Anthropic's `redacted_thinking`) are opaque: the provider wants them
 * back unchanged with the next request.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reasoning = Schema.TaggedStruct("Reasoning", {
  id: Schema.optionalKey(Schema.String),
  content: Schema.Array(Schema.String),
  summary: Schema.Array(Schema.String),
  signature: Schema.optionalKey(Schema.String),
  encryptedContent: Schema.optionalKey(Schema.String),
  redacted: Schema.optionalKey(Schema.String),
  ...origin
})

/**
 * Schema for a complete call of one of the caller's tools: safe to run.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolCall = Schema.TaggedStruct("ToolCall", {
  id: Schema.String,
  name: Schema.String,
  itemId: Schema.optionalKey(Schema.String),
  arguments: Schema.Json,
  ...origin
})

/**
 * Schema for a complete call of a free-form tool, whose input is text and not JSON (Responses `custom_tool_call`).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CustomToolCall = Schema.TaggedStruct("CustomToolCall", {
  id: Schema.String,
  name: Schema.String,
  input: Schema.String,
  ...origin
})

/**
 * Schema for a tool call that must not be run: its arguments are not JSON, because a limit cut them off
 * (`reason: "cut"`) or because the model wrote them so (`reason: "malformed"`).
 *
 * @category schemas
 * @since 0.1.0
 */
export const InvalidToolCall = Schema.TaggedStruct("InvalidToolCall", {
  id: Schema.String,
  name: Schema.String,
  argumentsRaw: Schema.String,
  reason: Schema.Literals(["cut", "malformed"])
})

/**
 * Schema for a tool that the provider ran itself: a web search, a code execution, an MCP call, …, or its result.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServerToolCall = Schema.TaggedStruct("ServerToolCall", {
  id: Schema.optionalKey(Schema.String),
  type: Schema.String,
  name: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.String),
  protocol: Schema.optionalKey(Schema.String),
  native: Schema.Json
})

/**
 * Schema for a file that the model made: an image, a piece of speech, ….
 *
 * **Details**
 *
 * `data` is its bytes in base64, `url` where the provider keeps it: one of them is there. Speech comes in many pieces, each
 * a file of raw samples as `mediaType` says.
 *
 * @category schemas
 * @since 0.1.0
 */
export const File = Schema.TaggedStruct("File", {
  id: Schema.optionalKey(Schema.String),
  mediaType: Schema.String,
  data: Schema.optionalKey(Schema.String),
  url: Schema.optionalKey(Schema.String),
  ...origin
})

/**
 * Schema for an item of a kind this version does not know, kept whole.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnknownItem = Schema.TaggedStruct("UnknownItem", {
  type: Schema.String,
  protocol: Schema.optionalKey(Schema.String),
  native: Schema.Json
})

/**
 * Schema for one assembled piece of an answer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResponseItem = Schema.Union([
  Message,
  Reasoning,
  ToolCall,
  CustomToolCall,
  InvalidToolCall,
  ServerToolCall,
  File,
  UnknownItem
]).pipe(Schema.toTaggedUnion("_tag"))

/**
 * One assembled piece of an answer.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseItem = typeof ResponseItem.Type

/**
 * A complete call of one of the caller's tools.
 *
 * @category models
 * @since 0.1.0
 */
export type ToolCall = typeof ToolCall.Type
