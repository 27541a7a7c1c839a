/**
 * Checks which headers a request may have, before a client rejects the request without a reason, or damages its pool of
 * connections.
 */

const name = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The headers that belong to a connection and not to a request (RFC 9110, 7.6.1), or that frame the body: only the HTTP
 * client sets them.
 */
const ofConnection: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

/** Returns whether a value is a text that can be the value of a header (RFC 9110, 5.5). */
export const isValue = (text: unknown): text is string => typeof text === "string" && value.test(text)

/**
 * Returns why a name and a value cannot be a header of a request, as the end of a sentence about the header; `undefined`
 * if they can.
 */
export const problemOf = (field: string, text: unknown): string | undefined => {
  if (ofConnection.has(field.toLowerCase())) return "belongs to the connection: only the HTTP client sets it"
  if (typeof text !== "string") return "is not a string"
  return name.test(field) && isValue(text)
    ? undefined
    : "has characters in its name or its value that no HTTP header can carry"
}

/** Returns why one of some headers cannot be a header of a request; `undefined` if all can. */
export const firstProblem = (
  headers: Readonly<Record<string, unknown>>
): { readonly name: string; readonly detail: string } | undefined => {
  for (const [name, value] of Object.entries(headers)) {
    const detail = problemOf(name, value)
    if (detail !== undefined) return { name, detail }
  }
  return undefined
}
