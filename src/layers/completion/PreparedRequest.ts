/**
 * A completion request as it goes over the wire: which address, which headers, which bytes.
 *
 * It is prepared once a call; only the key is added anew for each attempt.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import * as Secrets from "../../domain/Secrets.ts"
import type { Provider } from "../../services/Provider.ts"
import { byName } from "../../streams/protocols/Protocols.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"

/**
 * A request that only lacks its key.
 *
 * @category models
 * @since 0.1.0
 */
export interface PreparedRequest {
  readonly provider: Provider
  readonly model: string
  readonly protocol: Protocol
  readonly streamed: boolean
  readonly requestId: string
  readonly hasOwnHeaders: boolean
  readonly request: HttpClientRequest.HttpClientRequest
}

const encoder = new TextEncoder()

/** The address of an endpoint: the path goes before the query that a base URL may have. */
const addressOf = ({ baseUrl, protocol }: Provider): string => {
  const query = baseUrl.indexOf("?")
  return query === -1
    ? `${baseUrl}${protocol.path}`
    : `${baseUrl.slice(0, query)}${protocol.path}${baseUrl.slice(query)}`
}

/**
 * Writes a request. Fails with an `InvalidRequestError` when the protocol cannot say what is asked.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  provider: Provider,
  model: string,
  request: CompletionRequest,
  options: { readonly streamed: boolean; readonly requestId: string }
): Result.Result<PreparedRequest, InvalidRequestError> => {
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
  const protocol = byName[provider.protocol.protocol]
  const body = protocol.encode(request, {
    provider: provider.definition.id,
    model,
    stream: options.streamed,
    quirks: provider.quirks
  })
  return Result.map(body, (json) => ({
    provider,
    model,
    protocol,
    streamed: options.streamed,
    requestId: options.requestId,
    hasOwnHeaders: request.headers !== undefined,
    request: HttpClientRequest.post(addressOf(provider)).pipe(
      HttpClientRequest.setHeaders({
        accept: options.streamed ? "text/event-stream" : "application/json",
        ...provider.headers,
        ...request.headers,
        "x-request-id": options.requestId
      }),
      HttpClientRequest.bodyUint8Array(encoder.encode(JSON.stringify(json)), "application/json")
    )
  }))
}

/**
 * Puts the key into the request, where its provider wants it. Also answers how to remove the request's secrets from a
 * text.
 *
 * @category combinators
 * @since 0.1.0
 */
export const authorize = (
  prepared: PreparedRequest
): Effect.Effect<
  { readonly request: HttpClientRequest.HttpClientRequest; readonly scrub: (text: string) => string },
  ConfigurationError
> =>
  Effect.map(prepared.provider.key, (key) => {
    const auth = prepared.provider.definition.auth
    const request = key === undefined
      ? prepared.request
      : auth.type === "bearer"
      ? HttpClientRequest.bearerToken(prepared.request, key)
      : HttpClientRequest.setHeader(prepared.request, auth.name, Redacted.value(key))
    return { request, scrub: scrubberOf(prepared, key === undefined ? "" : Redacted.value(key), request) }
  })

/** The scrubber of each provider's last request: the next one nearly always has the same secrets. */
const scrubbers = new WeakMap<Provider, { readonly key: string; readonly scrub: (text: string) => string }>()

const scrubberOf = (
  prepared: PreparedRequest,
  key: string,
  request: HttpClientRequest.HttpClientRequest
): (text: string) => string => {
  const make = () =>
    Secrets.scrubber([...(key === "" ? [] : [key]), ...Secrets.fromRequest(request.headers, request.url)])
  // Headers of the caller's own may hold secrets of their own.
  if (prepared.hasOwnHeaders) return make()
  const last = scrubbers.get(prepared.provider)
  if (last?.key === key) return last.scrub
  const scrub = make()
  scrubbers.set(prepared.provider, { key, scrub })
  return scrub
}
