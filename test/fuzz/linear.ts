/**
 * Measures how the time of every decoder, and of the search for secrets, grows with the size of a body: `npm run
 * fuzz:linear`.
 *
 * Bodies of 1, 2, 4 and 8 MB of each kind of delta are decoded in pieces of 16 KiB, and texts of these sizes scrubbed. The times per megabyte and the
 * growth are reported: the time of 8 MB divided by that of 2 MB, which is 4 where the time is linear and 16 where it is
 * quadratic.
 */
import { parseArgs } from "node:util"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { context, every, run } from "../support/Decoding.ts"
import { type DeltaKind, deltaKinds } from "./DeltaKinds.ts"
import { scrubKinds } from "./ScrubKinds.ts"

const { values } = parseArgs({
  options: {
    /** Measures the kinds whose name has this text only. */
    only: { type: "string", default: "" },
    /** The sizes of the bodies, in MB. */
    sizes: { type: "string", default: "1,2,4,8" },
    /** The growth above which a kind counts as not linear: from the second size to the last one, relative to theirs. */
    limit: { type: "string", default: "2" }
  }
})

const megabyte = 1_000_000
const pieceBytes = 16 * 1024
const sizes = values.sizes.split(",").map(Number)
const limit = Number(values.limit)

/** Makes a body of at least so many bytes. */
const bodyOf = ({ begin, delta, end }: DeltaKind, bytes: number): Uint8Array => {
  const parts: Array<Uint8Array> = [begin]
  let total = 0
  for (let i = 0; total < bytes; i++) {
    const part = delta(i)
    parts.push(part)
    total += part.length
  }
  parts.push(end(parts.length - 1))
  return Buffer.concat(parts)
}

/** Something to measure: makes a function for each size of its input, in bytes. */
interface Kind {
  readonly name: string
  readonly prepare: (size: number) => () => void
}

const decoding = (kind: DeltaKind): Kind => ({
  name: kind.name,
  prepare: (size) => {
    const body = bodyOf(kind, size)
    const limits = { maxLineBytes: 64 * megabyte, maxEventBytes: 64 * megabyte }
    return () => void run(byName[kind.protocol], every(body, pieceBytes), context({ limits }))
  }
})

const millisecondsOf = (measured: () => void): number => {
  const started = performance.now()
  measured()
  return performance.now() - started
}

const [from, to] = [Math.min(1, sizes.length - 1), sizes.length - 1]
const most = ((sizes[to] ?? 1) / (sizes[from] ?? 1)) * limit
const growthOf = (times: ReadonlyArray<number>): number => (times[to] ?? 0) / (times[from] ?? 1)

/** How often a kind that seems not to be linear is measured again: a busy machine has slow moments. */
const mostRounds = 6

/** Measures the fastest time of each body in two rounds, and in more while they do not look linear. */
const measure = (kind: Kind): ReadonlyArray<number> => {
  const prepared = sizes.map((size) => kind.prepare(size * megabyte))
  let times = prepared.map(millisecondsOf)
  for (let round = 1; round < 2 || (round < mostRounds && growthOf(times) > most); round++) {
    times = prepared.map((measured, at) => Math.min(times[at] ?? Infinity, millisecondsOf(measured)))
  }
  return times
}

let notLinear = 0
for (const kind of [...deltaKinds.map(decoding), ...scrubKinds]) {
  if (!kind.name.includes(values.only)) continue
  const times = measure(kind)
  const growth = growthOf(times)
  const isLinear = growth <= most
  if (!isLinear) notLinear++
  const perMegabyte = times.map((time, at) => `${(time / (sizes[at] ?? 1)).toFixed(0)}`.padStart(6)).join("")
  const mark = isLinear ? "" : "  NOT LINEAR"
  process.stdout.write(`${kind.name.padEnd(64)}${perMegabyte} ms/MB  growth ${growth.toFixed(1)}${mark}\n`)
}
process.stdout.write(`${notLinear} kinds are not linear (sizes ${sizes.join(", ")} MB)\n`)
process.exitCode = notLinear === 0 ? 0 : 1
