/**
 * Makes calls of every operation through random faults and interruptions: `npm run chaos -- --requests N --seed S`.
 *
 * Descriptors, heap and fibers stay flat, no call ends in a defect or with a wrong value, and the pool serves
 * afterwards. It prints a line of JSON for each sample and one for the result, and exits with 1 where that is not so.
 */
import { Cause, Duration, Effect, Exit, Fiber, Metric } from "effect"
import { readdirSync } from "node:fs"
import { parseArgs } from "node:util"
import { Random } from "../fuzz/Random.ts"
import * as Faults from "../support/Faults.ts"
import * as Raw from "../support/RawServer.ts"

const { values } = parseArgs({
  options: {
    /** How many calls are made. */
    requests: { type: "string", default: "20000" },
    /** The seed of faults, operations and interruptions. */
    seed: { type: "string", default: "1" },
    /** How many calls are under way at once. */
    concurrency: { type: "string", default: "32" },
    /** The limits of time for headers and bytes, in milliseconds. Calls time out where the machine is slower. */
    limit: { type: "string", default: "1000" }
  }
})

const number = (name: keyof typeof values): number => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value > 0) return value
  process.stderr.write(`--${name} takes a whole number above 0, not "${values[name]}"\n`)
  return process.exit(2)
}

const calls = number("requests")
const concurrency = number("concurrency")
const limit = Duration.millis(number("limit"))
const random = new Random(number("seed"))

const connections = 32
const samples = 5
/** How many calls of a hundred are interrupted, and after at most how many milliseconds. */
const interrupted = { percent: 40, within: 200 }

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

const operations: ReadonlyArray<readonly [string, Faults.Operation]> = Object.entries(Faults.operations)
const faults = Object.values(Faults.faults)
const healthy: Faults.Fault["respond"] = Faults.faults["none"]?.respond ?? (() => {})

const byPath: ReadonlyArray<readonly [string, Faults.Operation]> = [
  ["/chat/completions", Faults.operations.chat],
  ["/embeddings", Faults.operations.embeddings],
  ["/rerank", Faults.operations.rerank],
  ["/audio/transcriptions", Faults.operations.transcription],
  ["/audio/speech", Faults.operations.speech]
]

/** What a call may return: sound that is cut by a wrong length cannot be told from a whole one. */
const isExpected = (operation: Faults.Operation, value: string): boolean =>
  value === operation.value ||
  operation === Faults.operations.speech && value === String(Math.floor(operation.body.length / 2))

const descriptors = (): number | undefined => {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return undefined
  }
}

interface Sample {
  readonly done: number
  readonly heapMb: number
  readonly descriptors: number | undefined
  readonly fibers: unknown
}

/** Measures when nothing is under way. */
const sample = (done: number): Effect.Effect<Sample> =>
  Effect.gen(function*() {
    yield* Effect.sleep(300)
    globalThis.gc?.()
    yield* Effect.sleep(50)
    globalThis.gc?.()
    const metrics = yield* Metric.snapshot
    const found: Sample = {
      done,
      heapMb: Math.round(process.memoryUsage().heapUsed / 1e5) / 10,
      descriptors: descriptors(),
      fibers: metrics.find(({ id }) => id === "child_fibers_active")?.state
    }
    print(found)
    return found
  })

/** Returns what is not flat between two samples. */
const growth = (before: Sample, after: Sample): ReadonlyArray<string> => [
  ...(after.heapMb > before.heapMb * 1.15 + 5 ? [`the heap grew from ${before.heapMb} to ${after.heapMb} MB`] : []),
  // Each of the connections that may be open has an end here and one at the server.
  ...((after.descriptors ?? 0) > (before.descriptors ?? 0) + 2 * connections
    ? [`descriptors grew from ${before.descriptors} to ${after.descriptors}`]
    : []),
  ...(JSON.stringify(after.fibers) === JSON.stringify(before.fibers)
    ? []
    : [`fibers went from ${JSON.stringify(before.fibers)} to ${JSON.stringify(after.fibers)}`])
]

const outcomes = new Map<string, number>()
const problems: Array<string> = []
const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)

const call = Effect.gen(function*() {
  const [name, operation] = random.pickAny(operations) ?? ["chat", Faults.operations.chat]
  const made: Effect.Effect<string, { readonly _tag: string }, Faults.Services> = operation.call
  const fiber = yield* Effect.forkChild(made, { startImmediately: true })
  if (random.below(100) < interrupted.percent) {
    yield* Effect.sleep(random.below(interrupted.within))
    yield* Fiber.interrupt(fiber)
  }
  const exit = yield* Fiber.await(fiber)
  if (Exit.isSuccess(exit)) {
    count("success")
    if (!isExpected(operation, exit.value)) problems.push(`${name} returned ${exit.value.slice(0, 60)}`)
  } else if (Cause.hasDies(exit.cause)) problems.push(`${name} died: ${Cause.pretty(exit.cause)}`)
  else if (Cause.hasInterrupts(exit.cause)) count("interrupted")
  else for (const { error } of exit.cause.reasons.filter(Cause.isFailReason)) count(error._tag)
})

const program = Effect.gen(function*() {
  let isHealthy = true
  const respond = ({ head, socket }: Raw.Exchange): void => {
    const operation = byPath.find(([path]) => head.includes(`${path} HTTP`))?.[1]
    if (operation === undefined) return
    const respond = isHealthy ? healthy : random.pickAny(faults)?.respond ?? healthy
    respond(socket, operation)
  }
  const server = yield* Raw.serve(respond, () => {}, false)
  const layer = Faults.layer(server.url, {
    connectionsPerHost: connections,
    maxRetries: 1,
    retryBase: Duration.millis(1),
    headersTimeout: limit,
    idleTimeout: limit
  })
  yield* Effect.gen(function*() {
    const all: Array<Sample> = []
    for (let part = 0; part < samples; part++) {
      isHealthy = false
      const size = Math.ceil(calls / samples)
      yield* Effect.forEach(Array.from({ length: size }), () => call, { concurrency, discard: true })
      all.push(yield* sample((part + 1) * size))
    }
    const [first, last] = [all[0], all.at(-1)]
    if (first !== undefined && last !== undefined) problems.push(...growth(first, last))
    isHealthy = true
    for (let round = 0; round < 20; round++) {
      for (const [name, { call, value }] of operations) {
        const made: Effect.Effect<string, { readonly _tag: string }, Faults.Services> = call
        const exit = yield* Effect.exit(made)
        if (!Exit.isSuccess(exit) || exit.value !== value) problems.push(`afterwards ${name}: ${String(exit)}`)
      }
    }
  }).pipe(Effect.provide(layer))
  yield* Effect.sleep(200)
  if (server.open() > 0) problems.push(`${server.open()} connections are open after the layer is closed`)
})

await Effect.runPromise(Effect.scoped(program).pipe(Effect.provide(Metric.enableRuntimeMetricsLayer)))
print({ outcomes: Object.fromEntries(outcomes), problems: problems.slice(0, 20), ok: problems.length === 0 })
process.exitCode = problems.length === 0 ? 0 : 1
