/**
 * What may take how long, in milliseconds: read out of the settings once, and not for every request.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type { Settings } from "../../services/SluiceConfig.ts"

/**
 * The clocks of an attempt: until the headers are there, without a byte, without an event.
 *
 * @category models
 * @since 0.1.0
 */
export interface Clocks {
  readonly headers: number
  readonly bytes: number
  readonly events: number
}

/**
 * Reads the clocks out of the settings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (
  settings: Pick<Settings, "headersTimeout" | "silenceTimeout" | "eventSilenceTimeout">
): Clocks => ({
  headers: Duration.toMillis(settings.headersTimeout),
  bytes: Duration.toMillis(settings.silenceTimeout),
  events: Duration.toMillis(settings.eventSilenceTimeout)
})

/**
 * How exactly clocks strike: to a twentieth of the shortest, and to a second at the most.
 *
 * @category accessors
 * @since 0.1.0
 */
export const tickOf = ({ bytes, events, headers }: Clocks): number =>
  Math.min(1000, ...[headers, bytes, events].map((millis) => Math.max(1, millis / 20)))
