/**
 * Named differences between servers that speak the same protocol.
 *
 * @since 0.1.0
 */
import type { ChatQuirks } from "./ChatQuirks.ts"
import type { ConverseQuirks } from "./ConverseQuirks.ts"
import type { ErrorCategory } from "./ErrorCategory.ts"
import type { GeminiQuirks } from "./GeminiQuirks.ts"
import type { HistoryQuirks } from "./HistoryQuirks.ts"
import type { MessagesQuirks } from "./MessagesQuirks.ts"
import type { ModelRulesRow } from "./ModelRules.ts"
import type { ResponsesQuirks } from "./ResponsesQuirks.ts"
import type { SchemaDialect } from "./SchemaDialect.ts"
import type { FimFormat, FimFormatName, PromptFormat, PromptFormatName } from "./PromptFormat.ts"

/**
 * Named differences between servers of one protocol. The defaults are the protocol's own behaviour. A protocol knows
 * these names, and no provider's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quirks
  extends ChatQuirks, ResponsesQuirks, MessagesQuirks, ConverseQuirks, GeminiQuirks, HistoryQuirks
{
  /**
   * What the provider's models accept, by their names: rows over those that hold at every provider. Rows of a program
   * are added to those of the definition, and win. Default: none.
   */
  readonly modelRules?: ReadonlyArray<ModelRulesRow> | undefined
  /**
   * The dialect of JSON Schema for the parameters of tools and for output schemas. Default: the protocol's own
   * (`openai-compatible` for Chat Completions), and by the model's family for Converse.
   */
  readonly schemas?: SchemaDialect | undefined
  /**
   * Chat Completions, Messages: the framing of a stream. Default `sse`. `event-stream` is Amazon's, whose frames have
   * an event each, in base64.
   */
  readonly framing?: "sse" | "event-stream" | undefined
  /**
   * Text completions: how a conversation becomes one text. Default `plain`; a single user message is sent unchanged.
   */
  readonly promptFormat?: PromptFormatName | PromptFormat | undefined
  /** Text completions: how the texts before and after a gap are sent. Default: the second in the field `suffix`. */
  readonly fimFormat?: FimFormatName | FimFormat | undefined
  /**
   * What the provider's error codes mean, by code: those of bodies, and HTTP statuses as text. They go before the codes
   * that are known for all providers. Default: none.
   */
  readonly errorCodes?: Readonly<Record<string, ErrorCategory>> | undefined
  /** Quirks of some models, over the others, in order. Default: none. */
  readonly byModel?: ReadonlyArray<ModelQuirks> | undefined
}

/**
 * Quirks of the models of a provider whose name matches.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelQuirks {
  /** What the provider's own name of the model must match. */
  readonly models: RegExp
  /** The quirks. */
  readonly quirks: Quirks
}

/** Returns the quirks that apply to one model. */
export const quirksOf = (quirks: Quirks, model: string | undefined): Quirks => {
  if (quirks.byModel === undefined || model === undefined) return quirks
  const own = quirks.byModel.filter(({ models }) => models.test(model))
  return own.length === 0 ? quirks : Object.assign({}, quirks, ...own.map((entry) => entry.quirks))
}

/** Puts quirks over others, and over those of single models. */
export const overQuirks = (quirks: Quirks, over: Quirks | undefined): Quirks => {
  if (over === undefined) return quirks
  const { byModel = [], ...forAll } = over
  const own = quirks.byModel ?? []
  const { modelRules = [], ...others } = forAll
  const all = own.length + byModel.length === 0 ? [] : [...own, { models: /^/, quirks: others }, ...byModel]
  const rows = [...quirks.modelRules ?? [], ...modelRules]
  return {
    ...quirks,
    ...forAll,
    ...(all.length === 0 ? {} : { byModel: all }),
    ...(rows.length === 0 ? {} : { modelRules: rows })
  }
}
