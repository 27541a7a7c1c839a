/**
 * What is asked of a model, in one shape for every provider.
 *
 * @since 0.1.0
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import type * as JsonSchema from "effect/JsonSchema"
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { ProviderFields } from "./ProviderFields.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * How hard a model shall think, and whether it shall tell.
 *
 * **Details**
 *
 * `effort` is the provider's own word (`none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`); `budgetTokens` is for
 * providers that count instead; `summary` asks for a summary of the reasoning.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReasoningOptions {
  readonly effort?: string | undefined
  readonly budgetTokens?: number | undefined
  readonly summary?: "auto" | "concise" | "detailed" | undefined
}

/**
 * The JSON that an answer shall be. `schema` is an Effect Schema or a JSON Schema; `strict` defaults to the provider's
 * default.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutputSchema {
  readonly schema: Schema.Constraint | JsonSchema.JsonSchema
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly strict?: boolean | undefined
}

/**
 * Hints for a provider's prompt cache.
 *
 * **Details**
 *
 * `key` groups requests that share a prefix, `ttl` is how long an entry lives (`5m`, `1h`, `24h`, as the provider knows
 * it), `auto` lets the provider place the breakpoints. A single part or message is marked as a breakpoint with
 * `options: { sluice: { cache: true } }` or `{ cache: { ttl: "1h" } }`.
 *
 * @category models
 * @since 0.1.0
 */
export interface PromptCacheHints {
  readonly key?: string | undefined
  readonly ttl?: string | undefined
  readonly auto?: boolean | undefined
}

/**
 * One request for a completion.
 *
 * **Details**
 *
 * `model` is `provider/model`, or the model's name alone where only one provider is there, or a `Model`. `prompt` and
 * `tools` are those of `effect/ai`. What a protocol has no word for is refused with an `InvalidRequestError` when leaving
 * it out would change the answer, and left out otherwise. `assemble: false` is for streams of which nobody wants the whole:
 * their text and reasoning are in the deltas alone, and neither in finished items nor in what an error carries, so that
 * memory does not grow with the answer; what a model has said in such items cannot be sent back to it. `providerOptions` has one record a provider id, whose fields go
 * into the request's body as they are, over everything else; those that are known are typed (`ProviderFields`). `headers`
 * are sent along.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompletionRequest {
  readonly model: string | Model
  readonly prompt: Prompt.Prompt
  readonly tools?: ReadonlyArray<Tool.Any> | undefined
  readonly toolChoice?: LanguageModel.ToolChoice<string> | undefined
  readonly parallelToolCalls?: boolean | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly topK?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly stop?: ReadonlyArray<string> | undefined
  readonly seed?: number | undefined
  readonly reasoning?: ReasoningOptions | undefined
  readonly text?: { readonly verbosity?: "low" | "medium" | "high" | undefined } | undefined
  readonly outputSchema?: OutputSchema | "json" | undefined
  readonly promptCache?: PromptCacheHints | undefined
  readonly user?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly assemble?: boolean | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  readonly providerOptions?: ProviderFields | undefined
}

/**
 * What `make` takes: the prompt may be text, messages as plain objects, or a `Prompt`; the tools may be a toolkit.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompletionRequestInput extends Omit<CompletionRequest, "prompt" | "tools"> {
  readonly prompt: Prompt.RawInput
  readonly tools?: ReadonlyArray<Tool.Any> | { readonly tools: Readonly<Record<string, Tool.Any>> } | undefined
}

const isToolArray = (
  tools: NonNullable<CompletionRequestInput["tools"]>
): tools is ReadonlyArray<Tool.Any> => Array.isArray(tools)

/**
 * Creates a request. Throws a `SchemaError` when the messages are not what `Prompt.make` takes, and a `TypeError` when the
 * prompt is nothing of the kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (input: CompletionRequestInput): CompletionRequest => {
  const { prompt: given, tools, ...rest } = input
  // `Prompt.make` lets through whatever is neither a text nor a list.
  const prompt = Prompt.make(given)
  if (!Prompt.isPrompt(prompt)) throw new TypeError("A prompt is a text, a list of messages, or a Prompt")
  return {
    ...rest,
    prompt,
    ...(tools === undefined ? {} : { tools: isToolArray(tools) ? tools : Object.values(tools.tools) })
  }
}
