/**
 * The interface of a wire protocol: encodes a request, decodes a response.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { EncodeContext } from "../request/EncodeContext.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../response/StreamDecoder.ts"

/**
 * A wire protocol. It knows no provider: differences between servers of one protocol are quirks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Protocol {
  /** The name by which providers refer to it. */
  readonly name: ProtocolName
  /** Whether a streamed body may be of type JSON, so that it is decoded as it arrives. Default false. */
  readonly streamsJson?: boolean
  /** Encodes a request as the JSON body, or says which parameter the protocol cannot express. */
  readonly encodeRequest: (
    request: CompletionRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  /** Makes the decoder of one streamed response. */
  readonly decodeStream: (context: DecodeContext) => StreamDecoder
  /** Decodes a body that was not streamed. */
  readonly decodeWhole: (body: string, context: DecodeContext) => WholeResponse
}
