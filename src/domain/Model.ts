/**
 * Which model of which provider a request is for.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for a model's name together with the id of its provider.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Model = Schema.Struct({ provider: Schema.String, model: Schema.String })

/**
 * A model's name together with the id of its provider.
 *
 * @category models
 * @since 0.1.0
 */
export type Model = typeof Model.Type

/**
 * Creates a model value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (provider: string, model: string): Model => ({ provider, model })

/**
 * Splits `provider/model` at the first slash; models of routers have slashes of their own. Without a slash there is no
 * provider.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (name: string): { readonly provider: string | undefined; readonly model: string } => {
  const slash = name.indexOf("/")
  return slash <= 0
    ? { provider: undefined, model: name }
    : { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}
