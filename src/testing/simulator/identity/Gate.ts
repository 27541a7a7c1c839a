/**
 * Lets requests to a simulator in: answers those for a token, and tells which of the others bring what they have to.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import type { Response } from "../Response.ts"
import * as Fault from "../scenario/Fault.ts"
import * as AwsCredentials from "./AwsCredentials.ts"
import * as EntraTokens from "./EntraTokens.ts"
import * as GoogleTokens from "./GoogleTokens.ts"
import type { SimulatedIdentity } from "./SimulatedIdentity.ts"
import * as Issuer from "./Issuer.ts"
import * as SignatureCheck from "./SignatureCheck.ts"
import type { Reply, Route } from "./TokenRequest.ts"

const routes: ReadonlyArray<Route> = [...GoogleTokens.routes, ...EntraTokens.routes, ...AwsCredentials.routes]

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * A request as a transport hands it over. Times are the client's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Arrival {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

/**
 * What is wrong with what a request brought. A signature's problem has a type of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unwelcome {
  readonly message: string
  readonly signature: SignatureCheck.SignatureProblem | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Gate {
  /** How many requests were for tokens, or on the way to one. */
  readonly answered: () => number
  /** The answer to a request for a token; nothing for any other request. */
  readonly token: (request: Arrival, nowMillis: number) => Response | undefined
  /** What a request to a model lacks, or nothing. */
  readonly check: (request: Arrival, nowMillis: number) => Unwelcome | undefined
  /** What the server's clock says, where it is not the client's: a `date` header. */
  readonly date: (nowMillis: number) => Readonly<Record<string, string>>
}

const dateOf = (millis: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

const written = (
  reply: Reply,
  faults: ReadonlyArray<Fault.Fault>,
  date: Readonly<Record<string, string>>
): Response => {
  const status = Fault.find(faults, "Status")
  const raw = Fault.find(faults, "Raw")
  const body = status !== undefined
    ? typeof status.body === "string" ? status.body : status.body === undefined ? "" : JSON.stringify(status.body)
    : raw?.text ?? reply.body
  const bytes = raw?.bytes ?? encoder.encode(body)
  const delay = Fault.find(faults, "Delay")
  return {
    connection: Fault.find(faults, "Reset") === undefined ? "kept" : "reset",
    delayMillis: delay === undefined ? 0 : delay.millis,
    status: status?.status ?? raw?.status ?? reply.status,
    headers: {
      ...reply.headers,
      ...(raw?.contentType === undefined ? {} : { "content-type": raw.contentType }),
      ...(status?.headers ?? raw?.headers),
      ...date,
      "content-length": String(bytes.length)
    },
    body: () => bytes.length === 0 ? [] : [{ _tag: "Write", bytes }]
  }
}

const bearerOf = (headers: Arrival["headers"]): string | undefined =>
  /^bearer\s+(\S+)$/i.exec(headers["authorization"] ?? "")?.[1]

/**
 * Creates the gate of a scenario: it is open where the scenario has no identities.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (identity: SimulatedIdentity = {}, seed: number): Gate => {
  const issuer = Issuer.make(identity, seed)
  const skew = identity.clockSkewMillis ?? 0
  const date = (nowMillis: number) => skew === 0 ? {} : { date: dateOf(nowMillis + skew) }
  let asked = 0
  let found = 0
  return {
    answered: () => found,
    date,
    token: (request, nowMillis) => {
      const route = routes.find(({ method, path }) => method === request.method && path.test(request.path))
      const scheme = request.headers["x-forwarded-proto"] ?? "http"
      const reply = route?.answer({
        path: request.path,
        query: new URLSearchParams(request.query),
        headers: request.headers,
        form: new URLSearchParams(decoder.decode(request.bytes)),
        origin: `${scheme}://${request.headers["host"] ?? "simulator.invalid"}`,
        now: nowMillis + skew,
        identity,
        issuer
      })
      if (reply === undefined) return undefined
      found++
      return written(
        reply,
        route?.quiet === true ? [] : Fault.active(identity.faults, ++asked),
        date(nowMillis)
      )
    },
    check: (request, nowMillis) => {
      const { require } = identity
      if (require === undefined) return undefined
      if (require === "aws") {
        const signature = SignatureCheck.check(request, identity.aws ?? {}, issuer, nowMillis + skew)
        return signature === undefined ? undefined : { message: signature.message, signature }
      }
      const token = bearerOf(request.headers)
      return token !== undefined && issuer.isGood(require, token, nowMillis + skew) ? undefined : {
        message: token === undefined
          ? "The request has no access token."
          : "The access token is not known, or has expired.",
        signature: undefined
      }
    }
  }
}
