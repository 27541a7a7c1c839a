/**
 * Refuses what the models of single vendors refuse over Chat Completions, by the names of the models.
 *
 * @see https://platform.kimi.ai/docs/api/chat
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 * @see https://docs.x.ai/docs/guides/reasoning
 * @see https://docs.z.ai/guides/capabilities/thinking-mode
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"

interface Rule {
  readonly models: RegExp
  readonly refuses: (body: Json.JsonObject) => boolean
  readonly message: string
}

const isForced = ({ tool_choice: choice }: Json.JsonObject): boolean => choice === "required" || Json.isObject(choice)

const thinkingType = (body: Json.JsonObject): Json.Json | undefined => Json.object(body["thinking"])["type"]

const isOtherEffort = (...efforts: ReadonlyArray<string>) => ({ reasoning_effort: effort }: Json.JsonObject): boolean =>
  Json.isGiven(effort) && !efforts.some((known) => known === effort)

const rules: ReadonlyArray<Rule> = [
  ...["temperature", "top_p", "n", "frequency_penalty", "presence_penalty"].map((name): Rule => ({
    models: /^kimi-/,
    refuses: (body) => Json.isGiven(body[name]),
    message: `invalid ${name}: it is fixed for this model`
  })),
  {
    models: /^kimi-k3/,
    refuses: (body) => Json.isGiven(body["thinking"]),
    message: "invalid thinking: it is not supported for this model"
  },
  { models: /^kimi-k3/, refuses: isOtherEffort("low", "high", "max"), message: "invalid reasoning_effort" },
  {
    models: /^kimi-k2\.7-code/,
    refuses: (body) => thinkingType(body) === "disabled",
    message: "invalid thinking: this model cannot stop thinking"
  },
  {
    models: /^kimi-/,
    refuses: ({ tool_choice: choice }) => choice === "required",
    message: "invalid tool_choice: 'required' is not supported"
  },
  {
    models: /^deepseek-(v4|flash)/,
    refuses: (body) => isForced(body) && thinkingType(body) !== "disabled",
    message: "Thinking mode does not support this tool_choice"
  },
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

/** Returns the first problem that the vendor of a model would report. */
export const check = (body: Json.JsonObject): Problem | undefined => {
  const model = Json.text(body["model"]) ?? ""
  const found = rules.find(({ models, refuses }) => models.test(model) && refuses(body))
  return found === undefined ? undefined : { kind: "invalid-request", message: found.message }
}
