/**
 * The record of the simulator: the last requests and connections, for tests to inspect.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Json } from "./Json.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"

/**
 * How the response to a request ended: not yet, with its last byte, by a fault, or because the client closed the
 * connection.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseOutcome = "pending" | "completed" | "cut" | "disconnected"

/**
 * A request as the simulator received it, and how its response ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReceivedRequest {
  /** The number of the request, from 1. */
  readonly number: number
  /** The number of its connection. */
  readonly connection: number
  /** When the request was received, in milliseconds. */
  readonly receivedAt: number
  /** The method; empty for a connection that was refused. */
  readonly method: string
  /** The path without the query. */
  readonly path: string
  /** The headers, with names in lower case, without credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** The key; `undefined` where there is none. */
  readonly credential: Redacted.Redacted | undefined
  /** The chat protocol; `undefined` for all other requests. */
  readonly protocol: ProtocolId | undefined
  /** The parsed body; `undefined` when it is no JSON, or is no longer kept (see `maxBodyBytes`). */
  readonly body: Json | undefined
  /** The size of the body, in bytes; 0 when it was larger than allowed. */
  readonly bodyBytes: number
  /** The status of the response; `undefined` before its headers. */
  readonly status: number | undefined
  /** The number of body bytes that were written. */
  readonly bytesWritten: number
  /** How the response ended. */
  readonly outcome: ResponseOutcome
  /** When the response ended, in milliseconds; `undefined` before. */
  readonly endedAt: number | undefined
}

/**
 * A connection of a client. In memory, each request has its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Connection {
  /** The number of the connection, from 1. */
  readonly number: number
  /** When the connection was opened, in milliseconds. */
  readonly openedAt: number
  /** When the connection was closed, in milliseconds; `undefined` while it is open. */
  readonly closedAt: number | undefined
  /** The number of its requests. */
  readonly requests: number
}

type Mutable<A> = { -readonly [Key in keyof A]: A[Key] }

/** The record of a request whose response is being written. */
export interface Entry {
  readonly number: number
  /** Records the status. */
  readonly status: (status: number) => void
  /** Adds to the number of written bytes. */
  readonly wrote: (bytes: number) => void
  /** Records how the response ended. Only the first call counts. */
  readonly ended: (outcome: Exclude<ResponseOutcome, "pending">, nowMillis: number) => void
}

/** A bounded record of requests and connections. */
export interface Journal {
  /** Records a new connection and returns its number. */
  readonly open: (nowMillis: number) => number
  /** Records that a connection was closed. */
  readonly close: (connection: number, nowMillis: number) => void
  /** Records a request. */
  readonly record: (
    request: Omit<ReceivedRequest, "number" | "status" | "bytesWritten" | "outcome" | "endedAt">
  ) => Entry
  /** Returns the number of the next request. */
  readonly next: () => number
  readonly requests: () => ReadonlyArray<ReceivedRequest>
  readonly connections: () => ReadonlyArray<Connection>
  /** Waits until a response has ended. */
  readonly whenEnded: (number: number) => Effect.Effect<ReceivedRequest>
}

/** Removes the oldest entries over a limit, and returns them. */
const bound = <A>(entries: Array<A>, limit: number): ReadonlyArray<A> =>
  entries.length > limit ? entries.splice(0, entries.length - limit) : []

/** Keeps the bodies of the last requests up to a number of bytes. */
const makeBodyLimit = (limit: number) => {
  const withBody: Array<Mutable<ReceivedRequest>> = []
  let total = 0
  const isFull = () => total > limit
  const drop = (entry: Mutable<ReceivedRequest>): void => {
    if (entry.body === undefined) return
    total -= entry.bodyBytes
    entry.body = undefined
    while (withBody.length > 0 && withBody[0]?.body === undefined) withBody.shift()
  }
  return {
    drop,
    add: (entry: Mutable<ReceivedRequest>): void => {
      if (entry.bodyBytes > limit) entry.body = undefined
      if (entry.body === undefined) return
      withBody.push(entry)
      total += entry.bodyBytes
      while (isFull()) {
        const [oldest] = withBody
        if (oldest !== undefined) drop(oldest)
      }
    }
  }
}

const copy = <A extends object>(entry: A): A => ({ ...entry })

const snapshot = <A extends object>(entries: ReadonlyArray<A>): ReadonlyArray<A> => entries.map(copy)

/** Creates an empty journal that keeps the last `limit` requests and connections, and so many bytes of bodies. */
export const make = (limit: number, maxBodyBytes: number): Journal => {
  const bodies = makeBodyLimit(maxBodyBytes)
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
      bodies.add(entry)
      for (const removed of bound(requests, limit)) bodies.drop(removed)
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
          return Effect.die(new Error(`The simulator no longer has request ${number}; raise maxRecords to keep more.`))
        }
        const deferred = waiting.get(number) ?? Deferred.makeUnsafe<ReceivedRequest>()
        waiting.set(number, deferred)
        return Deferred.await(deferred)
      })
  }
}
