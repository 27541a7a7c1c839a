/**
 * Refuses what the generations of OpenAI's models refuse.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import { invalid, modelOf } from "./OpenAiRules.ts"

const withoutNone = /^(o\d|gpt-5(-|$)(?!chat)|gpt-6-astra|gpt-6\.1-sol|gpt-6\.2-astra)/
const toolsWithoutReasoning = /^gpt-(5\.([4-9]|\d\d)|[6-9])(?![\d.]*-chat)/

/** Checks the effort. */
export const checkEffort = (body: Json.JsonObject, effort: string | undefined, param: string): Problem | undefined =>
  effort === "none" && withoutNone.test(modelOf(body))
    ? invalid(`Unsupported value: '${param}' does not support 'none' with this model.`, param, "unsupported_value")
    : undefined

/** Checks the rules that only Chat Completions has: functions without reasoning, and metadata of what is stored. */
export const checkChat = (body: Json.JsonObject): Problem | undefined => {
  if (Json.isGiven(body["metadata"]) && body["store"] !== true) {
    return invalid("The 'metadata' parameter is only allowed when 'store' is enabled.", "metadata")
  }
  const hasFunctions = Json.list(body["tools"]).some((tool) => Json.object(tool)["type"] === "function")
  return hasFunctions && body["reasoning_effort"] !== "none" &&
      toolsWithoutReasoning.test(modelOf(body))
    ? invalid(
      "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions. Please use /v1/responses instead.",
      "reasoning_effort"
    )
    : undefined
}
