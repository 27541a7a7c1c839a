/**
 * Marks tools whose result may come later, or never.
 *
 * **Example** (A tool whose result is not waited for)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Tool } from "effect/ai"
 * import { AsyncTool } from "sluice"
 *
 * export const notify = Tool.make("notify", { parameters: Schema.Struct({ text: Schema.String }) })
 *   .annotate(AsyncTool.AsyncTool, true)
 * ```
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"

/**
 * Whether the model goes on without the result of a tool. Default `false`.
 *
 * **Details**
 *
 * Only the Responses API of OpenAI has such tools (`async: true`): a call of one may stay without a result in later
 * requests. Over other protocols the tool is an ordinary one.
 *
 * @category annotations
 * @since 0.2.0
 */
export const AsyncTool: Context.Reference<boolean> = Context.Reference<boolean>("sluice/AsyncTool", {
  defaultValue: () => false
})
