/**
 * Reads a `.env` file into the configuration.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as LocalFile from "../auth/LocalFile.ts"

const missing: ReadonlySet<string> = new Set(["ENOENT", LocalFile.noFiles])

/** Makes the layer of the configuration with a file behind the environment. */
export const layer = (path: string): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.gen(function*() {
      const environment = yield* ConfigProvider.ConfigProvider
      const contents = yield* Effect.catch(LocalFile.readText(path), (code) =>
        missing.has(code)
          ? Effect.succeed("")
          : Effect.fail(new ConfigurationError({ reason: `${path} cannot be read: ${code}`, setting: path })))
      return ConfigProvider.orElse(environment, ConfigProvider.fromDotEnvContents(contents))
    })
  )
