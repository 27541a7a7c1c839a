/**
 * The items of a completion: what `OutputItemDone` carries, and what `Replay.toPrompt` sends back to the model.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The source of a piece of text.
 *
 * @category models
 * @since 0.1.0
 */
export class Citation extends Schema.Opaque<Citation>()(Schema.Struct({
  /** The address of the source. */
  url: Schema.optionalKey(Schema.String),
  /** The title of the source. */
  title: Schema.optionalKey(Schema.String),
  /** The text of the source that is cited. */
  citedText: Schema.optionalKey(Schema.String),
  /** Where the cited text begins in the text part that the citation belongs to, in characters. */
  startIndex: Schema.optionalKey(Schema.Finite),
  /** Where the cited text ends in the text part that the citation belongs to, in characters; exclusive. */
  endIndex: Schema.optionalKey(Schema.Finite),
  /** The provider's own object, unchanged. */
  native: Schema.Json
})) {}

/**
 * A token that the model could have written, with its probability.
 *
 * @category models
 * @since 0.2.0
 */
export class TopLogprob extends Schema.Opaque<TopLogprob>()(Schema.Struct({
  /** The token. */
  token: Schema.String,
  /** The natural logarithm of the token's probability. */
  logprob: Schema.Finite,
  /** The token in UTF-8: it may be a part of a character. Absent where the provider sends none. */
  bytes: Schema.optionalKey(Schema.Array(Schema.Int))
})) {}

/**
 * A token that the model wrote, with its probability and the likeliest other ones.
 *
 * @category models
 * @since 0.2.0
 */
export class TokenLogprob extends Schema.Opaque<TokenLogprob>()(Schema.Struct({
  ...TopLogprob.fields,
  /** The likeliest tokens at this position, the likeliest first; empty where none were requested. */
  top: Schema.Array(TopLogprob)
})) {}

/**
 * Visible text with its citations.
 *
 * @category models
 * @since 0.1.0
 */
export class OutputText extends Schema.Opaque<OutputText>()(Schema.TaggedStruct("OutputText", {
  /** The text. */
  text: Schema.String,
  /** The sources of the text, in the order in which they came; empty where there are none. */
  citations: Schema.Array(Citation),
  /** The tokens of the text with their probabilities. Absent where the request asked for none. */
  logprobs: Schema.optionalKey(Schema.Array(TokenLogprob))
})) {}

/**
 * The text of a refusal.
 *
 * @category models
 * @since 0.1.0
 */
export class Refusal extends Schema.Opaque<Refusal>()(Schema.TaggedStruct("Refusal", {
  /** The text with which the model declines. */
  refusal: Schema.String
})) {}

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
export type MessageContent = OutputText | Refusal

const origin = {
  /** The protocol that the item came over. Opaque fields are sent back only over the same one. */
  protocol: Schema.optionalKey(Schema.String),
  /** The provider's own object, kept where sending the item back takes more than the other fields. */
  native: Schema.optionalKey(Schema.Json)
}

/**
 * A message to the user.
 *
 * @category models
 * @since 0.1.0
 */
export class Message extends Schema.Opaque<Message>()(Schema.TaggedStruct("Message", {
  /** The provider's id of the message. */
  id: Schema.optionalKey(Schema.String),
  /** The provider's name of the phase, where it distinguishes comments from the final message. */
  phase: Schema.optionalKey(Schema.String),
  /** The parts of the message, in order. */
  content: Schema.Array(MessageContent),
  ...origin
})) {}

/**
 * The model's reasoning.
 *
 * **Details**
 *
 * `signature`, `encryptedContent` and `redacted` are opaque: providers require them back, unchanged, with the next
 * request.
 *
 * @category models
 * @since 0.1.0
 */
export class Reasoning extends Schema.Opaque<Reasoning>()(Schema.TaggedStruct("Reasoning", {
  /** The provider's id of the reasoning. */
  id: Schema.optionalKey(Schema.String),
  /** The raw reasoning, part by part; empty where the provider does not send it. */
  content: Schema.Array(Schema.String),
  /** The provider's summaries of the reasoning, part by part; empty where there are none. */
  summary: Schema.Array(Schema.String),
  /** The signature of the reasoning (Anthropic, Google, Amazon). */
  signature: Schema.optionalKey(Schema.String),
  /** The encrypted reasoning (Responses API). */
  encryptedContent: Schema.optionalKey(Schema.String),
  /** The encrypted data of a `redacted_thinking` block (Anthropic). */
  redacted: Schema.optionalKey(Schema.String),
  /** The id of the provider, where the reasoning has an id or opaque fields, which no other provider accepts. */
  provider: Schema.optionalKey(Schema.String),
  ...origin
})) {}

