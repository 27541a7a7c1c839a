/**
 * Turns an answer and its faults into a response: status, headers, and the steps of the body.
 *
 * @since 0.1.0
 */
import { gzipSync } from "node:zlib"
import * as Ndjson from "./framing/Ndjson.ts"
import type { Json } from "./Json.ts"
import type { ScriptedCompletion } from "./scenario/ScriptedCompletion.ts"
import type { Chunking, Pace } from "./scenario/Delivery.ts"
import * as Fault from "./scenario/Fault.ts"
import type { SimulatorQuirks } from "./scenario/SimulatorQuirks.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import * as Seed from "./Seed.ts"
import * as Steps from "./Steps.ts"
import * as Turn from "./Turn.ts"
import type { Beside, Framing, LineEnd, Problem, Rejection, WireEvent, WireProtocol } from "./WireProtocol.ts"

/**
 * What is done with one request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Response {
  /** Whether the connection survives the request at all. */
  readonly connection: "kept" | "closed" | "reset"
  /** How long the headers take: `undefined` for ever. */
  readonly delayMillis: number | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: () => Iterable<Steps.Step>
}

const encoder = new TextEncoder()

const written = (bytes: Uint8Array): Iterable<Steps.Step> => bytes.length === 0 ? [] : [{ _tag: "Write", bytes }]

/**
 * Creates the plain response of a JSON body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const json = (status: number, headers: Readonly<Record<string, string>>, body: Json): Response => {
  const bytes = encoder.encode(JSON.stringify(body))
  return {
    connection: "kept",
    delayMillis: 0,
    status,
    headers: { "content-type": "application/json", "content-length": String(bytes.length), ...headers },
    body: () => written(bytes)
  }
}

/**
 * Creates the response that refuses a request in the protocol's own form.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rejected = (
  protocol: WireProtocol,
  problem: Problem,
  requestId: string,
  quirks: SimulatorQuirks = {}
): Response => {
  const rejection: Rejection = protocol.reject(problem, requestId, quirks)
  return json(rejection.status, { ...protocol.responseHeaders(requestId), ...rejection.headers }, rejection.body)
}

const quirksOf = ({ answer, scenario }: Options): SimulatorQuirks => ({ ...scenario.quirks, ...answer.quirks })

const lowerCase = (headers: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const lineEnds = { crlf: "\r\n", cr: "\r" } as const

// Broken in the middle, as if the rest of the event had been lost.
const broken = (data: string): string => data.slice(0, Math.max(1, Math.floor(data.length / 2)))

const spoil = function*(
  events: Iterable<WireEvent>,
  faults: ReadonlyArray<Fault.Fault>,
  failed: (problem: Problem, position: number) => ReadonlyArray<WireEvent>
): Generator<WireEvent> {
  const omitsFinish = Fault.find(faults, "OmitFinish") !== undefined
  const omitsTerminator = Fault.find(faults, "OmitTerminator") !== undefined
  const malformed = faults.filter((fault) => fault._tag === "MalformedEvent")
  const error = Fault.find(faults, "ErrorEvent")
  let position = 0
  for (const event of events) {
    if (omitsFinish && event.isFinish === true || omitsTerminator && event.isTerminator === true) continue
    position++
    if (error?.event === position) return yield* failed(error, position - 1)
    const fault = malformed.find((fault) => fault.event === position)
    yield fault === undefined ? event : { ...event, data: fault.data ?? broken(event.data) }
  }
  // A stream with fewer events than the fault expected fails at its end.
  if (error !== undefined && error.event > position) yield* failed(error, position)
}

/**
 * What a response says when nothing is wrong with it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Content {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly steps: () => Iterable<Steps.Step>
  readonly isStreamed: boolean
}

const replaced = (
  options: Options,
  faults: ReadonlyArray<Fault.Fault>
): Content | undefined => {
  const fault = faults.find((fault) =>
    fault._tag === "ProviderError" || fault._tag === "Status" || fault._tag === "Raw"
  )
  switch (fault?._tag) {
    case "ProviderError": {
      const rejection = options.protocol.reject(fault, options.requestId, quirksOf(options))
      return {
        status: rejection.status,
        headers: { "content-type": "application/json", ...rejection.headers, ...lowerCase(fault.headers) },
        steps: () => written(encoder.encode(JSON.stringify(rejection.body))),
        isStreamed: false
      }
    }
    case "Status": {
      const { body } = fault
      const isText = typeof body === "string"
      const contentType = body === undefined
        ? {}
        : { "content-type": !isText ? "application/json" : /^\s*</.test(body) ? "text/html" : "text/plain" }
      const bytes = encoder.encode(body === undefined ? "" : isText ? body : JSON.stringify(body))
      return {
        status: fault.status,
        headers: { ...contentType, ...lowerCase(fault.headers) },
        steps: () => written(bytes),
        isStreamed: false
      }
    }
    case "Raw": {
      const bytes = fault.bytes ?? encoder.encode(fault.text ?? "")
      return {
        status: fault.status ?? 200,
        headers: {
          "content-type": fault.contentType ?? options.framing.contentType,
          ...lowerCase(fault.headers)
        },
        steps: () => written(bytes),
        isStreamed: options.isStreaming
      }
    }
    case undefined:
      return undefined
  }
}

const answered = (options: Options, faults: ReadonlyArray<Fault.Fault>, pace: Pace): Content => {
  const { framing, protocol } = options
  if (!options.isStreaming) {
    const problem = Fault.find(faults, "ErrorEvent")
    const bytes = encoder.encode(JSON.stringify(
      problem === undefined
        ? protocol.whole(options.turn())
        : protocol.reject(problem, options.requestId, quirksOf(options)).body
    ))
    const millis = pace.timeToFirstTokenMillis ?? 0
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      steps: () => millis > 0 ? [{ _tag: "Wait", millis }, ...written(bytes)] : written(bytes),
      isStreamed: false
    }
  }
  const ending = Fault.find(faults, "LineEnding")?.ending
  const lineEnd: LineEnd = ending === undefined ? "\n" : lineEnds[ending]
  return {
    status: 200,
    headers: { "content-type": framing.contentType, "cache-control": "no-cache" },
    steps: () => {
      const turn = options.turn()
      const failed = (problem: Problem, position: number) => protocol.errorEvents(turn, problem, position)
      return Steps.fromEvents(spoil(protocol.events(turn), faults, failed), {
        framing,
        pace,
        seed: Seed.make(options.seed, options.ordinal, 1),
        lineEnd,
        keepAlive: Fault.find(faults, "KeepAlive"),
        ping: protocol.ping
      })
    },
    isStreamed: true
  }
}

// Compression gathers everything that can be gathered; pauses come first, as they would from a compressing proxy.
const compressed = function*(steps: Iterable<Steps.Step>): Generator<Steps.Step> {
  const writes: Array<Steps.Step> = []
  for (const step of steps) {
    if (step._tag === "Write") writes.push(step)
    else yield step
  }
  yield { _tag: "Write", bytes: new Uint8Array(gzipSync(Steps.bytesOf(writes))) }
}

/**
 * What a response is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly protocol: WireProtocol
  readonly framing: Framing
  readonly scenario: Scenario
  readonly answer: ScriptedCompletion
  /** Makes the same turn every time it is asked, since writing one uses up its chances. */
  readonly turn: () => Turn.Turn
  readonly faults: ReadonlyArray<Fault.Fault>
  readonly isStreaming: boolean
  /** What is answered in place of what the protocol makes of the turn. */
  readonly content?: Content | undefined
  readonly requestId: string
  /** The number of the request within its scenario, from 1. */
  readonly ordinal: number
  readonly seed: number
  readonly nowMillis: number
}

