/**
 * Prepares the requests of operations other than chat.
 */
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { Endpoint } from "../../domain/Endpoint.ts"
import type { Provider } from "../../services/Provider.ts"
import * as Address from "../configuration/Address.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"
import * as RequestProblem from "./RequestProblem.ts"
import * as Traits from "./Traits.ts"

/** A request before its address and headers are known. */
export interface PlainRequest {
  /** Where it goes. */
  readonly endpoint: Endpoint
  /** The model, which fills the address and is named in errors. */
  readonly model?: string | undefined
  /** A JSON body. It makes the request a POST, as `body` does; without either it is a GET. */
  readonly json?: Schema.Json | undefined
  /** A body of another kind. */
  readonly body?: HttpBody.HttpBody | undefined
  /** Parameters that are added to the address. */
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Media types of the response. Default: JSON. */
  readonly accept?: string | undefined
  /** The caller's headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const bodyOf = (
  { body, json }: PlainRequest
): Result.Result<HttpBody.HttpBody | undefined, RequestProblem.RequestProblem> =>
  json === undefined
    ? Result.succeed(body)
    : Result.map(RequestProblem.jsonOf(json), (bytes) => HttpBody.uint8Array(bytes, "application/json"))

/** Prepares a request. Fails when its address is not known, or something of the caller's cannot be sent. */
export const prepare = (
  provider: Provider,
  options: PlainRequest
): Result.Result<PreparedRequest, InvalidRequestError | ConfigurationError> => {
  const { endpoint, headers, model } = options
  const refuse = (problem: RequestProblem.RequestProblem): Result.Result<never, InvalidRequestError> =>
    Result.fail(
      new InvalidRequestError({
        provider: provider.definition.id,
        ...(model === undefined ? {} : { model }),
        ...problem
      })
    )
  const encoded = bodyOf(options)
  if (Result.isFailure(encoded)) return refuse(encoded.failure)
  const body = encoded.success
  return Result.map(Address.of(provider, endpoint, model ?? ""), (url) => {
    const request = (body === undefined ? HttpClientRequest.get(url) : HttpClientRequest.post(url, { body })).pipe(
      HttpClientRequest.setHeaders({
        accept: options.accept ?? "application/json",
        ...endpoint.headers,
        ...provider.headers,
        ...headers
      })
    )
    return {
      provider,
      model,
      auth: endpoint.auth,
      hasOwnHeaders: headers !== undefined,
      // In the address itself, since that is what is signed.
      request: options.query === undefined ? request : HttpClientRequest.setUrl(request, withQuery(url, options.query)),
      quirks: { ...provider.quirks, ...endpoint.quirks },
      traits: Traits.make(provider, model, Traits.isLocal(provider))
    }
  })
}

const withQuery = (url: string, query: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(query).toString()
  return text === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${text}`
}
