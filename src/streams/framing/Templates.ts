/**
 * The templates of one stream: which to try, and when to learn one.
 *
 * @since 0.1.0
 */
import { type Chunk, type Holes, learn, type Template } from "./Template.ts"

/** A stream has a few kinds of deltas at a time: text, reasoning, the arguments of a call. */
const most = 4

/** How many events are let pass, at the most, after templates that never matched. */
const longestPause = 1024

/**
 * The templates of one stream, the latest used first.
 *
 * **Details**
 *
 * Learning costs about as much as parsing, so a stream in which no template ever holds is left in peace: after each one
 * that matched nothing, twice as many events pass before the next is learned.
 *
 * @category models
 * @since 0.1.0
 */
export class Templates<A extends object> {
  readonly #holes: Holes<A>
  readonly #templates: Array<Template<A>> = []
  // Templates learned since the last one that matched, and the events to let pass until the next.
  #fruitless = 0
  // The first deltas are let pass: an answer of a few has no use for what costs as much as parsing one.
  #pause = 2
  #matched: Template<A> | undefined

  constructor(holes: Holes<A>) {
    this.#holes = holes
  }

  /** The template of the last match. */
  get matched(): Template<A> {
    if (this.#matched === undefined) throw new Error("no event has matched")
    return this.#matched
  }

  /** Where the event at `at` ends, if it is like one that was learned; -1 if not. */
  match(chunk: Chunk, at: number, limit: number): number {
    const templates = this.#templates
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i]
      if (template === undefined) break
      const end = template.match(chunk, at, limit)
      if (end < 0) continue
      if (i > 0) {
        templates.splice(i, 1)
        templates.unshift(template)
      }
      this.#matched = template
      this.#fruitless = 0
      this.#pause = 0
      return end
    }
    return -1
  }

  /** Learns from an event that went the full way, unless that has not been worth it. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    if (!this.#holes.isDelta(value)) return
    if (this.#pause > 0) {
      this.#pause--
      return
    }
    const template = learn(bytes, from, to, event, value, this.#holes)
    if (template === undefined) return
    this.#templates.unshift(template)
    if (this.#templates.length > most) this.#templates.pop()
    this.#fruitless++
    this.#pause = Math.min(longestPause, 2 ** this.#fruitless - 2)
  }
}
