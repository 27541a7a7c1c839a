/**
 * Decodes mutated recordings of all protocols at several chunkings: `npm run fuzz -- --cases N --seed S`.
 *
 * Each case has a seed of its own, the first one S. At every chunking it gives the same events or the same error, never
 * a defect, and never a tool call from cut arguments. A failing case prints the command that repeats it. The recordings
 * are those in the folder that `SLUICE_WIRE` names, or in `../shared/wire`.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import type { Body } from "./Bodies.ts"
import * as Bodies from "./Bodies.ts"
import * as Check from "./Check.ts"
import { mutate } from "./Mutations.ts"
import { Random } from "./Random.ts"

const { values } = parseArgs({
  options: {
    /** How many cases are tried. */
    cases: { type: "string", default: "10000" },
    /** The seed of the first case. */
    seed: { type: "string", default: "1" },
    /** Tries recordings of one protocol only. */
    protocol: { type: "string" },
    /** After how many failing cases it stops. */
    failures: { type: "string", default: "5" },
    /** Writes the body of the last case to a file, for `sluice decode`. */
    write: { type: "string" },
    /** Whether failing cases are not tried again to find the command that repeats them. */
    quick: { type: "boolean", default: false }
  }
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const number = (name: "cases" | "seed" | "failures"): number => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= 0) return value
  process.stderr.write(`--${name} takes a whole number, not "${values[name]}"\n`)
  return process.exit(2)
}

const count = number("cases")
const seed = number("seed")
const mostFailures = number("failures")
const bodies: ReadonlyArray<Body> = Bodies.recorded().filter(({ protocol }) =>
  values.protocol === undefined || protocol === values.protocol
)
if (bodies.length === 0) {
  process.stderr.write("there are no recordings: set SLUICE_WIRE to their folder, and --protocol to one of theirs\n")
  process.exit(1)
}

const commandOf = (from: number, cases: number): ReadonlyArray<string> => [
  "--seed",
  String(from),
  "--cases",
  String(cases),
  ...(values.protocol === undefined ? [] : ["--protocol", values.protocol])
]

/** Returns the command that repeats a failing case: alone, or behind the cases whose templates it needs. */
const repeating = (failing: number): string => {
  const alone = commandOf(failing, 1)
  if (values.quick) return alone.join(" ")
  for (let before = 0; before <= failing - seed; before = before === 0 ? 1 : before * 4) {
    const command = commandOf(failing - before, before + 1)
    const script = process.argv[1] ?? ""
    const { stdout } = spawnSync(process.execPath, [script, "--quick", "--failures", "1000000", ...command], {
      encoding: "utf8",
      maxBuffer: 1 << 30
    })
    if (stdout.includes(`case ${failing} `)) return command.join(" ")
  }
  return commandOf(seed, failing - seed + 1).join(" ")
}

const started = performance.now()
let failed = 0
let reported = started
let tried = 0
for (; tried < count && failed < mostFailures; tried++) {
  const own = seed + tried
  const random = new Random(own)
  const mutated = mutate(bodies, random)
  const problem = Check.check(mutated, random)
  if (values.write !== undefined && tried === count - 1) writeFileSync(values.write, mutated.bytes)
  if (problem !== undefined) {
    failed++
    print(`case ${own} (${mutated.body.protocol}, ${mutated.body.framing}, ${mutated.body.id}): ${problem}`)
    print(`  repeat it: npm run fuzz -- ${repeating(own)}`)
  }
  if (performance.now() - reported > 30_000) {
    reported = performance.now()
    print(`${tried + 1} of ${count} cases in ${Math.round((reported - started) / 1000)} s, ${failed} failed`)
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(1)
print(`${tried} cases of ${bodies.length} recordings in ${seconds} s (seed ${seed}): ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
