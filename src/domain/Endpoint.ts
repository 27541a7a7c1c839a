/**
 * Addresses of a provider's requests, and how they carry a key.
 *
 * @since 0.1.0
 */
import type { Quirks } from "./Quirks.ts"

/**
 * How a provider takes its key: as `Authorization: Bearer` (`bearer`), in a header or a query parameter of its own
 * (`header`, `query`), or as a token that is signed with it (`signed-token`, for Zhipu's `id.secret` keys).
 *
 * @category models
 * @since 0.1.0
 */
export type AuthStyle =
  | {
    /** The key is sent as `Authorization: Bearer`. */
    readonly type: "bearer"
  }
  | {
    /** The key is sent in a header of the provider's own. */
    readonly type: "header"
    /** The name of the header. */
    readonly name: string
  }
  | {
    /** The key is sent in a query parameter. */
    readonly type: "query"
    /** The name of the parameter. */
    readonly name: string
  }
  | {
    /** The key signs a token, which is sent as `Authorization: Bearer`. */
    readonly type: "signed-token"
  }

/**
 * The address of one kind of requests.
 *
 * **Details**
 *
 * In `path` and `baseUrl`, `{name}` is replaced by the variable of that name, percent-encoded, and `{model}` by the
 * model; `{+name}` keeps slashes. A part in brackets is left out where a variable in it has no value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint {
  /** The path under the base URL, with its query. */
  readonly path: string
  /** The base URL, where it is not the provider's. */
  readonly baseUrl?: string | undefined
  /** The names of the models that the endpoint serves. Default: all. */
  readonly models?: RegExp | undefined
  /** The condition under which the endpoint is used. Default: always. */
  readonly requires?:
    | {
      /** The name of the variable that must have a value. */
      readonly variable: string
      /** What the value must match. Default: any value. */
      readonly matching?: RegExp | undefined
    }
    | undefined
  /** How the endpoint takes the key, where it is not the provider's way. */
  readonly auth?: AuthStyle | undefined
  /** Headers of every request, over those of the provider. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Quirks over those of the provider. */
  readonly quirks?: Quirks | undefined
}
