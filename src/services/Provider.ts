/**
 * A provider that is ready to be asked: its definition with what this program has configured.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { AuthStyle } from "../domain/Endpoint.ts"
import type { ProtocolBinding, ProviderDefinition } from "../domain/ProviderDefinition.ts"
import type { Quirks } from "../domain/Quirks.ts"

/**
 * A request that is about to be sent, as its authorization sees it. Header names are lower case. `auth` is how the
 * endpoint wants a key, where that is not how the provider wants it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outgoing {
  readonly method: "GET" | "POST"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly auth?: AuthStyle | undefined
}

/**
 * What authorizes a request: headers and query parameters to be added, and the secrets in them, which no error may
 * repeat.
 *
 * **Details**
 *
 * `renew` is there when what authorizes was fetched, and is kept for a while: it takes the headers of a response that
 * refused it, forgets what was refused, and answers whether another attempt would have something new.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly secrets: ReadonlyArray<string>
  readonly renew?: ((refusal: Readonly<Record<string, string>>) => Effect.Effect<boolean>) | undefined
}

/**
 * What authorizes the requests to a provider. It is asked before each attempt, so a key can change while the program runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorizer {
  readonly authorize: (outgoing: Outgoing) => Effect.Effect<Authorization, CompletionError>
}

/**
 * A configured provider.
 *
 * **Details**
 *
 * `baseUrl` has no slash at its end and no variables left; `hasOwnBaseUrl` when the program gave it. `root` is there when
 * such an address stands for the provider's own one, whole or for its host alone: what the host is replaced by, so that
 * other paths of the provider's are found. `protocols` are those that may be used, in order of preference; a model decides
 * among them (`layers/configuration/Address`). Each has its quirks with the provider's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Provider {
  readonly definition: ProviderDefinition
  readonly baseUrl: string
  readonly hasOwnBaseUrl: boolean
  readonly root?: string | undefined
  readonly variables: Readonly<Record<string, string>>
  readonly protocols: ReadonlyArray<ProtocolBinding>
  readonly quirks: Quirks
  readonly headers: Readonly<Record<string, string>>
  readonly authorizer: Authorizer
}
