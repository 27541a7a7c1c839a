/**
 * What a `.env` file adds to the configuration.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { ChatModel, DotEnv, HttpChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
import { environment, recorder } from "../../support/Recorder.ts"

describe(".env", () => {
  const inFolder = <A, E, R>(use: (path: string, files: FileSystem.FileSystem) => Effect.Effect<A, E, R>) =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      return yield* use((yield* Path.Path).join(folder, ".env"), files)
    }).pipe(Effect.provide(NodeServices.layer))

  const keys = (path: string, record: Record<string, string>) =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.provide(
          OpenAi.layer({ protocol: "openai-chat" }).pipe(
            Layer.provide(layer),
            DotEnv.load(path),
            Layer.provide(environment(record))
          )
        )
      )
      return requests.map(({ headers }) => [headers["authorization"], headers["openai-organization"]])
    })

  it.effect("is behind the environment", () =>
    inFolder((path, files) =>
      Effect.gen(function*() {
        yield* files.writeFileString(path, "# keys\nOPENAI_API_KEY=\"sk-file\"\nOPENAI_ORG_ID=org-file\n")
        assert.deepStrictEqual(yield* keys(path, {}), [["Bearer sk-file", "org-file"]])
        assert.deepStrictEqual(yield* keys(path, { OPENAI_API_KEY: "sk-env" }), [["Bearer sk-env", "org-file"]])
      })
    ))

  it.effect("is read wherever it can be put", () =>
    inFolder((path, files) =>
      Effect.gen(function*() {
        yield* files.writeFileString(path, "OPENAI_API_KEY=sk-file\nSLUICE_MAX_RETRIES=7\n")
        const { layer, requests } = yield* recorder
        const live = OpenAi.layer({ protocol: "openai-chat" })
        const call = ChatModel.complete({ model: "m", prompt: "hi" })
        const places: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          Effect.provide(call, live.pipe(Layer.provide(layer), DotEnv.load(path))),
          Effect.provide(call, live.pipe(DotEnv.load(path), Layer.provide(layer))),
          call.pipe(Effect.provide(Layer.provide(live, layer)), DotEnv.within(path)),
          // Around everything.
          DotEnv.within(path)(Effect.suspend(() => Effect.provide(call, Layer.provide(live, layer))))
        ].map((place) => Effect.provide(place, environment({})))
        for (const place of places) yield* place
        assert.deepStrictEqual(
          requests.map(({ headers }) => headers["authorization"]),
          places.map(() => "Bearer sk-file")
        )
        const settings = yield* Effect.provide(
          SluiceConfig.SluiceConfig,
          SluiceConfig.layer().pipe(DotEnv.load(path), Layer.provide(environment({})))
        )
        assert.strictEqual(settings.maxRetries, 7)
      })
    ))

  it("does not compile where nothing would read it", () => {
    const live = Layer.provide(OpenAi.layerConfig, UndiciHttpClient.layer)
    const call = ChatModel.complete({ model: "m", prompt: "hi" })
    // @ts-expect-error -- it is no layer that could stand beside others
    assert.isFunction(() => Layer.mergeAll(live, DotEnv.load()))
    // @ts-expect-error -- the model's layer is provided outside, and does not see it
    assert.isDefined(call.pipe(DotEnv.within(), Effect.provide(live)))
    // @ts-expect-error -- the registry's layer is provided outside, and does not see it
    assert.isDefined(HttpChatModel.layer.pipe(DotEnv.load(), Layer.provide(live)))
  })

  it.effect("need not be there", () =>
    inFolder((path) =>
      Effect.map(
        keys(path, { OPENAI_API_KEY: "sk" }),
        (seen) => assert.deepStrictEqual(seen, [["Bearer sk", undefined]])
      )
    ))

  it.effect("fails when it cannot be read", () =>
    inFolder((path, files) =>
      Effect.gen(function*() {
        yield* files.makeDirectory(path)
        const error = yield* Effect.flip(keys(path, {}))
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.include(error.message, "cannot be read")
      })
    ))
})
