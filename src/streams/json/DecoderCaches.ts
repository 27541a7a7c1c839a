/**
 * What decoders keep beyond the end of a stream, for the streams that follow.
 */
import type { Locate } from "../framing/Locate.ts"
import { ChunkViews } from "./ByteRuns.ts"
import type { TemplateRules } from "./SharedTemplate.ts"
import { SharedTemplates } from "./SharedTemplates.ts"
import { Names, ShortTexts } from "./TextCaches.ts"

/**
 * The caches that the decoders of many streams share. All are bounded.
 *
 * **Details**
 *
 * They hold pieces of what was received: texts of up to 12 bytes, ids and model names, and the fixed bytes of events.
 * Nothing of them is delivered to a stream that did not receive the same bytes itself. Decoders are synchronous, so
 * streams that are read in turns can share them.
 */
export class DecoderCaches {
  /** Short texts by their bytes. */
  readonly texts = new ShortTexts()
  /** Ids and other names by their bytes. */
  readonly names = new Names()
  /** The view of the memory that was read last. */
  readonly views = new ChunkViews()

  readonly #templates = new WeakMap<object, WeakMap<Locate, unknown>>()

  /** Returns the event templates that all streams with these rules and this framing share. */
  templatesOf<A extends object>(rules: TemplateRules<A>, locate: Locate): SharedTemplates<A> {
    const known = this.#templates.get(rules)?.get(locate)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What is kept for these rules was made of them.
    if (known instanceof SharedTemplates) return known as SharedTemplates<A>
    const templates = new SharedTemplates(rules, locate)
    const byFraming = this.#templates.get(rules) ?? new WeakMap<Locate, unknown>()
    this.#templates.set(rules, byFraming.set(locate, templates))
    return templates
  }
}

/**
 * The caches of this process, the only instance outside of tests. Whoever makes the decoder of a stream passes it on.
 *
 * **Details**
 *
 * One instance for all streams, since short streams would not live long enough to fill caches of their own, and a
 * thousand streams at once would hold a thousand copies.
 */
export const processCaches = new DecoderCaches()
