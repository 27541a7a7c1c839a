/**
 * How long a stream may be silent: without bytes, and without events.
 *
 * Only waiting counts: while a caller is busy with what it has, no clock runs.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { type ProviderError, StreamIdleTimeoutError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Clocks } from "../resilience/Clocks.ts"

/**
 * The two clocks of one stream.
 *
 * @category models
 * @since 0.1.0
 */
export class Silence {
  readonly #context: ErrorContext
  readonly #clocks: Pick<Clocks, "bytes" | "events">
  // How long was waited for bytes that made no event, since the last event.
  #fruitless = 0

  constructor(context: ErrorContext, clocks: Pick<Clocks, "bytes" | "events">) {
    this.#context = context
    this.#clocks = clocks
  }

  /** Bytes came after so many milliseconds of waiting, and an event with them or not. */
  heard(waited: number, event: boolean): void {
    this.#fruitless = event ? 0 : this.#fruitless + waited
  }

  /** How many milliseconds a wait that begins now may last. */
  get left(): number {
    return Math.max(0, Math.min(this.#clocks.bytes, this.#clocks.events - this.#fruitless))
  }

  /** What a wait that lasted too long fails with. */
  get error(): ProviderError {
    const { bytes, events } = this.#clocks
    return events - this.#fruitless <= bytes
      ? new StreamIdleTimeoutError({ ...this.#context, silence: "events", after: Duration.millis(events) })
      : new StreamIdleTimeoutError({ ...this.#context, silence: "bytes", after: Duration.millis(bytes) })
  }
}
