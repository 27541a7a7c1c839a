/**
 * Cleans values that were pasted with more than themselves: quotes, white space, the scheme of a header.
 */

/** Pairs of quotes, as shells, JSON and word processors write them. */
const pairs: ReadonlyArray<readonly [string, string]> = [
  ["\"", "\""],
  ["'", "'"],
  ["`", "`"],
  ["\u201c", "\u201d"],
  ["\u2018", "\u2019"]
]

/** Returns a text without the white space and the quotes around it. */
export const unquoted = (text: string): string => {
  const trimmed = text.trim()
  const isQuoted = trimmed.length > 1 &&
    pairs.some(([open, close]) => trimmed.startsWith(open) && trimmed.endsWith(close))
  return isQuoted ? unquoted(trimmed.slice(1, -1)) : trimmed
}

/** Returns a key without the name of the header and the scheme `Bearer` before it. */
export const withoutScheme = (key: string): string =>
  unquoted(key.replace(/^(?:authorization:\s*)?bearer(?:\s+|$)/i, ""))

/** Returns the keys in a text that has commas between them: the text itself where there is none. */
export const keysIn = (text: string): readonly [string, ...Array<string>] => {
  const [first = "", ...rest] = unquoted(text).split(",").map((part) => part.trim()).filter((part) => part !== "")
  return [first, ...rest]
}
