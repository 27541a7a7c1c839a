/**
 * The differences between the dialects of a protocol, as switches.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for a dialect. Everything left out is what OpenAI and Anthropic themselves do.
 *
 * **Details**
 *
 * `usage`, `finishTwice`, `wholeToolCalls`, `toolIndex`, `toolIds` and `reasoningField` are Chat Completions';
 * `obfuscation` belongs to both OpenAI protocols; `doneMarker` and `flatErrors` to the Responses API;
 * `usageInDelta` to Anthropic's; `toolPlan` to Cohere's; `interleaveToolCalls` to all that send calls in pieces. Cohere's
 * and Ollama's protocols know `wholeToolCalls` and `toolIds: "missing"`, text completions and Ollama's know `usage`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Quirks = Schema.Struct({
  /** Where usage is sent: not at all, with the finish reason, in a chunk without choices, or in every chunk. */
  usage: Schema.optionalKey(Schema.Literals(["none", "finish", "separate", "every"])),
  /** Sends the chunk with the finish reason again. */
  finishTwice: Schema.optionalKey(Schema.Boolean),
  /** Sends each tool call whole, in one delta. */
  wholeToolCalls: Schema.optionalKey(Schema.Boolean),
  /** Leaves the index of tool calls out, or gives all of them index 0. */
  toolIndex: Schema.optionalKey(Schema.Literals(["counted", "missing", "reused"])),
  /** Leaves the ids of tool calls out, sends them empty, or repeats them in every delta. */
  toolIds: Schema.optionalKey(Schema.Literals(["first", "missing", "empty", "every"])),
  /** Mixes the deltas of neighbouring tool calls. */
  interleaveToolCalls: Schema.optionalKey(Schema.Boolean),
  /** Names the field that reasoning is sent in; `both` sends the same text twice, as some gateways do. */
  reasoningField: Schema.optionalKey(
    Schema.Literals(["reasoning_content", "reasoning", "reasoning_text", "reasoning_details", "both"])
  ),
  /** Pads every delta, so that its length says nothing. */
  obfuscation: Schema.optionalKey(Schema.Boolean),
  /** Ends a Responses stream with `[DONE]`, as some compatible servers do. */
  doneMarker: Schema.optionalKey(Schema.Boolean),
  /** Sends the `error` event of the Responses API in its documented, flat form, and no `response.failed` after it. */
  flatErrors: Schema.optionalKey(Schema.Boolean),
  /** Sends Cohere's reasoning as the plan for the tools, and not as thinking. */
  toolPlan: Schema.optionalKey(Schema.Boolean),
  /** Repeats the input and cache counts in Anthropic's `message_delta`. */
  usageInDelta: Schema.optionalKey(Schema.Boolean)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Quirks = typeof Quirks.Type
