/**
 * How an exchange loses its secrets before it is stored.
 *
 * Names come first (credential headers, query parameters, fields), then values: whatever a request was authorized with
 * is removed wherever it occurs, in any spelling. In the answer's bytes a secret is overwritten with as many bytes, so
 * that every chunk keeps its length and a secret that two chunks share goes from both.
 *
 * @since 0.1.0
 */
import * as Base64 from "effect/encoding/Base64"
import { Buffer } from "node:buffer"
import { isHeader, isPublicHeader } from "../../domain/SecretNames.ts"
import * as Secrets from "../../domain/Secrets.ts"
import { latin1, utf8 } from "./BytesText.ts"
import * as Compression from "./Compression.ts"
import type { SentRequest } from "./SentRequest.ts"
import type * as Tape from "./Tape.ts"

/**
 * An answer as it arrived, as far as it did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly afterMs: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: ReadonlyArray<{ readonly afterMs: number; readonly bytes: Uint8Array }>
}

const bodyOf = (answer: Answer): Uint8Array => Buffer.concat(answer.chunks.map(({ bytes }) => bytes))

/**
 * Finds the secret values that an answer brings, like the token that was asked for.
 *
 * @category accessors
 * @since 0.1.0
 */
export const secretsOf = (answer: Answer): ReadonlyArray<string> => [
  ...Secrets.fromHeaders(answer.headers),
  ...Secrets.fromBody(latin1(bodyOf(answer)))
]

/**
 * Tells whether an answer holds a secret where it can't be overwritten: in a compressed body.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isHidden = (answer: Answer, secrets: Iterable<string>): boolean => {
  const bytes = Compression.decompress(answer.headers["content-encoding"], bodyOf(answer))
  return bytes !== undefined && latin1(overwrite(bytes, secrets)) !== latin1(bytes)
}

/**
 * Removes the secrets of a request. The same request gives the same result whatever its key was, so that a replay can
 * compare.
 *
 * @category redacting
 * @since 0.1.0
 */
export const request = (sent: SentRequest, secrets: Iterable<string> = sent.secrets): Tape.Request => {
  const text = sent.body === undefined ? undefined : utf8(sent.body)
  return {
    method: sent.method,
    url: Secrets.scrub(Secrets.redactUrl(sent.url), secrets),
    headers: headers(sent.headers, secrets, (name) => !isPublicHeader(name)),
    ...(sent.body === undefined
      ? {}
      : { body: text === undefined ? stored(overwrite(sent.body, secrets)) : { text: clean(text, secrets) } })
  }
}

/**
 * Removes the secrets of an answer.
 *
 * @category redacting
 * @since 0.1.0
 */
export const answer = (received: Answer, secrets: Iterable<string>): Omit<Tape.Answered, "_tag" | "ending"> => {
  const bytes = overwrite(bodyOf(received), secrets)
  let start = 0
  return {
    afterMs: received.afterMs,
    status: received.status,
    headers: headers(received.headers, secrets, isHeader),
    chunks: received.chunks.map((chunk) => {
      const end = start + chunk.bytes.length
      const clean = { afterMs: chunk.afterMs, bytes: stored(bytes.subarray(start, end)) }
      start = end
      return clean
    })
  }
}

/**
 * Removes the secrets of the messages of a failure.
 *
 * @category redacting
 * @since 0.1.0
 */
export const failure = (input: Tape.Failure, secrets: Iterable<string>): Tape.Failure => ({
  ...(input.description === undefined ? {} : { description: clean(input.description, secrets) }),
  causes: input.causes.map((cause) => ({ ...cause, message: clean(cause.message, secrets) }))
})

const clean = (text: string, secrets: Iterable<string>): string => Secrets.scrub(Secrets.redactText(text), secrets)

const headers = (
  input: Readonly<Record<string, string>>,
  secrets: Iterable<string>,
  isSecret: (name: string) => boolean
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, isSecret(name) ? Secrets.mask : clean(value, secrets)])
  )

const stored = (bytes: Uint8Array): Tape.Bytes => {
  const text = utf8(bytes)
  return text === undefined ? { base64: Base64.encode(bytes) } : { text }
}

const filler = (text: string): string => "x".repeat(text.length)

const overwrite = (bytes: Uint8Array, secrets: Iterable<string>): Uint8Array => {
  // The spellings are made of characters, the text of bytes: a letter outside ASCII has to become its bytes first.
  const found = Secrets.pattern(secrets, (spelling) => latin1(new TextEncoder().encode(spelling)))
  const text = Secrets.redactText(latin1(bytes), filler)
  return Buffer.from(found === undefined ? text : text.replace(found, filler), "latin1")
}
