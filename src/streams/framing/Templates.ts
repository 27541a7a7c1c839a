/**
 * The templates of one stream: which to try, and when to learn one.
 *
 * @since 0.1.0
 */
import { type Chunk, type Holes, jsonOf, learn, type Locate, type Template } from "./Template.ts"

/** A stream has a few kinds of deltas at a time: text, reasoning, the arguments of a call. */
const most = 4

/** The first deltas are let pass: an answer of a few has no use for what costs as much as parsing many. */
const firstLearned = 3

/** What may be learned at first, and saved up. */
const mostCredit = 4

/** What a match earns of the next template. A template that holds for so many events has paid for another. */
const perMatch = 1 / 16

/** What an event that went the full way earns: a stream in which no template ever holds learns one in so many events. */
const perEvent = 1 / 256

/**
 * The templates of one stream, the latest used first.
 *
 * **Details**
 *
 * Learning costs some ten times what parsing does, so it is paid with what templates have saved.
 *
 * @category models
 * @since 0.1.0
 */
export class Templates<A extends object> {
  readonly #holes: Holes<A>
  readonly #locate: Locate
  readonly #templates: Array<Template<A>> = []
  #seen = 0
  #credit = mostCredit
  #matched: Template<A> | undefined

  /** `locate` finds the JSON of an event in its bytes: those of a server-sent event unless it is given. */
  constructor(holes: Holes<A>, locate: Locate = jsonOf) {
    this.#holes = holes
    this.#locate = locate
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
      if (this.#credit < mostCredit) this.#credit += perMatch
      return end
    }
    return -1
  }

  /** Learns from an event that went the full way, if there is credit for it. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    if (!this.#holes.isDelta(value)) return
    this.#credit += perEvent
    if (++this.#seen < firstLearned || this.#credit < 1) return
    this.#credit--
    const template = learn(bytes, from, to, event, value, this.#holes, this.#locate)
    if (template === undefined) return
    this.#templates.unshift(template)
    if (this.#templates.length > most) this.#templates.pop()
  }
}
