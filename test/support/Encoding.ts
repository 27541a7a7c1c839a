/**
 * Encodes requests for tests that look at the body alone.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../src/domain/CompletionError.ts"
import type { CompletionRequest } from "../../src/domain/CompletionRequest.ts"
import type { Protocol } from "../../src/streams/protocols/Protocol.ts"
import type { EncodeContext } from "../../src/streams/request/EncodeContext.ts"

/** Encodes a request and returns its body without the warnings. */
export const encodedBody = (
  protocol: Protocol,
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> =>
  Result.map(protocol.encodeRequest(request, context), ({ body }) => body)
