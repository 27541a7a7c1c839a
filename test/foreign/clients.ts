/**
 * Runs Codex, Claude Code and opencode against the simulator: `npm run foreign:clients`.
 *
 * Each is installed from npm into a temporary folder (about a gigabyte for all), runs with a home folder of its own and
 * without a network beyond loopback, and is led to read a file with one of its tools. The exit code is 1 if one does
 * not show what the file says.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import * as Clients from "./external/Clients.ts"
import * as SimulatorProcess from "./external/SimulatorProcess.ts"
import * as Workspace from "./external/Workspace.ts"

const { values } = parseArgs({
  options: {
    /** Runs only clients whose names contain this. */
    only: { type: "string", default: "" }
  }
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs one client, and returns whether it finished the round trip. */
const check = async (client: Clients.Client, workspace: Workspace.Workspace): Promise<boolean> => {
  print(`\n${client.name} (${client.package})`)
  const installed = await workspace.install([client.package])
  if (installed.code !== 0) {
    print(`  not run: npm cannot install it: ${Workspace.reasonOf(installed)}`)
    return false
  }
  const home = workspace.make(`${client.name}-home`)
  const project = workspace.make(`${client.name}-project`)
  writeFileSync(join(project, "note.txt"), `${Clients.word}\n`)
  const simulator = await SimulatorProcess.start(Clients.scenarioOf(client, project), workspace.folder)
  try {
    const place = { workspace, home, project, url: simulator.url }
    const [program = "", ...args] = client.command(place)
    const missing = Clients.missingFile([program, ...args])
    if (missing !== undefined) {
      print(`  not run: its package for this platform is missing (${missing.slice(workspace.folder.length + 1)})`)
      return false
    }
    const finished = await Workspace.run(program, args, {
      cwd: project,
      env: { ...Workspace.isolated(home), ...client.env(place) },
      seconds: 120
    })
    const { text, toolOutput } = client.read(Clients.linesOf(finished.stdout))
    const isDone = finished.code === 0 && toolOutput.includes(Clients.word) && text === Clients.ending
    print(`  ${isDone ? "finished" : "NOT FINISHED"}, exit code ${finished.code ?? "none"}`)
    print(`  its tool returned ${JSON.stringify(toolOutput.slice(0, 200))}`)
    print(`  its last text is ${JSON.stringify(text.slice(0, 200))}`)
    if (!isDone) print(`  ${Workspace.reasonOf(finished)}`)
    return isDone
  } finally {
    await simulator.stop()
  }
}

const workspace = Workspace.make()
try {
  let areDone = true
  for (const client of Clients.clients.filter(({ name }) => name.includes(values.only))) {
    // One after the other, since each needs a whole processor.
    // oxlint-disable-next-line no-await-in-loop
    if (!await check(client, workspace)) areDone = false
  }
  process.exitCode = areDone ? 0 : 1
} finally {
  workspace.remove()
}
