/**
 * Creates the response of a scripted completion and its faults: status, headers and the steps of the body.
 */
import { gzipSync } from "node:zlib"
import * as Completion from "./Completion.ts"
import * as Ndjson from "./framing/Ndjson.ts"
import type { Json } from "./Json.ts"
import type { RequestContext } from "./RequestContext.ts"
import type { Chunking, Pace } from "./scenario/Delivery.ts"
import * as Fault from "./scenario/Fault.ts"
import type { SimulatorQuirks } from "./scenario/SimulatorQuirks.ts"
import type { ScriptedCompletion } from "./scenario/ScriptedCompletion.ts"
import * as Seed from "./Seed.ts"
import * as Steps from "./Steps.ts"
import type { Framing, LineEnd, Problem, SideResponse, WireEvent, WireProtocol } from "./WireProtocol.ts"

/** A response as data. */
export interface Response {
  /** Whether the connection is kept, closed or reset before the headers. */
  readonly connection: "kept" | "closed" | "reset"
  /** The delay before the headers, in milliseconds; `undefined` means that they never come. */
  readonly delayMillis: number | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Returns the steps in which the body is sent. */
  readonly body: () => Iterable<Steps.Step>
}

const encoder = new TextEncoder()

const written = (bytes: Uint8Array): Iterable<Steps.Step> => bytes.length === 0 ? [] : [{ _tag: "Write", bytes }]

/** Creates a response with a JSON body. */
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

/** Creates the protocol's own error response. */
export const error = (
  protocol: WireProtocol,
  problem: Problem,
  requestId: string,
  quirks: SimulatorQuirks = {}
): Response => {
  const { body, headers, status } = protocol.errorResponse(problem, requestId, quirks)
  return json(status, { ...protocol.responseHeaders(requestId), ...headers }, body)
}

const quirksOf = ({ scenario, scripted }: Options): SimulatorQuirks => ({ ...scenario.quirks, ...scripted.quirks })

