/**
 * Verifies Signature Version 4 from the specification: only the request that arrived and the known keys are used.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from "node:crypto"
import type { Aws } from "./SimulatedIdentity.ts"
import type { Issuer } from "./Issuer.ts"

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

/** Why a signature is rejected: AWS's type and message. */
export interface SignatureProblem {
  readonly type:
    | "MissingAuthenticationTokenException"
    | "IncompleteSignatureException"
    | "UnrecognizedClientException"
    | "ExpiredTokenException"
    | "InvalidSignatureException"
  readonly message: string
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")
const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac("sha256", key).update(data).digest()

/** Percent-encodes all characters but the unreserved ones of RFC 3986, as upper-case codes of their UTF-8 bytes. */
const uriEncode = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z\d\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }).join("")

/** Encodes each segment of the path. The path arrived encoded already, so it is encoded twice, as AWS requires. */
const canonicalPath = (path: string): string => path.split("/").map(uriEncode).join("/")

/** Decodes a part of a query. A malformed part stays as it is, which makes the signature invalid. */
const decodePart = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const canonicalQuery = (query: string): string =>
  query.split("&").filter((pair) => pair !== "").map((pair) => {
    const [name = "", ...value] = pair.split("=")
    return `${uriEncode(decodePart(name))}=${uriEncode(decodePart(value.join("=")))}`
  }).toSorted().join("&")

const fieldsOf = (authorization: string) =>
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/
    .exec(authorization)

/** The tolerated difference between the time of a request and the server's, in milliseconds. */
const tolerance = 300_000

const timeOf = (date: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

/** Checks the signature of a request. Returns `undefined` when it is valid. */
export const check = (
  request: SignedRequest,
  expected: typeof Aws.Type,
  issuer: Issuer,
  now: number
): SignatureProblem | undefined => {
  const { headers } = request
  const authorization = headers["authorization"]
  if (authorization === undefined) {
    return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }
  }
  const [, accessKeyId = "", day = "", region = "", service = "", names = "", signature = ""] =
    fieldsOf(authorization) ?? []
  const date = headers["x-amz-date"] ?? ""
  if (signature === "" || !Number.isFinite(timeOf(date)) || !date.startsWith(day)) {
    return {
      type: "IncompleteSignatureException",
      message: "Authorization header requires Credential, SignedHeaders, Signature and a date."
    }
  }
  const keys = issuer.keysOf(accessKeyId)
  if (keys === undefined || keys.sessionToken !== headers["x-amz-security-token"]) {
    return { type: "UnrecognizedClientException", message: "The security token included in the request is invalid." }
  }
  const checkScope = (what: string, value: string, expected: string | undefined): SignatureProblem | undefined =>
    expected === undefined || expected === value ? undefined : {
      type: "InvalidSignatureException",
      message: `Credential should be scoped to a valid ${what}.`
    }
  const signed = names.split(";")
  const required = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))]
  const missing = required.find((name) => !signed.includes(name))
  if (missing !== undefined) {
    return {
      type: "InvalidSignatureException",
      message: `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`
    }
  }
  const hash = sha256(request.bytes)
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...signed.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    names,
    hash
  ].join("\n")
  const scope = `${day}/${region}/${service}/aws4_request`
  const key = [day, region, service, "aws4_request"].reduce<string | Uint8Array>(hmac, `AWS4${keys.secretAccessKey}`)
  const expectedSignature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString("hex")
  const declared = headers["x-amz-content-sha256"]
  if (expectedSignature !== signature || declared !== undefined && declared !== hash) {
    return {
      type: "InvalidSignatureException",
      message:
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
    }
  }
  if (Math.abs(timeOf(date) - now) > tolerance) {
    return {
      type: "InvalidSignatureException",
      message: timeOf(date) < now
        ? `Signature expired: ${date} is too long ago`
        : `Signature not yet current: ${date} is still to come`
    }
  }
  if (now >= keys.expiresAt) {
    return { type: "ExpiredTokenException", message: "The security token included in the request is expired" }
  }
  return checkScope("region", region, expected.region) ?? checkScope("service", service, expected.service)
}
