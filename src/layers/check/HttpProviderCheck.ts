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

/** Enough for any protocol: OpenAI's Responses API rejects less. */
const fewTokens = 16

/** Where a call is unknown that every server of the provider knows, the address is not the provider's. */
const wrongAddress = ({ baseUrl, definition }: Provider) =>
  new ConfigurationError({
    // Without its parameters, which may be keys.
    reason: `${definition.id} is not at ${
      baseUrl.replace(/\?.*$/s, "")
    }: the address answers, but does not know the call. Check the base URL`,
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
          Body.jsonOf(response, caller.settings.maxResponseBytes, (value) =>
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
    const request = CompletionRequest.make({ model, prompt: "Hi", maxOutputTokens: fewTokens })
    const json = yield* Effect.fromResult(
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
        Effect.flatMap(Body.textOf(response, fewBytes), (body) => {
          const { failure } = protocol.decodeWhole(body, response.context)
          return failure === undefined ? Effect.succeed(Body.one(undefined)) : Effect.fail(failure)
        })
    })
  })

  const check = Effect.fnUntraced(function*(
    name: string,
    options: { readonly model?: string | undefined } = {}
  ): Effect.fn.Return<Checked, CompletionError> {
    const provider = yield* registry.provider(name)
    const begun = yield* Clock.currentTimeMillis
    yield* options.model === undefined ? checkKey(provider) : checkModel(provider, options.model)
    return {
      provider: provider.definition.id,
      model: options.model,
      latency: Duration.millis((yield* Clock.currentTimeMillis) - begun)
    }
  })
  return { check }
})

/** Enough for a completion of a few tokens with everything around it. */
const fewBytes = 1024 * 1024

/**
 * Layer that checks the providers of the registry over HTTP.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ProviderCheck, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  ProviderCheck,
  make
)
