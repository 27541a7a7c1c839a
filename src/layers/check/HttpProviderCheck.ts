/**
 * Checks providers over HTTP.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { type CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import * as CompletionRequest from "../../domain/CompletionRequest.ts"
import { quirksOf } from "../../domain/Quirks.ts"
import type { Provider } from "../../services/Provider.ts"
import { type Checked, ProviderCheck } from "../../services/ProviderCheck.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { reportsFailure } from "../../streams/response/ErrorBody.ts"
import { load } from "../../streams/protocols/Loading.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as Address from "../configuration/Address.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"

/** The tokens of a check's completion: OpenAI's Responses API rejects fewer. */
const maxTokens = 16

/** Creates the error of an address that does not know the endpoint which every server of the provider has. */
const wrongAddress = ({ baseUrl, definition }: Provider) =>
  new ConfigurationError({
    // Without the query, whose parameters may be keys.
    reason: `${definition.id} is not at ${
      baseUrl.replace(/\?.*$/s, "")
    }: the server there does not have the endpoint. Check the base URL`,
    setting: definition.baseUrlEnv[0] ?? "baseUrl"
  })

const make = Effect.gen(function*() {
  const registry = yield* ProviderRegistry
  const caller = yield* Caller.make

  const checkKey = (provider: Provider): Effect.Effect<void, CompletionError> => {
    const { body, ...endpoint } = provider.definition.check
    return caller.one({
      operation: "check",
      target: { provider: provider.definition.id, model: undefined },
      isRepeatable: false,
      prepare: () => Effect.fromResult(PlainRequest.prepare(provider, { endpoint, json: body })),
      // The content does not matter, but some providers report an error with status 200.
      decode: (response) =>
        Effect.map(
          Body.jsonOf(response, (value) =>
            reportsFailure(value) ? Result.fail("it reports a failure") : Result.succeed(undefined)),
          Body.one
        ),
      explain: (error) => (error._tag === "ModelNotFoundError" && body === undefined ? wrongAddress(provider) : error)
    })
  }

  const checkModel = Effect.fnUntraced(function*(
    provider: Provider,
    model: string
  ): Effect.fn.Return<void, CompletionError> {
    const binding = yield* Effect.fromResult(Address.bindingOf(provider, model))
    const protocol = yield* load(binding.protocol)
    const quirks = quirksOf(binding.quirks ?? provider.quirks, model)
    const request = CompletionRequest.make({ model, prompt: "Hi", maxOutputTokens: maxTokens })
    const { body: json } = yield* Effect.fromResult(
      protocol.encodeRequest(request, { provider: provider.definition.id, model, stream: false, quirks })
    )
    const endpoint = { ...binding, quirks, path: binding.wholePath ?? binding.path }
    yield* caller.one({
      operation: "check",
      target: { provider: provider.definition.id, model },
      isRepeatable: false,
      tokenBound: () => Effect.succeed(TokenBounds.ofRequest(request, provider.definition.id)),
      prepare: () => Effect.fromResult(PlainRequest.prepare(provider, { endpoint, model, json })),
      decode: (response) =>
        Effect.flatMap(Body.textOf(response, maxCompletionBytes), (body) => {
          const { failure } = protocol.decodeWhole(body, response.context)
          return failure === undefined ? Effect.succeed(Body.one(undefined)) : Effect.fail(failure)
        })
    })
  })

  const check = Effect.fnUntraced(function*(
    name: string,
    options: { readonly model?: string | undefined } = {}
  ): Effect.fn.Return<Checked, CompletionError> {
    yield* RequestProblem.validateName(name)
    yield* RequestProblem.validateValue(registry, "options", RequestFields.checkOptions, options)
    const provider = yield* registry.provider(name)
    const start = yield* Clock.currentTimeMillis
    yield* options.model === undefined ? checkKey(provider) : checkModel(provider, options.model)
    return {
      provider: provider.definition.id,
      model: options.model,
      latency: Duration.millis((yield* Clock.currentTimeMillis) - start)
    }
  })
  return { check }
})

/** The longest body of a completion of a few tokens, in bytes. */
const maxCompletionBytes = 1024 * 1024

/**
 * Layer that provides `ProviderCheck` over HTTP, for the providers of the registry.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ProviderCheck, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  ProviderCheck,
  make
)
