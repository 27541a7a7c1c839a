/**
 * Encodes a completion request for a provider and a model: address, headers, bytes.
 */
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { type ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import { rulesOf } from "../../domain/ModelRules.ts"
import type { ProtocolBinding } from "../../domain/ProviderDefinition.ts"
import { type Quirks, quirksOf } from "../../domain/Quirks.ts"
import type { Provider } from "../../services/Provider.ts"
import type { LoadProtocol } from "../../streams/protocols/Loader.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import type { EncodeContext } from "../../streams/request/EncodeContext.ts"
import * as FunctionsOverChat from "../../streams/request/FunctionsOverChat.ts"
import * as OutputForm from "../../streams/request/OutputForm.ts"
import * as Logprobs from "../../streams/response/Logprobs.ts"
import type { PreparedRequest } from "../call/PreparedRequest.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import * as Traits from "../call/Traits.ts"
import * as Address from "../configuration/Address.ts"

/** An encoded completion request. */
export interface PreparedCompletion extends PreparedRequest {
  /** Decodes the response. */
  readonly protocol: Protocol
  /** Whether a stream was requested. */
  readonly isStreamed: boolean
  /** The JSON Schemas of the tools whose calls must be restored, by the tool's name. Default: none. */
  readonly reshapedTools?: ReadonlyMap<string, Schema.JsonObject> | undefined
  /** The name of the tool whose call is the text of the completion. Default: none. */
  readonly outputTool?: string | undefined
}

/** What all requests for a model share. */
interface Plan {
  readonly protocol: Protocol
  readonly quirks: Quirks
  readonly auth: AuthStyle | undefined
  readonly url: string
  readonly headers: Headers.Headers
  readonly isLocal: boolean
}

/** The plans of each provider's recent models: a program uses the same few again and again. */
const plans = new WeakMap<Provider, Map<string, Plan>>()
const maxPlans = 256

/**
 * Returns the binding for a request: the provider's first for the model or, where the model takes the request's
 * functions over the Responses API alone, that of the Responses API. A program that chose a protocol, or a path, has no
 * other binding.
 */
const bindingFor = (
  provider: Provider,
  model: string,
  request: CompletionRequest
): Result.Result<ProtocolBinding, ConfigurationError> =>
  Result.map(Address.bindingOf(provider, model), (first) => {
    if (first.protocol !== "openai-chat") return first
    const rules = rulesOf(model, { rows: first.quirks?.modelRules })
    if (!FunctionsOverChat.prefersResponses(request, rules)) return first
    return provider.protocols.find(({ models, path, protocol }) =>
      protocol === "openai-responses" && path !== first.path && (models === undefined || models.test(model))
    ) ?? first
  })

const plan = Effect.fnUntraced(function*(
  load: LoadProtocol,
  provider: Provider,
  model: string,
  binding: ProtocolBinding,
  streamed: boolean
): Effect.fn.Return<Plan, ConfigurationError> {
  const path = streamed ? binding.path : (binding.wholePath ?? binding.path)
  return {
    protocol: yield* load(binding.protocol),
    quirks: quirksOf(binding.quirks ?? provider.quirks, model),
    auth: binding.auth,
    isLocal: Traits.isLocal(provider),
    url: yield* Effect.fromResult(Address.of(provider, { path, baseUrl: binding.baseUrl }, model)),
    headers: Headers.fromInput({
      accept: streamed ? "text/event-stream" : "application/json",
      ...binding.headers,
      ...provider.headers
    })
  }
})

const planOf = (
  load: LoadProtocol,
  provider: Provider,
  model: string,
  request: CompletionRequest,
  streamed: boolean
): Effect.Effect<Plan, ConfigurationError> => {
  const binding = bindingFor(provider, model, request)
  if (Result.isFailure(binding)) return Effect.fail(binding.failure)
  const known = plans.get(provider) ?? new Map<string, Plan>()
  const name = `${streamed ? "stream" : "whole"} ${binding.success.protocol} ${model}`
  const found = known.get(name)
  if (found !== undefined) return Effect.succeed(found)
  return Effect.map(plan(load, provider, model, binding.success, streamed), (made) => {
    if (known.size >= maxPlans) known.clear()
    plans.set(provider, known.set(name, made))
    return made
  })
}

/**
 * Encodes a request by a protocol that `load` returns. Fails with an `InvalidRequestError` when the protocol cannot
 * express it, and with a `ConfigurationError` when its address is not known.
 */
export const make = (
  load: LoadProtocol,
  provider: Provider,
  model: string,
  request: CompletionRequest,
  isStreamed: boolean
): Effect.Effect<PreparedCompletion, InvalidRequestError | ConfigurationError> =>
  Effect.flatMap(
    planOf(load, provider, model, request, isStreamed),
    (plan) => encode(provider, model, request, plan, isStreamed)
  )

const encode = (
  provider: Provider,
  model: string,
  request: CompletionRequest,
  { auth, headers, isLocal, protocol, quirks, url }: Plan,
  isStreamed: boolean
): Effect.Effect<PreparedCompletion, InvalidRequestError> => {
  const context: EncodeContext = {
    provider: provider.definition.id,
    model,
    stream: isStreamed,
    quirks,
    headers: request.headers === undefined ? headers : Headers.fromInput({ ...headers, ...request.headers })
  }
  const formed = OutputForm.apply(request, context)
  if (Result.isFailure(formed)) return Effect.fail(formed.failure)
  const encoded = protocol.encodeRequest(formed.success.request, context)
  if (Result.isFailure(encoded)) return Effect.fail(encoded.failure)
  const json = RequestProblem.jsonOf(encoded.success.body)
  if (Result.isFailure(json)) {
    return Effect.fail(new InvalidRequestError({ provider: provider.definition.id, model, ...json.failure }))
  }
  const body = json.success
  return Effect.succeed({
    provider,
    model,
    protocol,
    quirks,
    auth,
    isStreamed,
    warnings: encoded.success.warnings,
    reshapedTools: encoded.success.reshapedTools,
    outputTool: formed.success.outputTool,
    assemble: request.assemble ?? true,
    logprobs: Logprobs.areRequested(encoded.success.body),
    hasOwnHeaders: request.headers !== undefined,
    traits: Traits.make(provider, model, isLocal, request.reasoning),
    request: HttpClientRequest.makeWith(
      "POST",
      url,
      UrlParams.empty,
      Option.none(),
      Headers.setAll(headers, {
        ...request.headers,
        ...encoded.success.headers,
        "content-type": "application/json",
        "content-length": String(body.length)
      }),
      HttpBody.uint8Array(body, "application/json")
    )
  })
}
