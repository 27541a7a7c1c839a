/** How long a fresh process takes to import the built package, and that it loads nobody's SDK. */
import { spawnSync } from "node:child_process"
import { type Bench, table } from "../lib/Bench.ts"
import { build, drop } from "../lib/Build.ts"
import { median, print } from "../lib/Numbers.ts"

const entries = [["effect/Effect"], ["sluice"], ["sluice/openai"], ["sluice", "sluice/openai"]]

const timed = (names: ReadonlyArray<string>): string =>
  `const started = performance.now(); for (const name of ${JSON.stringify(names)}) await import(name)
process.stdout.write(String(performance.now() - started))`

const listed = (names: ReadonlyArray<string>): string =>
  `import { registerHooks } from "node:module"
const loaded = new Set()
registerHooks({ load: (url, context, next) => {
  const name = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1]
  if (name !== undefined) loaded.add(name)
  return next(url, context)
} })
for (const name of ${JSON.stringify(names)}) await import(name)
process.stdout.write([...loaded].sort().join(" "))`

export const cold = async (bench: Bench): Promise<void> => {
  const folder = bench.built ?? build()
  const run = (program: string): string => {
    const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: folder,
      encoding: "utf8"
    })
    if (status !== 0) throw new Error(stderr)
    return stdout
  }
  try {
    const times = bench.options.rounds ?? (bench.options.quick ? 3 : 15)
    const measured = new Map(entries.map((names) => [names, new Array<number>()]))
    for (let round = 0; round < times; round++) {
      for (const [names, millis] of measured) millis.push(Number(run(timed(names))))
    }
    const rows = [...measured].map((
      [names, millis]
    ) => [names.join(" + "), print(median(millis), 0), run(listed(names))])
    bench.say(
      `\n### Cold import, median of ${times} fresh processes\n\n${table(["import", "ms", "packages loaded"], rows)}\n`
    )
    for (const [names, millis] of measured) {
      bench.kept.push({
        experiment: "cold",
        client: names.join(" + "),
        round: 0,
        job: { mode: "cold" },
        outcome: { status: "measured", metrics: { millis: median(millis) } }
      })
    }
    const unexpected = rows.flatMap((row) => (row[2] ?? "").split(" ")).filter((name) =>
      !/^(effect|@effect\/.*|undici)$/.test(name)
    )
    if (/openai|anthropic|aws|google|azure/.test(unexpected.join(" "))) {
      throw new Error(`importing sluice loads an SDK: ${unexpected.join(", ")}`)
    }
  } finally {
    if (bench.built === undefined) drop(folder)
  }
}
