/**
 * Runs the conformance suites of others against the simulator: `npm run foreign:suites`.
 *
 * The suites come from npm and from a git repository, into a temporary folder beside the checkout. The exit code is 1
 * if one finds less than it should, and a suite that cannot be had is named.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import * as SimulatorProcess from "./external/SimulatorProcess.ts"
import { type Suite, suites, type Target } from "./external/Suites.ts"
import * as Workspace from "./external/Workspace.ts"

const { values } = parseArgs({
  options: {
    /** The model that the suites ask for. Reasoning models refuse parameters that the suites send. */
    model: { type: "string", default: "gpt-4o-mini" },
    /** Where the suite of Open Responses is cloned from, or the folder that it is copied from. */
    "open-responses": { type: "string", default: "https://github.com/openresponses/openresponses" },
    /** Runs only suites whose names contain this. */
    only: { type: "string", default: "" }
  }
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs one suite, and returns whether it found enough. */
const check = async (suite: Suite, target: Target): Promise<boolean> => {
  print(`\n${suite.name} (expected: ${suite.expected})`)
  const missing = await suite.prepare(target)
  if (missing !== undefined) {
    print(`  not run: ${missing}`)
    return false
  }
  const finished = await suite.run(target)
  try {
    const { details, isEnough, summary } = suite.read(finished.stdout)
    print(`  ${isEnough ? "enough" : "NOT ENOUGH"}: ${summary}`)
    for (const line of details) print(`    ${line}`)
    return isEnough
  } catch {
    print(`  no report: ${Workspace.reasonOf(finished)}`)
    return false
  }
}

const workspace = Workspace.make()
try {
  // Open Responses and llmprobe demand `[DONE]` at the end of a stream of the Responses API, which OpenAI does not
  // send.
  const scenario = { models: [values.model], quirks: { doneMarker: true } }
  const simulator = await SimulatorProcess.start(scenario, workspace.folder)
  try {
    const target = {
      workspace,
      baseUrl: `${simulator.url}/v1`,
      model: values.model,
      openResponses: values["open-responses"]
    }
    let areEnough = true
    for (const suite of suites.filter(({ name }) => name.includes(values.only))) {
      // One after the other, since they share the simulator.
      // oxlint-disable-next-line no-await-in-loop
      if (!await check(suite, target)) areEnough = false
    }
    process.exitCode = areEnough ? 0 : 1
  } finally {
    await simulator.stop()
  }
} finally {
  workspace.remove()
}
