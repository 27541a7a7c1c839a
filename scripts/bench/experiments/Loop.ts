/** Tool loops: what a step costs beside its response and its handler, and whether that grows. */
import { type Bench, measure, middle, report } from "../lib/Bench.ts"

const loads = [
  { steps: 200, messages: 1 },
  { steps: 200, messages: 1000 },
  { steps: 1000, messages: 1 }
]

export const loop = async (bench: Bench): Promise<void> => {
  const { options } = bench
  for (const { messages, steps } of options.quick ? [{ messages: 1, steps: 40 }] : loads) {
    const rounds = await measure(bench, options.rounds ?? (options.quick ? 1 : 5), ["sluice"], (client) => ({
      mode: "tool-loop",
      client,
      steps,
      messages
    }))
    const column = (title: string, name: string) => ({
      title,
      digits: 3,
      value: () => middle(rounds, "sluice", (metrics) => metrics[name] ?? Number.NaN)
    })
    report(bench, `In memory: a loop of ${steps} steps after ${messages} messages`, rounds, [
      column("ms/step", "millisPerStep"),
      column("end/start", "growth")
    ], () => "ToolLoop")
  }
}
