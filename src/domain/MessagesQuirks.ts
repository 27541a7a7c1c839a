/**
 * Named differences between servers of the Messages API.
 *
 * @since 0.1.0
 */

/**
 * Named differences between servers of the Messages API. The defaults are what Anthropic does.
 *
 * @category models
 * @since 0.1.0
 */
export interface MessagesQuirks {
  /** The version of the API, as a field of the body. Default: none, since it is a header. */
  readonly anthropicVersion?: string | undefined
  /** Whether the body names the model. Default `true`; `false` where the address does. */
  readonly modelInBody?: boolean | undefined
  /** Whether the body requests a stream. Default `true`; `false` where the address does. */
  readonly streamInBody?: boolean | undefined
  /** Whether betas are a list in the body. Default `false`: they are in the header `anthropic-beta`. */
  readonly betasInBody?: boolean | undefined
  /**
   * Whether files may be given by their URL or their id. Default `true`; `false` where only
   * their bytes are accepted.
   */
  readonly fileReferences?: boolean | undefined
  /**
   * Whether the block at which another model went on, in an earlier completion, is sent back. Default `false`; `true` at
   * Anthropic, the only server that knows it.
   */
  readonly fallbackBlocks?: boolean | undefined
  /**
   * The fields that say how much the model reasons: Anthropic's (`anthropic`, the default); only `thinking`, as a switch
   * (`switch`); that switch and the effort (`switch-and-effort`); or only the effort (`effort`).
   */
  readonly thinkingFields?: "anthropic" | "switch" | "switch-and-effort" | "effort" | undefined
  /**
   * Whether the server has output schemas. Default `true`. With `false` a request with one fails with an
   * `InvalidRequestError`.
   */
  readonly outputSchemas?: boolean | undefined
  /**
   * Whether the model can be kept to one tool call at a time. Default `true`. With `false` a request for that fails
   * with an `InvalidRequestError`.
   */
  readonly oneCallAtATime?: boolean | undefined
}
