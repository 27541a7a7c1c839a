/**
 * What a request counts for in the limits of each provider: when it is sent, and when it has ended.
 *
 * The rules are those that the providers document, or that were seen; where nothing is known, a request counts for what
 * it may use at most.
 */
import type { TokenUsage } from "./TokenUsage.ts"

/** What one request takes of the limits. */
export interface RateCost {
  /** Requests. */
  readonly requests: number
  /** Tokens of limits for input and output together. */
  readonly tokens: number
  /** Tokens of limits for input. */
  readonly inputTokens: number
  /** Tokens of limits for output. */
  readonly outputTokens: number
}

/** What is known of a request before it is sent. */
export interface RateEstimate {
  /** The estimated tokens of its input. */
  readonly input: number
  /** Its output limit in tokens; `undefined` where it sets none. */
  readonly output: number | undefined
  /** The output limit of the model, where it is known. */
  readonly modelOutput: number | undefined
}

/**
 * How tokens are reserved: the larger of input and output limit (`max`), both together (`sum`), input alone with output
 * counted as it is produced (`split`), input alone (`input`), or nothing, since only requests at once are limited
 * (`slots`).
 */
export type CostShape = "max" | "sum" | "split" | "input" | "slots"

/** The rules of one provider. */
export interface CostRules {
  /** How tokens are reserved. */
  readonly shape: CostShape
  /** Whether the reserved tokens are replaced by those that were used. */
  readonly isSettled: boolean
  /** Whether tokens that are read from a prompt cache count. */
  readonly countsCached: boolean
  /** The models whose output counts several times, and how many. Default: each token counts once. */
  readonly burndown?: { readonly models: RegExp; readonly factor: number } | undefined
  /** Parts of a minute over which requests are judged too, in milliseconds. Default: none. */
  readonly slices?: ReadonlyArray<number> | undefined
  /** Finds the names of models that share one limit: those with the same groups. Default: each model has its own. */
  readonly sharedBy?: RegExp | undefined
  /** Whether all models share one limit. Default false. */
  readonly isShared?: boolean | undefined
  /**
   * Whether its responses report limits, so that the first request shows them before others are sent. Default false.
   */
  readonly reportsLimits?: boolean | undefined
  /** Whether its limits fill evenly, and it reports when they are full. Default false: when their window ends. */
  readonly fillsEvenly?: boolean | undefined
  /** What it reports of that is not a limit of its own. Default: nothing. */
  readonly ignores?: ReadonlyArray<keyof RateCost> | undefined
  /** To how many tokens the reported numbers are rounded. Default 1. */
  readonly roundsTo?: number | undefined
}

const unknown: CostRules = { shape: "sum", isSettled: true, countsCached: true }

/** The rules that differ from those above, by the id of the provider. */
const rows: Readonly<Record<string, Partial<CostRules>>> = {
  openai: { shape: "max", isSettled: false, reportsLimits: true, fillsEvenly: true },
  // Its number of requests may be that of a slice.
  azure: { isSettled: false, slices: [1000, 10_000], reportsLimits: true, ignores: ["requests"] },
  anthropic: {
    shape: "split",
    countsCached: false,
    slices: [1000],
    reportsLimits: true,
    // Its tokens are whichever of the others is nearer to its end.
    ignores: ["tokens"],
    roundsTo: 1000,
    sharedBy: /claude-(?:(\d+)(?:-\d+)?-)?(opus|sonnet|haiku)(?:-(\d{1,2})(?!\d))?/
  },
  bedrock: { countsCached: false, burndown: { models: /claude-(?:3-7|(?:[a-z]+-)[4-9])/, factor: 5 } },
  gemini: { shape: "input" },
  groq: { countsCached: false, reportsLimits: true, fillsEvenly: true },
  cerebras: { isSettled: false, reportsLimits: true },
  moonshot: { isSettled: false, isShared: true },
  deepseek: { shape: "slots" },
  ollama: { shape: "slots" }
}

/** Returns the rules of a provider. */
export const rulesOf = (provider: string): CostRules => ({ ...unknown, ...rows[provider] })

/** Returns the name of the models that share the limits of a model. */
export const groupOf = ({ isShared, sharedBy }: CostRules, model: string | undefined): string => {
  if (isShared === true) return "*"
  const found = sharedBy?.exec(model ?? "")?.slice(1).filter((part) => part !== undefined)
  return found === undefined || found.length === 0 ? (model ?? "") : found.toSorted().join("-")
}

/** Output limit that a provider assumes for a model whose own is not known, in tokens. */
const unknownOutput = 4096

/** Returns what a request takes when it is sent. */
export const reserve = ({ shape }: CostRules, { input, modelOutput, output }: RateEstimate): RateCost => {
  const cost = { requests: 1, inputTokens: input, outputTokens: shape === "split" ? 0 : (output ?? 0) }
  switch (shape) {
    case "max":
      return { ...cost, tokens: Math.max(input, output ?? 0) }
    case "sum":
      return { ...cost, tokens: input + (output ?? modelOutput ?? unknownOutput) }
    case "split":
    case "input":
    case "slots":
      return { ...cost, tokens: input }
  }
}

/**
 * Returns what a request has taken, by the usage that was reported: where the provider keeps what it has reserved, that
 * of the input as it was.
 */
export const settle = (
  rules: CostRules,
  estimate: RateEstimate,
  usage: TokenUsage,
  model: string | undefined
): RateCost => {
  const { burndown, countsCached, isSettled, shape } = rules
  const inputTokens = Math.max(0, usage.inputTokens - (countsCached ? 0 : usage.cachedInputTokens))
  const { outputTokens } = usage
  const factor = burndown !== undefined && burndown.models.test(model ?? "") ? burndown.factor : 1
  const used = shape === "input" ? inputTokens : inputTokens + outputTokens * factor
  const tokens = isSettled ? used : reserve(rules, { ...estimate, input: inputTokens }).tokens
  return { requests: 1, tokens, inputTokens, outputTokens }
}
