/**
 * The bytes of a response between the socket that brings them and the fiber that takes them.
 *
 * All that one read of the socket brings is one array, and wakes the fiber once; more than `highWater` bytes that nobody
 * takes stop the reading.
 *
 * @since 0.1.0
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

type Taken = Arr.NonEmptyReadonlyArray<Uint8Array>

/**
 * A queue with one writer, which is a callback, and one reader, which is a fiber.
 *
 * @category models
 * @since 0.1.0
 */
export class BodyQueue<E> {
  readonly #tap: Tap
  readonly #clock: Clock.Clock
  #chunks: Array<Uint8Array> = []
  #size = 0
  #paused = false
  #ended: Effect.Effect<never, E | Cause.Done> | undefined
  #wake: ((pull: Pull.Pull<Taken, E>) => void) | undefined
  #scheduled = false
  #waitingSince = 0

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
    this.#ended ??= Cause.done()
    this.#notify()
  }

  fail(error: E): void {
    this.#ended ??= Effect.fail(error)
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
    const wake = this.#wake
    if (wake === undefined) return
    const ready = this.#ready()
    if (ready === undefined) return
    this.#wake = undefined
    wake(ready)
  }

  #ready(): Pull.Pull<Taken, E> | undefined {
    const chunks = this.#chunks
    if (!Arr.isArrayNonEmpty(chunks)) return this.#ended
    this.#chunks = []
    this.#size = 0
    if (this.#paused) {
      this.#paused = false
      this.#tap.resume()
    }
    return Effect.succeed(chunks)
  }

  readonly #wait: Pull.Pull<Taken, E> = Effect.callback((resume) => {
    this.#waitingSince = this.#clock.currentTimeMillisUnsafe()
    this.#wake = resume
    return this.#stopWaiting
  })

  readonly #stopWaiting = Effect.sync(() => {
    this.#wake = undefined
  })

  /** Takes all there is, or waits for it. */
  readonly take: Pull.Pull<Taken, E> = Effect.suspend(() => this.#ready() ?? this.#wait)
}
