/**
 * Reads the events of a stream that match a template, without parsing them.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Locate } from "../framing/Locate.ts"
import type { JsonObject } from "../json/Json.ts"
import type { ReadAhead } from "../framing/ReadAhead.ts"
import type { DecoderCaches } from "../json/DecoderCaches.ts"
import type { StreamTemplate, TemplateEvent } from "../json/StreamTemplate.ts"
import { StreamTemplates } from "../json/StreamTemplates.ts"
import type { FrameDecoder, Reading, Repeat } from "./JsonStream.ts"

/**
 * Reads the events of one stream by templates.
 *
 * **Details**
 *
 * The events of a response come in runs: one kind of delta, again and again. Once two in a row matched the same
 * template, the decoder returns what it does with the next ones (`FrameDecoder.repeat`), which holds until another
 * event comes.
 */
export class TemplateReadAhead implements ReadAhead {
  readonly #reading: Reading
  readonly #decoder: FrameDecoder
  readonly #locate: Locate
  readonly #longest: number
  readonly #caches: DecoderCaches
  readonly #templates: StreamTemplates<JsonObject>
  // The template of the event before.
  #latest: StreamTemplate<JsonObject> | undefined
  #repeat: Repeat | undefined

  /**
   * `locate` finds the JSON of an event in its bytes; `longest` is how many bytes an event may have, its end included;
   * `caches` is what this stream shares with others.
   */
  constructor(reading: Reading, decoder: FrameDecoder, locate: Locate, longest: number, caches: DecoderCaches) {
    this.#reading = reading
    this.#decoder = decoder
    this.#locate = locate
    this.#longest = longest
    this.#caches = caches
    this.#templates = new StreamTemplates(decoder.templates, locate, caches)
  }

  read(bytes: Buffer, start: number, position: number): number {
    const reading = this.#reading
    const chunk = this.#caches.views.chunk(bytes)
    let at = start
    while (!reading.isOver) {
      if (this.#repeat !== undefined) at = this.#latest?.run(chunk, at, this.#longest, this.#repeat) ?? at
      const found = this.#templates.match(chunk, at, Math.min(bytes.length, at + this.#longest))
      if (found === undefined) return at
      const { end } = found
      this.#frame(bytes, at, found, position)
      this.#follow(found)
      at = end
    }
    return at
  }

  /** Learns from an event that was parsed, and whose bytes are those between `from` and `to`. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: JsonObject): void {
    this.#templates.learn(bytes, from, to, event, value)
  }

  /** Forgets what the decoder does with the next events, since it has read one that was parsed. */
  interrupt(): void {
    this.#latest = undefined
    this.#repeat = undefined
  }

  #frame(bytes: Buffer, at: number, { end, event, value }: TemplateEvent<JsonObject>, position: number): void {
    this.#reading.frames++
    const problem = this.#decoder.frame(value, event)
    if (problem === undefined) return
    const json = this.#locate(bytes, at, end)
    this.#reading.fail(problem, bytes.toString("utf8", json?.from ?? at, json?.to ?? end), position + end)
  }

  #follow({ event, template, value }: TemplateEvent<JsonObject>): void {
    const isAgain = template !== undefined && template === this.#latest
    this.#repeat = isAgain && template.onlyPath !== undefined
      ? this.#decoder.repeat?.(value, event, template.onlyPath)
      : undefined
    this.#latest = template
  }
}
