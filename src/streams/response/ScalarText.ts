/**
 * Reads a number or a boolean that a server sends where text is expected, digit for digit.
 *
 * Workers AI streams digits of the text as JSON numbers. A parsed number has lost its spelling (`1.0`, `1e3`, more than
 * 16 digits), which only the text of the event still has.
 */

/** What V8 passes to a reviver beside the key and the value; the types of ES2024 do not have it yet. */
interface ReviverContext {
  readonly source?: string
}

/** Returns how a number under a key is written in JSON text; `undefined` where the text has no such number. */
const spelling = (json: string, key: string, value: number): string | undefined => {
  let source: string | undefined
  try {
    JSON.parse(json, (name: string, entry: unknown, context?: ReviverContext) => {
      if (name === key && Object.is(entry, value)) source ??= context?.source
      return entry
    })
  } catch {
    return undefined
  }
  return source
}

/**
 * Returns a value as text: a string as it is, a number as `json` writes it under `key`, a boolean as its word, and
 * `undefined` for any other value.
 */
export const of = (value: unknown, key: string, json: string | undefined): string | undefined => {
  switch (typeof value) {
    case "string":
      return value
    case "boolean":
      return String(value)
    case "number":
      return (json === undefined ? undefined : spelling(json, key, value)) ?? String(value)
    default:
      return undefined
  }
}
