/**
 * What a generation of models accepts of a request, as rows of a table.
 *
 * Providers refuse a whole request for one parameter that the model does not have. The encoders look up the model here,
 * leave out or change such a parameter, and report it as a warning.
 *
 * @since 0.2.0
 */
import * as Amazon from "./rules/Amazon.ts"
import * as Claude from "./rules/Claude.ts"
import * as Google from "./rules/Google.ts"
import type { OutputForm } from "./CompletionRequest.ts"

/**
 * How the amount of reasoning is requested from a model.
 *
 * @category models
 * @since 0.2.0
 */
export type ReasoningRule =
  | {
    /** The model does not reason, or takes no amount. */
    readonly by: "none"
  }
  | {
    /** In words. */
    readonly by: "effort"
    /** The efforts that the model has, from the lowest; another one becomes the nearest. Without `none`. */
    readonly efforts: ReadonlyArray<string>
    /**
     * Whether reasoning can be turned off, by the effort `none`. `between_tools`: only the reasoning before the first
     * tool call can.
     */
    readonly off: boolean | "between_tools"
    /** Whether the model also takes a budget in tokens. Default `false`: a budget becomes the nearest effort. */
    readonly budgets?: boolean | undefined
  }
  | {
    /** In tokens. */
    readonly by: "budget"
    /** The lowest budget. */
    readonly least: number
    /** The highest budget. Default: any below the output limit. */
    readonly most?: number | undefined
    /** Whether reasoning can be turned off, by the effort `none`. */
    readonly off: boolean
    /** The budget for an effort whose name is not known; -1 lets the model choose. */
    readonly other: number
  }

/**
 * What a generation of models accepts. What is not said is accepted.
 *
 * @category models
 * @since 0.2.0
 */
export interface ModelRules {
  /**
   * Whether `temperature`, `topP` and `topK` are sent: `all`, the default; only one of temperature and top-p (`one`);
   * all of them, with a warning that they will be removed (`deprecated`); or none of them (`none`).
   */
  readonly sampling?: "all" | "one" | "deprecated" | "none" | undefined
  /** The same while the model reasons. Default: as `sampling`. */
  readonly samplingWhileReasoning?: "all" | "none" | undefined
  /** How the amount of reasoning is requested. Default: as the request says it. */
  readonly reasoning?: ReasoningRule | undefined
  /** Whether the model reasons where the request does not mention it. Default `false`. */
  readonly reasonsByDefault?: boolean | undefined
  /**
   * When a tool call may be required: always, the default; only of one named tool (`named`); only while the model does
   * not reason (`without-reasoning`); or `never`.
   */
  readonly forcedTools?: "always" | "named" | "without-reasoning" | "never" | undefined
  /**
   * Chat Completions: whether functions are accepted only with the effort `none` (`without-reasoning`). The Responses
   * API is used instead, where the provider has it. Default `always`.
   */
  readonly chatTools?: "always" | "without-reasoning" | undefined
  /** Chat Completions: whether `metadata` is accepted only beside `store: true` (`stored`). Default `always`. */
  readonly metadata?: "always" | "stored" | undefined
  /**
   * OpenAI: the field of the lifetime of cache entries, `prompt_cache_retention` (`in_memory`, `24h`) or
   * `prompt_cache_options` (`30m`). Default: by the lifetime.
   */
  readonly cacheLifetime?: "retention" | "options" | undefined
  /** The most cache marks of a request. Their lifetimes may only become shorter. Default: any number, in any order. */
  readonly cacheMarks?: number | undefined
  /** Whether an assistant message at the end of the prompt is continued. Default `true`; `false`: it is refused. */
  readonly prefill?: boolean | undefined
  /**
   * Messages API: whether a system message may stand inside the conversation (`anywhere`), or only before it
   * (`at-the-top`). Default `at-the-top`.
   */
  readonly systemMessages?: "anywhere" | "at-the-top" | undefined
  /** Messages API: whether a system message may change the effort. Default `false`. */
  readonly effortByMessage?: boolean | undefined
  /** Messages API: the types of the provider's own tools that are refused, with those in their place. Default: none. */
  readonly refusedTools?: Readonly<Record<string, string>> | undefined
  /** How an output that follows a schema is requested. Default `schema`. */
  readonly outputForm?: OutputForm | undefined
  /** The same for a request with tools. Default: as `outputForm`. */
  readonly outputFormBesideTools?: OutputForm | undefined
  /** The role of system messages. Default `system`. */
  readonly systemRole?: "system" | "developer" | undefined
  /** The highest output limit. Default: none is known. */
  readonly mostOutputTokens?: number | undefined
}

