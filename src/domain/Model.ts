/**
 * Models, named with their provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A model's name together with the id of its provider.
 *
 * @category models
 * @since 0.1.0
 */
export class Model extends Schema.Opaque<Model>()(Schema.Struct({
  /** The id or an alias of the provider. */
  provider: Schema.String,
  /** The provider's own name of the model. */
  model: Schema.String
})) {}

/**
 * Creates a model value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (provider: string, model: string): Model => ({ provider, model })

/**
 * Splits `provider/model` at the first slash, since models of routers have slashes in their names. Without a slash
 * `provider` is `undefined`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (name: string): {
  /** The id or alias before the slash; `undefined` without a slash. */
  readonly provider: string | undefined
  /** The name of the model. */
  readonly model: string
} => {
  const slash = name.indexOf("/")
  return slash <= 0
    ? { provider: undefined, model: name }
    : { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}
