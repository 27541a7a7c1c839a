/**
 * Configuration from a `.env` file, behind the environment.
 *
 * @since 0.1.0
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** Node's files, which a program without a `.env` does not load. */
const files = Layer.unwrap(
  Effect.map(Effect.promise(() => import("@effect/platform-node/NodeFileSystem")), ({ layer }) => layer)
)

/**
 * Layer that adds a `.env` file to the configuration: what the environment has goes before what the file says. A file that
 * is not there is no failure; one that cannot be read is.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (path = ".env"): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.gen(function*() {
      const environment = yield* ConfigProvider.ConfigProvider
      const files = yield* FileSystem.FileSystem
      const contents = yield* files.readFileString(path).pipe(
        Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed("")),
        Effect.mapError((error) =>
          new ConfigurationError({ reason: `${path} cannot be read: ${error.reason._tag}`, setting: path })
        )
      )
      return ConfigProvider.orElse(environment, ConfigProvider.fromDotEnvContents(contents))
    })
  ).pipe(Layer.provide(files))
