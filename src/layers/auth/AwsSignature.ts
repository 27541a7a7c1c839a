/**
 * Signs requests by AWS Signature Version 4.
 *
 * The algorithm is in `@smithy/signature-v4`. This module decides which parts of a request are signed, and in which
 * spelling.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import type * as SmithySignature from "@smithy/signature-v4"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Crypto from "node:crypto"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import * as NodeModules from "../http/NodeModules.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"

/** Keys to sign with. */
export interface AwsCredentials {
  /** The id of the access key. */
  readonly accessKeyId: string
  /** The secret of the access key. */
  readonly secretAccessKey: string
  /** The session token of temporary keys. */
  readonly sessionToken?: string | undefined
}

/** The parts of a request that are signed. */
export interface Signable {
  /** The HTTP method. */
  readonly method: string
  /** The host, with its port where it has one. */
  readonly host: string
  /**
   * The path as it is sent. What is percent-encoded in it is encoded once more for the signature, as every service but
   * S3 requires.
   */
  readonly path: string
  /** The parameters of the query, decoded. */
  readonly query: Readonly<Record<string, ReadonlyArray<string>>>
  /** The headers that are signed, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes of the body. */
  readonly body: Uint8Array
}

/** Options of a signature. */
export interface Options {
  /** The keys to sign with. */
  readonly credentials: AwsCredentials
  /** The region that the request is sent to. */
  readonly region: string
  /** The AWS service that the request is sent to. */
  readonly service: string
  /** The date of the signature: Unix time in milliseconds. */
  readonly at: number
  /** Whether the hash of the body is sent, and not only signed. Default: `true`. */
  readonly checksum?: boolean | undefined
}

type Input = Parameters<Crypto.Hash["update"]>[0]

/** Returns the hash class that the library takes: keyed where it is constructed with a secret. */
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

/** Returns whether a header is signed. The HTTP client and proxies may add or remove the others. */
const isSigned = (name: string): boolean => name === "content-type" || name.startsWith("x-amz-")

/** Returns the parts of a request that are signed. Only its `content-type` and the headers of AWS are signed. */
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

/** Signs a request and returns the headers to add to it. Fails when the library is not installed. */
export const sign = Effect.fnUntraced(function*(
  request: Signable,
  options: Options
): Effect.fn.Return<Readonly<Record<string, string>>, ConfigurationError> {
  const { SignatureV4 } = yield* OptionalLibrary.load<typeof SmithySignature>("@smithy/signature-v4")
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: options.region,
    service: options.service,
    sha256: sha256(NodeModules.required(NodeModules.crypto(), "node:crypto")),
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
