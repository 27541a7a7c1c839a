/**
 * Runs `sluice simulate` as a process, from the checkout.
 */
import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { createInterface } from "node:readline"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"

/** A simulator that listens. */
export interface SimulatorProcess {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts a simulator, and waits until it listens. `folder` is where the scenario is written. */
export const start = async (scenario: Scenario, folder: string): Promise<SimulatorProcess> => {
  const file = join(folder, "scenario.json")
  writeFileSync(file, JSON.stringify(scenario))
  const main = join(import.meta.dirname, "../../../src/cli/main.ts")
  const child = spawn(process.execPath, [main, "simulate", "--scenario", file], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    // The line is printed when the simulator listens.
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line).url))
    child.once("close", (code) => reject(new Error(`sluice simulate ended with exit code ${code}`)))
  })
  return {
    url,
    stop: () => {
      child.kill("SIGINT")
      return closed
    }
  }
}
