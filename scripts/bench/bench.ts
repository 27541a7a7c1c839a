/**
 * The benchmark: what reading a stream costs through Sluice and through others. `README.md` beside it says how.
 *
 *     npm run bench -- throughput --quick
 */
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { cold } from "./experiments/Cold.ts"
import { concurrent } from "./experiments/Concurrent.ts"
import { fragments } from "./experiments/Fragments.ts"
import { latency } from "./experiments/Latency.ts"
import { loop } from "./experiments/Loop.ts"
import { memory } from "./experiments/Memory.ts"
import { policies } from "./experiments/Policies.ts"
import { profile } from "./experiments/Profile.ts"
import { throughput } from "./experiments/Throughput.ts"
import { tools } from "./experiments/Tools.ts"
import { type Bench, machine } from "./lib/Bench.ts"
import { build, drop } from "./lib/Build.ts"
import * as Options from "./lib/Options.ts"
import { startEmitter } from "./lib/Processes.ts"

const experiments = new Map<string, (bench: Bench) => Promise<void>>([
  ["throughput", throughput],
  ["latency", latency],
  ["concurrent", concurrent],
  ["memory", memory],
  ["fragments", fragments],
  ["tools", tools],
  ["loop", loop],
  ["policies", policies],
  ["cold", cold]
])

const all = async (bench: Bench): Promise<void> => {
  for (const experiment of experiments.values()) await experiment(bench)
}

const commands = new Map([...experiments, ["all", all], ["profile", profile]])

const parse = (): Options.Options => {
  try {
    return Options.parse(process.argv.slice(2), [...commands.keys()])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}

const options = parse()
const emitter = await startEmitter()
// What is quick is no measurement, and a profile tells of the sources.
const fromSources = options.experiment === "profile" || (options.quick && options.before === undefined)
const built = fromSources ? undefined : build()
const before = options.before === undefined
  ? undefined
  : { checkout: resolve(options.before), built: build(resolve(options.before)) }
const bench: Bench = {
  options,
  emitter,
  built,
  before,
  kept: [],
  loaded: new Set(),
  say: (text) => process.stdout.write(text)
}
try {
  bench.say(`${machine()}\n`)
  await commands.get(options.experiment)?.(bench)
} finally {
  emitter.stop()
  for (const folder of [built, before?.built]) if (folder !== undefined) drop(folder)
}
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ machine: machine(), options, runs: bench.kept }, null, 1)}\n`)
}
process.exitCode = bench.kept.some(({ outcome }) => outcome.status === "failed") ? 1 : 0
