/**
 * What the layer of one provider is made of: the protocols that it names are loaded with it, and a protocol that it
 * does not name is a defect.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Redacted } from "effect"
import { ProviderRegistry } from "sluice"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as ProviderLayer from "../../../src/layers/registry/ProviderLayer.ts"
import { modules } from "../../../src/streams/protocols/Loading.ts"

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
