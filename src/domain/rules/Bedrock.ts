/**
 * How outputs that follow a schema are requested from the models of Amazon Bedrock.
 *
 * Amazon lists the families with structured output. For the newest models of Claude its documents and its servers
 * disagree: there a tool is used, which both accept.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The newest models of Claude. */
export const claude: ReadonlyArray<ModelRulesRow> = [
  { models: /^claude-(opus-(4-[78]|[5-9])|(fable|mythos|sonnet|haiku)-[5-9])/, outputForm: "tool" }
]

/** The rows of Converse. */
export const converse: ReadonlyArray<ModelRulesRow> = [
  {
    models:
      /^(?!claude|qwen3|magistral-small|ministral-3|mistral-large-3|voxtral|gemma-3-(12|27)b|glm|kimi|minimax-m2|nemotron-nano)/,
    outputForm: "tool"
  },
  ...claude
]
