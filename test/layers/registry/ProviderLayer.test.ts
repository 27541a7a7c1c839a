/**
 * What the layer of one provider is made of: the protocols that it names are loaded with it, and a protocol that it
 * does not name is a defect.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { Budget, ChatModel, type ConfigurationError, Models, ProviderRegistry, Providers } from "sluice"
import * as OpenAi from "sluice/openai"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as ProviderLayer from "../../../src/layers/registry/ProviderLayer.ts"
import { modules } from "../../../src/streams/protocols/Loading.ts"
import { recorder } from "../../support/Recorder.ts"

const counted = () => {
  const loaded: Array<string> = []
  const counting = (name: keyof typeof modules) => () => {
    loaded.push(name)
    return modules[name]()
  }
  return {
    loaded,
    protocols: {
      "openai-responses": counting("openai-responses"),
      "openai-chat": counting("openai-chat"),
      "openai-completions": counting("openai-completions")
    }
  }
}

const apiKey = Redacted.make("k")

describe("the layer of a provider", () => {
  it.effect("loads its protocols, before the first request", () => {
    const { loaded, protocols } = counted()
    return Effect.gen(function*() {
      const { offered } = yield* ProviderRegistry
      assert.deepStrictEqual(offered.map(({ definition: { id } }) => id), ["openai"])
      assert.deepStrictEqual([...new Set(loaded)].toSorted(), Object.keys(protocols).toSorted())
    }).pipe(Effect.provide(ProviderLayer.registry(definition, { protocols })({ apiKey })))
  })

  it.effect("loads only the protocol that was chosen", () => {
    const { loaded, protocols } = counted()
    const layer = ProviderLayer.registry(definition, { protocols })({ apiKey, protocol: "openai-chat" })
    return Effect.map(
      Effect.scoped(Layer.build(layer)),
      () => assert.deepStrictEqual(loaded, ["openai-chat"])
    )
  })

  it.effect("does not build without a protocol of its definition", () =>
    Effect.gen(function*() {
      const { "openai-chat": _, ...protocols } = counted().protocols
      const layer = ProviderLayer.registry(definition, { protocols })({ apiKey })
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(layer)))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    }))

  it.effect("loads the identity of a cloud when it is built", () => {
    let isLoaded = false
    const layer = ProviderLayer.registry(definition, {
      protocols: modules,
      identity: () => {
        isLoaded = true
        return Promise.resolve(Layer.empty)
      }
    })({ apiKey })
    assert.isFalse(isLoaded)
    return Effect.map(Effect.scoped(Layer.build(layer)), () => assert.isTrue(isLoaded))
  })
})

describe("a budget of money", () => {
  const settings = { apiKey, baseUrl: "http://localhost/v1", protocol: "openai-chat" } as const
  const complete = ChatModel.complete({ model: "openai/gpt-4o-mini", prompt: "Hi" }, { transport: "whole" }).pipe(
    Budget.within({ usd: 1 })
  )

  it.effect("over the layer of one provider needs prices", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const error = yield* Effect.flip(
        Effect.provide(complete, OpenAi.layer(settings).pipe(Layer.provide(layer)))
      )
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, "provide Models.layer")
      assert.strictEqual(requests.length, 0)
    }))

  it.effect.each<readonly [string, Layer.Layer<ChatModel, ConfigurationError, HttpClient.HttpClient>]>([
    ["from Models.layer", OpenAi.layer(settings).pipe(Layer.provide(Models.layer()))],
    ["from the layer of several providers", Providers.layer({ providers: { openai: settings } })]
  ])("takes them %s", ([, model]) =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const { text } = yield* Effect.provide(complete, model.pipe(Layer.provide(layer)))
      assert.strictEqual(text, "Hello")
      assert.strictEqual(requests.length, 1)
    }))
})
