/**
 * A completion request as it goes over the wire: which address, which headers, which bytes.
 *
 * It is prepared once a call; only the key is added anew for each attempt.
 *
 * @since 0.1.0
 */
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import { type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import { type Quirks, quirksOf } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"
import { byName } from "../../streams/protocols/Protocols.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import type { Unauthorized } from "../exchange/Authorized.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"
import * as Address from "../providers/Address.ts"

/**
 * A request that only lacks its key.
 *
 * @category models
 * @since 0.1.0
 */
export interface PreparedRequest extends Unauthorized {
  readonly model: string
  readonly protocol: Protocol
  readonly quirks: Quirks
  readonly streamed: boolean
  readonly requestId: string
}

const encoder = new TextEncoder()

/**
 * Writes a request. Fails with an `InvalidRequestError` when the protocol cannot say what is asked, and with a
 * `ConfigurationError` when its address is not known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  provider: Provider,
  model: string,
  request: CompletionRequest,
  options: { readonly streamed: boolean; readonly requestId: string }
): Result.Result<PreparedRequest, InvalidRequestError | ConfigurationError> => {
  const wrong = Object.entries(request.headers ?? {}).find(([name, value]) => !HeaderSyntax.isField(name, value))
  if (wrong !== undefined) {
    return Result.fail(
      new InvalidRequestError({
        provider: provider.definition.id,
        model,
        parameter: "headers",
        detail: `the name or the value of "${wrong[0].slice(0, 100)}" has characters that no HTTP header can carry`
      })
    )
  }
  return Result.gen(function*() {
    const binding = yield* Address.bindingOf(provider, model)
    const protocol = byName[binding.protocol]
    const quirks = quirksOf(binding.quirks ?? provider.quirks, model)
    const json = yield* protocol.encode(request, {
      provider: provider.definition.id,
      model,
      stream: options.streamed,
      quirks
    })
    const path = options.streamed ? binding.path : (binding.wholePath ?? binding.path)
    return {
      provider,
      model,
      protocol,
      quirks,
      auth: binding.auth,
      streamed: options.streamed,
      requestId: options.requestId,
      hasOwnHeaders: request.headers !== undefined,
      renewal: { isSpent: false },
      request: HttpClientRequest.post(yield* Address.of(provider, { path, baseUrl: binding.baseUrl }, model)).pipe(
        HttpClientRequest.setHeaders({
          accept: options.streamed ? "text/event-stream" : "application/json",
          ...binding.headers,
          ...provider.headers,
          ...request.headers,
          "x-request-id": options.requestId
        }),
        HttpClientRequest.bodyUint8Array(encoder.encode(JSON.stringify(json)), "application/json")
      )
    }
  })
}
