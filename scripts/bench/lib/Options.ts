/** The command line of the benchmark. */
import { parseArgs } from "node:util"
import { clients } from "../clients/Client.ts"
import { type Protocol, protocols, type Text, texts } from "./Spec.ts"

export interface Options {
  readonly experiment: string
  readonly clients: ReadonlyArray<string> | undefined
  readonly protocols: ReadonlyArray<Protocol>
  readonly writes: ReadonlyArray<number> | undefined
  readonly text: Text
  readonly tokens: number | undefined
  readonly rounds: number | undefined
  readonly streams: number | undefined
  readonly rate: number | undefined
  readonly requests: number | undefined
  readonly adversary: boolean
  readonly logprobs: boolean
  /** Whether `throughput` decodes bytes in memory instead of reading from a socket. */
  readonly inMemory: boolean
  /** The folder of another checkout to compare with. */
  readonly before: string | undefined
  readonly quick: boolean
  readonly json: string | undefined
  readonly packages: string | undefined
}

const oneOf = <A extends string>(name: string, value: string, known: ReadonlyArray<A>): A => {
  const found = known.find((item) => item === value)
  if (found === undefined) throw new Error(`${name} "${value}": there are ${known.join(", ")}`)
  return found
}

const count = (name: string, value: string | undefined, least: number): number | undefined => {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < least) throw new Error(`--${name} ${value}: a whole number from ${least}`)
  return number
}

const list = (value: string | undefined): ReadonlyArray<string> | undefined => value?.split(",")

const write = (value: string): number => (value === "event" ? 0 : count("write", value, 1) ?? 0)

/** Reads the command line; throws a sentence that says what is wrong with it. */
export const parse = (line: ReadonlyArray<string>, experiments: ReadonlyArray<string>): Options => {
  const { positionals: [experiment = ""], values } = parseArgs({
    args: [...line],
    allowPositionals: true,
    options: {
      clients: { type: "string" },
      protocol: { type: "string" },
      write: { type: "string" },
      text: { type: "string", default: "mixed" },
      tokens: { type: "string" },
      rounds: { type: "string" },
      streams: { type: "string" },
      rate: { type: "string" },
      requests: { type: "string" },
      adversary: { type: "boolean", default: false },
      logprobs: { type: "boolean", default: false },
      "in-memory": { type: "boolean", default: false },
      before: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      packages: { type: "string" }
    }
  })
  const named = list(values.protocol)?.map((name) => oneOf("--protocol", name, protocols))
  if (values.logprobs && named?.some((protocol) => protocol !== "chat") === true) {
    throw new Error("--logprobs: only chat has them")
  }
  return {
    experiment: oneOf("experiment", experiment, experiments),
    clients: list(values.clients)?.map((name) =>
      oneOf("--clients", name, [...Object.keys(clients), "eventsource-parser"])
    ),
    protocols: named ?? (values.logprobs ? ["chat"] : protocols),
    writes: list(values.write)?.map(write),
    text: oneOf("--text", values.text, texts),
    tokens: count("tokens", values.tokens, 1),
    rounds: count("rounds", values.rounds, 1),
    streams: count("streams", values.streams, 1),
    rate: count("rate", values.rate, 0),
    requests: count("requests", values.requests, 1),
    adversary: values.adversary,
    logprobs: values.logprobs,
    inMemory: values["in-memory"],
    before: values.before,
    quick: values.quick,
    json: values.json,
    packages: values.packages
  }
}
