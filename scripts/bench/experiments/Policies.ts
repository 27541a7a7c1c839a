/** Rate limits and circuit breakers while nothing fails: what they add to a request, to a token, to many streams. */
import { clientsFor } from "../clients/Client.ts"
import { against, type Bench, type Column, measure, middle, report, specOf } from "../lib/Bench.ts"
import { describeWrite, type Spec } from "../lib/Spec.ts"
import { expectedOf } from "../lib/Text.ts"

/** What everything is compared with: the same client, without the policies. */
const base = "sluice"

const defaultClients = [base, "sluice-policies", "sluice-limits", "sluice-breakers"]

const difference = (own: number, reference: number): number => own - reference

const ratio = (own: number, reference: number): number => own / reference

interface Experiment {
  readonly bench: Bench
  readonly clients: ReadonlyArray<string>
  readonly rounds: number
}

/** Makes the bodies of a stream, and returns what all measurements of it have in common. */
const prepared = async ({ bench: { emitter } }: Experiment, spec: Spec, warmup: Spec) => {
  await emitter.prepare(warmup)
  await emitter.prepare(spec)
  return { origin: emitter.origin, spec, warmup, expected: expectedOf(spec) }
}

/** Sends requests of one token, one after another. */
const requests = async (experiment: Experiment, spec: Spec): Promise<void> => {
  const { bench, clients, rounds } = experiment
  const times = bench.options.requests ?? (bench.options.quick ? 300 : 4000)
  const job = await prepared(experiment, spec, spec)
  const outcomes = await measure(bench, rounds, clients, (client) => ({
    ...job,
    mode: "latency",
    client,
    requests: times,
    warmups: Math.min(times, 1000)
  }))
  report(bench, `Policies: ${spec.protocol}, ${times} requests of one token, ms`, outcomes, [
    { title: "p50", digits: 3, value: (client) => middle(outcomes, client, ({ totalP50 = 0 }) => totalP50) },
    { title: "p50 over", digits: 3, value: (client) => against(outcomes, client, "totalP50", difference, base) },
    { title: "CPU/request", digits: 3, value: (client) => middle(outcomes, client, ({ cpu = 0 }) => cpu) },
    { title: "CPU over", digits: 3, value: (client) => against(outcomes, client, "cpu", difference, base) }
  ])
}

/** Reads a long stream again and again: the time in which V8 compiles does not count. */
const longStream = async (experiment: Experiment, spec: Spec): Promise<void> => {
  const { bench, clients, rounds } = experiment
  const { quick } = bench.options
  const job = await prepared(experiment, spec, spec)
  const outcomes = await measure(bench, rounds, clients, (client) => ({
    ...job,
    mode: "repeated",
    client,
    warmups: quick ? 1 : 3,
    requests: quick ? 1 : 10,
    streams: 1
  }))
  const cpu: Column = {
    title: "CPU ns/token",
    digits: 0,
    value: (client) => middle(outcomes, client, ({ cpuPerToken = 0 }) => cpuPerToken)
  }
  report(bench, `Policies: ${spec.protocol}, ${spec.tokens} tokens, ${describeWrite(spec.write)}`, outcomes, [
    cpu,
    { title: "CPU ratio", digits: 3, value: (client) => against(outcomes, client, "cpuPerToken", ratio, base) }
  ])
}

/** Reads many streams at once, at the pace of a model. */
const pacedStreams = async (experiment: Experiment, fast: Spec): Promise<void> => {
  const { bench, clients, rounds } = experiment
  const { options } = bench
  const streams = options.streams ?? (options.quick ? 100 : 1000)
  const rate = options.rate ?? 50
  const job = await prepared(experiment, { ...fast, interval: 1000 / rate }, fast)
  const outcomes = await measure(bench, rounds, clients, (client) => ({ ...job, mode: "concurrent", client, streams }))
  const title = `Policies: ${fast.protocol}, ${streams} streams of ${fast.tokens} tokens, ${rate} tokens/s each`
  report(bench, title, outcomes, [
    {
      title: "CPU s/M",
      value: (client) => middle(outcomes, client, ({ cpu = 0 }) => cpu / streams / fast.tokens * 1000)
    },
    { title: "CPU ratio", digits: 3, value: (client) => against(outcomes, client, "cpu", ratio, base) },
    { title: "live KB/stream", digits: 1, value: (client) => middle(outcomes, client, ({ live = NaN }) => live) }
  ])
}

export const policies = async (bench: Bench): Promise<void> => {
  const { options } = bench
  const rounds = options.rounds ?? (options.quick ? 1 : 7)
  for (const protocol of options.protocols) {
    const clients = clientsFor(protocol, { clients: options.clients ?? defaultClients })
    const experiment: Experiment = { bench, clients, rounds }
    await requests(experiment, specOf(options, { protocol, tokens: 1 }))
    for (const write of options.writes ?? [0, 65_536]) {
      const tokens = options.tokens ?? (options.quick ? 20_000 : 200_000)
      await longStream(experiment, specOf(options, { protocol, tokens, write }))
    }
    await pacedStreams(experiment, specOf(options, { protocol, tokens: options.quick ? 50 : 200 }))
  }
}
