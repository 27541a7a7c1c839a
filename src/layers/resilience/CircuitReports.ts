/**
 * Reports changes of circuit breakers: a log line and two metrics for each.
 */
import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import type { CircuitState, CircuitTransition } from "../../domain/Circuit.ts"
import * as LogLines from "../../services/LogLines.ts"

const states: Readonly<Record<CircuitState, number>> = { closed: 0, "half-open": 1, open: 2 }

const state = Metric.gauge("sluice.circuit_breaker.state", {
  description: "The state of a circuit breaker: 0 closed, 1 half-open, 2 open"
})

const transitions = Metric.counter("sluice.circuit_breaker.transitions", {
  description: "The changes of the state of a circuit breaker",
  incremental: true
})

/** Reports one change. `least` is the lowest level of log lines. */
export const write = (
  { at, circuit, failure, from, retryAt, to }: CircuitTransition,
  least: LogLevel.LogLevel | undefined
): Effect.Effect<void> => {
  const { host, key, model, provider } = circuit
  const attributes = {
    "gen_ai.provider.name": provider,
    "server.address": host,
    ...(model === undefined ? {} : { "gen_ai.request.model": model }),
    ...(key === undefined ? {} : { "sluice.key": key })
  }
  return LogLines.write(to === "open" ? "Warn" : "Info", `a circuit breaker is ${to}`, {
    provider,
    model,
    host,
    key,
    from,
    reason: failure,
    openMs: retryAt === undefined ? undefined : retryAt - at
  }, least).pipe(
    Effect.andThen(Metric.update(Metric.withAttributes(state, attributes), states[to])),
    Effect.andThen(Metric.update(Metric.withAttributes(transitions, { ...attributes, "sluice.state": to }), 1)),
    Effect.uninterruptible
  )
}
