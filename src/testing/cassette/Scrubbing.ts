/**
 * Removes the secrets of an exchange before it is stored.
 *
 * Names come first (credential headers, query parameters, fields), then values: the credentials of a request are
 * removed wherever they occur, in any spelling. In the bytes of a response a secret is overwritten with as many bytes,
 * so that every chunk keeps its length and a secret across two chunks is removed from both.
 */
import * as Base64 from "effect/encoding/Base64"
import { Buffer } from "node:buffer"
import { isHeader, isPublicHeader } from "../../domain/SecretNames.ts"
import * as Secrets from "../../domain/Secrets.ts"
import { SecretSearch } from "../../domain/secrets/SecretSearch.ts"
import { latin1, utf8 } from "./BytesText.ts"
import * as Compression from "./Compression.ts"
import { toByteText } from "./SecretIndex.ts"
import type { SentRequest } from "./SentRequest.ts"
import type * as Tape from "./Tape.ts"

/** A response as far as it has arrived. Times are in milliseconds after the request. */
export interface ReceivedResponse {
  readonly afterMs: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: ReadonlyArray<{ readonly afterMs: number; readonly bytes: Uint8Array }>
}

const bodyOf = (response: ReceivedResponse): Uint8Array => Buffer.concat(response.chunks.map(({ bytes }) => bytes))

/** Returns the secret values that a response contains, such as an issued token. */
export const secretsOf = (response: ReceivedResponse): ReadonlyArray<string> => [
  ...Secrets.fromHeaders(response.headers),
  ...Secrets.fromBody(latin1(bodyOf(response)))
]

const layersOf = (response: ReceivedResponse): Compression.Layers =>
  Compression.layers(response.headers["content-encoding"], bodyOf(response))

/** Returns all texts of a response, decompressed ones included, with one character a byte. */
export const textsOf = (response: ReceivedResponse): ReadonlyArray<string> => [
  ...Object.values(response.headers).map(toByteText),
  latin1(bodyOf(response)),
  ...layersOf(response).contents.map(latin1)
]

/**
 * Returns whether a compressed response contains a secret, which cannot be overwritten there, or is too large to be
 * searched.
 */
export const hasHiddenSecret = (response: ReceivedResponse, secrets: Iterable<string>): boolean => {
  const { contents, isPartial } = layersOf(response)
  return isPartial || contents.some((bytes) => latin1(overwrite(bytes, secrets)) !== latin1(bytes))
}

/**
 * Removes the secrets of a request. The same request gives the same result whatever its key was, so that a replay can
 * compare.
 */
export const request = (sent: SentRequest, secrets: Iterable<string> = sent.secrets): Tape.Request => {
  const text = sent.body === undefined ? undefined : utf8(sent.body)
  return {
    method: sent.method,
    url: Secrets.scrub(Secrets.redactUrl(sent.url), secrets),
    headers: headers(sent.headers, secrets, (name) => !isPublicHeader(name)),
    ...(sent.body === undefined
      ? {}
      : { body: text === undefined ? stored(overwrite(sent.body, secrets)) : { text: scrubText(text, secrets) } })
  }
}

/** Removes the secrets of a response. */
export const response = (
  received: ReceivedResponse,
  secrets: Iterable<string>
): Omit<Tape.RecordedResponse, "_tag" | "ending"> => {
  const bytes = overwrite(bodyOf(received), secrets)
  let start = 0
  return {
    afterMs: received.afterMs,
    status: received.status,
    headers: headers(received.headers, secrets, isHeader),
    chunks: received.chunks.map((chunk) => {
      const end = start + chunk.bytes.length
      const scrubbed = { afterMs: chunk.afterMs, bytes: stored(bytes.subarray(start, end)) }
      start = end
      return scrubbed
    })
  }
}

/** Removes the secrets of the messages of a failure. */
export const failure = (input: Tape.Failure, secrets: Iterable<string>): Tape.Failure => ({
  ...(input.description === undefined ? {} : { description: scrubText(input.description, secrets) }),
  causes: input.causes.map((cause) => ({ ...cause, message: scrubText(cause.message, secrets) }))
})

const scrubText = (text: string, secrets: Iterable<string>): string => Secrets.scrub(Secrets.redactText(text), secrets)

const headers = (
  input: Readonly<Record<string, string>>,
  secrets: Iterable<string>,
  isSecret: (name: string) => boolean
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, isSecret(name) ? Secrets.mask : scrubText(value, secrets)])
  )

const stored = (bytes: Uint8Array): Tape.Bytes => {
  const text = utf8(bytes)
  return text === undefined ? { base64: Base64.encode(bytes) } : { text }
}

const filler = (text: string): string => "x".repeat(text.length)

/** Overwrites a secret, but not the line breaks within it, which may separate events. */
const lineFiller = (text: string): string => text.replaceAll(/[^\r\n]/g, "x")

const overwrite = (bytes: Uint8Array, secrets: Iterable<string>): Uint8Array => {
  const text = Secrets.redactText(latin1(bytes), filler)
  // The text has one character a byte, so the spellings are converted to bytes, too.
  return Buffer.from(new SecretSearch(secrets, toByteText).replace(text, lineFiller), "latin1")
}
