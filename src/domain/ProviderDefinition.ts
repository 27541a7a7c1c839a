/**
 * What a provider *is*, as data: adding an OpenAI-compatible one is writing one of these.
 *
 * @since 0.1.0
 */

/**
 * A wire language.
 *
 * @category models
 * @since 0.1.0
 */
export type ProtocolName = "openai-chat" | "openai-responses" | "anthropic-messages"

/**
 * How a provider takes its key: in `Authorization: Bearer`, or in a header of its own.
 *
 * @category models
 * @since 0.1.0
 */
export type AuthStyle =
  | { readonly type: "bearer" }
  | { readonly type: "header"; readonly name: string }

/**
 * Named differences between servers of one protocol. All are off or at the protocol's own value unless a provider sets
 * them; a protocol knows these and no provider's name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quirks {
  /** Chat: the field for the output limit. Default `max_completion_tokens`; older and compatible servers: `max_tokens`. */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined
  /** Chat: the role of instructions. Default `system`; OpenAI's reasoning models call it `developer`. */
  readonly systemRole?: "system" | "developer" | undefined
  /** Chat: whether usage must be asked for with `stream_options.include_usage`. Default true. */
  readonly includeUsage?: boolean | undefined
  /** Chat: the field in which earlier reasoning is sent back. Default: none, it is left out. */
  readonly reasoningReplayField?: "reasoning_content" | "reasoning" | undefined
  /** Chat: the field of structured output. Default `json_schema`; `json_object` for servers that know no schemas. */
  readonly structuredOutput?: "json_schema" | "json_object" | undefined
  /** Chat: whether the seed goes by another name. Default `seed`. */
  readonly seedField?: "seed" | "random_seed" | undefined
  /** Chat: whether `top_k` is known. Default false: OpenAI refuses it. */
  readonly topK?: boolean | undefined
  /** Chat: whether parts can be marked with Anthropic's `cache_control`. Default false. */
  readonly cacheControl?: boolean | undefined
  /** Models (by prefix of the name) that take no sampling parameters and want `developer` as the system role. */
  readonly reasoningModels?: ReadonlyArray<string> | undefined
  /** Anthropic: `max_tokens` when the request has none. Default 4096: every model allows it. */
  readonly defaultMaxTokens?: number | undefined
}

/**
 * A provider.
 *
 * **Details**
 *
 * `protocols` is in order of preference, each with the path under `baseUrl` that requests go to. `keyEnv` and
 * `baseUrlEnv` are environment variables in order of priority. `headers` are sent with every request. `headerEnv` maps
 * further headers to the variables that they are taken from when set. `keyOptional` is for servers that may run without
 * a key. `requestIdHeader` is the response header with the provider's own id.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderDefinition {
  readonly id: string
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly documentation: string
  readonly baseUrl: string | undefined
  readonly protocols: readonly [ProtocolBinding, ...ReadonlyArray<ProtocolBinding>]
  readonly auth: AuthStyle
  readonly keyEnv: ReadonlyArray<string>
  readonly baseUrlEnv: ReadonlyArray<string>
  readonly keyOptional: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly headerEnv: Readonly<Record<string, ReadonlyArray<string>>>
  readonly requestIdHeader: string
  readonly quirks: Quirks
}

/**
 * A protocol that a provider speaks, and the path under the base URL at which it does.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProtocolBinding {
  readonly protocol: ProtocolName
  readonly path: string
}
