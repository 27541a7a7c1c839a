/**
 * Named differences between servers that speak the same protocol.
 *
 * @since 0.1.0
 */
import type { ChatQuirks } from "./ChatQuirks.ts"
import type { ConverseQuirks } from "./ConverseQuirks.ts"
import type { ErrorCategory } from "./ErrorCategory.ts"
import type { GeminiQuirks } from "./GeminiQuirks.ts"
import type { MessagesQuirks } from "./MessagesQuirks.ts"
import type { FimFormat, FimFormatName, PromptFormat, PromptFormatName } from "./PromptFormat.ts"

/**
 * Named differences between servers of one protocol. All are off or at the protocol's own value unless a provider sets
 * them; a protocol knows these and no provider's name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quirks extends ChatQuirks, MessagesQuirks, ConverseQuirks, GeminiQuirks {
  /** Models (by prefix of the name) that take no sampling parameters and want `developer` as the system role. */
  readonly reasoningModels?: ReadonlyArray<string> | undefined
  /** Chat, Messages: the frames of a stream. Default `sse`; `event-stream` is Amazon's, each with an event as base64. */
  readonly framing?: "sse" | "event-stream" | undefined
  /** Text completions: how a conversation becomes one text. Default: `plain`, and one text of the user as it is. */
  readonly promptFormat?: PromptFormatName | PromptFormat | undefined
  /** Text completions: how the sides of a hole are sent. Default: the end in the field `suffix`. */
  readonly fimFormat?: FimFormatName | FimFormat | undefined
  /**
   * What the provider's error codes mean: those of bodies, and HTTP statuses, as text. They go before what is known of
   * codes in general. A body that only says what a code is has it at the place that its shape knows.
   */
  readonly errorCodes?: Readonly<Record<string, ErrorCategory>> | undefined
  /** Further quirks of some models, over the others, in order. */
  readonly byModel?: ReadonlyArray<ModelQuirks> | undefined
}

/**
 * The quirks of those models of a provider whose name matches.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelQuirks {
  readonly models: RegExp
  readonly quirks: Quirks
}

/**
 * The quirks that hold for one model.
 *
 * @category combinators
 * @since 0.1.0
 */
export const quirksOf = (quirks: Quirks, model: string | undefined): Quirks => {
  if (quirks.byModel === undefined || model === undefined) return quirks
  const own = quirks.byModel.filter(({ models }) => models.test(model))
  return own.length === 0 ? quirks : Object.assign({}, quirks, ...own.map((entry) => entry.quirks))
}

/**
 * Puts quirks over others, and over those of single models too.
 *
 * @category combinators
 * @since 0.1.0
 */
export const overQuirks = (quirks: Quirks, over: Quirks | undefined): Quirks => {
  if (over === undefined) return quirks
  const { byModel = [], ...forAll } = over
  const own = quirks.byModel ?? []
  const all = own.length + byModel.length === 0 ? [] : [...own, { models: /^/, quirks: forAll }, ...byModel]
  return { ...quirks, ...forAll, ...(all.length === 0 ? {} : { byModel: all }) }
}
