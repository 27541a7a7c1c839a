/**
 * What the simulator saw: the last requests and connections, for tests to look at.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Json } from "./Json.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"

/**
 * How the response to a request ended: still going, written to its end, broken off by a fault, or abandoned because the
 * client went away.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseOutcome = "pending" | "completed" | "cut" | "disconnected"

/**
 * A request as it was received, and what became of it. Requests are numbered from 1. Times are in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReceivedRequest {
  readonly number: number
  readonly connection: number
  readonly receivedAt: number
  readonly method: string
  readonly path: string
  /** Lower-case names. Credentials are left out; `credential` has the key. */
  readonly headers: Readonly<Record<string, string>>
  readonly credential: Redacted.Redacted | undefined
  readonly protocol: ProtocolId | undefined
  /** The parsed body, `undefined` when it is no JSON. */
  readonly body: Json | undefined
  readonly status: number | undefined
  readonly bytesWritten: number
  readonly outcome: ResponseOutcome
  readonly endedAt: number | undefined
}

/**
 * A connection that a client made. Connections are numbered from 1. In memory, each request has its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Connection {
  readonly number: number
  readonly openedAt: number
  readonly closedAt: number | undefined
  readonly requests: number
}

type Mutable<A> = { -readonly [Key in keyof A]: A[Key] }

/**
 * A request whose response is being written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly number: number
  readonly status: (status: number) => void
  readonly wrote: (bytes: number) => void
  /** The first outcome counts. */
  readonly ended: (outcome: Exclude<ResponseOutcome, "pending">, nowMillis: number) => void
}

/**
 * A bounded record of requests and connections.
 *
 * @category models
 * @since 0.1.0
 */
export interface Journal {
  readonly open: (nowMillis: number) => number
  readonly close: (connection: number, nowMillis: number) => void
  readonly record: (
    request: Omit<ReceivedRequest, "number" | "status" | "bytesWritten" | "outcome" | "endedAt">
  ) => Entry
  /** The number that the next request will get. */
  readonly next: () => number
  readonly requests: () => ReadonlyArray<ReceivedRequest>
  readonly connections: () => ReadonlyArray<Connection>
  readonly whenEnded: (number: number) => Effect.Effect<ReceivedRequest>
}

const bound = <A>(entries: Array<A>, limit: number): void => {
  if (entries.length > limit) entries.splice(0, entries.length - limit)
}

const copy = <A extends object>(entry: A): A => ({ ...entry })

const snapshot = <A extends object>(entries: ReadonlyArray<A>): ReadonlyArray<A> => entries.map(copy)

/**
 * Creates an empty journal that keeps the last `limit` requests and connections.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (limit: number): Journal => {
  const requests: Array<Mutable<ReceivedRequest>> = []
  const connections: Array<Mutable<Connection>> = []
  const waiting = new Map<number, Deferred.Deferred<ReceivedRequest>>()
  let requestCount = 0
  let connectionCount = 0
  const connection = (number: number) => connections.find((entry) => entry.number === number)
  return {
    open: (nowMillis) => {
      connections.push({ number: ++connectionCount, openedAt: nowMillis, closedAt: undefined, requests: 0 })
      bound(connections, limit)
      return connectionCount
    },
    close: (number, nowMillis) => {
      const entry = connection(number)
      if (entry !== undefined && entry.closedAt === undefined) entry.closedAt = nowMillis
    },
    record: (request) => {
      const entry: Mutable<ReceivedRequest> = {
        ...request,
        number: ++requestCount,
        status: undefined,
        bytesWritten: 0,
        outcome: "pending",
        endedAt: undefined
      }
      requests.push(entry)
      bound(requests, limit)
      const used = connection(request.connection)
      if (used !== undefined) used.requests++
      return {
        number: entry.number,
        status: (status) => {
          entry.status = status
        },
        wrote: (bytes) => {
          entry.bytesWritten += bytes
        },
        ended: (outcome, nowMillis) => {
          if (entry.outcome !== "pending") return
          entry.outcome = outcome
          entry.endedAt = nowMillis
          const deferred = waiting.get(entry.number)
          waiting.delete(entry.number)
          if (deferred !== undefined) Deferred.doneUnsafe(deferred, Effect.succeed(copy(entry)))
        }
      }
    },
    next: () => requestCount + 1,
    requests: () => snapshot(requests),
    connections: () => snapshot(connections),
    whenEnded: (number) =>
      Effect.suspend(() => {
        const entry = requests.find((entry) => entry.number === number)
        if (entry !== undefined && entry.outcome !== "pending") return Effect.succeed(copy(entry))
        if (entry === undefined && number <= requestCount) {
          return Effect.die(new Error(`The simulator no longer remembers request ${number}.`))
        }
        const deferred = waiting.get(number) ?? Deferred.makeUnsafe<ReceivedRequest>()
        waiting.set(number, deferred)
        return Deferred.await(deferred)
      })
  }
}
