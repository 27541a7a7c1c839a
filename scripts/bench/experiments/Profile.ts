/**
 * Where the time of a client goes: V8's profiler over one stream, many paced ones, or requests in a row, without
 * loading and warm-up.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { clientsFor, label } from "../clients/Client.ts"
import { type Bench, measure, specOf, table } from "../lib/Bench.ts"
import { print } from "../lib/Numbers.ts"
import { describeWrite } from "../lib/Spec.ts"
import { expectedOf } from "../lib/Text.ts"

interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

type Frame = CpuProfile["nodes"][number]["callFrame"]

/** The file of a function, as short as it can be told. */
const place = ({ functionName, url }: Frame): string => {
  if (url === "") return functionName.startsWith("(") ? functionName : "native"
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+\/.*)$/.exec(url)?.[1] ?? /.*\/((?:src|scripts)\/.*)$/.exec(url)?.[1] ??
    url
}

/** The part of the system that a function belongs to. */
const part = (where: string): string => {
  if (where.startsWith("src/")) return `sluice ${where.slice(4)}`
  if (where.startsWith("effect/")) return where.replace(/^effect\/(?:dist|src)\//, "effect ").replace(/\.[jt]s$/, "")
  if (where.startsWith("node:internal/streams")) return "node streams"
  return where.startsWith("node:") || !where.includes("/") ? where : where.split("/").slice(0, 2).join("/")
}

const idle = new Set(["(idle)", "(root)", "node:inspector"])

const summarize = (file: string, tokens: number, top: number): string => {
  const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(file, "utf8"))
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const functions = new Map<string, number>()
  const parts = new Map<string, number>()
  let total = 0
  samples.forEach((id, index) => {
    const frame = frames.get(id)
    const time = timeDeltas[index] ?? 0
    if (frame === undefined || idle.has(place(frame))) return
    total += time
    const where = place(frame)
    const name = `${frame.functionName || "(anonymous)"} ${where}${
      frame.lineNumber > 0 ? `:${frame.lineNumber + 1}` : ""
    }`
    functions.set(name, (functions.get(name) ?? 0) + time)
    parts.set(part(where), (parts.get(part(where)) ?? 0) + time)
  })
  const rows = (times: ReadonlyMap<string, number>) =>
    [...times].toSorted((a, b) => b[1] - a[1]).slice(0, top).map(([name, time]) => [
      name,
      print(time / total * 100, 1),
      print(time / tokens, 3)
    ])
  return `${print(total / tokens, 3)} µs a token\n\n` +
    `${table(["part", "%", "µs/token"], rows(parts))}\n\n${
      table(["function, self time", "%", "µs/token"], rows(functions))
    }\n`
}

export const profile = async (bench: Bench): Promise<void> => {
  const { emitter, options } = bench
  const streams = options.streams ?? 1
  const interval = streams > 1 && options.rate !== 0 ? 1000 / (options.rate ?? 50) : 0
  const requests = options.requests ?? 1
  const tokens = options.tokens ?? (requests > 1 ? 1 : streams > 1 ? 200 : options.quick ? 50_000 : 500_000)
  for (const protocol of options.protocols) {
    for (const write of options.writes ?? [0, 65_536]) {
      const fast = specOf(options, { protocol, tokens, write })
      const spec = { ...fast, interval }
      const warmup = { ...fast, tokens: Math.min(tokens, 50_000) }
      await emitter.prepare(warmup)
      await emitter.prepare(spec)
      const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"))
      const fileOf = (client: string) => join(folder, `${client}.cpuprofile`)
      const rounds = await measure(
        bench,
        1,
        clientsFor(protocol, { clients: options.clients ?? ["reference", "sluice"] }),
        (client) => ({
          mode: "profile",
          client,
          origin: emitter.origin,
          spec,
          warmup,
          expected: expectedOf(spec),
          streams,
          requests,
          file: fileOf(client)
        })
      )
      for (const [client, [outcome]] of rounds) {
        const summary = outcome?.status === "measured"
          ? summarize(fileOf(client), tokens * streams * requests, 25)
          : outcome?.detail ?? ""
        const what = `${protocol}, ${describeWrite(write)}, ${streams * requests} × ${tokens} tokens`
        bench.say(`\n### Profile of ${label(client)}: ${what}\n\n${summary}`)
      }
      rmSync(folder, { recursive: true })
    }
  }
}
