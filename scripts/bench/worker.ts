/**
 * Runs one measurement of one client in this process and sends its numbers to the parent.
 *
 * The process is fresh, and reads a stream to warm up before the one that counts. A wrong result throws.
 */
import { writeFileSync } from "node:fs"
import { Session } from "node:inspector/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { before, type Client, clients, moduleBefore } from "./clients/Client.ts"
import type { DecoderLoaders } from "./clients/InMemory.ts"
import { cut, pieces } from "./lib/Chunks.ts"
import { eventsOf, oneLongEvent } from "./lib/Events.ts"
import type { Job, Metrics, Outcome } from "./lib/Job.ts"
import { percentile } from "./lib/Numbers.ts"
import { Sink } from "./lib/Sink.ts"
import { type Spec, toPath } from "./lib/Spec.ts"
import { type Expected, inputTokens } from "./lib/Text.ts"

type JobOf<Mode extends Job["mode"]> = Extract<Job, { readonly mode: Mode }>
type Streaming = Exclude<Job, JobOf<"in-memory" | "load" | "partial-json" | "tool-calls" | "tool-loop">>

const megabyte = 1024 * 1024

const cpuMillis = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
}
// `maxRSS` is in kilobytes.
const peakRss = (): number => process.resourceUsage().maxRSS / 1024
const rss = (): number => process.memoryUsage.rss() / megabyte

const openFor = async (job: Streaming, spec: Spec): Promise<Client> => {
  const { open } = await clients[job.client]?.load() ?? {}
  if (open === undefined) throw new Error(`there is no client ${job.client}`)
  return open({ base: job.origin + toPath(spec), protocol: spec.protocol })
}

const check = (sink: Sink, expected: Expected): void => {
  const problem = sink.problem(expected)
  if (problem !== undefined) throw new Error(problem)
}

const warmUp = async (job: Streaming, times = 1): Promise<void> => {
  const client = await openFor(job, job.warmup)
  for (let left = times; left > 0; left--) await client.run(new Sink())
  await client.close()
}

/** Runs what is measured. Returns how long it took, and its CPU time, in milliseconds. */
const costs = async (run: () => Promise<unknown>): Promise<{ readonly wall: number; readonly cpu: number }> => {
  const cpu = cpuMillis()
  const started = performance.now()
  await run()
  return { wall: performance.now() - started, cpu: cpuMillis() - cpu }
}

/** Loads a client and measures nothing: for Node's compile cache, and to learn whether it is installed. */
const load = async (job: JobOf<"load">): Promise<Metrics> => {
  await clients[job.client]?.load()
  return {}
}

const throughput = async (job: JobOf<"throughput">): Promise<Metrics> => {
  await warmUp(job)
  const client = await openFor(job, job.spec)
  const sink = new Sink()
  const { cpu, wall } = await costs(() => client.run(sink))
  await client.close()
  check(sink, job.expected)
  return { wall, cpu, peakRss: peakRss() }
}

const latency = async (job: JobOf<"latency">): Promise<Metrics> => {
  const client = await openFor(job, job.spec)
  for (let left = job.warmups; left > 0; left--) await client.run(new Sink())
  const firsts: Array<number> = []
  const totals: Array<number> = []
  const { cpu } = await costs(async () => {
    for (let left = job.requests; left > 0; left--) {
      const sink = new Sink()
      const started = performance.now()
      await client.run(sink)
      totals.push(performance.now() - started)
      firsts.push(sink.firstAt - started)
      check(sink, job.expected)
    }
  })
  await client.close()
  return {
    firstP50: percentile(firsts, 0.5),
    totalP50: percentile(totals, 0.5),
    totalP99: percentile(totals, 0.99),
    cpu: cpu / job.requests
  }
}

/**
 * Reads a stream again and again: its CPU time for one token. What the client makes of the tokens may have another
 * number of deltas, but has all of the text.
 */
const repeated = async (job: JobOf<"repeated">): Promise<Metrics> => {
  await warmUp(job, job.warmups)
  const client = await openFor(job, job.spec)
  const once = async (): Promise<void> => {
    const sink = new Sink()
    await client.run(sink)
    check(sink, { ...job.expected, deltas: sink.deltas })
  }
  const { cpu } = await costs(async () => {
    for (let left = job.requests; left > 0; left -= job.streams) {
      await Promise.all(Array.from({ length: job.streams }, once))
    }
  })
  await client.close()
  return { cpuPerToken: cpu * 1e6 / (job.requests * job.spec.tokens) }
}

