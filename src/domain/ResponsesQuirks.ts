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
  /**
   * Whether the tool calls of a step must come after its text and reasoning. Default `false`. With `true` they are moved
   * there: the server takes anything after a call for another step, in which the call has no result.
   */
  readonly callsLast?: boolean | undefined
}