/**
 * Creates the response to a request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Response => {
  const { answer, faults, ordinal, protocol, scenario } = options
  const delay = Fault.find(faults, "Delay")
  const pace: Pace = { ...scenario.pace, ...answer.pace }
  const chunking: Chunking = answer.chunking ?? scenario.chunking ?? "events"
  const replacement = replaced(options, faults)
  const content = replacement ?? options.content ?? answered(options, faults, pace)
  const isEndless = replacement === undefined && content.isStreamed && (answer.parts ?? []).some(Turn.isEndless)
  const isCompressed = Fault.find(faults, "Gzip") !== undefined && !isEndless
  const wrongLength = isEndless ? undefined : Fault.find(faults, "ContentLength")
  const steps = (): Iterable<Steps.Step> => isCompressed ? compressed(content.steps()) : content.steps()
  const length = content.isStreamed && wrongLength === undefined ? {} : {
    "content-length": String(Math.max(0, Steps.bytesOf(steps()).length + (wrongLength?.offset ?? 0)))
  }
  return {
    connection: Fault.find(faults, "Refuse") !== undefined
      ? "closed"
      : Fault.find(faults, "Reset") !== undefined
      ? "reset"
      : "kept",
    delayMillis: delay === undefined ? 0 : delay.millis,
    status: content.status,
    headers: {
      ...protocol.responseHeaders(options.requestId),
      ...(answer.rateLimits === undefined ? {} : protocol.rateLimitHeaders(answer.rateLimits, options.nowMillis)),
      ...content.headers,
      ...(isCompressed ? { "content-encoding": "gzip" } : {}),
      ...lowerCase(scenario.headers),
      ...lowerCase(answer.headers),
      ...length,
      // With a wrong length nobody could find the next response on the same connection.
      ...(wrongLength === undefined ? {} : { connection: "close" })
    },
    body: () =>
      Steps.breakAt(
        Steps.rechunk(Steps.corrupt(steps(), faults), chunking, Seed.make(options.seed, ordinal, 2)),
        faults,
        options.framing.comment("keep-alive", "\n")
      )
  }
}

/**
 * What a response to a question besides work is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Question
  extends Pick<Options, "protocol" | "scenario" | "requestId" | "ordinal" | "seed" | "nowMillis">
{
  /** The form of refusals. */
  readonly quirks?: SimulatorQuirks | undefined
}

/**
 * Creates the response to a request that asks for no completion. The scenario's faults hold for it as for answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const beside = (answer: Beside, question: Question): Response => {
  const { ordinal, protocol, quirks, requestId, scenario, seed } = question
  if ("problem" in answer) return rejected(protocol, answer.problem, requestId, quirks)
  const isLines = "lines" in answer
  const bytes = isLines
    ? answer.lines.map((line) => Ndjson.framing.encode({ data: JSON.stringify(line), tokens: 0 }, "\n"))
    : [encoder.encode(JSON.stringify(answer.json))]
  return make({
    ...question,
    framing: protocol.framing,
    answer: quirks === undefined ? {} : { quirks },
    turn: () =>
      Turn.make({
        answer: {},
        request: {},
        model: undefined,
        quirks: {},
        seed: Seed.make(seed, ordinal),
        created: 0
      }),
    faults: Fault.active(scenario.faults, ordinal),
    isStreaming: isLines,
    content: {
      status: 200,
      headers: { "content-type": isLines ? Ndjson.framing.contentType : "application/json" },
      steps: () => bytes.map((piece) => ({ _tag: "Write" as const, bytes: piece })),
      isStreamed: isLines
    }
  })
}
