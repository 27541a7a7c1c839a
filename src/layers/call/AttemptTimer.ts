/**
 * Measures one attempt against its time limits, from the wait for a connection to the last byte.
 *
 * Only time spent waiting counts, except for the deadline: while the consumer is busy with what it has, nothing runs.
 */
import * as Duration from "effect/Duration"
import {
  ConnectionWaitTimeoutError,
  FirstEventTimeoutError,
  MinimumRateError,
  type ProviderError,
  RequestTimeoutError,
  StreamIdleTimeoutError
} from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { TimeLimit } from "../http/Watch.ts"
import type { Clocks, Rate } from "../resilience/Clocks.ts"
import * as Deadlines from "../resilience/Deadlines.ts"

type Running = TimeLimit<ProviderError>

const shortest = (first: Running, ...others: ReadonlyArray<Running | undefined>): Running => {
  let found = first
  for (const other of others) if (other !== undefined && other.left < found.left) found = other
  return found
}

/** The timer of one attempt. Times are in milliseconds. */
export class AttemptTimer {
  /** What the errors say of the request, and of the response once there is one. */
  context: ErrorContext
  readonly #clocks: Clocks
  // Time waited since the request was sent, or since the last event with content.
  #waited = 0
  #hasContent = false
  #windowWaited = 0
  #windowCharacters = 0

  constructor(context: ErrorContext, clocks: Clocks) {
    this.context = context
    this.#clocks = clocks
  }

  /** Whether the characters of content have to be recorded. */
  get measuresRate(): boolean {
    return this.#clocks.rate !== undefined
  }

  /** Returns the limit of a wait for a connection that begins at `now`. */
  connectionLimit(now: number): Running {
    const { connectionWait } = this.#clocks
    return shortest(
      { left: connectionWait, error: (waited) => this.#error(ConnectionWaitTimeoutError, connectionWait, waited) },
      this.#deadline(now)
    )
  }

  /** Returns the limit of a wait for the response headers that begins at `now`. */
  headersLimit(now: number): Running {
    const { firstEvent, headers } = this.#clocks
    return shortest(
      { left: headers, error: (waited) => this.#error(RequestTimeoutError, headers, waited) },
      { left: firstEvent, error: (waited) => this.#error(FirstEventTimeoutError, firstEvent, waited) },
      this.#deadline(now)
    )
  }

  /** Returns the limit of a wait for the next bytes of the body that begins at `now`. */
  bodyLimit(now: number): Running {
    const { idle } = this.#clocks
    return shortest(
      {
        left: idle,
        error: (waited) => new StreamIdleTimeoutError({ ...this.context, kind: "bytes", ...this.#times(idle, waited) })
      },
      this.#contentLimit(),
      this.#rateLimit(),
      this.#deadline(now)
    )
  }

  /** Records a wait for the headers or for bytes that has ended. */
  recordWait(millis: number): void {
    this.#waited += millis
    if (this.#hasContent && this.#clocks.rate !== undefined) this.#recordRate(millis, this.#clocks.rate)
  }

  /** Records that content has arrived; `characters` matters where the rate is measured. */
  recordContent(characters = 0): void {
    this.#hasContent = true
    this.#waited = 0
    this.#windowCharacters += characters
  }

  #contentLimit(): Running {
    const { events, firstEvent } = this.#clocks
    const before = this.#waited
    return this.#hasContent
      ? {
        left: events - before,
        error: (waited) =>
          new StreamIdleTimeoutError({ ...this.context, kind: "events", ...this.#times(events, before + waited) })
      }
      : {
        left: firstEvent - before,
        error: (waited) => this.#error(FirstEventTimeoutError, firstEvent, before + waited)
      }
  }

  /** Ends the windows that are over. One that was too slow stays, so that the next wait fails at once. */
  #recordRate(millis: number, rate: Rate): void {
    this.#windowWaited += millis
    while (this.#windowWaited >= rate.window && !this.#isTooSlow(rate)) {
      this.#windowWaited -= rate.window
      this.#windowCharacters = 0
    }
  }

  #rateLimit(): Running | undefined {
    const { rate } = this.#clocks
    if (rate === undefined || !this.#hasContent) return undefined
    // When this window is fast enough already, the next one is the first that can be without content.
    const isTooSlow = this.#isTooSlow(rate)
    const before = isTooSlow ? this.#windowWaited : this.#windowWaited - rate.window
    const characters = isTooSlow ? this.#windowCharacters : 0
    return {
      left: rate.window - before,
      error: (waited) =>
        new MinimumRateError({
          ...this.context,
          ...this.#times(rate.window, before + waited),
          charactersPerSecond: rate.charactersPerSecond,
          characters
        })
    }
  }

  #isTooSlow({ charactersPerSecond, window }: Rate): boolean {
    return this.#windowCharacters < (charactersPerSecond * window) / 1000
  }

  #deadline(now: number): Running | undefined {
    const { deadline } = this.#clocks
    if (deadline === undefined) return undefined
    return {
      left: deadline.at - now,
      error: (waited) => Deadlines.exceeded(deadline, now + waited, this.context)
    }
  }

  #error<E extends ProviderError>(
    TimeoutError: new(fields: ErrorContext & { limit: Duration.Duration; waited: Duration.Duration }) => E,
    limit: number,
    waited: number
  ): E {
    return new TimeoutError({ ...this.context, ...this.#times(limit, waited) })
  }

  #times(limit: number, waited: number): { limit: Duration.Duration; waited: Duration.Duration } {
    return { limit: Duration.millis(limit), waited: Duration.millis(Math.max(0, waited)) }
  }
}
