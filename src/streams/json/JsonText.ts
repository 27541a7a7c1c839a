/**
 * Writes JSON whose strings are well-formed Unicode, as providers require: they reject a body with half a surrogate
 * pair.
 */

// `JSON.stringify` writes only lone surrogates as escapes. Each alternative takes a whole escape, so that an escaped
// backslash before such letters is not taken for one.
const escapes = /\\(?:(ud[89a-f][\da-f]{2})|.)/g

/**
 * Writes a value as JSON, with U+FFFD for each half of a surrogate pair. Returns `undefined` for a value that JSON does
 * not have; throws for one that contains itself, and for a `BigInt`.
 */
export const write = (value: unknown): string | undefined => {
  const text: string | undefined = JSON.stringify(value)
  return text?.includes("\\ud") === true
    ? text.replace(escapes, (escape, surrogate: string | undefined) => (surrogate === undefined ? escape : "\ufffd"))
    : text
}
