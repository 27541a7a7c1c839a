/**
 * Values and tool calls while they arrive: parsers of partial JSON, `streamObject`, `ToolCalls.states`, `streamText`.
 */
import { label } from "../clients/Client.ts"
import { against, type Bench, measure, middle, report, specOf } from "../lib/Bench.ts"
import { characters } from "../lib/Documents.ts"
import { describeWrite } from "../lib/Spec.ts"
import { expectedOf } from "../lib/Text.ts"

const parserLabels: Readonly<Record<string, string>> = {
  "sluice": "Sluice's PartialJson",
  "sluice-snapshots": "Sluice's PartialJson, a snapshot each",
  "jsonriver": "jsonriver",
  "partial-json": "partial-json",
  "ai-sdk": "AI SDK parsePartialJson"
}

const roundsOf = ({ options }: Bench): number => options.rounds ?? (options.quick ? 1 : 5)

/** Streams at once whose events come one by one: a network chunk has several events where they are not paced. */
const pacedStreams = 8

const slower = (own: number, base: number): number => own / base

interface Parsing {
  readonly title: string
  readonly parsers: ReadonlyArray<string>
  readonly document: "records" | "numbers"
  readonly size: number
}

/** Parses texts in pieces of 20 characters. */
const parsing = async (bench: Bench, { document, parsers, size, title }: Parsing): Promise<void> => {
  const rounds = await measure(bench, roundsOf(bench), parsers, (client) => ({
    mode: "partial-json",
    client,
    document,
    size,
    piece: 20,
    millis: bench.options.quick ? 100 : 1000
  }))
  report(bench, title, rounds, [
    { title: "MB/s", value: (client) => middle(rounds, client, ({ megabytesPerSecond = 0 }) => megabytesPerSecond) },
    {
      title: "ns/piece",
      digits: 0,
      value: (client) => middle(rounds, client, ({ nanosPerPiece = 0 }) => nanosPerPiece)
    },
    { title: "time over Sluice's", value: (client) => against(rounds, client, "fastest", slower, "sluice") },
    { title: "end over start", value: (client) => middle(rounds, client, ({ growth = 0 }) => growth) }
  ], (client) => parserLabels[client] ?? client)
}

/** Reads streams over a socket: the CPU time of a token over that of `ChatModel.stream`. */
const streaming = async (
  bench: Bench,
  title: string,
  clients: ReadonlyArray<string>,
  spec: ReturnType<typeof specOf>
): Promise<void> => {
  const { emitter, options: { quick } } = bench
  const isPaced = spec.interval > 0
  const warmup = { ...spec, interval: 0 }
  await emitter.prepare(warmup)
  await emitter.prepare(spec)
  const expected = expectedOf(spec)
  const rounds = await measure(bench, roundsOf(bench), clients, (client) => ({
    mode: "repeated",
    client,
    origin: emitter.origin,
    spec,
    warmup,
    expected,
    warmups: quick ? 2 : 20,
    requests: isPaced ? pacedStreams : quick ? 4 : 40,
    streams: isPaced ? pacedStreams : 1
  }))
  const pace = isPaced ? ` each millisecond, ${pacedStreams} streams at once` : ""
  report(bench, `${title}, ${describeWrite(spec.write)}${pace}`, rounds, [
    {
      title: "CPU ns/token",
      digits: 0,
      value: (client) => middle(rounds, client, ({ cpuPerToken = 0 }) => cpuPerToken)
    },
    { title: "over stream", value: (client) => against(rounds, client, "cpuPerToken", slower, "sluice") }
  ], label)
}

/** Follows the states of tool calls from memory: what a piece of their arguments costs. */
const calling = async (bench: Bench): Promise<void> => {
  const long = bench.options.quick ? 200_000 : 5_000_000
  const loads = [
    { calls: 1, characters: long },
    // As many pieces, in more calls.
    { calls: 100, characters: long / 50 },
    { calls: 1000, characters: long / 500 }
  ]
  for (const { calls, characters } of loads) {
    const rounds = await measure(bench, roundsOf(bench), ["sluice"], (client) => ({
      mode: "tool-calls",
      client,
      calls,
      characters
    }))
    const column = (title: string, name: string, digits: number) => ({
      title,
      digits,
      value: () => middle(rounds, "sluice", (metrics) => metrics[name] ?? Number.NaN)
    })
    const what = calls === 1 ? "one tool call" : `${calls} interleaved tool calls`
    report(bench, `In memory: ${what} of ${characters} characters, in pieces of 20`, rounds, [
      column("ns/piece", "states", 0),
      column("the stream alone", "stream", 0),
      column("the parser alone", "parser", 0),
      ...(calls === 1 ? [column("end/start", "growth", 2)] : [])
    ], () => "ToolCalls.states")
  }
}

export const tools = async (bench: Bench): Promise<void> => {
  const { options } = bench
  const scale = options.quick ? 10 : 1
  await parsing(bench, {
    title: `Partial JSON: nested records, ${1000 / scale} KB in pieces of 20 characters, the value read after each`,
    parsers: ["sluice", "sluice-snapshots", "jsonriver"],
    document: "records",
    size: 1_000_000 / scale
  })
  await parsing(bench, {
    title: "Partial JSON: nested records, 50 KB, the same",
    parsers: ["sluice", "jsonriver", "partial-json", "ai-sdk"],
    document: "records",
    size: 50_000
  })
  await parsing(bench, {
    title: `Partial JSON: nested records, ${10_000 / scale} KB, the same`,
    parsers: ["sluice"],
    document: "records",
    size: 10_000_000 / scale
  })
  await parsing(bench, {
    title: `Partial JSON: a list of ${100_000 / scale} numbers, the same`,
    parsers: ["sluice"],
    document: "numbers",
    size: 100_000 / scale
  })
  await calling(bench)
  const kinds = [{ write: 0, interval: 0 }, { write: 0, interval: 1 }, { write: 65_536, interval: 0 }]
  for (const kind of kinds) {
    const spec = specOf(options, { protocol: "chat", tokens: 100_000 / characters / scale, ...kind })
    await streaming(
      bench,
      `An object of ${100 / scale} KB`,
      ["sluice", "sluice-object", "sluice-object-optional"],
      { ...spec, text: "json" }
    )
    await streaming(bench, `A text of ${spec.tokens} tokens`, ["sluice", "sluice-language-model"], spec)
  }
}
