/**
 * The bytes of a response between the socket that brings them and the fiber that takes them.
 *
 * They are read in the callback that brings them, all that one read of the socket brought at a time, and the fiber is woken
 * when there is something for it. More than `highWater` bytes that nobody takes stop the reading.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"

/** What can stop and go on with the reading. */
interface Tap {
  readonly pause: () => void
  readonly resume: () => void
}

const highWater = 64 * 1024

type Chunks = Arr.NonEmptyReadonlyArray<Uint8Array>

/** Decodes the bytes of a body. It is called only while a fiber waits for its result. */
export interface Reader<A, E, E2> {
  /** Decodes all bytes that have arrived, and returns `undefined` when it needs more. */
  readonly chunks: (chunks: Chunks) => Pull.Pull<A, E2> | undefined
  /** Records the milliseconds of a wait for bytes, before these are decoded. */
  readonly waited: (millis: number) => void
  /** Returns the end of the body, or its failure, as often as it is pulled after the last bytes. */
  readonly ended: (why: E | Cause.Done) => Pull.Pull<A, E2>
}

/** Makes the reader that returns the bytes unchanged. */
export const passthrough = <E>(): Reader<Chunks, E, E> => ({
  chunks: (chunks) => Effect.succeed(chunks),
  waited: () => {},
  ended: (why) => Effect.fail(why)
})

const end = Cause.Done()

/** A queue with one writer, which is a callback, and one reader, which is a fiber. */
export class BodyQueue<E> {
  readonly #tap: Tap
  readonly #clock: Clock.Clock
  #chunks: Array<Uint8Array> = []
  #size = 0
  #paused = false
  #ended: E | Cause.Done | undefined
  #wake: (() => void) | undefined
  #scheduled = false
  #waitingSince = 0
  #whenOver: (() => void) | undefined

  constructor(tap: Tap, clock: Clock.Clock) {
    this.#tap = tap
    this.#clock = clock
  }

  /** Whether no more comes than what is there. */
  get isOver(): boolean {
    return this.#ended !== undefined
  }

  /** Since when the reader is waiting (milliseconds), or nothing when it is not. */
  get waitingSince(): number | undefined {
    return this.#wake === undefined ? undefined : this.#waitingSince
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > highWater && !this.#paused) {
      this.#paused = true
      this.#tap.pause()
    }
    this.#notify()
  }

  end(): void {
    this.#end(end)
  }

  fail(error: E): void {
    this.#end(error)
  }

  /** Has something called when no more comes; at once if that is so already. There is one of these. */
  whenOver(call: () => void): void {
    if (this.isOver) call()
    else this.#whenOver = call
  }

  /** Takes all there is through a reader, or waits for it. */
  read<A, E2>(reader: Reader<A, E, E2>): Pull.Pull<A, E2> {
    const take = (): Pull.Pull<A, E2> | undefined => {
      const chunks = this.#takeAll()
      const found = chunks === undefined ? undefined : reader.chunks(chunks)
      if (found !== undefined) return found
      return this.#ended === undefined ? undefined : reader.ended(this.#ended)
    }
    const wait: Pull.Pull<A, E2> = Effect.callback((resume) => {
      this.#waitingSince = this.#clock.currentTimeMillisUnsafe()
      this.#wake = () => {
        const now = this.#clock.currentTimeMillisUnsafe()
        reader.waited(now - this.#waitingSince)
        let found: Pull.Pull<A, E2> | undefined
        try {
          found = take()
        } catch (defect) {
          found = Effect.die(defect)
        }
        if (found === undefined) this.#waitingSince = now
        else {
          this.#wake = undefined
          resume(found)
        }
      }
      return this.#stopWaiting
    })
    return Effect.suspend(() => take() ?? wait)
  }

  #end(why: E | Cause.Done): void {
    if (this.#ended !== undefined) return
    this.#ended = why
    this.#whenOver?.()
    this.#notify()
  }

  // In a microtask, after the parser is through with what the socket read.
  #notify(): void {
    if (this.#wake === undefined || this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(this.#hand)
  }

  readonly #hand = (): void => {
    this.#scheduled = false
    if (this.#chunks.length > 0 || this.#ended !== undefined) this.#wake?.()
  }

  #takeAll(): Chunks | undefined {
    const chunks = this.#chunks
    if (!Arr.isArrayNonEmpty(chunks)) return undefined
    this.#chunks = []
    this.#size = 0
    if (this.#paused) {
      this.#paused = false
      this.#tap.resume()
    }
    return chunks
  }

  readonly #stopWaiting = Effect.sync(() => {
    this.#wake = undefined
  })
}
