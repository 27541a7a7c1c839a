/** Tool calls whose events are in memory: what a piece of their arguments costs, at the beginning and at the end. */
import { type Bench, measure, middle, report } from "../lib/Bench.ts"

const client = "sluice"

export const tools = async (bench: Bench): Promise<void> => {
  const { options } = bench
  const times = options.rounds ?? (options.quick ? 1 : 5)
  const long = options.quick ? 200_000 : 5_000_000
  const loads = [
    { calls: 1, characters: long },
    // As many pieces, in more calls.
    { calls: 100, characters: long / 50 },
    { calls: 1000, characters: long / 500 }
  ]
  for (const { calls, characters } of loads) {
    const rounds = await measure(bench, times, [client], () => ({ mode: "tool-calls", client, calls, characters }))
    const column = (title: string, name: string, digits: number) => ({
      title,
      digits,
      value: () => middle(rounds, client, (metrics) => metrics[name] ?? Number.NaN)
    })
    const calling = calls === 1 ? "one tool call" : `${calls} interleaved tool calls`
    report(bench, `In memory: ${calling} of ${characters} characters, in pieces of 20`, rounds, [
      column("ns/piece", "states", 0),
      column("the stream alone", "stream", 0),
      column("the parser alone", "parser", 0),
      ...(calls === 1 ? [column("end/start", "growth", 2)] : [])
    ], () => "ToolCalls.states")
  }
}
