/**
 * The event templates of one stream: which to try, and when to make one.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Locate } from "../framing/Locate.ts"
import type { Chunk } from "./ByteRuns.ts"
import type { DecoderCaches } from "./DecoderCaches.ts"
import { ScalarReader } from "./ScalarReader.ts"
import type { SharedTemplate, TemplateRules } from "./SharedTemplate.ts"
import type { SharedTemplates } from "./SharedTemplates.ts"
import type { StreamTemplate, TemplateEvent } from "./StreamTemplate.ts"

/** A stream has a few kinds of deltas at a time: text, reasoning, the arguments of a tool call. */
const mostTemplates = 4

/**
 * The first events of a stream are parsed: hardly two of them are alike, and a short stream never needs a template,
 * which costs more than parsing to begin with.
 */
const parsedFirst = 4

/** After so many unmatched events in a row, shared templates are tried on one event of so many only. */
const probeAfter = 32
const probeInterval = 16

/**
 * The event templates of one stream, the latest used first.
 *
 * **Details**
 *
 * The first event of a kind is read by a shared template, and with the second one the stream gets a template of its
 * own, so that a kind of event which a stream has once costs no template.
 */
export class StreamTemplates<A extends object> {
  readonly #shared: SharedTemplates<A>
  readonly #scalars: ScalarReader
  readonly #templates: Array<StreamTemplate<A>> = []
  // The shared templates that matched once so far.
  readonly #once: Array<SharedTemplate<A>> = []
  // How many events in a row matched no template.
  #unmatched = 0
  // How many events were parsed.
  #parsed = 0

  /** `locate` finds the JSON of an event in its bytes; `caches` is what this stream shares with others. */
  constructor(rules: TemplateRules<A>, locate: Locate, caches: DecoderCaches) {
    this.#shared = caches.templatesOf(rules, locate)
    this.#scalars = new ScalarReader(caches.texts, caches.names)
  }

  /** Reads the event that begins at `at`, if it matches a template and is whole before `limit`. */
  match(chunk: Chunk, at: number, limit: number): TemplateEvent<A> | undefined {
    const templates = this.#templates
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i]
      if (template === undefined) break
      if (!template.match(chunk, at, limit)) continue
      if (i > 0) {
        templates.splice(i, 1)
        templates.unshift(template)
      }
      return template
    }
    const isProbed = this.#unmatched <= probeAfter || this.#unmatched % probeInterval === 0
    return isProbed && this.#parsed >= parsedFirst ? this.#matchShared(chunk, at, limit) : undefined
  }

  /** Learns from an event that was parsed. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    if (this.#parsed++ < parsedFirst) return
    this.#unmatched++
    this.#shared.learn(bytes, from, to, event, value)
  }

  #matchShared(chunk: Chunk, at: number, limit: number): TemplateEvent<A> | undefined {
    const match = this.#shared.match(chunk, at, limit, this.#scalars)
    if (match === undefined) return undefined
    const shared = match.template
    const value = shared.object(match)
    if (value === undefined) return undefined
    this.#unmatched = 0
    if (this.#once.includes(shared)) {
      this.#templates.unshift(shared.forStream(chunk.bytes, match, value, this.#scalars))
      if (this.#templates.length > mostTemplates) this.#templates.pop()
    } else {
      this.#once.unshift(shared)
      if (this.#once.length > mostTemplates) this.#once.pop()
    }
    return { event: shared.event, value, end: match.to, template: undefined }
  }
}
