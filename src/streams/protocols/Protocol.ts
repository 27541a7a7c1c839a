/**
 * The interface of a wire protocol: encodes a request, decodes a response.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import type { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { EncodeContext } from "../request/EncodeContext.ts"
import type { EncodedRequest } from "../request/Problems.ts"
import type { Decoders } from "../response/AnyBody.ts"

/**
 * A wire protocol. It knows no provider: differences between servers of one protocol are quirks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Protocol extends Decoders {
  /** The name by which providers refer to it. */
  readonly name: ProtocolName
  /** Encodes a request as a JSON body, or fails with the parameter that the protocol cannot express. */
  readonly encodeRequest: (
    request: CompletionRequest,
    context: EncodeContext
  ) => Result.Result<EncodedRequest, InvalidRequestError>
}
