/**
 * Reads the events of a stream that are like earlier ones, without parsing them.
 *
 * @since 0.1.0
 */
import type { Locate } from "../framing/Locate.ts"
import type { Template } from "../json/Template.ts"
import { Templates } from "../json/Templates.ts"
import { chunkOf } from "../json/Words.ts"
import type { JsonObject } from "./Json.ts"
import type { Machine, Reading, Repeat } from "./JsonStream.ts"

/**
 * What reads ahead in one stream.
 *
 * **Details**
 *
 * The events of an answer come in runs: one kind of delta, again and again. Once two in a row were of the same template, the machine
 * is asked what it would do with the next ones (`Machine.repeat`), and is then not asked again until another event comes.
 *
 * @category models
 * @since 0.1.0
 */
export class ReadAhead {
  readonly #reading: Reading
  readonly #machine: Machine
  readonly #locate: Locate
  readonly #longest: number
  readonly #templates: Templates<JsonObject>
  #latest: Template<JsonObject> | undefined
  #repeat: Repeat | undefined

  /** `locate` finds the JSON of an event in its bytes; `longest` is how long an event may be, its end included. */
  constructor(reading: Reading, machine: Machine, locate: Locate, longest: number) {
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
      if (end < 0 || value === undefined) return at
      this.#frame(bytes, at, end, base, event, value)
      this.#follow(template, value, event)
      at = end
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

  #follow(template: Template<JsonObject> | undefined, value: JsonObject, event: string): void {
    const isAgain = template !== undefined && template === this.#latest
    this.#repeat = isAgain && template.only !== undefined
      ? this.#machine.repeat?.(value, event, template.only)
      : undefined
    this.#latest = template
  }
}
