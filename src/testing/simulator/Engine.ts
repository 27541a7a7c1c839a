/**
 * The simulator without a wire: takes a request as bytes, and says what the response is to be.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Clock from "effect/Clock"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Gate from "./identity/Gate.ts"
import * as Journal from "./Journal.ts"
import * as Json from "./Json.ts"
import * as Aside from "./listing/Aside.ts"
import * as Operate from "./operations/Operate.ts"
import type { Operation } from "./operations/Operation.ts"
import * as Operations from "./operations/Operations.ts"
import * as Response from "./Response.ts"
import type { Match } from "./scenario/ScriptedCompletion.ts"
import * as DefaultCompletion from "./scenario/DefaultCompletion.ts"
import * as Fault from "./scenario/Fault.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import * as Script from "./scenario/Script.ts"
import * as Seed from "./Seed.ts"
import type { Options, Simulator } from "./Simulator.ts"
import * as Turn from "./Turn.ts"
import type { Incoming, Problem, WireProtocol } from "./WireProtocol.ts"
import * as WireProtocols from "./WireProtocols.ts"

/**
 * A request as a transport hands it over.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawRequest {
  readonly connection: number
  readonly method: string
  readonly path: string
  /** Without its question mark: empty when there is none. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` when the request was larger than allowed. */
  readonly bytes: Uint8Array | undefined
}

/**
 * A request that is being answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange {
  readonly entry: Journal.Entry
  readonly response: Response.Response
}

/**
 * What a transport needs of the simulator.
 *
 * @category models
 * @since 0.1.0
 */
export interface Engine {
  readonly journal: Journal.Journal
  readonly maxRequestBytes: number
  /** Tells whether the next connection is to be refused before it has said anything, and if so counts it. */
  readonly refuses: (connection: number) => Effect.Effect<boolean>
  readonly receive: (request: RawRequest) => Effect.Effect<Exchange>
  readonly service: (url: string) => Simulator["Service"]
}

const secretHeaders = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "x-amz-security-token",
  "x-aws-ec2-metadata-token",
  "x-identity-header",
  "cookie"
])

const decoder = new TextDecoder()

// 2026-01-01. Answers do not tell the time, so that the same seed gives the same bytes on any day.
const epoch = 1_767_225_600

/** Refuses a request that did not bring what it has to: AWS says in a header what was wrong with a signature. */
const turnedAway = (family: WireProtocol, { message, signature }: Gate.Unwelcome, requestId: string) =>
  signature === undefined
    ? Response.rejected(family, { kind: "authentication", message }, requestId)
    : Response.json(403, { "x-amzn-requestid": requestId, "x-amzn-errortype": signature.type }, { message })

const hasToolResult = (body: Json.JsonObject): boolean =>
  /"role":"tool"|"type":"(tool_result|function_call_output)"|"(toolResult|functionResponse)":/.test(
    JSON.stringify(body)
  )

const checkKey = (protocol: WireProtocol, request: Incoming, scenario: Scenario): Problem | undefined => {
  const key = protocol.credential(request)
  const isMissing = key === "" || key === undefined && (scenario.requireKey ?? false) !== false
  if (isMissing) {
    return {
      kind: "authentication",
      message: protocol.missingKey
    }
  }
  return typeof scenario.requireKey === "string" && key !== scenario.requireKey ? { kind: "authentication" } : undefined
}

const checkModel = (protocol: WireProtocol, request: Incoming, scenario: Scenario): Problem | undefined => {
  const { model } = protocol.match(request)
  if (model === undefined || model === "" || scenario.models === undefined || scenario.models.includes(model))
    return undefined
  return {
    kind: "model-not-found",
    message: protocol.unknownModel?.(model) ?? `The model '${model}' does not exist or you do not have access to it.`
  }
}