/** So many streams at once. A stream that throws, or that brings something else than it should, has failed. */
const runMany = async (job: Streaming, client: Client, streams: number) => {
  const started = performance.now()
  const firsts: Array<number> = []
  const outcomes = await Promise.allSettled(Array.from({ length: streams }, async () => {
    const sink = new Sink()
    await client.run(sink)
    check(sink, job.expected)
    firsts.push(sink.firstAt - started)
  }))
  const failures = outcomes.filter((outcome) => outcome.status === "rejected")
  return { firsts, failures: failures.length, reason: failures[0]?.reason }
}

/**
 * Collects garbage, twice: what the first one finds dead is counted until it is swept, for which the second one waits.
 */
const liveBytes = (): number => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** The live KB of a stream when half of the streams are half read. All are open then, unless they are not paced. */
const livePerStream = async (job: JobOf<"concurrent">): Promise<number> => {
  if (job.spec.interval === 0) return Number.NaN
  const client = await openFor(job, job.spec)
  const half = Math.ceil(job.expected.deltas / 2)
  const start = liveBytes()
  let left = Math.ceil(job.streams / 2)
  let live = Number.NaN
  const run = (): void => {
    if (--left === 0) live = (liveBytes() - start) / 1024 / job.streams
  }
  await Promise.all(Array.from({ length: job.streams }, () => client.run(new Sink([{ at: half, run }]))))
  await client.close()
  return live
}

const concurrent = async (job: JobOf<"concurrent">): Promise<Metrics> => {
  await warmUp(job, 20)
  const client = await openFor(job, job.spec)
  const start = rss()
  let peak = start
  const watch = setInterval(() => {
    peak = Math.max(peak, rss())
  }, 20)
  let result: Awaited<ReturnType<typeof runMany>> = { firsts: [], failures: 0, reason: undefined }
  const { cpu, wall } = await costs(async () => {
    result = await runMany(job, client, job.streams)
  })
  clearInterval(watch)
  await client.close()
  if (result.failures > 0) throw new Error(`${result.failures} of ${job.streams} streams failed: ${result.reason}`)
  peak = Math.max(peak, rss())
  return {
    wall,
    cpu,
    peakRss: peak,
    perStream: (peak - start) * 1024 / job.streams,
    // A run of its own, since a forced collection takes time.
    live: await livePerStream(job),
    firstP50: percentile(result.firsts, 0.5),
    firstP99: percentile(result.firsts, 0.99)
  }
}

/** What is live after a forced collection while the stream is open. */
const memory = async (job: JobOf<"memory">): Promise<Metrics> => {
  await warmUp(job)
  const samples: Array<number> = []
  const sample = (): void => {
    samples.push(liveBytes() / megabyte)
  }
  const sink = new Sink(job.at.map((at) => ({ at, run: sample })))
  const client = await openFor(job, job.spec)
  await client.run(sink)
  await client.close()
  check(sink, job.expected)
  const [first = Number.NaN, last = Number.NaN] = samples
  return { first, last, growth: last - first }
}

/** Writes V8's profile of the streams alone, without loading and warming up. */
const profile = async (job: JobOf<"profile">): Promise<Metrics> => {
  const client = await openFor(job, job.spec)
  await warmUp(job, job.requests > 1 ? 500 : 1)
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: 200 })
  await session.post("Profiler.start")
  let failures = 0
  for (let left = job.requests; left > 0; left--) failures += (await runMany(job, client, job.streams)).failures
  const stopped = await session.post("Profiler.stop")
  await client.close()
  if (failures > 0) throw new Error(`${failures} streams failed`)
  writeFileSync(job.file, JSON.stringify(stopped.profile))
  return {}
}

/**
 * The pieces of a body; pieces of one byte are shared, so that what is measured is not the making of a million buffers.
 */
