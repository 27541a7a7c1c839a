/**
 * Known names that are close to a mistyped one.
 */

/** Returns the number of letters to add, drop or change to turn one word into the other (Levenshtein). */
const distance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change))
    }
    row = next
  }
  return row[right.length] ?? 0
}

/**
 * Returns the names that are close to a given one, the closest first, at most three. A name is close when less than
 * half of its letters differ and no other is much closer, or when one begins with the other.
 */
export const nearest = (name: string, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = name.toLowerCase()
  const close = known
    .map((candidate) => {
      const lower = candidate.toLowerCase()
      const begins = wanted.length > 2 && lower.length > 2 && (lower.startsWith(wanted) || wanted.startsWith(lower))
      return { candidate, begins, length: lower.length, away: distance(wanted, lower) }
    })
    .filter(({ away, begins, length }) => begins || away * 2 <= Math.max(length, wanted.length))
    .toSorted((left, right) => left.away - right.away)
  const best = close[0]?.away ?? 0
  return close
    .filter(({ away, begins }) => begins || away <= best + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}