const lowerCase = (headers: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const lineEnds = { crlf: "\r\n", cr: "\r" } as const

// Keeps the first half, as if the rest of the event had been lost.
const firstHalf = (data: string): string => data.slice(0, Math.max(1, Math.floor(data.length / 2)))

/** Applies the faults that omit or replace single events. */
const applyEventFaults = function*(
  events: Iterable<WireEvent>,
  faults: ReadonlyArray<Fault.Fault>,
  errorEvents: (problem: Problem, position: number) => ReadonlyArray<WireEvent>
): Generator<WireEvent> {
  const omitsFinish = Fault.find(faults, "OmitFinish") !== undefined
  const omitsTerminator = Fault.find(faults, "OmitTerminator") !== undefined
  const malformed = faults.filter((fault) => fault._tag === "MalformedEvent")
  const error = Fault.find(faults, "ErrorEvent")
  let position = 0
  for (const event of events) {
    if (omitsFinish && event.isFinish === true || omitsTerminator && event.isTerminator === true) continue
    position++
    if (error?.event === position) return yield* errorEvents(error, position - 1)
    const fault = malformed.find((fault) => fault.event === position)
    yield fault === undefined ? event : { ...event, data: fault.data ?? firstHalf(event.data) }
  }
  // A stream with fewer events than the fault expected fails at its end.
  if (error !== undefined && error.event > position) yield* errorEvents(error, position)
}

/** The content of a response before faults and chunking. */
export interface Content {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly steps: () => Iterable<Steps.Step>
  readonly isStreamed: boolean
}

/** Returns the content that a fault puts in place of the completion. */
const replacementContent = (
  options: Options,
  faults: ReadonlyArray<Fault.Fault>
): Content | undefined => {
  const fault = faults.find((fault) =>
    fault._tag === "ProviderError" || fault._tag === "Status" || fault._tag === "Raw"
  )
  switch (fault?._tag) {
    case "ProviderError": {
      const error = options.protocol.errorResponse(fault, options.requestId, quirksOf(options))
      return {
        status: error.status,
        headers: { "content-type": "application/json", ...error.headers, ...lowerCase(fault.headers) },
        steps: () => written(encoder.encode(JSON.stringify(error.body))),
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

/** Returns the completion as the protocol writes it, streamed or whole. */
const completionContent = (options: Options, faults: ReadonlyArray<Fault.Fault>, pace: Pace): Content => {
  const { framing, protocol } = options
  if (!options.isStreaming) {
    const problem = Fault.find(faults, "ErrorEvent")
    const bytes = encoder.encode(JSON.stringify(
      problem === undefined
        ? protocol.wholeBody(options.completion())
        : protocol.errorResponse(problem, options.requestId, quirksOf(options)).body
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
      const completion = options.completion()
      const errorEvents = (problem: Problem, position: number) => protocol.errorEvents(completion, problem, position)
      return Steps.fromEvents(applyEventFaults(protocol.events(completion), faults, errorEvents), {
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

// Everything is compressed into one write. The pauses come first, as they would from a compressing proxy.
const compressed = function*(steps: Iterable<Steps.Step>): Generator<Steps.Step> {
  const writes: Array<Steps.Step> = []
  for (const step of steps) {
    if (step._tag === "Write") writes.push(step)
    else yield step
  }
  yield { _tag: "Write", bytes: new Uint8Array(gzipSync(Steps.bytesOf(writes))) }
}

/** What a response is created from. */
export interface Options extends RequestContext {
  readonly protocol: WireProtocol
  readonly framing: Framing
  /** The scripted completion and how it is delivered. */
  readonly scripted: ScriptedCompletion
  /**
   * Returns an equal completion on every call. Encoding one consumes its random sequence, so each use needs its own.
   */
  readonly completion: () => Completion.Completion
  /** The faults that apply to this request. */
  readonly faults: ReadonlyArray<Fault.Fault>
  readonly isStreaming: boolean
  /** The content to send in place of the completion. */
  readonly content?: Content | undefined
}

/** Creates the response to a request. */
export const make = (options: Options): Response => {
  const { faults, ordinal, protocol, scenario, scripted } = options
  const delay = Fault.find(faults, "Delay")
  const pace: Pace = { ...scenario.pace, ...scripted.pace }
  const chunking: Chunking = scripted.chunking ?? scenario.chunking ?? "events"
  const replacement = replacementContent(options, faults)
  const content = replacement ?? options.content ?? completionContent(options, faults, pace)
  const isEndless = replacement === undefined && content.isStreamed && (scripted.parts ?? []).some(Completion.isEndless)
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
      ...(scripted.rateLimits === undefined || options.windows !== undefined
        ? {}
        : protocol.rateLimitHeaders(scripted.rateLimits, options.nowMillis)),
      ...content.headers,
      ...(isCompressed ? { "content-encoding": "gzip" } : {}),
      ...lowerCase(scenario.headers),
      ...lowerCase(scripted.headers),
      ...length,
      // After a wrong length, the next response on the same connection could not be found.
      ...(wrongLength === undefined ? {} : { connection: "close" })
    },
    body: () =>
      Steps.applyByteFaults(
        Steps.rechunk(Steps.corrupt(steps(), faults), chunking, Seed.make(options.seed, ordinal, 2)),
        faults,
        options.framing.comment("keep-alive", "\n")
      )
  }
}

/** What a response of a side endpoint is created from. */
export interface SideOptions extends RequestContext {
  readonly protocol: WireProtocol
  /** The format of error responses. */
  readonly quirks?: SimulatorQuirks | undefined
}

/** Creates the response of a side endpoint. The scenario's faults apply to it as they do to completions. */
export const forSideEndpoint = (side: SideResponse, options: SideOptions): Response => {
  const { ordinal, protocol, quirks, requestId, scenario, seed } = options
  if ("problem" in side) return error(protocol, side.problem, requestId, quirks)
  const isLines = "lines" in side
  const bytes = isLines
    ? side.lines.map((line) => Ndjson.framing.encode({ data: JSON.stringify(line), tokens: 0 }, "\n"))
    : [encoder.encode(JSON.stringify(side.json))]
  return make({
    ...options,
    framing: protocol.framing,
    scripted: quirks === undefined ? {} : { quirks },
    completion: () =>
      Completion.make({
        scripted: {},
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