const piecesOf = ({ characters, spec }: JobOf<"in-memory">) => {
  const events = characters === undefined ? eventsOf(spec) : oneLongEvent(characters)
  const single = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]))
  if (spec.write === 0) {
    const list = [...pieces(events, 0)]
    return { list, bytes: list.reduce((sum, piece) => sum + piece.length, 0) }
  }
  const bytes = Buffer.concat([...pieces(events, 1024 * 1024)])
  const list = spec.write === 1
    ? Array.from(bytes, (byte) => single[byte] ?? bytes)
    : [...cut([bytes], spec.write)]
  return { list, bytes: bytes.length }
}

/** Loads a decoder, here alone, since it brings Sluice into the process. */
const loadDecoder = async (job: JobOf<"in-memory">) => {
  const isBefore = job.client === before
  const module: { readonly decoders: DecoderLoaders } = isBefore
    ? await import(moduleBefore("clients/InMemory.ts"))
    : await import("./clients/InMemory.ts")
  const make = await module.decoders[isBefore ? "sluice" : job.client]?.(job.spec.protocol)
  if (make === undefined) throw new Error(`there is no decoder ${job.client}`)
  return make
}

const inMemory = async (job: JobOf<"in-memory">): Promise<Metrics> => {
  const make = await loadDecoder(job)
  const { bytes, list } = piecesOf(job)
  const deltas = job.spec.tokens
  const once = (): void => {
    const sink = new Sink()
    const decoder = make(sink)
    for (const piece of list) decoder.push(piece)
    decoder.end()
    if (sink.deltas !== deltas || sink.outputTokens !== deltas || sink.inputTokens !== inputTokens) {
      throw new Error(`${job.client}: ${sink.deltas} deltas instead of ${deltas}`)
    }
  }
  const during = (millis: number): { readonly wall: number; readonly fastest: number } => {
    const started = performance.now()
    let times = 0
    let elapsed = 0
    let fastest = Infinity
    do {
      const before = elapsed
      once()
      times++
      elapsed = performance.now() - started
      fastest = Math.min(fastest, elapsed - before)
    } while (elapsed < millis)
    return { wall: elapsed / times, fastest }
  }
  // Long streams take several times as long until V8 has compiled what they run through.
  const isLong = job.spec.tokens > 1000
  during(isLong ? 1500 : 300)
  const { fastest, wall } = during(isLong ? 1500 : 700)
  return {
    megabytes: bytes / 1e6,
    fastest,
    tokenRate: deltas / wall * 1000,
    rate: bytes / 1000 / wall,
    nanosPerByte: wall * 1e6 / bytes
  }
}

const partialJson = async (job: JobOf<"partial-json">): Promise<Metrics> => {
  const { measure } = await import("./clients/PartialParsers.ts")
  return measure(job)
}

/** Loaded here alone, since it brings Sluice into the process. */
const toolCalls = async (job: JobOf<"tool-calls">): Promise<Metrics> => {
  const { measure } = await import("./clients/ToolCallStates.ts")
  return measure(job)
}

/** Loaded here alone, since it brings Sluice into the process. */
const toolLoop = async (job: JobOf<"tool-loop">): Promise<Metrics> => {
  const { measure } = await import("./clients/ToolLoopSteps.ts")
  return measure(job)
}

const measure = (job: Job): Promise<Metrics> => {
  switch (job.mode) {
    case "load":
      return load(job)
    case "throughput":
      return throughput(job)
    case "latency":
      return latency(job)
    case "concurrent":
      return concurrent(job)
    case "memory":
      return memory(job)
    case "profile":
      return profile(job)
    case "in-memory":
      return inMemory(job)
    case "repeated":
      return repeated(job)
    case "partial-json":
      return partialJson(job)
    case "tool-calls":
      return toolCalls(job)
    case "tool-loop":
      return toolLoop(job)
  }
}

const failed = (error: unknown): Outcome => {
  const detail = error instanceof Error ? error.message : String(error)
  const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND"
  return { status: missing ? "missing" : "failed", detail }
}

const job: Job = JSON.parse(process.argv[2] ?? "")
const outcome = await measure(job).then((metrics): Outcome => ({ status: "measured", metrics }), failed)
// Give the last message time to leave before the process does.
process.send?.(JSON.stringify(outcome), () => process.exit(0))
await sleep(5000)
