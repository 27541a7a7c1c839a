/** The steps of a tool loop over a model whose responses are in memory, with a handler that does nothing. */
import { Effect, Layer, Schema, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { ChatModel, type ResponseEvent, ToolLoop } from "sluice"
import type { Metrics } from "../lib/Job.ts"
import { median } from "../lib/Numbers.ts"

/** A loop. */
export interface ToolLoopLoad {
  readonly steps: number
  /** The messages of the conversation before. */
  readonly messages: number
}

const tool = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }), success: Schema.String })
const toolkit = Toolkit.make(tool)
const handlers = toolkit.toLayer({ weather: () => Effect.succeed("") })

const item = { _tag: "ToolCall", id: "call_1", name: "weather", arguments: { city: "Oslo" } } as const
const response: ReadonlyArray<ResponseEvent.ResponseEvent> = [
  { _tag: "Created", responseId: "response", model: "bench" },
  { _tag: "OutputItemDone", outputIndex: 0, item },
  {
    _tag: "Completed",
    responseId: "response",
    model: "bench",
    finishReason: "tool-calls",
    finishReasonRaw: "tool_calls",
    usage: null,
    evidence: ["terminal-event"]
  }
]

const model = Layer.succeed(ChatModel, {
  stream: () => Stream.fromArray(response),
  complete: () => Effect.die(new Error("not measured"))
})

const conversation = (messages: number): Prompt.Prompt =>
  Prompt.fromMessages(Array.from({ length: messages }, (_, index) => {
    const content = [Prompt.textPart({ text: `message ${index}` })]
    return index % 2 === 0 ? Prompt.userMessage({ content }) : Prompt.assistantMessage({ content })
  }))

/** Runs a loop, and returns the milliseconds of each step. */
const run = ({ messages, steps }: ToolLoopLoad): Promise<ReadonlyArray<number>> => {
  const times: Array<number> = []
  let last = performance.now()
  return Effect.runPromise(
    ToolLoop.stream({
      model: "bench/bench",
      prompt: conversation(messages),
      toolkit,
      stopWhen: ToolLoop.steps(steps),
      repetition: false
    }).pipe(
      Stream.runForEachArray((events) =>
        Effect.sync(() => {
          for (const { _tag } of events) {
            if (_tag !== "StepFinished") continue
            const now = performance.now()
            times.push(now - last)
            last = now
          }
        })
      ),
      Effect.as(times),
      Effect.provide(Layer.merge(model, handlers))
    )
  )
}

export const measure = async (load: ToolLoopLoad): Promise<Metrics> => {
  // Long enough for V8 to compile what is run.
  for (let left = Math.ceil(2000 / load.steps); left > 0; left--) await run(load)
  globalThis.gc?.()
  const times = await run(load)
  if (times.length !== load.steps) throw new Error(`${times.length} steps of ${load.steps}`)
  const quarter = Math.floor(load.steps / 4)
  return {
    millisPerStep: median(times),
    growth: median(times.slice(-quarter)) / median(times.slice(0, quarter))
  }
}
