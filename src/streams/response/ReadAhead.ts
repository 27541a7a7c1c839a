/**
 * Reads the events of a stream that are like earlier ones, without parsing them.
 *
 * @since 0.1.0
 */
import * as JsonReader from "../json/JsonReader.ts"
import type { Locate } from "../framing/Locate.ts"
import type { Template } from "../json/Template.ts"
import { Templates } from "../json/Templates.ts"
import { chunkOf } from "../json/Words.ts"
import type { JsonObject } from "../json/Json.ts"
import type { FrameDecoder, Reading, Repeat } from "./JsonStream.ts"

/** After so many strangers in a row that could not be read, only one in so many is tried. */
const patience = 16

/**
 * What reads ahead in one stream.
 *
 * **Details**
 *
 * The events of an answer come in runs: one kind of delta, again and again. Once two in a row were of the same template, the machine
 * is asked what it would do with the next ones (`FrameDecoder.repeat`), and is then not asked again until another event comes. Where
 * no event is like another, their objects are read by `JsonReader`.
 *
 * @category models
 * @since 0.1.0
 */
export class ReadAhead {
  readonly #reading: Reading
  readonly #machine: FrameDecoder
  readonly #locate: Locate
  readonly #longest: number
  readonly #templates: Templates<JsonObject>
  #latest: Template<JsonObject> | undefined
  #repeat: Repeat | undefined
  #unread = 0

  /** `locate` finds the JSON of an event in its bytes; `longest` is how long an event may be, its end included. */
  constructor(reading: Reading, machine: FrameDecoder, locate: Locate, longest: number) {
    this.#reading = reading
    this.#machine = machine
    this.#locate = locate
    this.#longest = longest
    this.#templates = new Templates(machine.holes, locate)
  }

  /** Reads from `start` on, and answers where the first event begins that it left alone. `base` bytes came before this chunk. */
  read(bytes: Buffer, start: number, base: number): number {
    const reading = this.#reading
    const templates = this.#templates
    const chunk = chunkOf(bytes)
    let at = start
    while (!reading.isOver) {
      if (this.#repeat !== undefined) at = this.#latest?.run(chunk, at, this.#longest, this.#repeat) ?? at
      const limit = Math.min(bytes.length, at + this.#longest)
      const end = templates.match(chunk, at, limit)
      const { event, template, value } = templates
      if (end >= 0 && value !== undefined) {
        this.#frame(bytes, at, end, base, event, value)
        this.#follow(template, value, event)
        at = end
        continue
      }
      const next = templates.isLost ? this.#readStranger(bytes, at, limit, base) : -1
      if (next < 0) return at
      at = next
    }
    return at
  }

  /** Learns from an event that went the full way, and whose bytes are those between `from` and `to`. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: JsonObject): void {
    this.#templates.learn(bytes, from, to, event, value)
  }

  /** Is told that the machine has read an event that went the full way: what it would have done again may be no more right. */
  interrupt(): void {
    this.#latest = undefined
    this.#repeat = undefined
  }

  #frame(bytes: Buffer, at: number, end: number, base: number, event: string, value: JsonObject): void {
    this.#reading.frames++
    const problem = this.#machine.frame(value, event)
    if (problem === undefined) return
    const json = this.#locate(bytes, at, end)
    this.#reading.answered(problem, bytes.toString("utf8", json?.from ?? at, json?.to ?? end), base + end)
  }

  /** Reads an event that is like no other, if nobody keeps its object, whose keys have an order of their own. Answers its end, or -1. */
  #readStranger(bytes: Buffer, at: number, limit: number, base: number): number {
    if (this.#unread > patience && this.#unread++ % patience !== 0) return -1
    const found = this.#locate(bytes, at, limit)
    const value = found === undefined ? undefined : JsonReader.read(bytes, found.from, found.to)
    if (found === undefined || value === undefined || !this.#machine.holes.isDelta(value)) {
      this.#unread++
      return -1
    }
    this.#unread = 0
    this.#templates.pass()
    this.interrupt()
    this.#frame(bytes, at, found.end, base, found.event, value)
    return found.end
  }

  #follow(template: Template<JsonObject> | undefined, value: JsonObject, event: string): void {
    const isAgain = template !== undefined && template === this.#latest
    this.#repeat = isAgain && template.only !== undefined
      ? this.#machine.repeat?.(value, event, template.only)
      : undefined
    this.#latest = template
  }
}
