/**
 * Provides a service where the context has none.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** Returns a layer of the service that the context has; where it has none, the given layer. */
export const unlessProvided = <I, S>(key: Context.Key<I, S>, layer: Layer.Layer<I>): Layer.Layer<I> =>
  Layer.unwrap(Effect.map(
    Effect.serviceOption(key),
    Option.match({ onNone: () => layer, onSome: (service) => Layer.succeedContext(Context.make(key, service)) })
  ))
