/** One long stream: how fast it is read, over a socket or from memory, and what a token costs. */
import { clientsFor, withBefore } from "../clients/Client.ts"
import { against, type Bench, compareWithBefore, measure, middle, report, specOf } from "../lib/Bench.ts"
import { describeWrite, type Spec } from "../lib/Spec.ts"
import { expectedOf } from "../lib/Text.ts"

// A body in small pieces is many times as much work.
const tokensFor = (write: number, quick: boolean): number =>
  (quick ? 20_000 : 200_000) / (write > 0 && write < 256 ? 10 : 1)

const roundsOf = ({ options }: Bench): number => options.rounds ?? (options.quick ? 1 : 5)

const kindOf = ({ options }: Bench): string =>
  `${options.text} text${options.adversary ? ", adversary" : ""}${options.logprobs ? ", logprobs" : ""}`

/** Reads the stream over a socket. */
const overSocket = async (bench: Bench, spec: Spec): Promise<void> => {
  const { emitter, options } = bench
  const { protocol, tokens, write } = spec
  const warmup = { ...spec, tokens: Math.min(tokens, 20_000) }
  await emitter.prepare(warmup)
  await emitter.prepare(spec)
  const expected = expectedOf(spec)
  const rounds = await measure(
    bench,
    roundsOf(bench),
    clientsFor(protocol, options),
    (client) => ({ mode: "throughput", client, origin: emitter.origin, spec, warmup, expected })
  )
  report(bench, `Throughput: ${protocol}, ${tokens} tokens, ${describeWrite(write)}, ${kindOf(bench)}`, rounds, [
    { title: "speed ratio", value: (client) => 1 / against(rounds, client, "wall") },
    { title: "CPU ratio", value: (client) => against(rounds, client, "cpu") },
    { title: "tokens/s", value: (client) => middle(rounds, client, ({ wall = 0 }) => tokens / wall * 1000) },
    { title: "CPU s/M", value: (client) => middle(rounds, client, ({ cpu = 0 }) => cpu / tokens * 1000) },
    { title: "peak RSS MB", digits: 0, value: (client) => middle(rounds, client, ({ peakRss = 0 }) => peakRss) }
  ])
  compareWithBefore(bench, rounds, [["speed", "wall", true], ["CPU", "cpu"], ["peak RSS", "peakRss"]])
}

/** Decodes the stream from memory, again and again. */
const fromMemory = async (bench: Bench, spec: Spec): Promise<void> => {
  const { options } = bench
  const names = options.clients ?? ["reference", "sluice"]
  const rounds = await measure(
    bench,
    roundsOf(bench),
    withBefore(names, options.before),
    (client) => ({ mode: "in-memory", client, spec })
  )
  const { protocol, tokens, write } = spec
  report(bench, `In memory: ${protocol}, ${tokens} tokens, ${describeWrite(write)}, ${kindOf(bench)}`, rounds, [
    { title: "speed ratio", value: (client) => against(rounds, client, "rate") },
    { title: "MB/s", digits: 1, value: (client) => middle(rounds, client, ({ rate = 0 }) => rate) },
    { title: "tokens/s", value: (client) => middle(rounds, client, ({ tokenRate = 0 }) => tokenRate) }
  ])
  compareWithBefore(bench, rounds, [["speed", "rate"]])
}

export const throughput = async (bench: Bench): Promise<void> => {
  const { options } = bench
  for (const protocol of options.protocols) {
    for (const write of options.writes ?? [0, 65_536]) {
      const tokens = options.tokens ?? tokensFor(write, options.quick) / (options.inMemory ? 10 : 1)
      const spec = specOf(options, { protocol, tokens, write })
      await (options.inMemory ? fromMemory : overSocket)(bench, spec)
    }
  }
}
