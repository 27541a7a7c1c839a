/**
 * Refuses what the models of single vendors refuse over Chat Completions, by the names of the models.
 *
 * @see https://docs.x.ai/docs/guides/reasoning
 * @see https://docs.z.ai/guides/capabilities/thinking-mode
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as VendorRules from "./VendorRules.ts"

interface Rule {
  readonly models: RegExp
  readonly refuses: (body: Json.JsonObject) => boolean
  readonly message: string
}

const thinkingType = (body: Json.JsonObject): Json.Json | undefined => Json.object(body["thinking"])["type"]

const isOtherEffort = (...efforts: ReadonlyArray<string>) => ({ reasoning_effort: effort }: Json.JsonObject): boolean =>
  Json.isGiven(effort) && !efforts.some((known) => known === effort)

const rules: ReadonlyArray<Rule> = [
  {
    models: /^grok-4\.7/,
    refuses: isOtherEffort("low", "medium", "high", "xhigh"),
    message: "This model does not support this value of reasoning_effort."
  },
  {
    models: /^grok-4\.3/,
    refuses: isOtherEffort("none", "low", "medium", "high"),
    message: "This model does not support this value of reasoning_effort."
  },
  {
    models: /^glm-5\.3/,
    refuses: (body) => thinkingType(body) === "disabled",
    message: "thinking.type: only enabled is supported for this model"
  },
  {
    models: /^glm-5/,
    refuses: ({ max_tokens: limit }) => typeof limit === "number" && limit > 131_072,
    message: "max_tokens: must be at most 131072"
  }
]

/** The parameters that the vendors' models have beside those of OpenAI, by their names. */
const parameters: ReadonlyArray<readonly [models: RegExp, names: ReadonlyArray<string>]> = [
  [/^(kimi|deepseek|glm)-/, ["thinking"]],
  [/^glm-/, ["do_sample", "request_id", "tool_stream", "user_id"]]
]

/** Returns the parameters that a model has beside those of OpenAI. */
export const parametersOf = (model: string): ReadonlyArray<string> =>
  parameters.flatMap(([models, names]) => (models.test(model) ? names : []))

const forcedBy = ({ tool_choice: choice }: Json.JsonObject): "any" | "named" | undefined =>
  choice === "required" ? "any" : Json.isObject(choice) ? "named" : undefined

/** Reads what the rules of DeepSeek and Moonshot are about. */
const vendorRequest = (model: string, body: Json.JsonObject): VendorRules.VendorRequest => {
  const unreasoned = Json.list(body["messages"]).map(Json.object).findIndex((message) =>
    Json.list(message["tool_calls"]).length > 0 && Json.text(message["reasoning_content"]) === undefined
  )
  return {
    model,
    sampling: VendorRules.given(body, ["temperature", "top_p", "n", "frequency_penalty", "presence_penalty"]),
    effort: Json.text(body["reasoning_effort"]),
    effortField: "reasoning_effort",
    hasSwitch: Json.isGiven(body["thinking"]),
    isOff: thinkingType(body) === "disabled",
    forced: forcedBy(body),
    unreasoned: unreasoned < 0 ? undefined : unreasoned,
    reasoningField: "reasoning_content"
  }
}

/** Returns the first problem that the vendor of a model would report. */
export const check = (body: Json.JsonObject): Problem | undefined => {
  const model = Json.text(body["model"]) ?? ""
  if (VendorRules.isTheirs(model)) return VendorRules.check(vendorRequest(model, body))
  const found = rules.find(({ models, refuses }) => models.test(model) && refuses(body))
  return found === undefined ? undefined : { kind: "invalid-request", message: found.message }
}
