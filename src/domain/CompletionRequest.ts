/**
 * Requests for a completion, in one shape for every provider.
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
import type { RetrySettings } from "./RetrySettings.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * How much a model reasons before it writes, and whether it reports its reasoning.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReasoningOptions {
  /**
   * The effort, in the provider's own vocabulary: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. Default:
   * the model's.
   */
  readonly effort?: string | undefined
  /** The most tokens the model may spend on reasoning, for providers that count tokens. Default: the model's. */
  readonly budgetTokens?: number | undefined
  /** The length of the summary of the reasoning. Default: no summary is requested. */
  readonly summary?: "auto" | "concise" | "detailed" | undefined
}

/**
 * The JSON schema that the text of a completion follows.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutputSchema {
  /** The schema: an Effect Schema, which is sent as its JSON Schema, or a JSON Schema. */
  readonly schema: Schema.Constraint | JsonSchema.JsonSchema
  /** The name of the schema, which models see. Default: `output` or `response`, as the protocol has it. */
  readonly name?: string | undefined
  /** What the output is for, which models see. Default: none. */
  readonly description?: string | undefined
  /** Whether the provider enforces the schema while the model writes. Default: the provider's. */
  readonly strict?: boolean | undefined
  /** How the schema is requested. Default: as the provider and the model take it best. */
  readonly form?: OutputForm | undefined
}

/**
 * How an output that follows a schema is requested: the protocol's own field for a schema (`schema`); the parameters of
 * a tool that the model must call, whose call is then the text of the completion (`tool`); the protocol's JSON mode,
 * with the schema in the prompt (`json`); or the prompt alone (`prompt`).
 *
 * @category models
 * @since 0.2.0
 */
export type OutputForm = "schema" | "tool" | "json" | "prompt"

/**
 * Hints for a provider's prompt cache.
 *
 * **Details**
 *
 * A single part or message is marked as a breakpoint with `options: { sluice: { cache: true } }`, or with
 * `{ cache: { ttl: "1h" } }`.
 *
 * @category models
 * @since 0.1.0
 */
export interface PromptCacheHints {
  /** A name for requests that share a prefix: they are routed to the same cache. Default: none. */
  readonly key?: string | undefined
  /** How long an entry lives, as the provider spells it (`5m`, `1h`, `24h`). Default: the provider's. */
  readonly ttl?: string | undefined
  /** Whether the provider places the breakpoints by itself. Default `false`. */
  readonly auto?: boolean | undefined
}

