/**
 * Adds a `.env` file to the configuration.
 *
 * @since 0.1.0
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as LocalFile from "../auth/LocalFile.ts"

const missing: ReadonlySet<string> = new Set(["ENOENT", LocalFile.noFiles])

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
      const contents = yield* Effect.catch(LocalFile.readText(path), (code) =>
        missing.has(code)
          ? Effect.succeed("")
          : Effect.fail(new ConfigurationError({ reason: `${path} cannot be read: ${code}`, setting: path })))
      return ConfigProvider.orElse(environment, ConfigProvider.fromDotEnvContents(contents))
    })
  )
