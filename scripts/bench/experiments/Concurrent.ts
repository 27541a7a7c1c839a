/** Many streams at once, paced as models talk and as fast as possible. */
import { clientsFor } from "../clients/Client.ts"
import { against, type Bench, compareWithBefore, measure, middle, report, specOf } from "../lib/Bench.ts"
import { expectedOf } from "../lib/Text.ts"

export const concurrent = async (bench: Bench): Promise<void> => {
  const { emitter, options } = bench
  const streams = options.streams ?? (options.quick ? 100 : 1000)
  const tokens = options.tokens ?? (options.quick ? 50 : 200)
  for (const protocol of options.protocols) {
    for (const rate of options.rate === undefined ? [50, 0] : [options.rate]) {
      const fast = specOf(options, { protocol, tokens, write: options.writes?.[0] ?? 0 })
      const spec = { ...fast, interval: rate === 0 ? 0 : 1000 / rate }
      await emitter.prepare(fast)
      await emitter.prepare(spec)
      const expected = expectedOf(spec)
      const rounds = await measure(
        bench,
        options.rounds ?? (options.quick ? 1 : 3),
        clientsFor(protocol, options),
        (client) => ({ mode: "concurrent", client, origin: emitter.origin, spec, warmup: fast, expected, streams })
      )
      const total = streams * tokens
      const pace = rate === 0 ? "as fast as possible" : `${rate} tokens/s each`
      report(bench, `Concurrent: ${protocol}, ${streams} streams of ${tokens} tokens, ${pace}`, rounds, [
        { title: "speed ratio", value: (client) => 1 / against(rounds, client, "wall") },
        { title: "CPU ratio", value: (client) => against(rounds, client, "cpu") },
        { title: "CPU s/M", value: (client) => middle(rounds, client, ({ cpu = 0 }) => cpu / total * 1000) },
        { title: "KB/stream", digits: 0, value: (client) => middle(rounds, client, ({ perStream = 0 }) => perStream) },
        { title: "KB ratio", value: (client) => against(rounds, client, "perStream") },
        { title: "live KB/stream", digits: 1, value: (client) => middle(rounds, client, ({ live = NaN }) => live) },
        { title: "live ratio", value: (client) => against(rounds, client, "live") },
        { title: "first p50 ms", digits: 0, value: (client) => middle(rounds, client, ({ firstP50 = 0 }) => firstP50) },
        { title: "first p99 ms", digits: 0, value: (client) => middle(rounds, client, ({ firstP99 = 0 }) => firstP99) },
        { title: "peak RSS MB", digits: 0, value: (client) => middle(rounds, client, ({ peakRss = 0 }) => peakRss) }
      ])
      compareWithBefore(bench, rounds, [
        ["speed", "wall", true],
        ["CPU", "cpu"],
        ["KB/stream", "perStream"],
        ["live KB/stream", "live"],
        ["peak RSS", "peakRss"]
      ])
    }
  }
}