/**
 * One request for a completion.
 *
 * **Details**
 *
 * A field that the protocol cannot express fails with an `InvalidRequestError` where leaving it out would change the
 * completion, and is left out otherwise. Nothing is sent for an invalid request.
 *
 * **Example** (A request with limits and provider fields)
 *
 * ```ts
 * import { ChatModel, type CompletionRequest } from "sluice"
 *
 * const request: CompletionRequest.CompletionRequestInput = {
 *   model: "openai/gpt-5.4-mini",
 *   prompt: "Name three rivers of Europe.",
 *   maxOutputTokens: 200,
 *   reasoning: { effort: "low" },
 *   providerOptions: { openai: { service_tier: "flex" } }
 * }
 *
 * export const program = ChatModel.complete(request)
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface CompletionRequest {
  /**
   * The model: `provider/model` (with the id or an alias of the provider), the model's name alone where only one
   * provider is configured, or a `Model`. An unknown one fails with a `ConfigurationError`.
   */
  readonly model: string | Model
  /** The conversation, as a `Prompt` of `effect/ai`. */
  readonly prompt: Prompt.Prompt
  /**
   * What happens to a prompt that no provider accepts, such as a tool call without its result. `check` fails with an
   * `InvalidRequestError` that names the tool call. `repair` adds a result that says that the tool was not run, leaves
   * out results without a call and second results, moves results to their calls, and ends a prompt with a user message
   * for models that continue no assistant message; each with a warning. Default `check`.
   */
  readonly history?: "check" | "repair" | undefined
  /**
   * What happens to reasoning in the prompt that another provider made, which none but that one accepts back: it is
   * left out (`drop`), or its text goes into the assistant message, between `<reasoning>` tags (`text`); with a
   * warning. Default `drop`.
   */
  readonly foreignReasoning?: "drop" | "text" | undefined
  /** The tools that the model may call, as those of `effect/ai`. Default: none. */
  readonly tools?: ReadonlyArray<Tool.Any> | undefined
  /**
   * Whether the model may, must or must not call tools, or which one it calls. Default `auto`: the model decides. Fails
   * with an `InvalidRequestError` where the provider cannot express the choice.
   */
  readonly toolChoice?: LanguageModel.ToolChoice<string> | undefined
  /**
   * Whether the model may call several tools in one step. Default: the provider's. `false` fails with an
   * `InvalidRequestError` where the provider has no field for it.
   */
  readonly parallelToolCalls?: boolean | undefined
  /** How random the sampling is, mostly 0 to 2. Default: the model's. Left out for models that take none. */
  readonly temperature?: number | undefined
  /**
   * The share of the probability mass to sample from, 0 to 1. Default: the model's. Left out for models that take none.
   */
  readonly topP?: number | undefined
  /** The number of most probable tokens to sample from. Default: the model's. Left out where the protocol has none. */
  readonly topK?: number | undefined
  /**
   * The most tokens the model writes, its reasoning included; the finish reason is `length` when they run out. Default:
   * the model's, and 4096 over Anthropic's protocol, which requires a limit.
   */
  readonly maxOutputTokens?: number | undefined
  /**
   * Texts at which the model stops; they are not part of the completion. Default: none. Fails with an
   * `InvalidRequestError` where the protocol has none, as the Responses API.
   */
  readonly stop?: ReadonlyArray<string> | undefined
  /** The seed of the sampling, for output that can be repeated. Default: none. */
  readonly seed?: number | undefined
  /** How much the model reasons. Default: the model's own way. */
  readonly reasoning?: ReasoningOptions | undefined
  /** The style of the text. Default: the model's. */
  readonly text?: {
    /** How much the model writes. Default: the model's, mostly `medium`. */
    readonly verbosity?: "low" | "medium" | "high" | undefined
  } | undefined
  /**
   * The schema that the text follows, or `json` for any JSON. Default: free text. `json` fails with an
   * `InvalidRequestError` over the protocols of Anthropic and Amazon, which require a schema.
   */
  readonly outputSchema?: OutputSchema | "json" | undefined
  /** Hints for the provider's prompt cache. Default: none. */
  readonly promptCache?: PromptCacheHints | undefined
  /** An id of the end user, with which a provider recognizes abuse. Default: none. */
  readonly user?: string | undefined
  /** Labels that are sent to the provider and stored with the request. Default: none. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Further headers of the HTTP request, over those of the provider. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Whether deltas are assembled into items. Default `true`. With `false` text and reasoning are in the deltas alone,
   * and neither in `OutputItemDone` nor in the `partial` of an error, so that memory does not grow with the completion;
   * such items cannot be sent back to the model.
   */
  readonly assemble?: boolean | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  /**
   * When failed attempts of this request are repeated, over every `RetryPolicy` and the settings; `none`: never. Never
   * sent. Default: by those.
   */
  readonly retry?: "none" | RetrySettings | undefined
  /**
   * Fields of the request's body by provider id, in the provider's own names. They are sent as they are, over
   * everything else, and only to that provider. Default: none.
   */
  readonly providerOptions?: ProviderFields | undefined
}

/**
 * What `make`, and every call of a `ChatModel`, takes: a `CompletionRequest` with shorter ways to write prompt and
 * tools.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompletionRequestInput extends Omit<CompletionRequest, "prompt" | "tools"> {
  /** The conversation: the text of one user message, messages as plain objects, or a `Prompt`. */
  readonly prompt: Prompt.RawInput
  /** The tools that the model may call: an array of them, or a toolkit. Default: none. */
  readonly tools?:
    | ReadonlyArray<Tool.Any>
    | {
      /** The tools of the toolkit, by name. */
      readonly tools: Readonly<Record<string, Tool.Any>>
    }
    | undefined
}

const isToolArray = (
  tools: NonNullable<CompletionRequestInput["tools"]>
): tools is ReadonlyArray<Tool.Any> => Array.isArray(tools)

/**
 * Creates a request. Throws a `SchemaError` for messages that `Prompt.make` does not accept, and a `TypeError` for a
 * prompt that is neither a text nor a list of messages nor a `Prompt`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (input: CompletionRequestInput): CompletionRequest => {
  const { prompt: given, tools, ...rest } = input
  // `Prompt.make` returns any other value unchanged.
  const prompt = Prompt.make(given)
  if (!Prompt.isPrompt(prompt)) throw new TypeError("A prompt is a text, a list of messages, or a Prompt")
  return {
    ...rest,
    prompt,
    ...(tools === undefined ? {} : { tools: isToolArray(tools) ? tools : Object.values(tools.tools) })
  }
}
