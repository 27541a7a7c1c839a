/**
 * What models of certain makers want of Converse, which is otherwise the same for all.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 * @since 0.1.0
 */
import type { ModelFamily } from "../../../domain/ConverseQuirks.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"

/**
 * The peculiarities of a family.
 *
 * **Details**
 *
 * `reasoning` is the field, among those for the model alone, that asks for reasoning; without one there is no word for it.
 * `replaysUnsigned` says that reasoning is taken back without a signature. `cachePoints` is where breakpoints of the prompt
 * cache may be; elsewhere they are refused, and so left out. `topK` is the path of the field among those for the model alone.
 * `toolIds` is what ids of tool calls must be. `readsOneSampling` says that temperature and top-p exclude each other.
 *
 * @category models
 * @since 0.1.0
 */
export interface Family {
  readonly reasoning?: "thinking" | "reasoningConfig" | "reasoning_effort"
  readonly replaysUnsigned?: true
  readonly cachePoints?: "everywhere" | "messages"
  readonly topK?: ReadonlyArray<string>
  readonly toolIds?: { readonly pattern: RegExp; readonly length: number }
  readonly readsOneSampling?: true
}

/** Names end in `maker.model`, in any of the forms: plain, of a region (`us.`), of an ARN (`…/`). */
const names: ReadonlyArray<readonly [ModelFamily, RegExp]> = [
  ["anthropic", /(^|[./])anthropic\./],
  ["nova-2", /(^|[./])amazon\.nova-2/],
  ["nova", /(^|[./])amazon\.nova/],
  ["openai", /(^|[./])openai\./],
  ["mistral", /(^|[./])mistral\./],
  ["deepseek", /(^|[./])deepseek\./]
]

/**
 * The families.
 *
 * @category models
 * @since 0.1.0
 */
export const families: Readonly<Record<ModelFamily, Family>> = {
  anthropic: { reasoning: "thinking", cachePoints: "everywhere", topK: ["top_k"], readsOneSampling: true },
  "nova-2": { reasoning: "reasoningConfig", cachePoints: "messages", topK: ["inferenceConfig", "topK"] },
  nova: { cachePoints: "messages", topK: ["inferenceConfig", "topK"] },
  openai: { reasoning: "reasoning_effort" },
  mistral: { topK: ["top_k"], toolIds: { pattern: /^[a-zA-Z0-9]{9}$/, length: 9 } },
  deepseek: { replaysUnsigned: true },
  other: {}
}

/**
 * The family of a model: what the quirk says, or else its name.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (context: EncodeContext): Family =>
  families[context.quirks.modelFamily ?? names.find(([, pattern]) => pattern.test(context.model))?.[0] ?? "other"]
