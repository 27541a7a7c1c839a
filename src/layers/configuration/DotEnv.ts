/**
 * Adds a `.env` file to the configuration.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import type { Credentials } from "../../services/Credentials.ts"
import type { Embeddings } from "../../services/Embeddings.ts"
import type { ModelListing } from "../../services/ModelListing.ts"
import type { ModelRegistry } from "../../services/ModelRegistry.ts"
import type { ProviderCheck } from "../../services/ProviderCheck.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import type { Reranker } from "../../services/Reranker.ts"
import type { Speech } from "../../services/Speech.ts"
import type { Transcription } from "../../services/Transcription.ts"
import * as DotEnvFile from "./DotEnvFile.ts"

/** The services whose layers read the configuration when they are built. */
type Configured =
  | ChatModel
  | Credentials
  | Embeddings
  | ModelListing
  | ModelRegistry
  | ProviderCheck
  | ProviderRegistry
  | Reranker
  | Speech
  | Transcription

/**
 * Requires that the layers which read the configuration are inside: one that is provided further out does not see the
 * file.
 *
 * @category models
 * @since 0.2.0
 */
export type Inside<R> = [Extract<R, Configured>] extends [never] ? unknown
  : {
    /** The services whose layers are provided too late. */
    readonly "Provide this before DotEnv: its layer reads the configuration when it is built": Extract<R, Configured>
  }

/**
 * Adds a `.env` file to the configuration of the layers before it in a pipe. Variables of the environment take
 * precedence over the file. A missing file is ignored; one that cannot be read fails with a `ConfigurationError`.
 *
 * **Details**
 *
 * Layers read the configuration when they are built. So this takes the layers that read it, and is no layer that could
 * stand beside them. It does not compile where a layer that reads the configuration is provided after it.
 *
 * **Example**
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DotEnv, Providers, SluiceConfig, UndiciHttpClient } from "sluice"
 *
 * export const Live = Layer.merge(Providers.layerConfig, SluiceConfig.layer()).pipe(
 *   Layer.provide(UndiciHttpClient.layer),
 *   DotEnv.load()
 * )
 * ```
 *
 * @category combinators
 * @since 0.2.0
 */
export const load =
  (path = ".env") => <A, E, R>(layers: Layer.Layer<A, E, R> & Inside<R>): Layer.Layer<A, E | ConfigurationError, R> =>
    Layer.provide(layers, DotEnvFile.layer(path))

/**
 * Runs an effect with a `.env` file added to the configuration of the layers that are provided inside of it.
 *
 * **Example**
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { ChatModel, DotEnv, Providers, UndiciHttpClient } from "sluice"
 *
 * export const program = ChatModel.complete({ model: "openai/gpt-5.4", prompt: "Why is the sky blue?" }).pipe(
 *   Effect.provide(Providers.layerConfig.pipe(Layer.provide(UndiciHttpClient.layer))),
 *   DotEnv.within()
 * )
 * ```
 *
 * @category combinators
 * @since 0.2.0
 */
export const within =
  (path = ".env") =>
  <A, E, R>(effect: Effect.Effect<A, E, R> & Inside<R>): Effect.Effect<A, E | ConfigurationError, R> =>
    Effect.provide(effect, DotEnvFile.layer(path))
