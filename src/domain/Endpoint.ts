/**
 * Addresses of a provider's requests, and how they carry a key.
 *
 * @since 0.1.0
 */
import type { Quirks } from "./Quirks.ts"

/**
 * How a provider takes its key: in `Authorization: Bearer`, in a header of its own, in a query parameter, or as a token
 * that is signed with it (Zhipu's `id.secret` keys).
 *
 * @category models
 * @since 0.1.0
 */
export type AuthStyle =
  | { readonly type: "bearer" }
  | { readonly type: "header"; readonly name: string }
  | { readonly type: "query"; readonly name: string }
  | { readonly type: "signed-token" }

/**
 * Where requests of one kind go.
 *
 * **Details**
 *
 * `path` is put under the base URL, the provider's own one or `baseUrl`. `{name}` in either is replaced by the variable of
 * that name, percent-encoded, and `{model}` by the model; `{+name}` keeps slashes. A part in brackets is left out when a
 * variable in it has no value. `models` are the models that it is for: all where it is absent. It is only for programs
 * that have the variable of `requires`, with a value like that. `auth`, `headers` and `quirks` go before the provider's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint {
  readonly path: string
  readonly baseUrl?: string | undefined
  readonly models?: RegExp | undefined
  readonly requires?: { readonly variable: string; readonly matching?: RegExp | undefined } | undefined
  readonly auth?: AuthStyle | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly quirks?: Quirks | undefined
}
