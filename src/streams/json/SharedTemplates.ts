/**
 * The event templates that all streams of a protocol share, learned from the streams that were read so far.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Locate } from "../framing/Locate.ts"
import type { Chunk } from "./ByteRuns.ts"
import type { ScalarReader } from "./ScalarReader.ts"
import { learn, type SharedMatch, type SharedTemplate, type TemplateRules } from "./SharedTemplate.ts"

/** A provider has a few kinds of events, and a program talks to a few providers. */
const mostTemplates = 24

/** How many templates may be learned one after the other. */
const mostCredit = 4

/**
 * What an unmatched event adds to the credit for learning a template: the most, and the least, if no template ever
 * matches.
 */
const highestRate = 1 / 8
const lowestRate = 1 / 512

/**
 * The event templates that all streams of a protocol share, the latest used first.
 *
 * **Details**
 *
 * Learning costs about ten times what parsing costs. A template that is dropped before it ever matched halves the rate
 * of learning, and one that matches for the first time doubles it.
 */
export class SharedTemplates<A extends object> {
  readonly #rules: TemplateRules<A>
  readonly #locate: Locate
  readonly #templates: Array<SharedTemplate<A>> = []
  // The templates that have not matched yet.
  readonly #unused = new Set<SharedTemplate<A>>()
  #credit = mostCredit
  #rate = highestRate

  constructor(rules: TemplateRules<A>, locate: Locate) {
    this.#rules = rules
    this.#locate = locate
  }

  /** Reads the event that begins at `at`, if it matches a template and is whole before `limit`. */
  match(chunk: Chunk, at: number, limit: number, scalars: ScalarReader): SharedMatch<A> | undefined {
    const templates = this.#templates
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i]
      const match = template?.match(chunk, at, limit, scalars)
      if (template === undefined || match === undefined) continue
      if (i > 0) {
        templates.splice(i, 1)
        templates.unshift(template)
      }
      if (this.#unused.delete(template)) this.#rate = Math.min(highestRate, this.#rate * 2)
      return match
    }
    return undefined
  }

  /** Learns a template from an event that was parsed, if it is a delta and there is credit. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    this.#credit = Math.min(mostCredit, this.#credit + this.#rate)
    if (this.#credit < 1 || !this.#rules.isDelta(value)) return
    this.#credit--
    const template = learn(bytes, from, to, event, value, this.#rules, this.#locate)
    if (template === undefined) return
    if (this.#templates.length >= mostTemplates) this.#drop()
    this.#templates.unshift(template)
    this.#unused.add(template)
  }

  /** Drops the oldest template that never matched, or else the one that matched least recently. */
  #drop(): void {
    const [oldest] = this.#unused
    if (oldest === undefined) {
      this.#templates.pop()
      return
    }
    this.#unused.delete(oldest)
    this.#templates.splice(this.#templates.indexOf(oldest), 1)
    this.#rate = Math.max(lowestRate, this.#rate / 2)
  }
}
