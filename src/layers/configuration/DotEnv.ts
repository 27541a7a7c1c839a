/**
 * Adds a `.env` file to the configuration.
 *
 * @since 0.1.0
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** Node's file system, loaded only by a program with a `.env` file. */
const files = Layer.unwrap(
  Effect.map(Effect.promise(() => import("@effect/platform-node/NodeFileSystem")), ({ layer }) => layer)
)

/**
 * Layer that adds a `.env` file to the configuration. Variables of the environment take precedence over the file. A
 * missing file is ignored; one that cannot be read fails with a `ConfigurationError`.
 *
 * **Example**
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DotEnv, Providers, UndiciHttpClient } from "sluice"
 *
 * const layer = Providers.layerConfig.pipe(Layer.provide([UndiciHttpClient.layer, DotEnv.layer()]))
 * ```
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
