/**
 * Queues the bytes of a response between the socket's callback and the fiber that reads them.
 *
 * All bytes of one read of the socket arrive together, and the fiber is woken when they make a value. Reading from the
 * socket stops when more than `highWater` bytes are queued.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"

/** Stops and resumes reading from the socket. */
interface Flow {
  readonly pause: () => void
  readonly resume: () => void
}

/** How many queued bytes stop the reading. */
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

/** A queue of chunks with one writer, a callback, and one reader, a fiber. */
export class BodyQueue<E> {
  readonly #flow: Flow
  readonly #clock: Clock.Clock
  #chunks: Array<Uint8Array> = []
  #size = 0
  #paused = false
  #ended: E | Cause.Done | undefined
  #wake: (() => void) | undefined
  #scheduled = false
  #waitingSince = 0
  #whenOver: (() => void) | undefined

  constructor(flow: Flow, clock: Clock.Clock) {
    this.#flow = flow
    this.#clock = clock
  }

  /** Whether no more bytes will arrive. */
  get isOver(): boolean {
    return this.#ended !== undefined
  }

  /** When the reader began to wait (milliseconds); `undefined` when it does not wait. */
  get waitingSince(): number | undefined {
    return this.#wake === undefined ? undefined : this.#waitingSince
  }

  /** Adds a chunk. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > highWater && !this.#paused) {
      this.#paused = true
      this.#flow.pause()
    }
    this.#notify()
  }

  /** Ends the queue after the chunks that it has. */
  end(): void {
    this.#end(end)
  }

  /** Fails the queue after the chunks that it has. */
  fail(error: E): void {
    this.#end(error)
  }

  /** Sets the one function that is called when no more bytes will arrive; calls it at once when that is already so. */
  whenOver(call: () => void): void {
    if (this.isOver) call()
    else this.#whenOver = call
  }

  /** Returns what the reader decodes from the chunks, and waits while that is nothing. */
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

  // In a microtask, after the HTTP parser has finished with the bytes of one read.
  #notify(): void {
    if (this.#wake === undefined || this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(this.#deliver)
  }

  readonly #deliver = (): void => {
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
      this.#flow.resume()
    }
    return chunks
  }

  readonly #stopWaiting = Effect.sync(() => {
    this.#wake = undefined
  })
}
