/** The processes of a measurement: the emitter, which stays, and a fresh one for each client. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { before as beforeClient } from "../clients/Client.ts"
import type { Job, Outcome } from "./Job.ts"
import { type Spec, toPath } from "./Spec.ts"

export interface Emitter {
  readonly origin: string
  /** Builds a body, and answers the emitter's CPU time so far, in milliseconds. */
  readonly prepare: (spec: Spec) => Promise<number>
  readonly stop: () => void
}

export const startEmitter = async (): Promise<Emitter> => {
  const child = fork(fileURLToPath(import.meta.resolve("../emitter.ts")), { execArgv: ["--max-old-space-size=8192"] })
  const [port] = await once(child, "message")
  return {
    origin: `http://127.0.0.1:${port}`,
    prepare: async (spec) => {
      child.send(toPath(spec))
      const [cpu] = await once(child, "message")
      return Number(cpu)
    },
    stop: () => child.disconnect()
  }
}

// Node keeps what it made of the TypeScript here, so that a measured process does not hold the compiler that did it.
const compileCache = join(import.meta.dirname, "../../../node_modules/.cache/sluice-bench")
const timeLimit = 600_000

/** Another checkout to compare with, and where it is built. */
export interface Before {
  readonly checkout: string
  readonly built: string
}

/** Where a process finds what it measures. */
interface Places {
  readonly built: string | undefined
  readonly before: Before | undefined
  readonly options: { readonly packages: string | undefined }
}

/** The variables by which `Sources.ts` and `Client.ts` find what a client consists of. */
const variables = (job: Job, { before, built, options: { packages } }: Places): Readonly<Record<string, string>> => {
  const isBefore = job.client === beforeClient
  const folder = isBefore ? before?.built : built
  return {
    ...(folder === undefined ? {} : { SLUICE_BENCH_BUILT: folder }),
    ...(isBefore && before !== undefined ? { SLUICE_BENCH_BEFORE: before.checkout } : {}),
    ...(packages === undefined ? {} : { SLUICE_BENCH_PACKAGES: packages })
  }
}

/** Runs a job in a process of its own. A process that dies is an outcome too. */
export const runJob = (job: Job, places: Places): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.resolve("../worker.ts")), [JSON.stringify(job)], {
      execArgv: ["--expose-gc", "--import", import.meta.resolve("./Sources.ts")],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      timeout: timeLimit,
      killSignal: "SIGKILL",
      env: {
        ...process.env,
        NODE_ENV: "production",
        NODE_COMPILE_CACHE: compileCache,
        NO_PROXY: "127.0.0.1",
        no_proxy: "127.0.0.1",
        ...variables(job, places)
      }
    })
    let outcome: Outcome | undefined
    let said = ""
    child.stderr?.on("data", (data) => {
      said += data
    })
    child.on("message", (message) => {
      outcome = JSON.parse(String(message))
    })
    child.on("close", (code, signal) => {
      resolve(outcome ?? { status: "failed", detail: `exit ${code ?? signal}: ${said.slice(-400)}` })
    })
  })
