/**
 * The simulator without a transport: takes a request as bytes and returns the response as data.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Journal from "./Journal.ts"
import * as Json from "./Json.ts"
import type { RequestContext } from "./RequestContext.ts"
import type { Response } from "./Response.ts"
import * as Router from "./Router.ts"
import * as Fault from "./scenario/Fault.ts"
import * as ScenarioState from "./ScenarioState.ts"
import * as Seed from "./Seed.ts"
import type { Options, Simulator } from "./Simulator.ts"
import type { Problem } from "./WireProtocol.ts"
import * as WireProtocols from "./WireProtocols.ts"

/** A request as a transport received it. */
export interface RawRequest {
  /** The journal's number of the connection. */
  readonly connection: number
  readonly method: string
  readonly path: string
  /** The query without its question mark; empty when there is none. */
  readonly query: string
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body; `undefined` when it was larger than allowed. */
  readonly bytes: Uint8Array | undefined
}

/** A request whose response is known but not written yet. */
export interface Exchange {
  readonly entry: Journal.Entry
  readonly response: Response
}

/** The interface of the simulator to its transports. */
export interface Engine {
  readonly journal: Journal.Journal
  /** The largest body that is read, in bytes. */
  readonly maxRequestBytes: number
  /** Returns whether a new connection is to be closed before its first request, and records it if so. */
  readonly refusesConnection: (connection: number) => Effect.Effect<boolean>
  /** Records a request and returns its response. */
  readonly receive: (request: RawRequest) => Effect.Effect<Exchange>
  /** Returns the public service of the simulator at an address. */
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

const withoutSecrets = (headers: RawRequest["headers"]): RawRequest["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.has(name)))

/** Returns why a request cannot be read. `text` is its body, or `undefined` where that was too large. */
const findUnreadable = ({ method, path }: RawRequest, text: string | undefined): Problem | undefined => {
  if (text === undefined) return { kind: "too-large" }
  if (!Router.isWellFormed(path)) {
    return { kind: "invalid-request", message: `Invalid URL (${method} ${path}): malformed percent-encoding` }
  }
  return Json.isTooDeep(text)
    ? { kind: "invalid-request", message: `The request body is nested more than ${Json.maximumDepth} levels deep.` }
    : undefined
}

const contextOf = (state: ScenarioState.ScenarioState, number: number, nowMillis: number): RequestContext => {
  const ordinal = ScenarioState.ordinalOf(state, number)
  return {
    scenario: state.scenario,
    requestId: Seed.make(state.seed, ordinal).id("req_", 24),
    ordinal,
    seed: state.seed,
    nowMillis,
    memory: state.memory,
    windows: state.windows
  }
}

/** Creates a simulator without a transport. */
export const make = (options: Options): Engine => {
  const journal = Journal.make(options.maxRecords ?? 1000, options.maxBodyBytes ?? 16 * 1024 * 1024)
  let state = ScenarioState.make(options.scenario ?? {}, options.seed, 1)

  const receive = Effect.fnUntraced(function*(raw: RawRequest): Effect.fn.Return<Exchange> {
    const nowMillis = yield* Clock.currentTimeMillis
    const { accessControl, scenario, script } = state
    const bytes = raw.bytes ?? new Uint8Array()
    const text = raw.bytes === undefined ? undefined : decoder.decode(bytes)
    const unreadable = findUnreadable(raw, text)
    const json = text === undefined || unreadable !== undefined ? undefined : Option.getOrUndefined(Json.parse(text))
    const route = Router.find(raw.path)
    const key = (route.protocol ?? WireProtocols.forHeaders(raw)).credential(raw)
    const entry = journal.record({
      connection: raw.connection,
      receivedAt: nowMillis,
      method: raw.method,
      path: raw.path,
      headers: withoutSecrets(raw.headers),
      credential: key === undefined ? undefined : Redacted.make(key),
      protocol: route.protocol?.id,
      body: json,
      bodyBytes: bytes.length
    })
    const arrival = { ...raw, bytes }
    const token = route.protocol === undefined ? accessControl.tokenResponse(arrival, nowMillis) : undefined
    if (token !== undefined) return { entry, response: token }
    const context = contextOf(state, entry.number, nowMillis)
    const request: Router.RoutedRequest = {
      ...arrival,
      body: Json.object(json),
      json,
      unreadable,
      strictness: scenario.strictness ?? "provider"
    }
    const problem = accessControl.check(arrival, nowMillis)
    const response = problem === undefined
      ? Router.respond(route, request, context, script)
      : Router.credentialError(route, request, problem, context)
    return { entry, response: { ...response, headers: { ...response.headers, ...accessControl.date(nowMillis) } } }
  })

  const refusesConnection = Effect.fnUntraced(function*(connection: number): Effect.fn.Return<boolean> {
    const faults = Fault.active(state.scenario.faults, ScenarioState.ordinalOf(state, journal.next()))
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
      body: undefined,
      bodyBytes: 0
    }).ended("cut", nowMillis)
    return true
  })

  return {
    journal,
    maxRequestBytes: options.maxRequestBytes ?? 32 * 1024 * 1024,
    refusesConnection,
    receive,
    service: (url) => ({
      url,
      baseUrl: (protocol) => `${url}${WireProtocols.byId[protocol].basePath}`,
      requests: Effect.sync(journal.requests),
      connections: Effect.sync(journal.connections),
      ended: journal.whenEnded,
      setScenario: (scenario) =>
        Effect.sync(() => {
          state = ScenarioState.make(scenario, options.seed, journal.next())
        })
    })
  }
}
