/**
 * The templates of one stream: which to try, and when to make one.
 *
 * @since 0.1.0
 */
import type { Locate } from "../framing/Locate.ts"
import type { Holes, Shape } from "./Shape.ts"
import * as Shapes from "./Shapes.ts"
import type { Template } from "./Template.ts"
import type { Chunk } from "./Words.ts"

/** A stream has a few kinds of deltas at a time: text, reasoning, the arguments of a call. */
const most = 4

/**
 * The first events of a stream are hardly two alike, and are parsed: to read one by its shape takes longer, and is the beginning of a
 * template, which a short stream never needs.
 */
const first = 4

/** After so many events in a row that have no known shape, only one in so many is looked at. */
const patience = 32
const oneIn = 16

/**
 * The templates of one stream, the latest used first.
 *
 * **Details**
 *
 * The first event of a shape is read by that shape; with the second one a template is made, so that a kind of event which a
 * stream has once costs no template.
 *
 * @category models
 * @since 0.1.0
 */
export class Templates<A extends object> {
  readonly #shapes: Shapes.Shapes<A>
  readonly #templates: Array<Template<A>> = []
  // The shapes of which there was one event, so far.
  readonly #once: Array<Shape<A>> = []
  #strangers = 0
  // How many events went the full way.
  #parsed = 0
  /** The object and the name of the event that was read last. */
  value: A | undefined
  event = ""
  /** The template of that event, if it has one. */
  template: Template<A> | undefined

  /** `locate` finds the JSON of an event in its bytes. */
  constructor(holes: Holes<A>, locate: Locate) {
    this.#shapes = Shapes.of(holes, locate)
  }

  /**
   * Answers where the event at `at` ends, if it is like an earlier one of this stream, or has a known shape; `value` and `event`
   * are then the event's. Answers -1 if not.
   */
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
      this.value = template.value
      this.event = template.event
      this.template = template
      return end
    }
    if (this.#parsed < first) return -1
    return this.#isLost ? -1 : this.#read(chunk, at, limit)
  }

  /**
   * Whether so many events had no known shape that this one need not go the full way. Some still do, to learn from them.
   */
  get #isLost(): boolean {
    return this.#strangers > patience && this.#strangers % oneIn !== 0
  }

  /** Learns from an event that went the full way. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    if (this.#parsed++ < first) return
    this.#strangers++
    this.#shapes.learn(bytes, from, to, event, value)
  }

  #read(chunk: Chunk, at: number, limit: number): number {
    const end = this.#shapes.read(chunk, at, limit)
    if (end < 0) return -1
    const shape = this.#shapes.found
    const value = shape.object()
    if (value === undefined) return -1
    this.#strangers = 0
    this.template = undefined
    this.value = value
    this.event = shape.event
    if (this.#once.includes(shape)) {
      this.#templates.unshift(shape.template(chunk.bytes, at, end, value))
      if (this.#templates.length > most) this.#templates.pop()
    } else {
      this.#once.unshift(shape)
      if (this.#once.length > most) this.#once.pop()
    }
    return end
  }
}
