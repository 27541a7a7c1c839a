/**
 * Named differences between servers of the Responses API.
 *
 * @since 0.2.0
 */

/**
 * Named differences between servers of the Responses API. The defaults are what OpenAI does.
 *
 * @category models
 * @since 0.2.0
 */
export interface ResponsesQuirks {
  /**
   * Whether the server stores responses. Default `true`. With `false` a request that continues a stored response
   * (`previous_response_id`, `conversation`) fails with an `InvalidRequestError`, since the server would ignore it.
   */
  readonly storesResponses?: boolean | undefined
  /**
   * Whether reasoning is requested in encrypted form, to be sent back. Default: where the request sets `store: false`.
   */
  readonly encryptedReasoning?: boolean | undefined
}
