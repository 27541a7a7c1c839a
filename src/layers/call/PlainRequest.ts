/**
 * A plain request of a provider, as it goes over the wire but for its key: of embeddings, of a ranking, of a list of models.
 *
 * @since 0.1.0
 */
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { type CompletionError, type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { Endpoint } from "../../domain/Endpoint.ts"
import type { Provider } from "../../services/Provider.ts"
import * as Address from "../configuration/Address.ts"
import type { Asked } from "./Transport.ts"
import * as Flaws from "./RequestProblem.ts"

/**
 * What is asked.
 *
 * **Details**
 *
 * `operation` is its name in spans (OpenTelemetry's `gen_ai.operation.name`). `endpoint` says where it goes. `model` fills
 * the address and names the model in errors. `json`, or a `body` of another kind, makes it a POST; without one it is a GET.
 * `query` is added to the address, `accept` is what may come back (default: JSON), `headers` and `numbers` are the caller's
 * own, by their names in the request. `once` is for bodies that cannot be sent again. `explain` may know better why an
 * attempt failed, as whoever makes the body does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly operation: string
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  readonly json?: Schema.Json | undefined
  readonly body?: HttpBody.HttpBody | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly accept?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly numbers?: Readonly<Record<string, number | undefined>> | undefined
  readonly once?: boolean | undefined
  readonly explain?: ((error: CompletionError) => CompletionError) | undefined
}

/**
 * A request that only lacks its key and its id. It can be asked as often as one likes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ask extends Omit<Asked, "renewal" | "requestId"> {
  readonly once: boolean
  readonly explain: ((error: CompletionError) => CompletionError) | undefined
}

const bodyOf = ({ body, json }: Options): Result.Result<HttpBody.HttpBody | undefined, Flaws.Flaw> =>
  json === undefined
    ? Result.succeed(body)
    : Result.map(Flaws.jsonOf(json), (bytes) => HttpBody.uint8Array(bytes, "application/json"))

/**
 * Writes a request. Fails when its address is not known, or something of the caller's cannot be sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  provider: Provider,
  options: Options
): Result.Result<Ask, InvalidRequestError | ConfigurationError> => {
  const { endpoint, headers, model, numbers } = options
  const refuse = (flaw: Flaws.Flaw): Result.Result<never, InvalidRequestError> =>
    Result.fail(
      new InvalidRequestError({
        provider: provider.definition.id,
        ...(model === undefined ? {} : { model }),
        ...flaw
      })
    )
  const flaw = Flaws.ofHeaders(headers) ?? Flaws.ofNumbers(numbers ?? {})
  if (flaw !== undefined) return refuse(flaw)
  const written = bodyOf(options)
  if (Result.isFailure(written)) return refuse(written.failure)
  const body = written.success
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
      auth: endpoint.auth,
      hasOwnHeaders: headers !== undefined,
      // In the address itself, since that is what is signed.
      request: options.query === undefined ? request : HttpClientRequest.setUrl(request, withQuery(url, options.query)),
      operation: options.operation,
      model,
      quirks: { ...provider.quirks, ...endpoint.quirks },
      once: options.once ?? false,
      explain: options.explain
    }
  })
}

const withQuery = (url: string, query: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(query).toString()
  return text === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${text}`
}
