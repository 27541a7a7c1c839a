/**
 * Fits a request to what its model accepts: leaves out or changes parameters by the table of rules, with a warning for
 * each, and refuses those without which the result would be another one.
 */
import type { ModelFamily } from "../../domain/ConverseQuirks.ts"
import type { CompletionRequest, ReasoningOptions } from "../../domain/CompletionRequest.ts"
import { type ModelRules, type ReasoningRule, rulesOf } from "../../domain/ModelRules.ts"
import * as Efforts from "./Efforts.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import type { Problems } from "./Problems.ts"

/** A request that its model accepts. */
export interface Fitted {
  /** The request, with what was left out or changed. */
  readonly request: CompletionRequest
  /** The rules of the model. */
  readonly rules: ModelRules
  /** Whether the model reasons. */
  readonly reasons: boolean
}

/** What an encoder knows besides the request. */
export interface FitOptions {
  /** Whether the caller's own fields turn reasoning on or off; `undefined` where they do neither. */
  readonly ownReasoning?: boolean | undefined
  /** Whether the server has the vendor's own fields for reasoning. Default `true`. */
  readonly nativeReasoning?: boolean | undefined
  /** Returns how the model takes the amount of reasoning, by the rules of the table. Default: as they say. */
  readonly reasoningOf?: ((rules: ModelRules) => ReasoningRule | undefined) | undefined
}

/** The beginnings of the names of families, for inference profiles, whose names say nothing. */
const familyNames: Readonly<Partial<Record<ModelFamily, string>>> = {
  anthropic: "claude",
  nova: "nova",
  "nova-2": "nova-2"
}

/** Returns the rules of a request's model; `nativeReasoning` as in `FitOptions`. */
export const rulesFor = (context: EncodeContext, nativeReasoning?: boolean): ModelRules => {
  const { modelFamily, modelRules } = context.quirks
  const name = modelFamily === undefined ? undefined : familyNames[modelFamily]
  return rulesOf(name === undefined || context.model.includes(name) ? context.model : name, {
    rows: modelRules,
    version: context.headers?.["anthropic-version"],
    nativeReasoning
  })
}

/** Returns whether a choice requires a tool call. */
const isForced = (choice: NonNullable<CompletionRequest["toolChoice"]>): boolean =>
  typeof choice === "string" ? choice === "required" : "tool" in choice || choice.mode === "required"

const checkToolChoice = (
  { toolChoice, tools = [] }: CompletionRequest,
  { forcedTools = "always" }: ModelRules,
  reasons: boolean,
  model: string,
  problems: Problems
): void => {
  if (tools.length === 0 || toolChoice === undefined || !isForced(toolChoice)) return
  if (forcedTools === "never") {
    problems.refuse(
      "toolChoice",
      `${model} never takes a required tool call: use "auto", and ask for the call in the prompt`
    )
  }
  if (forcedTools === "without-reasoning" && reasons) {
    problems.refuse(
      "toolChoice",
      `${model} takes no required tool call while it reasons: set reasoning.effort to "none", or use "auto"`
    )
  }
  const several = typeof toolChoice === "string"
    ? tools.length > 1
    : "oneOf" in toolChoice && toolChoice.oneOf.length > 1
  if (forcedTools === "named" && several) {
    problems.refuse(
      "toolChoice",
      "this provider cannot require a call of any of several tools: name one, or use \"auto\""
    )
  }
}

/** Returns the choice of the only tool by its name, where that is the only required call that the model takes. */
const namedChoice = (request: CompletionRequest, { forcedTools }: ModelRules): CompletionRequest => {
  const { toolChoice, tools: [only, ...others] = [] } = request
  return forcedTools === "named" && toolChoice === "required" && only !== undefined && others.length === 0
    ? { ...request, toolChoice: { tool: only.name } }
    : request
}

/** Returns the sampling parameters to remove, and warns of each. */
const withoutSampling = (
  request: CompletionRequest,
  rules: ModelRules,
  reasons: boolean,
  model: string,
  problems: Problems
): CompletionRequest => {
  const { sampling: usual = "all", samplingWhileReasoning = usual } = rules
  const sampling = reasons && usual !== "none" ? samplingWhileReasoning : usual
  const given = (["temperature", "topP", "topK"] as const).filter((name) => request[name] !== undefined)
  if (sampling === "all" || given.length === 0) return request
  if (sampling === "deprecated") {
    for (const name of given) {
      problems.warn(name, `${name} was sent, but ${model} may ignore it: its sampling parameters are deprecated.`)
    }
    return request
  }
  if (sampling === "one") {
    if (request.temperature === undefined || request.topP === undefined) return request
    problems.warn("topP", `topP was left out: ${model} takes only one of temperature and topP.`)
    return { ...request, topP: undefined }
  }
  const why = usual === "none" ? "takes no sampling parameters" : "takes no sampling parameters while it reasons"
  for (const name of given) problems.warn(name, `${name} was left out: ${model} ${why}.`)
  return { ...request, temperature: undefined, topP: undefined, topK: undefined }
}

const withinLimit = (
  request: CompletionRequest,
  { mostOutputTokens }: ModelRules,
  model: string,
  problems: Problems
): CompletionRequest => {
  const { maxOutputTokens } = request
  if (mostOutputTokens === undefined || maxOutputTokens === undefined || maxOutputTokens <= mostOutputTokens) {
    return request
  }
  problems.warn("maxOutputTokens", `maxOutputTokens was lowered: ${model} writes at most ${mostOutputTokens} tokens.`)
  return { ...request, maxOutputTokens: mostOutputTokens }
}

/** Returns whether the model reasons, by the fitted options. */
const isReasoning = (reasoning: ReasoningOptions | undefined, rules: ModelRules): boolean => {
  const { budgetTokens, effort } = reasoning ?? {}
  if (effort === "none") return rules.reasoning?.by === "effort" && rules.reasoning.off === "between_tools"
  if (budgetTokens === 0) return false
  return effort !== undefined || budgetTokens !== undefined || rules.reasonsByDefault === true
}

/** Fits a request to its model. */
export const fit = (
  request: CompletionRequest,
  context: EncodeContext,
  problems: Problems,
  { nativeReasoning, ownReasoning, reasoningOf }: FitOptions = {}
): Fitted => {
  const known = rulesFor(context, nativeReasoning)
  const rules = reasoningOf === undefined ? known : { ...known, reasoning: reasoningOf(known) }
  const { model } = context
  const reasoning = Efforts.fit(request.reasoning, rules.reasoning, model, problems)
  const reasons = ownReasoning ?? isReasoning(reasoning, rules)
  checkToolChoice(request, rules, reasons, model, problems)
  const chosen = namedChoice(request, rules)
  const changed = reasoning === request.reasoning ? chosen : { ...chosen, reasoning }
  return {
    request: withinLimit(withoutSampling(changed, rules, reasons, model, problems), rules, model, problems),
    rules,
    reasons
  }
}
