/**
 * Parses mutated JSON texts in pieces: `npm run fuzz:json -- --cases N --seed S`. Each case has a seed of its own, the
 * first one S.
 */
import { parseArgs } from "node:util"
import { checkCase } from "./CheckJson.ts"

const { values } = parseArgs({
  options: {
    /** How many cases are tried. */
    cases: { type: "string", default: "100000" },
    /** The seed of the first case. */
    seed: { type: "string", default: "1" }
  }
})

const [cases, seed] = [Number(values.cases), Number(values.seed)]
if (!Number.isInteger(cases) || !Number.isInteger(seed)) {
  process.stderr.write("--cases and --seed take whole numbers\n")
  process.exit(2)
}
const started = performance.now()
let failed = 0
for (let own = seed; own < seed + cases && failed < 5; own++) {
  const problem = checkCase(own)
  if (problem === undefined) continue
  failed++
  process.stdout.write(`case ${own}: ${problem}\n  repeat it: npm run fuzz:json -- --seed ${own} --cases 1\n`)
}
const seconds = ((performance.now() - started) / 1000).toFixed(1)
process.stdout.write(`${cases} texts in ${seconds} s (seed ${seed}): ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