/**
 * A row of the table: the rules of the models whose name matches. Later rows go over earlier ones, rule by rule.
 *
 * @category models
 * @since 0.2.0
 */
export interface ModelRulesRow extends ModelRules {
  /** What the model's name must match, as `plainName` returns it. */
  readonly models: RegExp
  /** The first dated version of the API for which the row holds. Default: every version. */
  readonly sinceVersion?: string | undefined
}

/** The rows that hold wherever the models are served, by how their names begin. */
const vendors: ReadonlyArray<readonly [beginning: string, rows: ReadonlyArray<ModelRulesRow>]> = [
  ["claude", Claude.rows],
  ["gemini", Google.rows],
  ["gemma", Google.rows],
  ["nova", Amazon.rows]
]

/**
 * Returns the name that a vendor gives a model, without what clouds and gateways add to it.
 *
 * **Details**
 *
 * Removed are the path before it (`anthropic/`, `publishers/google/models/`, an ARN), region and vendor
 * (`us.anthropic.`, `global.amazon.`), a version after `@` or `:`, and the date of a snapshot. The name is in lower
 * case. Claude's version comes after its line, with dashes: `claude-3.7-sonnet` is `claude-sonnet-3-7`.
 */
export const plainName = (model: string): string => {
  const name = model
    .slice(model.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/^~/, "")
    .replace(
      /^(?:[a-z][a-z-]*\.)?(?:amazon|anthropic|deepseek|google|minimax|mistral|moonshotai?|openai|qwen|xai|zai)\./,
      ""
    )
    .replace(/[@:].*$/, "")
    .replace(/-v\d+$/, "")
    .replace(/-(?:20\d{6}|20\d\d-\d\d-\d\d)$/, "")
  return name.startsWith("claude")
    ? name.replaceAll(".", "-").replace(/^claude-(\d+(?:-\d+)?)-([a-z]+)/, "claude-$2-$1")
    : name
}

/** What decides which rows hold besides the name. */
export interface RuleOptions {
  /** The provider's own rows, which go over those of the vendors. Default: none. */
  readonly rows?: ReadonlyArray<ModelRulesRow> | undefined
  /** The version of the API. Default: not dated. */
  readonly version?: string | undefined
  /**
   * Whether the server has the vendor's own fields for reasoning. Default `true`. With `false` the server translates
   * those of its own, and the vendors' rules about reasoning do not hold.
   */
  readonly nativeReasoning?: boolean | undefined
}

const isInForce = ({ sinceVersion }: ModelRulesRow, version: string | undefined): boolean =>
  sinceVersion === undefined || (version !== undefined && /^\d{4}-/.test(version) && version >= sinceVersion)

/** Returns the rules of a model, by its name as a provider has it. */
export const rulesOf = (
  model: string,
  { nativeReasoning = true, rows = [], version }: RuleOptions = {}
): ModelRules => {
  const name = plainName(model)
  const general = vendors.find(([beginning]) => name.startsWith(beginning))?.[1] ?? []
  const holds = (row: ModelRulesRow): boolean => row.models.test(name) && isInForce(row, version)
  const native: ModelRules = Object.assign({}, ...general.filter(holds))
  const own = rows.filter(holds)
  if (nativeReasoning && own.length === 0) return native
  return Object.assign({}, native, nativeReasoning ? {} : { reasoning: undefined }, ...own)
}
