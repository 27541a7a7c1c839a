/**
 * The differences between the generations of Google's models, by the names of the models. What a generation refuses is
 * in the table of rules.
 */
import type { ModelRules, ReasoningRule } from "../../../domain/ModelRules.ts"
import { levelReasoning, unknownReasoning } from "../../../domain/rules/Google.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"

/** The differences of a model. */
export interface Model {
  /** Whether it takes a `systemInstruction`. */
  readonly instructions: boolean
  /** Whether it refuses earlier tool calls without a thought signature. */
  readonly signed: boolean
  /** Whether the results of its tools may hold files. */
  readonly resultFiles: boolean
  /** Whether results of tools must have the ids of their calls. */
  readonly wantsCallIds: boolean
  /** Whether it can call Google's tools and the caller's in one response, if the request allows it. */
  readonly mixesTools: boolean
}

const plain: Model = {
  instructions: true,
  signed: false,
  resultFiles: false,
  wantsCallIds: false,
  mixesTools: false
}

const third: Model = {
  instructions: true,
  signed: true,
  resultFiles: true,
  wantsCallIds: false,
  mixesTools: true
}

/**
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const generations: ReadonlyArray<readonly [RegExp, Model]> = [
  [/^gemma-/, { ...plain, instructions: false }],
  [/^gemini-3(\.[0-7])?-/, third],
  [/^gemini-([3-9]|\d\d)/, { ...third, wantsCallIds: true }],
  [/^gemini-(flash|pro)/, { ...third, wantsCallIds: true }]
]

/**
 * Returns the differences of a request's model. A model of an unknown name (a tuned one) is of the second generation.
 */
export const of = ({ model }: EncodeContext): Model => {
  // The name may have a prefix: `models/…`, `publishers/google/models/…`.
  const name = model.slice(model.lastIndexOf("/") + 1)
  return generations.find(([pattern]) => pattern.test(name))?.[1] ?? plain
}

/** Returns how a request's model takes the amount of reasoning, by the quirk `thinking` or else by the table. */
export const reasoningOf = ({ reasoning = unknownReasoning }: ModelRules, { quirks }: EncodeContext): ReasoningRule => {
  switch (quirks.thinking) {
    case undefined:
      return reasoning
    case "none":
      return { by: "none" }
    case "level":
      return reasoning.by === "effort" ? reasoning : levelReasoning
    case "budget":
      return reasoning.by === "budget" ? reasoning : unknownReasoning
  }
}
