/**
 * Ids of tool calls as the API takes them. Those of other providers, in a prompt that goes on here, may be anything.
 *
 * @since 0.1.0
 */

/** What Converse takes from any model. */
const general = { pattern: /^[a-zA-Z0-9_-]{1,64}$/, length: 24 }

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

/** Letters and digits that depend on nothing but a text. */
const made = (text: string, length: number): string => {
  let id = ""
  for (let turn = 0; id.length < length; turn++) {
    // FNV-1a
    let hash = 0x811c9dc5 ^ turn
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    for (let rest = hash >>> 0, digit = 0; digit < 5; digit++, rest = Math.floor(rest / 36)) id += digits[rest % 36]
  }
  return id.slice(0, length)
}

/**
 * Makes a function from the ids of one prompt to those that the API takes: the same for the same id, different for
 * different ones, and the id itself wherever it will do.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  rule: { readonly pattern: RegExp; readonly length: number } = general
): (id: string) => string => {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  return (id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    let chosen = id
    for (let turn = 0; !rule.pattern.test(chosen) || taken.has(chosen); turn++) {
      chosen = made(turn === 0 ? id : `${turn} ${id}`, rule.length)
    }
    known.set(id, chosen)
    taken.add(chosen)
    return chosen
  }
}
