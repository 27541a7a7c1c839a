/**
 * Providers with what a program has configured.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { AuthStyle } from "../domain/Endpoint.ts"
import type { ProtocolBinding, ProviderDefinition } from "../domain/ProviderDefinition.ts"
import type { Quirks } from "../domain/Quirks.ts"

/**
 * A request before it is authorized.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outgoing {
  /** The HTTP method. */
  readonly method: "GET" | "POST"
  /** The URL, with its query. */
  readonly url: string
  /** The headers; their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body; empty for a GET. */
  readonly body: Uint8Array
  /** How the endpoint takes the key, where it is not the provider's way. */
  readonly auth?: AuthStyle | undefined
}

/**
 * The authorization of one request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorization {
  /** The headers to add; their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The query parameters to add. Default: none. */
  readonly query?: Readonly<Record<string, string>> | undefined
  /** The secrets in them, which are removed from errors and logs. */
  readonly secrets: ReadonlyArray<string>
  /**
   * Drops the token that was used, after a response that rejected it, with the headers of that response. Returns
   * whether another attempt would have a new token. Default: nothing can be renewed.
   */
  readonly renew?: ((headers: Readonly<Record<string, string>>) => Effect.Effect<boolean>) | undefined
}

/**
 * What tells a key apart from others.
 *
 * @category models
 * @since 0.2.0
 */
export interface KeyName {
  /** The alias of the key: the name of the environment variable or option that holds it, or `key 1` of several. */
  readonly name: string
  /** A number that differs between keys of one name. It is never shown. */
  readonly fingerprint: number
}

/**
 * One of the keys of a provider.
 *
 * @category models
 * @since 0.2.0
 */
export interface KeyChoice {
  /** What tells it apart from the others. */
  readonly name: KeyName
  /** Authorizes a request with it. */
  readonly authorize: (outgoing: Outgoing) => Effect.Effect<Authorization, CompletionError>
}

/**
 * The part of a provider that authorizes requests.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorizer {
  /** Authorizes a request with the first key, or an identity. Called before an attempt for which `keys` has none. */
  readonly authorize: (outgoing: Outgoing) => Effect.Effect<Authorization, CompletionError>
  /**
   * Returns the keys of which the next attempt may use any; empty where it would use none, but perhaps an identity. Run
   * once before each attempt.
   */
  readonly keys: Effect.Effect<ReadonlyArray<KeyChoice>, CompletionError>
}

/**
 * A configured provider.
 *
 * @category models
 * @since 0.1.0
 */
export interface Provider {
  /** The definition, with the operations of the settings in it. */
  readonly definition: ProviderDefinition
  /** The base URL, without variables and without a slash at its end. */
  readonly baseUrl: string
  /** Whether the program gave the base URL. */
  readonly hasOwnBaseUrl: boolean
  /**
   * The part of a given base URL that replaces the provider's own host, so that other paths of the provider are found
   * under it; `undefined` for the provider's own base URL, or where the given one corresponds to no part of it.
   */
  readonly root?: string | undefined
  /** The values of the address variables, by name. */
  readonly variables: Readonly<Record<string, string>>
  /**
   * The usable protocols in order of preference, each with the provider's quirks: the first that serves the model is
   * used.
   */
  readonly protocols: ReadonlyArray<ProtocolBinding>
  /** The provider's quirks, for operations besides completions. */
  readonly quirks: Quirks
  /** The headers of every request; their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The part that authorizes requests. */
  readonly authorizer: Authorizer
}
