/**
 * Lists the differences between model families in Converse, which is otherwise the same for all models.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
import type { ModelFamily } from "../../../domain/ConverseQuirks.ts"
import type { ToolIdRule } from "../../../domain/HistoryQuirks.ts"
import type { SchemaDialect } from "../../../domain/SchemaDialect.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"

/** The differences of one family. */
export interface Family {
  /** The field for the model alone that controls reasoning. Default: none. */
  readonly reasoning?: "thinking" | "reasoningConfig" | "reasoning_effort"
  /** Whether reasoning without a signature is accepted back. */
  readonly replaysUnsigned?: true
  /** Where breakpoints of the prompt cache may be. Elsewhere they are refused, and so left out. Default: nowhere. */
  readonly cachePoints?: "everywhere" | "messages"
  /** The path of top-k among the fields for the model alone. Default: none. */
  readonly topK?: ReadonlyArray<string>
  /** What ids of tool calls must be. Default: what Converse accepts. */
  readonly toolIds?: ToolIdRule
  /** Whether text may follow the results of tools in a turn. Default `false`. */
  readonly acceptsTextAfterResults?: true
  /** The dialect of schemas. Default: what all families accept. */
  readonly schemas?: SchemaDialect
}

/** Families by their name: it ends in `maker.model`, plain, with a region (`us.`), or in an ARN (`…/`). */
const names: ReadonlyArray<readonly [ModelFamily, RegExp]> = [
  ["anthropic", /(^|[./])anthropic\./],
  ["nova-2", /(^|[./])amazon\.nova-2/],
  ["nova", /(^|[./])amazon\.nova/],
  ["openai", /(^|[./])openai\./],
  ["mistral", /(^|[./])mistral\./],
  ["deepseek", /(^|[./])deepseek\./]
]

/** The families. */
export const families: Readonly<Record<ModelFamily, Family>> = {
  anthropic: {
    reasoning: "thinking",
    cachePoints: "everywhere",
    topK: ["top_k"],
    acceptsTextAfterResults: true,
    schemas: "anthropic"
  },
  "nova-2": {
    reasoning: "reasoningConfig",
    cachePoints: "messages",
    topK: ["inferenceConfig", "topK"],
    acceptsTextAfterResults: true
  },
  nova: { cachePoints: "messages", topK: ["inferenceConfig", "topK"], acceptsTextAfterResults: true },
  openai: { reasoning: "reasoning_effort" },
  mistral: { topK: ["top_k"], toolIds: "nine-letters" },
  deepseek: { replaysUnsigned: true },
  other: {}
}

/** Returns the family of a model, by the quirk or else by its name. */
export const of = (context: EncodeContext): Family =>
  families[context.quirks.modelFamily ?? names.find(([, pattern]) => pattern.test(context.model))?.[0] ?? "other"]
