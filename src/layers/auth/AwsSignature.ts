/**
 * AWS Signature Version 4: the headers that prove who sent a request, and that nobody changed it.
 *
 * The algorithm is `@smithy/signature-v4`'s. Here is which parts of a request are signed, and how they are written.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Crypto from "node:crypto"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"

/** Keys to sign with. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/**
 * The parts of a request that are signed. `path` is as it is sent: what is percent-encoded in it is encoded once more for
 * the signature, as every service but S3 wants it. `query` is decoded.
 */
export interface Signable {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: Readonly<Record<string, ReadonlyArray<string>>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * What is signed for, with what, and at which time (Unix time in milliseconds). Without `checksum`, the hash of the body is
 * signed and not sent.
 */
export interface Options {
  readonly credentials: AwsCredentials
  readonly region: string
  readonly service: string
  readonly at: number
  readonly checksum?: boolean | undefined
}

type Input = Parameters<Crypto.Hash["update"]>[0]

/** The form in which the library wants a hash: with a secret it is a keyed one. */
const sha256 = ({ createHash, createHmac }: typeof Crypto) =>
  class Sha256 {
    readonly #make: () => Crypto.Hash | Crypto.Hmac
    #hash: Crypto.Hash | Crypto.Hmac

    constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
      this.#make = secret === undefined
        ? () => createHash("sha256")
        : () => createHmac("sha256", typeof secret === "string" ? secret : bytesOf(secret))
      this.#hash = this.#make()
    }

    update(data: Input): void {
      this.#hash.update(data)
    }

    digest(): Promise<Uint8Array> {
      return Promise.resolve(new Uint8Array(this.#hash.digest()))
    }

    reset(): void {
      this.#hash = this.#make()
    }
  }

const bytesOf = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const queryOf = (search: string): Record<string, Array<string>> => {
  const query: Record<string, Array<string>> = {}
  for (const pair of search.replace(/^\?/, "").split("&")) {
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals))
    query[name] = [...(query[name] ?? []), equals === -1 ? "" : decoded(pair.slice(equals + 1))]
  }
  return query
}

/** What is on its way may gain and lose other headers: the client's own, a proxy's. */
const isSigned = (name: string): boolean => name === "content-type" || name.startsWith("x-amz-")

/** Takes a request apart for signing. Of its headers, those are signed that say what its body is, and AWS's own. */
export const fromRequest = (request: {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}): Signable => {
  const url = new URL(request.url)
  return {
    method: request.method,
    host: url.host,
    path: url.pathname,
    query: queryOf(url.search),
    headers: Object.fromEntries(
      Object.entries(request.headers)
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => isSigned(name))
    ),
    body: request.body
  }
}

/** Signs a request: answers the headers that are to be added to it. Fails when the library is not installed. */
export const sign = Effect.fnUntraced(function*(
  request: Signable,
  options: Options
): Effect.fn.Return<Readonly<Record<string, string>>, ConfigurationError> {
  const { SignatureV4 } = yield* OptionalLibrary.load("@smithy/signature-v4", () => import("@smithy/signature-v4"))
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: options.region,
    service: options.service,
    sha256: sha256(yield* Effect.promise(() => import("node:crypto"))),
    applyChecksum: options.checksum ?? true
  })
  const given = { ...request.headers, host: request.host }
  const signed = yield* Effect.promise(() =>
    signer.sign({
      method: request.method,
      protocol: "https:",
      hostname: request.host,
      path: request.path,
      query: Object.fromEntries(Object.entries(request.query).map(([name, values]) => [name, [...values]])),
      headers: given,
      body: request.body
    }, { signingDate: DateTime.toDateUtc(DateTime.makeUnsafe(options.at)) })
  )
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => !Object.hasOwn(given, name)))
})
