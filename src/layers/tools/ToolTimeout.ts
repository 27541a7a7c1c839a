/**
 * Limits how long the handler of one tool may run.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"

/**
 * How long the handler of a tool may run, over the `toolTimeout` of the loop. Default: that.
 *
 * **Example** (A tool that may take an hour)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Tool } from "effect/ai"
 * import { ToolLoop } from "sluice"
 *
 * export const build = Tool.make("build", { success: Schema.String }).annotate(ToolLoop.ToolTimeout, "1 hour")
 * ```
 *
 * @category annotations
 * @since 0.2.0
 */
export const ToolTimeout: Context.Reference<Duration.Input | undefined> = Context.Reference<
  Duration.Input | undefined
>("sluice/ToolTimeout", { defaultValue: () => undefined })
