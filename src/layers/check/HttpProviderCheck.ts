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
import * as Address from "../configuration/Address.ts"
import * as Ask from "../call/PlainRequest.ts"
import * as Exchange from "../call/Caller.ts"

/** Enough for any protocol: OpenAI's Responses API refuses less. */
const fewTokens = 16

/** Nobody knows a call that every server of the provider's knows: then the address is not the provider's. */
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
  const exchange = yield* Exchange.make

  const call = Effect.fnUntraced(function*(provider: Provider): Effect.fn.Return<void, CompletionError> {
    const { body, ...endpoint } = provider.definition.check
    const ask = yield* Effect.fromResult(
      Ask.make(provider, {
        operation: "check",
        endpoint,
        json: body,
        once: true
      })
    )
    yield* Effect.mapError(
      // What it says does not matter, but that it is an answer: some providers refuse with a 200.
      exchange.json(
        ask,
        (value) => reportsFailure(value) ? Result.fail("it reports a failure") : Result.succeed(undefined)
      ),
      (error) => (error._tag === "ModelNotFoundError" && body === undefined ? wrongAddress(provider) : error)
    )
  })

  const chat = Effect.fnUntraced(function*(
    provider: Provider,
    model: string
  ): Effect.fn.Return<void, CompletionError> {
    const binding = yield* Effect.fromResult(Address.bindingOf(provider, model))
    const protocol = yield* load(binding.protocol)
    const quirks = quirksOf(binding.quirks ?? provider.quirks, model)
    const request = CompletionRequest.make({ model, prompt: "Hi", maxOutputTokens: fewTokens })
    const body = yield* Effect.fromResult(
      protocol.encodeRequest(request, { provider: provider.definition.id, model, stream: false, quirks })
    )
    const ask = yield* Effect.fromResult(Ask.make(provider, {
      operation: "check",
      endpoint: { ...binding, quirks, path: binding.wholePath ?? binding.path },
      model,
      json: body,
      once: true
    }))
    yield* Effect.scoped(exchange.open(ask, (answer) =>
      Effect.gen(function*() {
        const { failure } = protocol.decodeWhole(yield* Exchange.bodyOf(answer, fewBytes), answer.context)
        if (failure !== undefined) return yield* Effect.fail(failure)
      })))
  })

  const check = Effect.fnUntraced(function*(
    name: string,
    options: { readonly model?: string | undefined } = {}
  ): Effect.fn.Return<Checked, CompletionError> {
    const provider = yield* registry.provider(name)
    const begun = yield* Clock.currentTimeMillis
    yield* options.model === undefined ? call(provider) : chat(provider, options.model)
    return {
      provider: provider.definition.id,
      model: options.model,
      latency: Duration.millis((yield* Clock.currentTimeMillis) - begun)
    }
  })
  return { check }
})

/** An answer of a few tokens with everything around it. */
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
