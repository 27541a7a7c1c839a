/**
 * Fits the cache marks of a whole request to what its model accepts: their number, and the order of their lifetimes.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 */
import type * as Schema from "effect/Schema"
import { isJson, isObject } from "../json/Json.ts"
import type { Problems } from "./Problems.ts"

type Block = Schema.JsonObject

/** How a protocol writes marks: as a field of the marked block, or as a block of its own after it. */
export type MarkStyle = "cache_control" | "cachePoint"

/** What marks are fitted to. */
export interface MarkLimits {
  /** The most marks of a request. */
  readonly most: number
  /** The lifetimes of marks that the server sets by itself, after all others; they count. Default: none. */
  readonly automatic?: ReadonlyArray<string | undefined> | undefined
  /** The name of the model, for warnings. */
  readonly model: string
}

/** The lifetime of a mark that has none. */
const usual = "5m"

/** The number of seconds of a lifetime such as `5m` and `1h`; of any other, that of the usual one. */
const secondsOf = (ttl: string): number => {
  const [, count = "5", unit = "m"] = /^(\d+)([smhd])$/.exec(ttl) ?? []
  return Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 60)
}

const isBlock = (value: Schema.Json | undefined): value is Block => isObject(value) && isJson(value)

const isList = (value: Schema.Json | undefined): value is ReadonlyArray<Schema.Json> => Array.isArray(value)

const listOf = (value: Schema.Json | undefined): ReadonlyArray<Schema.Json> => (isList(value) ? value : [])

/** Returns the lifetimes of marks in the order in which the provider reads them: tools, system, messages. */
const collect = (blocks: ReadonlyArray<Schema.Json>, style: MarkStyle, found: Array<string>): void => {
  for (const block of blocks) {
    if (!isBlock(block)) continue
    // The parts of a result are before the end of the result.
    if (block.content !== undefined) collect(listOf(block.content), style, found)
    const mark = block[style]
    if (isObject(mark)) found.push(typeof mark.ttl === "string" ? mark.ttl : usual)
  }
}

/** Returns what becomes of each mark: its lifetime, or `undefined` where it is removed. */
const decide = (
  marks: ReadonlyArray<string>,
  { automatic = [], model, most }: MarkLimits,
  problems: Problems
): ReadonlyArray<string | undefined> => {
  const surplus = Math.max(0, marks.length + automatic.length - most)
  if (surplus > 0) {
    problems.warn(
      "promptCache",
      `The first ${surplus} of ${marks.length} cache marks were left out: ${model} takes at most ${most}.`
    )
  }
  const decided: Array<string | undefined> = [...marks]
  // A longer lifetime covers all that is before it, so an earlier mark of a shorter one costs nothing more with it.
  let longest = automatic.reduce<string>((ttl, own = usual) => (secondsOf(own) > secondsOf(ttl) ? own : ttl), "0s")
  let isChanged = false
  for (let at = marks.length - 1; at >= 0; at--) {
    const ttl = marks[at] ?? usual
    if (at < surplus) decided[at] = undefined
    else if (secondsOf(ttl) >= secondsOf(longest)) longest = ttl
    else {
      decided[at] = longest
      isChanged = true
    }
  }
  if (isChanged) {
    problems.warn(
      "promptCache",
      `Cache marks before one of a longer lifetime were given that lifetime: ${model} refuses lifetimes that become longer.`
    )
  }
  return decided
}

/** Fits the marks of a body to the limits. A body whose marks fit is returned as it is. */
export const fit = (body: Block, style: MarkStyle, limits: MarkLimits, problems: Problems): Block => {
  const places = ["tools", "system", "messages"] as const
  const marks: Array<string> = []
  for (const place of places) collect(listOf(body[place]), style, marks)
  const decided = decide(marks, limits, problems)
  if (decided.every((ttl, at) => ttl === marks[at])) return body
  let next = 0

  const changed = (blocks: ReadonlyArray<Schema.Json>): ReadonlyArray<Schema.Json> =>
    blocks.flatMap((block): ReadonlyArray<Schema.Json> => {
      if (!isBlock(block)) return [block]
      const inside: Block = isList(block.content) ? { ...block, content: changed(block.content) } : block
      const mark = inside[style]
      if (!isBlock(mark)) return [inside]
      const before = marks[next]
      const ttl = decided[next]
      next += 1
      if (ttl === before) return [inside]
      if (ttl !== undefined) return [{ ...inside, [style]: { ...mark, ttl } }]
      const { [style]: _, ...unmarked } = inside
      return style === "cachePoint" ? [] : [unmarked]
    })

  const lists = places.flatMap((place) => (isList(body[place]) ? [[place, changed(listOf(body[place]))] as const] : []))
  return { ...body, ...Object.fromEntries(lists) }
}
