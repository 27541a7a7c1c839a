/**
 * Converse is one protocol for the models of many makers: what its encoder has to know of them.
 *
 * @since 0.1.0
 */

/**
 * Makers, and generations, of models that want something of their own from Converse.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelFamily = "anthropic" | "nova" | "nova-2" | "openai" | "mistral" | "deepseek" | "other"

/**
 * Named differences of Converse.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConverseQuirks {
  /** Whose model it is, for names that do not say so, as those of inference profiles of one's own do not. */
  readonly modelFamily?: ModelFamily | undefined
}
