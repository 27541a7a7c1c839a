/**
 * A loop in a process of its own, which kills itself with SIGKILL at a given point. `Killed.test.ts` runs it, and runs
 * it again to continue.
 *
 *     node KilledProgram.ts FOLDER STORE POINT
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import * as ToolLoop from "../../../src/layers/tools/ToolLoop.ts"
import * as ToolLoopStore from "../../../src/layers/tools/ToolLoopStore.ts"
import { ChatModel } from "../../../src/services/ChatModel.ts"
import { call, calls, response, says } from "./Responses.ts"

const [folder = "", kind = "", point = ""] = process.argv.slice(2)

const die = (): void => {
  process.kill(process.pid, "SIGKILL")
}

const dieAt = (here: string) => Effect.sync(() => here === point ? die() : undefined)

// The tool's own log, from which the test reads what ran.
const note = (line: string) => Effect.sync(() => appendFileSync(join(folder, "tool.log"), `${line}\n`))

const charge = Tool.make("charge", { parameters: Schema.Struct({ amount: Schema.Int }), success: Schema.String })
const lookup = Tool.make("lookup", { success: Schema.String }).annotate(Tool.Idempotent, true)
const toolkit = Toolkit.make(charge, lookup)

const handler = (name: string) => () =>
  Effect.gen(function*() {
    const key = (yield* ToolLoop.CurrentToolCall)?.key ?? "none"
    yield* dieAt(`${name} begins`)
    yield* note(key)
    yield* dieAt(`${name} ran`)
    return "done"
  })

const script = [
  response([call("charge", { amount: 1 }, "same"), call("lookup", {}, "other")]),
  calls("charge", { amount: 2 }, "same")
]

/** A provider that knows from the prompt which step it is, in whatever process. */
const chat = Layer.succeed(ChatModel, {
  stream: (request) => {
    const prompt = Prompt.make(request.prompt)
    const step = prompt.content.filter(({ role }) => role === "assistant").length
    return Stream.fromIterable((script[step] ?? says("Charged.")).events)
  },
  complete: () => Effect.die("not used")
})

const nameOf = (state: ToolLoop.ToolLoopState): string =>
  `${state.step} ${state.calls.map(({ status }) => status).join(" ")}`.trim()

const program = Effect.gen(function*() {
  const store = kind === "file"
    ? ToolLoopStore.file(folder)
    : yield* ToolLoopStore.sqlite(join(folder, "loops.db"))
  const request = {
    model: "test/model",
    toolkit,
    concurrency: 1,
    store: (state: ToolLoop.ToolLoopState) =>
      Effect.andThen(
        dieAt(`before ${nameOf(state)}`),
        Effect.andThen(store.save(state), dieAt(`after ${nameOf(state)}`))
      )
  }
  const state = yield* store.load("loop")
  const events = state === undefined
    ? ToolLoop.stream({ ...request, prompt: "Charge", loopId: "loop" })
    : ToolLoop.resume(state, request)
  const { reported, end } = yield* Stream.runFold(
    events,
    (): { reported: ReadonlyArray<string>; end: ToolLoop.LoopFinished | undefined } => ({
      reported: [],
      end: undefined
    }),
    (seen, event) =>
      event._tag === "ToolUnknown"
        ? { ...seen, reported: [...seen.reported, event.key] }
        : event._tag === "LoopFinished"
        ? { ...seen, end: event }
        : seen
  )
  return { reported, reason: end?.reason, text: end?.text, steps: end?.steps }
})

const handlers = toolkit.toLayer({ charge: handler("charge"), lookup: handler("lookup") })

process.stdout.write(
  JSON.stringify(await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(Layer.merge(chat, handlers)))))
)
