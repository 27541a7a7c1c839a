/**
 * Compares the states of a value that grows.
 */

/** Returns whether a value is a later state of another: nothing of it is missing or changed. */
export const grows = (before: unknown, after: unknown): boolean => {
  if (typeof before === "string") return typeof after === "string" && after.startsWith(before)
  if (Array.isArray(before)) {
    return Array.isArray(after) && after.length >= before.length && before.every((value, at) => grows(value, after[at]))
  }
  if (typeof before === "object" && before !== null) {
    return typeof after === "object" && after !== null &&
      Object.entries(before).every(([key, value]) =>
        Object.hasOwn(after, key) && grows(value, (after as Record<string, unknown>)[key])
      )
  }
  return before === undefined || before === after
}
