/**
 * Named differences between the models behind Converse, which serves those of many vendors.
 *
 * @since 0.1.0
 */

/**
 * Vendors, and generations, of models whose requests differ.
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
  /**
   * The family of the model, for names without it, such as those of application inference profiles. Default: by the
   * name.
   */
  readonly modelFamily?: ModelFamily | undefined
}
