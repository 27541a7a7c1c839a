/** Medians, percentiles, and numbers as people read them. */

const ascending = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b)

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

export const percentile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = ascending(values)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export const print = (value: number, digits = 2): string => {
  if (!Number.isFinite(value)) return "–"
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(digits)
}
