/**
 * A completion request as it goes over the wire: which address, which headers, which bytes.
 *
 * It is prepared once a call; only the key is added anew for each attempt.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import { type CompletionError, type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { AuthStyle, Quirks } from "../../domain/ProviderDefinition.ts"
import * as Secrets from "../../domain/Secrets.ts"
import type { Authorization, Outgoing, Provider } from "../../services/Provider.ts"
import { byName } from "../../streams/protocols/Protocols.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"
import * as Address from "../providers/Address.ts"

/**
 * A request that only lacks its key. `renewal` remembers whether this call has had its second try with something new to
 * authorize it.
 *
 * @category models
 * @since 0.1.0
 */
export interface PreparedRequest {
  readonly provider: Provider
  readonly model: string
  readonly protocol: Protocol
  readonly quirks: Quirks
  readonly auth: AuthStyle | undefined
  readonly streamed: boolean
  readonly requestId: string
  readonly hasOwnHeaders: boolean
  readonly renewal: { isSpent: boolean }
  readonly request: HttpClientRequest.HttpClientRequest
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
    const quirks = binding.quirks ?? provider.quirks
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

/**
 * Puts the key into the request, where its provider wants it. Also answers how to remove the request's secrets from a
 * text, and how to renew what authorized it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const authorize = (
  prepared: PreparedRequest
): Effect.Effect<
  {
    readonly request: HttpClientRequest.HttpClientRequest
    readonly scrub: (text: string) => string
    readonly renew: Authorization["renew"]
  },
  CompletionError
> => {
  const { request } = prepared
  const outgoing: Outgoing = {
    method: "POST",
    url: request.url,
    headers: request.headers,
    body: request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array(),
    auth: prepared.auth
  }
  return Effect.map(prepared.provider.authorizer.authorize(outgoing), ({ headers, query, renew, secrets }) => {
    const signed = HttpClientRequest.setHeaders(request, headers)
    const authorized = query === undefined ? signed : HttpClientRequest.appendUrlParams(signed, query)
    return { request: authorized, scrub: scrubberOf(prepared, secrets, authorized), renew }
  })
}

/** The scrubber of each provider's last request: the next one nearly always has the same secrets. */
const scrubbers = new WeakMap<Provider, { readonly secrets: string; readonly scrub: (text: string) => string }>()

const scrubberOf = (
  prepared: PreparedRequest,
  secrets: ReadonlyArray<string>,
  request: HttpClientRequest.HttpClientRequest
): (text: string) => string => {
  const make = () => Secrets.scrubber([...secrets, ...Secrets.fromRequest(request.headers, request.url)])
  // Headers of the caller's own may hold secrets of their own.
  if (prepared.hasOwnHeaders) return make()
  const together = secrets.join("\n")
  const last = scrubbers.get(prepared.provider)
  if (last?.secrets === together) return last.scrub
  const scrub = make()
  scrubbers.set(prepared.provider, { secrets: together, scrub })
  return scrub
}
