/**
 * Rewrites ids of tool calls to the form that the API accepts. A prompt may hold ids of other providers.
 */

/** What Converse accepts for every model. */
const general = { pattern: /^[a-zA-Z0-9_-]{1,64}$/, length: 24 }

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

/** Returns letters and digits that depend only on a text. */
const derived = (text: string, length: number): string => {
  let id = ""
  for (let round = 0; id.length < length; round++) {
    // FNV-1a
    let hash = 0x811c9dc5 ^ round
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    for (let rest = hash >>> 0, digit = 0; digit < 5; digit++, rest = Math.floor(rest / 36)) id += digits[rest % 36]
  }
  return id.slice(0, length)
}

/**
 * Makes a function that rewrites the ids of one prompt: the same result for the same id, different results for
 * different ids, and the id itself where the API accepts it.
 */
export const make = (
  rule: { readonly pattern: RegExp; readonly length: number } = general
): (id: string) => string => {
  const rewritten = new Map<string, string>()
  const taken = new Set<string>()
  return (id) => {
    const before = rewritten.get(id)
    if (before !== undefined) return before
    let chosen = id
    for (let round = 0; !rule.pattern.test(chosen) || taken.has(chosen); round++) {
      chosen = derived(round === 0 ? id : `${round} ${id}`, rule.length)
    }
    rewritten.set(id, chosen)
    taken.add(chosen)
    return chosen
  }
}