/**
 * A whole call of one of the caller's tools, which is safe to run.
 *
 * @category models
 * @since 0.1.0
 */
export class ToolCall extends Schema.Opaque<ToolCall>()(Schema.TaggedStruct("ToolCall", {
  /** The id that the tool's result refers to. */
  id: Schema.String,
  /** The name of the tool. */
  name: Schema.String,
  /** The provider's id of the item, where it differs from `id`. */
  itemId: Schema.optionalKey(Schema.String),
  /** The arguments, as JSON. They are not checked against the tool's parameters. */
  arguments: Schema.Json,
  /**
   * The arguments as the provider sent them, where `arguments` was restored from them: the provider does not accept the
   * tool's schema, and got another one.
   */
  argumentsSent: Schema.optionalKey(Schema.Json),
  ...origin
})) {}

/**
 * A whole call of a free-form tool, whose input is text and not JSON (Responses `custom_tool_call`).
 *
 * @category models
 * @since 0.1.0
 */
export class CustomToolCall extends Schema.Opaque<CustomToolCall>()(Schema.TaggedStruct("CustomToolCall", {
  /** The id that the tool's result refers to. */
  id: Schema.String,
  /** The name of the tool. */
  name: Schema.String,
  /** The input text. */
  input: Schema.String,
  ...origin
})) {}

/**
 * A tool call that must not be run, because its arguments are not JSON, or nothing proves them whole.
 *
 * @category models
 * @since 0.1.0
 */
export class InvalidToolCall extends Schema.Opaque<InvalidToolCall>()(Schema.TaggedStruct("InvalidToolCall", {
  /** The id of the tool call. */
  id: Schema.String,
  /** The name of the tool. */
  name: Schema.String,
  /** The arguments as they arrived. */
  argumentsRaw: Schema.String,
  /**
   * What went wrong: the arguments ended early, as at a token limit, or may have (`cut`), or the model wrote something
   * else (`malformed`).
   */
  reason: Schema.Literals(["cut", "malformed"])
})) {}

/**
 * A tool that the provider runs by itself, such as a web search, code execution or an MCP call, or its result.
 *
 * @category models
 * @since 0.1.0
 */
export class ServerToolCall extends Schema.Opaque<ServerToolCall>()(Schema.TaggedStruct("ServerToolCall", {
  /** The provider's id of the call. */
  id: Schema.optionalKey(Schema.String),
  /** The provider's name of the kind of item, such as `web_search_call`. */
  type: Schema.String,
  /** The name of the tool. */
  name: Schema.optionalKey(Schema.String),
  /** The provider's status of the call, such as `completed`. */
  status: Schema.optionalKey(Schema.String),
  /** The protocol that the item came over. It is sent back only over the same one. */
  protocol: Schema.optionalKey(Schema.String),
  /** The provider's own object, unchanged. */
  native: Schema.Json
})) {}

/**
 * A file that the model made, such as an image or a piece of speech. It has `data` or `url`.
 *
 * **Details**
 *
 * Speech comes in many pieces, each of which is a file of raw samples.
 *
 * @category models
 * @since 0.1.0
 */
export class File extends Schema.Opaque<File>()(Schema.TaggedStruct("File", {
  /** The provider's id of the file. */
  id: Schema.optionalKey(Schema.String),
  /** The media type, such as `image/png`. */
  mediaType: Schema.String,
  /** The bytes in base64. */
  data: Schema.optionalKey(Schema.String),
  /** The address at which the provider keeps the file. */
  url: Schema.optionalKey(Schema.String),
  ...origin
})) {}

/**
 * An item of a kind that this version does not know.
 *
 * @category models
 * @since 0.1.0
 */
export class UnknownItem extends Schema.Opaque<UnknownItem>()(Schema.TaggedStruct("UnknownItem", {
  /** The provider's name of the kind of item. */
  type: Schema.String,
  /** The protocol that the item came over. It is sent back only over the same one. */
  protocol: Schema.optionalKey(Schema.String),
  /** The provider's own object, unchanged. */
  native: Schema.Json
})) {}

/**
 * Schema for one item of a completion.
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
 * One item of a completion.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseItem =
  | Message
  | Reasoning
  | ToolCall
  | CustomToolCall
  | InvalidToolCall
  | ServerToolCall
  | File
  | UnknownItem
