/**
 * Digests the tool calls of a step, so that steps can be compared.
 */
import type { LoopToolCall } from "../../domain/ToolLoopState.ts"

/** Returns the JSON text of a value with the keys of objects in order. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`
}

const mix = (state: number, factor: number): number => Math.imul(state ^ (state >>> 16), factor)

/**
 * Returns 64 bits of a text, in hexadecimal: two hashes in the way of MurmurHash, which need no crypto of the runtime.
 */
const hash = (text: string): string => {
  let one = 0x9e3779b9
  let other = 0x85ebca6b
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    one = Math.imul(one ^ unit, 0xcc9e2d51)
    other = Math.imul(other ^ unit, 0x1b873593)
  }
  one = mix(one, 0x85ebca6b) ^ mix(other, 0xc2b2ae35)
  other = mix(other, 0x85ebca6b) ^ mix(one, 0xc2b2ae35)
  return (one >>> 0).toString(16).padStart(8, "0") + (other >>> 0).toString(16).padStart(8, "0")
}

/** Returns the digest of tool calls and their results, whatever their order. */
export const of = (calls: ReadonlyArray<LoopToolCall>): string =>
  hash(
    calls.map(({ arguments: input, name, result = null }) => canonical([name, input, result])).toSorted().join("\n")
  )
