/**
 * Decides about the tool calls of `sluice chat`: by an approval on a terminal, and otherwise by `--yes`.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as Stdio from "effect/Stdio"
import type { ApprovalRequested } from "../../../domain/ToolLoopEvent.ts"
import { type ApprovalDecision, Approvals } from "../../../services/Approvals.ts"
import * as Controls from "../../terminal/Controls.ts"

const denied: ApprovalDecision = { approved: false, reason: "The user did not allow this tool call" }

/** The longest arguments that a prompt shows, in characters. */
const shown = 500

/** Returns the prompt for the approval of a tool call. What the model wrote cannot move the cursor. */
const promptOf = ({ arguments: input, name }: ApprovalRequested): string => {
  const text = JSON.stringify(input)
  return Controls.visible(`Run ${name}(${text.length > shown ? `${text.slice(0, shown)}…` : text})? [y/N] `)
}

const confirm = Effect.fnUntraced(function*(request: ApprovalRequested): Effect.fn.Return<ApprovalDecision> {
  const { layer, LineEditor } = yield* Effect.promise(() => import("../conversation/LineEditor.ts"))
  const reading = LineEditor.use(({ read }) => read(promptOf(request), { isFresh: true }))
  // A conversation has an editor already, and two cannot read one terminal.
  const editor = Option.getOrUndefined(yield* Effect.serviceOption(LineEditor))
  const reply = yield* (editor === undefined
    ? Effect.provide(reading, layer)
    : Effect.provideService(reading, LineEditor, editor))
  return reply._tag === "Line" && /^\s*y(es)?\s*$/i.test(reply.text) ? true : denied
})

/** Layer that provides the decisions. Approvals come one after the other. */
export const layer = (yes: boolean): Layer.Layer<Approvals, never, Stdio.Stdio> =>
  Layer.effect(
    Approvals,
    Effect.gen(function*() {
      const { stdinIsTerminal, stdoutIsTerminal } = yield* Stdio.Stdio
      const isTerminal = (yield* stdinIsTerminal) && (yield* stdoutIsTerminal)
      const turns = yield* Semaphore.make(1)
      return {
        decide: (request) => {
          if (yes) return Effect.succeed(true)
          return isTerminal ? turns.withPermits(1)(confirm(request)) : Effect.succeed(denied)
        }
      }
    })
  )
