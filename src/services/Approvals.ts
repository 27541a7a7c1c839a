/**
 * Decides about tool calls that need an approval, while the loop waits.
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ApprovalRequested } from "../domain/ToolLoopEvent.ts"

/**
 * A decision about a tool call: whether it may run, with the reason where it may not.
 *
 * @category models
 * @since 0.2.0
 */
export type ApprovalDecision = boolean | {
  /** Whether the tool may run. */
  readonly approved: boolean
  /** Why it may not, for the model. Default: none. */
  readonly reason?: string | undefined
}

/**
 * Service that decides about tool calls whose tool has `needsApproval`. Without it a tool loop ends with the reason
 * `approval`, and is continued with the decisions.
 *
 * **Example** (Approving what only reads)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Approvals } from "sluice"
 *
 * export const readOnly = Layer.succeed(Approvals, {
 *   decide: ({ name }) =>
 *     Effect.succeed(name.startsWith("read_") || { approved: false, reason: "This session is read-only" })
 * })
 * ```
 *
 * @category services
 * @since 0.2.0
 */
export class Approvals extends Context.Service<Approvals, {
  /** Returns the decision about one tool call. It may take any time; it is interrupted with the loop. */
  readonly decide: (request: ApprovalRequested) => Effect.Effect<ApprovalDecision>
}>()("sluice/services/Approvals") {}
