/**
 * Fields of the providers that search, or that route to other providers.
 *
 * @since 0.1.0
 */
import type { Common, Fields } from "./Common.ts"

/**
 * OpenRouter: routing, reasoning and plugins.
 *
 * @see https://openrouter.ai/docs/features/provider-routing
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 * @category models
 * @since 0.1.0
 */
export type OpenRouter = Common & {
  /** The providers that may serve the request. Default: all, in OpenRouter's own order. */
  readonly provider?: {
    /** The providers that are tried first, in order. */
    readonly order?: ReadonlyArray<string>
    /** The only providers that may serve the request. */
    readonly only?: ReadonlyArray<string>
    /** The providers that may not serve the request. */
    readonly ignore?: ReadonlyArray<string>
    /** Whether other providers are tried when those of `order` fail. Default `true`. */
    readonly allow_fallbacks?: boolean
    /** Whether only providers that have all parameters of the request serve it. Default `false`. */
    readonly require_parameters?: boolean
    /** Whether providers that may store prompts are used. Default `allow`. */
    readonly data_collection?: "allow" | "deny"
    /** Whether only endpoints with zero data retention are used. Default `false`. */
    readonly zdr?: boolean
    /** The quantizations that are used, such as `fp8`. Default: all. */
    readonly quantizations?: ReadonlyArray<string>
    /** The property by which providers are sorted. Default: by price, with load balancing. */
    readonly sort?: "price" | "throughput" | "latency"
    /** The highest prices, in US dollars. Default: none. */
    readonly max_price?: {
      /** US dollars per million tokens read. */
      readonly prompt?: number
      /** US dollars per million tokens written. */
      readonly completion?: number
      /** US dollars per request. */
      readonly request?: number
      /** US dollars per image. */
      readonly image?: number
    }
  }
  /** The models that are tried in turn when the first one fails. Default: none. */
  readonly models?: ReadonlyArray<string>
  /** How `models` are used. */
  readonly route?: "fallback"
  /** The transformations of the prompt, such as `middle-out`. Default: OpenRouter's. */
  readonly transforms?: ReadonlyArray<string>
  /** How much the model reasons. Default: what the request's `reasoning` says. */
  readonly reasoning?: {
    /** The effort. */
    readonly effort?: string
    /** The most tokens of reasoning. */
    readonly max_tokens?: number
    /** Whether reasoning is left out of the response. Default `false`. */
    readonly exclude?: boolean
    /** Whether the model reasons, at its default effort. */
    readonly enabled?: boolean
  }
  /** The plugins, such as `web`, with their settings. Default: none. */
  readonly plugins?: ReadonlyArray<
    {
      /** The id of the plugin. */
      readonly id: string
    } & Fields
  >
  /** Whether usage is reported. Set by Sluice. */
  readonly usage?: {
    /** Whether usage and cost are reported. */
    readonly include: boolean
  }
}

/**
 * Perplexity: how it searches.
 *
 * @see https://docs.perplexity.ai/api-reference/agent-post
 * @category models
 * @since 0.1.0
 */
export type Perplexity = {
  /** The preset of the Agent API, which brings a model, instructions and the search: `fast`, `low`, … Default: none. */
  readonly preset?: "fast" | "low" | "medium" | "high" | "xhigh"
  /** The kind of sources. Default `web`. */
  readonly search_mode?: "web" | "academic" | "sec"
  /** The domains to search, or, with a leading `-`, to leave out. Default: all. */
  readonly search_domain_filter?: ReadonlyArray<string>
  /** The greatest age of a source. Default: any. */
  readonly search_recency_filter?: "hour" | "day" | "week" | "month" | "year"
  /** Sources published after this date only, as `m/d/yyyy`. */
  readonly search_after_date_filter?: string
  /** Sources published before this date only, as `m/d/yyyy`. */
  readonly search_before_date_filter?: string
  /** Sources updated after this date only, as `m/d/yyyy`. */
  readonly last_updated_after_filter?: string
  /** Sources updated before this date only, as `m/d/yyyy`. */
  readonly last_updated_before_filter?: string
  /** How the web is searched. */
  readonly web_search_options?: {
    /** How much of the sources the model reads. Default `low`. */
    readonly search_context_size?: "low" | "medium" | "high"
    /** The location for which results are chosen. Default: none. */
    readonly user_location?: {
      /** The latitude in degrees. */
      readonly latitude?: number
      /** The longitude in degrees. */
      readonly longitude?: number
      /** The country (ISO 3166-1, two letters). */
      readonly country?: string
      /** The region or state. */
      readonly region?: string
      /** The city. */
      readonly city?: string
    }
  }
  /** Whether nothing is searched. Default `false`. */
  readonly disable_search?: boolean
  /** Whether a classifier decides if anything is searched. Default `false`. */
  readonly enable_search_classifier?: boolean
  /** Whether images are sent with the sources. Default `false`. */
  readonly return_images?: boolean
  /** Whether related questions are sent. Default `false`. */
  readonly return_related_questions?: boolean
}

/**
 * xAI: how it searches.
 *
 * @see https://docs.x.ai/docs/guides/live-search
 * @category models
 * @since 0.1.0
 */
export type XAi = Common & {
  /** How the model searches. Default: not at all. */
  readonly search_parameters?: {
    /** Whether the model searches. Default `auto`: it decides. */
    readonly mode?: "off" | "auto" | "on"
    /** Whether sources are sent. Default `true`. */
    readonly return_citations?: boolean
    /** Sources from this date on, as `yyyy-mm-dd`. */
    readonly from_date?: string
    /** Sources up to this date, as `yyyy-mm-dd`. */
    readonly to_date?: string
    /** The most sources. Default 20. */
    readonly max_search_results?: number
    /** Where the model searches, with settings of each. Default: web and X. */
    readonly sources?: ReadonlyArray<
      {
        /** The kind of source. */
        readonly type: "web" | "x" | "news" | "rss"
      } & Fields
    >
  }
  /** The tier that processes the request. Default: the provider's. */
  readonly service_tier?: string
}
