/**
 * A completion request as it goes over the wire: which address, which headers, which bytes.
 *
 * It is prepared once a call; only the key is added anew for each attempt.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import { type Quirks, quirksOf } from "../../domain/Quirks.ts"
import type { Provider } from "../../services/Provider.ts"
import { load } from "../../streams/protocols/Loading.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import * as Address from "../configuration/Address.ts"
import type { Asked } from "../call/Transport.ts"
import * as Flaws from "../call/RequestProblem.ts"

/**
 * A request that only lacks its key.
 *
 * @category models
 * @since 0.1.0
 */
export interface PreparedRequest extends Asked {
  readonly protocol: Protocol
  readonly streamed: boolean
}

interface Options {
  readonly streamed: boolean
  readonly requestId: string
}

/** What all requests for a model have in common. */
interface Plan {
  readonly protocol: Protocol
  readonly quirks: Quirks
  readonly auth: AuthStyle | undefined
  readonly url: string
  readonly headers: Headers.Headers
}

/** The plans of each provider's latest models: a program asks the same few again and again. */
const plans = new WeakMap<Provider, Map<string, Plan>>()
const mostPlans = 256

const plan = Effect.fnUntraced(function*(
  provider: Provider,
  model: string,
  streamed: boolean
): Effect.fn.Return<Plan, ConfigurationError> {
  const binding = yield* Effect.fromResult(Address.bindingOf(provider, model))
  const path = streamed ? binding.path : (binding.wholePath ?? binding.path)
  return {
    protocol: yield* load(binding.protocol),
    quirks: quirksOf(binding.quirks ?? provider.quirks, model),
    auth: binding.auth,
    url: yield* Effect.fromResult(Address.of(provider, { path, baseUrl: binding.baseUrl }, model)),
    headers: Headers.fromInput({
      accept: streamed ? "text/event-stream" : "application/json",
      ...binding.headers,
      ...provider.headers
    })
  }
})

const planOf = (
  provider: Provider,
  model: string,
  streamed: boolean
): Effect.Effect<Plan, ConfigurationError> => {
  const known = plans.get(provider) ?? new Map<string, Plan>()
  const name = streamed ? `stream ${model}` : `whole ${model}`
  const found = known.get(name)
  if (found !== undefined) return Effect.succeed(found)
  return Effect.map(plan(provider, model, streamed), (made) => {
    if (known.size >= mostPlans) known.clear()
    plans.set(provider, known.set(name, made))
    return made
  })
}

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
  options: Options
): Effect.Effect<PreparedRequest, InvalidRequestError | ConfigurationError> => {
  const { streamed } = options
  const flaw = Flaws.ofHeaders(request.headers) ?? Flaws.ofNumbers(numbersOf(request))
  if (flaw !== undefined) {
    return Effect.fail(new InvalidRequestError({ provider: provider.definition.id, model, ...flaw }))
  }
  return Effect.flatMap(planOf(provider, model, streamed), (plan) => write(provider, model, request, plan, options))
}

const numbersOf = ({ maxOutputTokens, reasoning, seed, temperature, topK, topP }: CompletionRequest) => ({
  temperature,
  topP,
  topK,
  maxOutputTokens,
  seed,
  reasoning: reasoning?.budgetTokens
})

const write = (
  provider: Provider,
  model: string,
  request: CompletionRequest,
  { auth, headers, protocol, quirks, url }: Plan,
  { requestId, streamed }: Options
): Effect.Effect<PreparedRequest, InvalidRequestError> => {
  const encoded = protocol.encodeRequest(request, { provider: provider.definition.id, model, stream: streamed, quirks })
  if (Result.isFailure(encoded)) return Effect.fail(encoded.failure)
  const written = Flaws.jsonOf(encoded.success)
  if (Result.isFailure(written)) {
    return Effect.fail(new InvalidRequestError({ provider: provider.definition.id, model, ...written.failure }))
  }
  const body = written.success
  return Effect.succeed({
    provider,
    operation: "chat",
    model,
    protocol,
    quirks,
    auth,
    streamed,
    assemble: request.assemble ?? true,
    requestId,
    hasOwnHeaders: request.headers !== undefined,
    renewal: { isSpent: false },
    request: HttpClientRequest.makeWith(
      "POST",
      url,
      UrlParams.empty,
      Option.none(),
      Headers.setAll(headers, {
        ...request.headers,
        "x-request-id": requestId,
        "content-type": "application/json",
        "content-length": String(body.length)
      }),
      HttpBody.uint8Array(body, "application/json")
    )
  })
}
