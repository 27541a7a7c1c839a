/** One long stream: how fast it is read, and what a token costs. */
import { clientsFor } from "../clients/Client.ts"
import { against, type Bench, measure, middle, report, specOf } from "../lib/Bench.ts"
import { describeWrite } from "../lib/Spec.ts"
import { expectedOf } from "../lib/Text.ts"

// A body in small pieces is many times as much work.
const tokensFor = (write: number, quick: boolean): number =>
  (quick ? 20_000 : 200_000) / (write > 0 && write < 256 ? 10 : 1)

export const throughput = async (bench: Bench): Promise<void> => {
  const { emitter, options } = bench
  for (const protocol of options.protocols) {
    for (const write of options.writes ?? [0, 65_536]) {
      const tokens = options.tokens ?? tokensFor(write, options.quick)
      const spec = specOf(options, { protocol, tokens, write })
      const warmup = { ...spec, tokens: Math.min(tokens, 20_000) }
      await emitter.prepare(warmup)
      await emitter.prepare(spec)
      const expected = expectedOf(spec)
      const rounds = await measure(
        bench,
        options.rounds ?? (options.quick ? 1 : 5),
        clientsFor(protocol, options.clients),
        (client) => ({ mode: "throughput", client, origin: emitter.origin, spec, warmup, expected })
      )
      const kind = `${options.text} text${options.adversary ? ", adversary" : ""}`
      report(bench, `Throughput: ${protocol}, ${tokens} tokens, ${describeWrite(write)}, ${kind}`, rounds, [
        { title: "speed ratio", value: (client) => 1 / against(rounds, client, "wall") },
        { title: "CPU ratio", value: (client) => against(rounds, client, "cpu") },
        { title: "tokens/s", value: (client) => middle(rounds, client, ({ wall = 0 }) => tokens / wall * 1000) },
        { title: "CPU s/M", value: (client) => middle(rounds, client, ({ cpu = 0 }) => cpu / tokens * 1000) },
        { title: "peak RSS MB", digits: 0, value: (client) => middle(rounds, client, ({ peakRss = 0 }) => peakRss) }
      ])
    }
  }
}
