/**
 * Writes the log lines of Sluice: through the loggers of the program, and those of Effect that write to the console
 * write them to stderr, since stdout is for what a program prints.
 */
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"

/** What a line says beside its message. */
export type Facts = Readonly<Record<string, string | number | undefined>>

const inspect = Symbol.for("nodejs.util.inspect.custom")

const textOf = (value: unknown): string => {
  const text = String(value)
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text
}

/** Returns annotations that the console prints on the line of the message, instead of below it. */
const onOneLine = (annotations: Record<string, unknown>): Record<string, unknown> =>
  Object.defineProperty(annotations, inspect, {
    enumerable: false,
    value: () => Object.entries(annotations).map(([name, value]) => `${name}=${textOf(value)}`).join(" ")
  })

/**
 * Writes a line. `least` is the level below which lines are not written, whatever the level of the program is;
 * `undefined` leaves that to the program.
 */
export const write = (
  level: LogLevel.Severity,
  message: string,
  facts: Facts,
  least: LogLevel.LogLevel | undefined
): Effect.Effect<void> => {
  if (least !== undefined && (least === "None" || LogLevel.isLessThan(level, least))) return Effect.void
  const line = Effect.updateService(
    Effect.provideService(Effect.logWithLevel(level)(message), References.LogToStderr, true),
    References.CurrentLogAnnotations,
    (given) => {
      const annotations: Record<string, unknown> = { ...given }
      for (const [name, value] of Object.entries(facts)) if (value !== undefined) annotations[name] = value
      return onOneLine(annotations)
    }
  )
  return least === undefined ? line : Effect.provideService(line, References.MinimumLogLevel, "All")
}
