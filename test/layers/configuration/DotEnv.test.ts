/**
 * What a `.env` file adds to the configuration.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { ChatModel, DotEnv } from "sluice"
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
            Layer.provide(DotEnv.layer(path)),
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
