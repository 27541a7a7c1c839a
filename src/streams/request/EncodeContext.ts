/**
 * What encoders get besides the request.
 */
import type { Quirks } from "../../domain/Quirks.ts"

/** The target of an encoded request. */
export interface EncodeContext {
  /** Id of the provider, for errors. */
  readonly provider: string
  /** The provider's own name of the model. */
  readonly model: string
  /** Whether the response is to be streamed. */
  readonly stream: boolean
  /** Differences of this server from the protocol. */
  readonly quirks: Quirks
  /** The headers of the HTTP request, with names in lower case; one may name the version of the API. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}
