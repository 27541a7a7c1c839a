/**
 * Tells programming errors inside an HTTP client from failures of the network.
 *
 * `fetch` reports every failure of the network as a `TypeError`, the class of most programming errors.
 *
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
import * as Predicate from "effect/Predicate"

/** The classes of errors that JavaScript itself throws. */
const classes: ReadonlySet<string> = new Set([
  "TypeError",
  "ReferenceError",
  "RangeError",
  "SyntaxError",
  "EvalError",
  "URIError"
])

/** How `fetch` of Node, Deno, Bun, Chrome, Firefox and Safari begins to say that the network failed. */
const networkMessages = [
  "fetch failed",
  "failed to fetch",
  "terminated",
  "network",
  "load failed",
  "error sending request",
  "error reading",
  "error decoding",
  "error in body stream",
  "error in input stream",
  "request or response body error",
  "client error",
  "connection",
  "the network connection",
  "the internet connection",
  "the request timed out",
  "could not connect",
  "unable to connect",
  "a server with the specified hostname"
]

const saysNetwork = ({ message }: Error): boolean => {
  const text = message.toLowerCase()
  return networkMessages.some((beginning) => text.startsWith(beginning))
}

/** Returns whether JavaScript code made an error. Engines make those of `fetch`, which Safari translates. */
const hasFrames = ({ stack }: Error): boolean => stack !== undefined && /^\s+at |@/m.test(stack)

const isProgrammingError = (error: Error): boolean =>
  classes.has(error.name) && !(error.name === "TypeError" && (saysNetwork(error) || !hasFrames(error)))

const innerOf = (error: object): unknown =>
  Predicate.hasProperty(error, "cause") && error.cause !== undefined
    ? error.cause
    : Predicate.hasProperty(error, "reason")
    ? error.reason
    : undefined

/**
 * Returns the programming error of which a client's error is the report: the innermost of its causes, where that is
 * one. Returns `undefined` for a failure of the network.
 */
export const of = (error: unknown): Error | undefined => {
  let innermost: Error | undefined
  let current: unknown = error
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    if (Predicate.isError(current)) innermost = current
    current = innerOf(current)
  }
  return innermost !== undefined && isProgrammingError(innermost) ? innermost : undefined
}

/**
 * Returns a copy of a defect without what must not be printed: an engine's message may repeat a header or an address,
 * and a property (`cause`, `request`) may hold the request with its credentials.
 */
export const scrubbed = ({ message, name, stack }: Error, scrub: (text: string) => string): Error =>
  Object.assign(new Error(scrub(message)), { name, stack: scrub(stack ?? "") })
