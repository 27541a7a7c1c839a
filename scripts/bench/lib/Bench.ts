/** What every experiment needs: interleaved rounds of measurements, ratios to the reference, and a table of them. */
import { availableParallelism, cpus } from "node:os"
import { before, label, reference } from "../clients/Client.ts"
import type { Job, Kept, Metrics, Outcome } from "./Job.ts"
import { median, print } from "./Numbers.ts"
import type { Options } from "./Options.ts"
import { type Before, type Emitter, runJob } from "./Processes.ts"
import type { Spec } from "./Spec.ts"

export interface Bench {
  readonly options: Options
  readonly emitter: Emitter
  /** Where the built package is that is measured; the sources are, when it is nowhere. */
  readonly built: string | undefined
  /** The checkout that is compared with, if there is one. */
  readonly before: Before | undefined
  readonly kept: Array<Kept>
  /** The clients whose code Node has compiled before. */
  readonly loaded: Set<string>
  readonly say: (text: string) => void
}

/** The outcomes of a client, one for each round. */
export type Rounds = ReadonlyMap<string, ReadonlyArray<Outcome>>

/** The stream of a command line, where an experiment does not say otherwise. */
export const specOf = (options: Options, fields: Partial<Spec> & Pick<Spec, "protocol" | "tokens">): Spec => ({
  text: options.text,
  write: 0,
  adversary: options.adversary,
  logprobs: options.logprobs,
  interval: 0,
  ...fields
})

/** Measures each client once a round, each round in another order, so that noise and drift meet all of them alike. */
export const measure = async (
  bench: Bench,
  rounds: number,
  clients: ReadonlyArray<string>,
  jobOf: (client: string) => Job
): Promise<Rounds> => {
  const outcomes = new Map<string, Array<Outcome>>(clients.map((client) => [client, []]))
  for (const client of clients) {
    if (bench.options.quick || bench.loaded.has(client)) continue
    bench.loaded.add(client)
    await runJob({ mode: "load", client }, bench)
  }
  for (let round = 0; round < rounds; round++) {
    const order = [...clients.slice(round % clients.length), ...clients.slice(0, round % clients.length)]
    for (const client of order) {
      const job = jobOf(client)
      const outcome = await runJob(job, bench)
      outcomes.get(client)?.push(outcome)
      bench.kept.push({ experiment: bench.options.experiment, client, round, job: { ...job }, outcome })
    }
  }
  return outcomes
}

const metricsOf = (rounds: Rounds, client: string): ReadonlyArray<Metrics | undefined> =>
  (rounds.get(client) ?? []).map((outcome) => (outcome.status === "measured" ? outcome.metrics : undefined))

/** The median of a number over the rounds. */
export const middle = (rounds: Rounds, client: string, read: (metrics: Metrics) => number): number =>
  median(metricsOf(rounds, client).map((metrics) => (metrics === undefined ? Number.NaN : read(metrics))))

/** The median of how a number compares with another client's, the reference's by default, in the same round. */
export const against = (
  rounds: Rounds,
  client: string,
  name: string,
  compare: (own: number, reference: number) => number = (own, reference) => own / reference,
  base: string = reference
): number => {
  const references = metricsOf(rounds, base)
  return median(
    metricsOf(rounds, client).map((metrics, round) =>
      compare(metrics?.[name] ?? Number.NaN, references[round]?.[name] ?? Number.NaN)
    )
  )
}

export interface Column {
  readonly title: string
  readonly digits?: number
  readonly value: (client: string) => number
}

/** A Markdown table, its first column to the left. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>) =>
    `| ${
      widths.map((width, at) => (at === 0 ? (row[at] ?? "").padEnd(width) : (row[at] ?? "").padStart(width))).join(
        " | "
      )
    } |`
  const rule = widths.map((width, at) => (at === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`))
  return [line(header), `|${rule.join("|")}|`, ...rows.map(line)].join("\n")
}

/** The table of one set of rounds: a row for each client, which says so when it was not measured. */
export const report = (
  bench: Bench,
  title: string,
  rounds: Rounds,
  columns: ReadonlyArray<Column>,
  nameOf: (client: string) => string = label
): void => {
  const rows = [...rounds].map(([client, outcomes]) => {
    const bad = outcomes.find((outcome) => outcome.status === "failed") ??
      outcomes.find((outcome) => outcome.status === "missing")
    const values = bad === undefined
      ? columns.map(({ digits, value }) => print(value(client), digits))
      : [bad.status === "missing" ? "not installed" : `failed: ${bad.detail}`]
    values.unshift(nameOf(client))
    return values
  })
  bench.say(`\n### ${title}\n\n${table(["client", ...columns.map((column) => column.title)], rows)}\n`)
}

/** A number to compare, and whether more of it is better, so that the printed ratio is that of speeds. */
export type Compared = readonly [title: string, metric: string, isInverse?: boolean]

/** Prints how Sluice compares with the other checkout: medians of the ratios within a round, with the extremes. */
export const compareWithBefore = (bench: Bench, rounds: Rounds, numbers: ReadonlyArray<Compared>): void => {
  if (bench.before === undefined || !rounds.has("sluice")) return
  const earlier = metricsOf(rounds, before)
  const compared = numbers.map(([title, metric, isInverse = false]) => {
    const ratios = metricsOf(rounds, "sluice").map((metrics, round) => {
      const ratio = (metrics?.[metric] ?? Number.NaN) / (earlier[round]?.[metric] ?? Number.NaN)
      return isInverse ? 1 / ratio : ratio
    })
    return `${title} ${print(median(ratios), 3)} (${print(Math.min(...ratios), 3)} to ${print(Math.max(...ratios), 3)})`
  })
  bench.say(`\nSluice to Sluice before, median and extremes of the rounds' ratios: ${compared.join(", ")}\n`)
}

/** The machine, in one line. */
export const machine = (): string =>
  `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown CPU"}, Node ${process.version}`
