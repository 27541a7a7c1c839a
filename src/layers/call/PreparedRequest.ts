/**
 * A request that lacks only its credentials.
 */
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { Provider } from "../../services/Provider.ts"
import type { ClockTraits } from "../resilience/Clocks.ts"

/** A prepared request of any operation. It can be sent by several attempts. */
export interface PreparedRequest {
  /** The provider that it goes to. */
  readonly provider: Provider
  /** The provider's own name of the model, where the operation has one. */
  readonly model: string | undefined
  /** How the endpoint takes a key, where it differs from the provider. */
  readonly auth: AuthStyle | undefined
  /** Whether the caller added headers, which may hold secrets. */
  readonly hasOwnHeaders: boolean
  /** Differences of the server from the protocol. */
  readonly quirks: Quirks
  /** Address, headers and body. */
  readonly request: HttpClientRequest.HttpClientRequest
  /** Whether finished items carry the whole text. Default true. */
  readonly assemble?: boolean | undefined
  /** Whether the request asks for the probabilities of tokens. Default false. */
  readonly logprobs?: boolean | undefined
  /** What of the caller's request was left out or changed. Default: nothing. */
  readonly warnings?: ReadonlyArray<Warning> | undefined
  /** What decides about the default time limits. */
  readonly traits: ClockTraits
}
