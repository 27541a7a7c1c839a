/**
 * Compares values that grow.
 */

/** Whether a value can become another one by growing at its end. */
export const grows = (before: unknown, after: unknown): boolean => {
  if (typeof before === "string") return typeof after === "string" && after.startsWith(before)
  if (Array.isArray(before)) {
    return Array.isArray(after) && before.length <= after.length && before.every((item, at) => grows(item, after[at]))
  }
  if (typeof before === "object" && before !== null) {
    return typeof after === "object" && after !== null &&
      Object.entries(before).every(([key, item]) =>
        Object.hasOwn(after, key) && grows(item, Object.getOwnPropertyDescriptor(after, key)?.value)
      )
  }
  return Object.is(before, after)
}
