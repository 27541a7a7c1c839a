/**
 * The ways in which a server can repeat a secret.
 */
import * as Base64 from "effect/encoding/Base64"

/**
 * The shortest value that is removed from texts. Shorter ones, like the `EMPTY` of local servers, are no secrets, and
 * removing them would remove words.
 */
export const shortest = 8

/** The replacement of a secret. */
export const mask = "REDACTED"

/** Returns the values that are long enough to be removed, each once. */
export const worthwhile = (values: Iterable<string>): ReadonlyArray<string> =>
  [...new Set(values)].filter((value) => value.length >= shortest && value !== mask)

const encoder = new TextEncoder()

/**
 * Returns the base64 of a secret inside a longer text: the characters that depend on the secret alone, for each of the
 * three positions in a group of three bytes at which it can start.
 */
const inBase64 = (bytes: Uint8Array): ReadonlyArray<string> =>
  [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length)
    padded.set(bytes, offset)
    const from = Math.ceil((offset * 8) / 6)
    const to = Math.floor(((offset + bytes.length) * 8) / 6)
    return Base64.encode(padded).slice(from, to)
  })

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** How HTML is escaped: the same characters, in the forms of different libraries. */
const htmlEscapes: ReadonlyArray<Readonly<Record<string, string>>> = [
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#x27;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#039;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&apos;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&#34;", "'": "&#39;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;" }
]

const special = /[&<>"']/
const specials = /[&<>"']/g

/** Returns the forms of a secret in HTML with its special characters as entities. */
const inHtml = (secret: string): ReadonlyArray<string> =>
  special.test(secret)
    ? htmlEscapes.map((escapes) => secret.replaceAll(specials, (character) => escapes[character] ?? character))
    : []

/** Returns the forms of a secret in HTML with every character as an entity. */
const inEntities = (secret: string): ReadonlyArray<string> => {
  let decimal = ""
  let lower = ""
  for (const character of secret) {
    const code = character.codePointAt(0) ?? 0
    decimal += `&#${code};`
    lower += `&#x${code.toString(16)};`
  }
  return [decimal, lower, lower.replaceAll(/[a-f]/g, (digit) => digit.toUpperCase())]
}

/** The digits of each byte. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

/** Returns the digits of all bytes, each after a sign. */
const inDigits = (bytes: Uint8Array, sign: string): string => {
  let text = ""
  for (const byte of bytes) text += sign + (digits[byte] ?? "")
  return text
}

/** Returns the spellings of a secret, as `Secrets.spellings` describes them. */
export const spellings = (value: string): ReadonlyArray<string> => {
  // Half a surrogate pair, which JSON can hold, cannot be written in a URL.
  const secret = value.toWellFormed()
  const escaped = inJson(secret)
  const component = encodeURIComponent(secret)
  const bytes = encoder.encode(secret)
  const base64 = inBase64(bytes)
  const hex = inDigits(bytes, "")
  const percent = inDigits(bytes, "%")
  const html = inHtml(secret)
  return worthwhile([
    value,
    secret,
    component,
    component.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ "": secret }).toString().slice(1),
    encodeURI(secret),
    percent,
    percent.toUpperCase(),
    hex,
    hex.toUpperCase(),
    escaped,
    escaped.replaceAll("/", "\\/"),
    inJson(escaped),
    inJson(inJson(escaped)),
    inJson(inJson(inJson(escaped))),
    ...html,
    ...html.map(inJson),
    ...inEntities(secret),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ...base64.map(encodeURIComponent)
  ])
}
