/**
 * Decides which requests a scenario accepts: serves the token endpoints and checks the credentials of all other
 * requests.
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
import type { TokenResponse, TokenRoute } from "./TokenRequest.ts"

const routes: ReadonlyArray<TokenRoute> = [...GoogleTokens.routes, ...EntraTokens.routes, ...AwsCredentials.routes]

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A request as a transport received it. */
export interface Arrival {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

/** Why the credentials of a request are rejected. */
export interface CredentialProblem {
  readonly message: string
  /** The problem of a signature, which has a type of its own. */
  readonly signature: SignatureCheck.SignatureProblem | undefined
}

/** The token endpoints and the credential checks of a scenario. The times that are passed in are the client's. */
export interface AccessControl {
  /** Returns how many requests were for tokens, preliminary ones included. */
  readonly tokenRequests: () => number
  /** Responds to a request for a token; returns `undefined` for all other requests. */
  readonly tokenResponse: (request: Arrival, nowMillis: number) => Response | undefined
  /** Checks the credentials of a request to a model. */
  readonly check: (request: Arrival, nowMillis: number) => CredentialProblem | undefined
  /** Returns a `date` header where the server's clock differs from the client's. */
  readonly date: (nowMillis: number) => Readonly<Record<string, string>>
}

const dateOf = (millis: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

/** Converts a token response, with its faults, to a response. */
const toResponse = (
  token: TokenResponse,
  faults: ReadonlyArray<Fault.Fault>,
  date: Readonly<Record<string, string>>
): Response => {
  const status = Fault.find(faults, "Status")
  const raw = Fault.find(faults, "Raw")
  const body = status !== undefined
    ? typeof status.body === "string" ? status.body : status.body === undefined ? "" : JSON.stringify(status.body)
    : raw?.text ?? token.body
  const bytes = raw?.bytes ?? encoder.encode(body)
  const delay = Fault.find(faults, "Delay")
  return {
    connection: Fault.find(faults, "Reset") === undefined ? "kept" : "reset",
    delayMillis: delay === undefined ? 0 : delay.millis,
    status: status?.status ?? raw?.status ?? token.status,
    headers: {
      ...token.headers,
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

/** Creates the access control of a scenario. Without identities it accepts every request. */
export const make = (identity: SimulatedIdentity = {}, seed: number): AccessControl => {
  const issuer = Issuer.make(identity, seed)
  const skew = identity.clockSkewMillis ?? 0
  const date = (nowMillis: number) => skew === 0 ? {} : { date: dateOf(nowMillis + skew) }
  let countedRequests = 0
  let tokenRequests = 0
  return {
    tokenRequests: () => tokenRequests,
    date,
    tokenResponse: (request, nowMillis) => {
      const route = routes.find(({ method, path }) => method === request.method && path.test(request.path))
      const scheme = request.headers["x-forwarded-proto"] ?? "http"
      const response = route?.respond({
        path: request.path,
        query: new URLSearchParams(request.query),
        headers: request.headers,
        form: new URLSearchParams(decoder.decode(request.bytes)),
        origin: `${scheme}://${request.headers["host"] ?? "simulator.invalid"}`,
        now: nowMillis + skew,
        identity,
        issuer
      })
      if (response === undefined) return undefined
      tokenRequests++
      return toResponse(
        response,
        route?.isPreliminary === true ? [] : Fault.active(identity.faults, ++countedRequests),
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
      return token !== undefined && issuer.isValid(require, token, nowMillis + skew) ? undefined : {
        message: token === undefined
          ? "The request has no access token."
          : "The access token is not known, or has expired.",
        signature: undefined
      }
    }
  }
}
