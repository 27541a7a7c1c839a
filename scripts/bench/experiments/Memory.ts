/** Does memory grow with the stream? What is live early and late in one stream that nobody keeps. */
import { clientsFor } from "../clients/Client.ts"
import { against, type Bench, measure, middle, report, specOf } from "../lib/Bench.ts"
import { expectedOf } from "../lib/Text.ts"

export const memory = async (bench: Bench): Promise<void> => {
  const { emitter, options } = bench
  const long = options.tokens ?? (options.quick ? 200_000 : 5_000_000)
  const short = Math.min(options.quick ? 20_000 : 100_000, Math.ceil(long / 2))
  for (const protocol of options.protocols) {
    const spec = specOf(options, { protocol, tokens: long, write: options.writes?.[0] ?? 65_536 })
    const warmup = { ...spec, tokens: Math.min(short, 20_000) }
    await emitter.prepare(warmup)
    if (long <= 1_000_000) await emitter.prepare(spec)
    const stream = { origin: emitter.origin, spec, warmup, expected: expectedOf(spec) }
    const clients = clientsFor(protocol, options, "memory")
    const times = options.rounds ?? 1
    const live = await measure(bench, times, clients, (client) => ({
      mode: "memory",
      client,
      ...stream,
      at: [short, long]
    }))
    report(bench, `Memory: ${protocol}, live MB after a collection, ${short} and ${long} tokens`, live, [
      { title: "early", digits: 1, value: (client) => middle(live, client, ({ first = 0 }) => first) },
      { title: "late", digits: 1, value: (client) => middle(live, client, ({ last = 0 }) => last) },
      { title: "growth", value: (client) => middle(live, client, ({ growth = 0 }) => growth) }
    ])
    // Forced collections keep a process small: its real size needs one that is left alone.
    const size = await measure(bench, times, clients, (client) => ({ mode: "throughput", client, ...stream }))
    report(bench, `Memory: ${protocol}, peak RSS of ${long} tokens`, size, [
      { title: "peak RSS MB", digits: 0, value: (client) => middle(size, client, ({ peakRss = 0 }) => peakRss) },
      { title: "ratio", value: (client) => against(size, client, "peakRss") }
    ])
  }
}