/**
 * Creates a simulator without a transport.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Engine => {
  const journal = Journal.make(options.maxRecords ?? 1000)
  let scenario: Scenario = options.scenario ?? {}
  let script = Script.make(scenario)
  // Faults and chance count from the beginning of the scenario, so that setting it again repeats every byte.
  let firstNumber = 1

  const seedOf = () => options.seed ?? scenario.seed ?? 0
  let gate = Gate.make(scenario.identity, seedOf())
  // Requests for tokens have a count of their own.
  const ordinalOf = (number: number) => number - firstNumber + 1 - gate.answered()

  const respond = (
    protocol: WireProtocol,
    request: Incoming,
    ordinal: number,
    nowMillis: number
  ): Response.Response => {
    const seed = seedOf()
    const ids = Seed.make(seed, ordinal)
    const requestId = ids.id("req_", 24)
    const problem = checkKey(protocol, request, scenario) ??
      (request.strictness === "off" ? undefined : protocol.validate(request)) ??
      checkModel(protocol, request, scenario)
    if (problem !== undefined) return Response.rejected(protocol, problem, requestId, scenario.quirks)
    const match: Match = protocol.match(request)
    const choice = script.next(match) ?? {
      answer: DefaultCompletion.make({
        seed: ids,
        toolNames: protocol.toolNames(request.body),
        hasToolResult: hasToolResult(request.body)
      }),
      use: ordinal
    }
    // An answer that says nothing at all but how it is delivered stands for the usual one.
    const answer = choice.answer.parts === undefined && choice.answer.finish === undefined
      ? {
        ...DefaultCompletion.make({
          seed: ids,
          toolNames: protocol.toolNames(request.body),
          hasToolResult: hasToolResult(request.body)
        }),
        ...choice.answer
      }
      : choice.answer
    const faults = [
      ...Fault.active(answer.faults, choice.use),
      ...Fault.active(scenario.faults, ordinal)
    ]
    return Response.make({
      protocol,
      framing: protocol.framingFor?.(request) ?? protocol.framing,
      scenario,
      answer,
      turn: () =>
        Turn.make({
          answer,
          request: request.body,
          model: match.model,
          quirks: { ...scenario.quirks, ...answer.quirks },
          seed: Seed.make(seed, ordinal, 3),
          created: epoch
        }),
      faults,
      isStreaming: match.stream === true,
      requestId,
      ordinal,
      seed,
      nowMillis
    })
  }

  const operate = (
    operation: Operation,
    request: Incoming & { readonly bytes: Uint8Array },
    ordinal: number,
    nowMillis: number
  ): Response.Response => {
    const seed = seedOf()
    const requestId = Seed.make(seed, ordinal).id("req_", 24)
    // Nothing but the scenario's seed decides what a text is embedded as.
    const asked = Operate.read(operation, request, seed)
    const protocol = Operate.protocolOf(operation, asked)
    const problem = request.method === "POST"
      ? checkKey(protocol, request, scenario) ??
        (request.strictness === "off" ? undefined : operation.validate(asked)) ??
        checkModel(protocol, request, scenario)
      : { kind: "not-found" as const, status: 405, message: `Not allowed to ${request.method} on ${request.path}.` }
    return problem === undefined
      ? Operate.respond(operation, asked, { scenario, requestId, ordinal, seed, nowMillis })
      : Response.rejected(protocol, problem, requestId)
  }

  const route = (
    request: Omit<Incoming, "body">,
    body: Option.Option<Json.Json>,
    isTooLarge: boolean,
    ordinal: number,
    nowMillis: number
  ): Response.Response => {
    const protocol = WireProtocols.forPath(request.path)
    const family = protocol ?? WireProtocols.forOther(request)
    const requestId = Seed.make(seedOf(), ordinal).id("req_", 24)
    const incoming = { ...request, body: Json.object(Option.getOrUndefined(body)) }
    const refuse = (problem: Problem) => Response.rejected(family, problem, requestId, scenario.quirks)
    if (isTooLarge) return refuse({ kind: "too-large" })
    if (protocol === undefined) {
      return Aside.respond(incoming, {
        scenario,
        requestId,
        ordinal,
        seed: seedOf(),
        nowMillis,
        wrongKey: (protocol) => checkKey(protocol, incoming, scenario)
      })
    }
    if (request.method !== "POST") {
      return refuse({
        kind: "not-found",
        status: 405,
        message: `Not allowed to ${request.method} on ${request.path}. (HINT: Perhaps you meant to use POST?)`
      })
    }
    if (!Json.isObject(Option.getOrUndefined(body))) {
      return checkKey(family, incoming, scenario) === undefined
        ? refuse({ kind: "invalid-request", message: "We could not parse the JSON body of your request." })
        : refuse({ kind: "authentication" })
    }
    return respond(protocol, incoming, ordinal, nowMillis)
  }

  const receive = Effect.fnUntraced(function*(raw: RawRequest): Effect.fn.Return<Exchange> {
    const nowMillis = yield* Clock.currentTimeMillis
    const body = raw.bytes === undefined ? Option.none<Json.Json>() : Json.parse(decoder.decode(raw.bytes))
    // What is no chat may share its address with chat.
    const operation = Operations.forPath(raw.path)
    const protocol = operation === undefined ? WireProtocols.forPath(raw.path) : undefined
    const key = (protocol ?? WireProtocols.forOther(raw)).credential(raw)
    const entry = journal.record({
      connection: raw.connection,
      receivedAt: nowMillis,
      method: raw.method,
      path: raw.path,
      headers: Object.fromEntries(Object.entries(raw.headers).filter(([name]) => !secretHeaders.has(name))),
      credential: key === undefined ? undefined : Redacted.make(key),
      protocol: protocol?.id,
      body: Option.getOrUndefined(body)
    })
    const incoming = {
      method: raw.method,
      path: raw.path,
      query: raw.query,
      headers: raw.headers,
      strictness: scenario.strictness ?? "provider"
    }
    const arrival = { ...raw, bytes: raw.bytes ?? new Uint8Array() }
    const token = protocol === undefined ? gate.token(arrival, nowMillis) : undefined
    if (token !== undefined) return { entry, response: token }
    const ordinal = ordinalOf(entry.number)
    const unwelcome = gate.check(arrival, nowMillis)
    const asked = { ...incoming, body: Json.object(Option.getOrUndefined(body)), bytes: arrival.bytes }
    const family = operation === undefined
      ? protocol ?? WireProtocols.forOther(raw)
      : Operate.protocolOf(operation, Operate.read(operation, asked, seedOf()))
    const response = unwelcome !== undefined
      ? turnedAway(family, unwelcome, Seed.make(seedOf(), ordinal).id("req_", 24))
      : operation !== undefined && raw.bytes !== undefined
      ? operate(operation, asked, ordinal, nowMillis)
      : route(incoming, body, raw.bytes === undefined, ordinal, nowMillis)
    return { entry, response: { ...response, headers: { ...response.headers, ...gate.date(nowMillis) } } }
  })

  const refuses = Effect.fnUntraced(function*(connection: number): Effect.fn.Return<boolean> {
    const faults = Fault.active(scenario.faults, ordinalOf(journal.next()))
    if (Fault.find(faults, "Refuse") === undefined) return false
    const nowMillis = yield* Clock.currentTimeMillis
    journal.record({
      connection,
      receivedAt: nowMillis,
      method: "",
      path: "",
      headers: {},
      credential: undefined,
      protocol: undefined,
      body: undefined
    }).ended("cut", nowMillis)
    return true
  })

  return {
    journal,
    maxRequestBytes: options.maxRequestBytes ?? 32 * 1024 * 1024,
    refuses,
    receive,
    service: (url) => ({
      url,
      baseUrl: (protocol) => `${url}${WireProtocols.byId[protocol].basePath}`,
      requests: Effect.sync(journal.requests),
      connections: Effect.sync(journal.connections),
      ended: journal.whenEnded,
      setScenario: (next) =>
        Effect.sync(() => {
          scenario = next
          script = Script.make(next)
          firstNumber = journal.next()
          gate = Gate.make(next.identity, seedOf())
        })
    })
  }
}
