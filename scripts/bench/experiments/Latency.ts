/** Requests of one token, one after another over a kept connection: what a request costs beside its tokens. */
import { clientsFor } from "../clients/Client.ts"
import { against, type Bench, compareWithBefore, measure, middle, report, specOf } from "../lib/Bench.ts"
import { expectedOf } from "../lib/Text.ts"

const difference = (own: number, reference: number): number => own - reference

export const latency = async (bench: Bench): Promise<void> => {
  const { emitter, options } = bench
  const requests = options.requests ?? (options.quick ? 300 : 2000)
  for (const protocol of options.protocols) {
    const spec = specOf(options, { protocol, tokens: 1 })
    await emitter.prepare(spec)
    const expected = expectedOf(spec)
    const rounds = await measure(
      bench,
      options.rounds ?? (options.quick ? 1 : 5),
      clientsFor(protocol, options),
      (client) => ({
        mode: "latency",
        client,
        origin: emitter.origin,
        spec,
        warmup: spec,
        expected,
        requests,
        warmups: Math.min(requests, 500)
      })
    )
    report(bench, `Latency: ${protocol}, ${requests} requests of one token, ms`, rounds, [
      { title: "p50", digits: 3, value: (client) => middle(rounds, client, ({ totalP50 = 0 }) => totalP50) },
      { title: "p50 over", digits: 3, value: (client) => against(rounds, client, "totalP50", difference) },
      { title: "p99", digits: 3, value: (client) => middle(rounds, client, ({ totalP99 = 0 }) => totalP99) },
      { title: "p99 ratio", value: (client) => against(rounds, client, "totalP99") },
      { title: "first p50", digits: 3, value: (client) => middle(rounds, client, ({ firstP50 = 0 }) => firstP50) },
      { title: "CPU/request", digits: 3, value: (client) => middle(rounds, client, ({ cpu = 0 }) => cpu) }
    ])
    compareWithBefore(bench, rounds, [["p50", "totalP50"], ["p99", "totalP99"], ["CPU", "cpu"]])
  }
}
