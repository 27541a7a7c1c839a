/**
 * Decoding in memory: bytes one at a time, and events of 1 KB to 10 MB, whose cost a byte must not grow with their
 * size.
 */
import { withBefore } from "../clients/Client.ts"
import { against, type Bench, measure, middle, report, specOf } from "../lib/Bench.ts"

const decoders = ["reference", "sluice", "eventsource-parser"]
const labels: Readonly<Record<string, string>> = {
  "reference": "byte scanner, JSON.parse",
  "sluice": "Sluice's decoder",
  "sluice-before": "Sluice's decoder, before",
  "eventsource-parser": "eventsource-parser, JSON.parse"
}
const nameOf = (client: string): string => labels[client] ?? client

export const fragments = async (bench: Bench): Promise<void> => {
  const { options } = bench
  const times = options.rounds ?? (options.quick ? 1 : 3)
  const clients = withBefore(decoders.filter((name) => options.clients?.includes(name) ?? true), options.before)
  const run = (tokens: number, write: number, characters?: number) =>
    measure(bench, times, clients, (client) => ({
      mode: "in-memory",
      client,
      spec: specOf(options, { protocol: "chat", tokens, write }),
      ...(characters === undefined ? {} : { characters })
    }))

  const tokens = options.tokens ?? (options.quick ? 200 : 1000)
  for (const piece of options.writes ?? [1, 7, 65_536]) {
    const rounds = await run(tokens, piece)
    report(bench, `In memory: chat, ${tokens} tokens in pieces of ${piece} bytes`, rounds, [
      { title: "MB/s", digits: 1, value: (client) => middle(rounds, client, ({ rate = 0 }) => rate) },
      { title: "speed ratio", value: (client) => against(rounds, client, "rate") },
      {
        title: "to eventsource-parser",
        value: (client) =>
          middle(rounds, client, ({ rate = 0 }) => rate) / middle(rounds, "eventsource-parser", ({ rate = 0 }) => rate)
      }
    ], nameOf)
  }

  const sizes = options.quick ? [1000, 100_000] : [1000, 10_000, 100_000, 1_000_000, 10_000_000]
  for (const piece of [1, 1024]) {
    for (const characters of sizes) {
      const rounds = await run(1, piece, characters)
      report(bench, `In memory: one event of ${characters} bytes, pieces of ${piece}`, rounds, [
        { title: "ns/byte", value: (client) => middle(rounds, client, ({ nanosPerByte = 0 }) => nanosPerByte) },
        { title: "speed ratio", value: (client) => against(rounds, client, "rate") }
      ], nameOf)
    }
  }
}
