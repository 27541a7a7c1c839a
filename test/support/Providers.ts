/**
 * Providers configured for a test's server, with a key and without an environment.
 */
import { ConfigProvider, Effect, Layer, Logger, Redacted } from "effect"
import { ConfigCredentials, Configure, SluiceConfig, UndiciHttpClient } from "sluice"
import type { ProviderDefinition } from "../../src/domain/ProviderDefinition.ts"

const empty = ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))

export const key = "sk-test-0123456789"

/** Configures a definition as a provider at an address. */
export const at = (definition: ProviderDefinition, baseUrl: string, options: Configure.ProviderSettings = {}) =>
  Configure.configure(definition, { apiKey: Redacted.make(key), baseUrl, ...options }).pipe(
    Effect.provide(Layer.merge(ConfigCredentials.layer.pipe(Layer.provide(empty)), empty))
  )

/** Provides the client for real sockets with settings, without log lines. */
export const sockets = (settings: Partial<SluiceConfig.Settings> = {}) =>
  UndiciHttpClient.layer.pipe(
    Layer.provideMerge(SluiceConfig.layer({ proxy: "none", ...settings })),
    Layer.merge(Logger.layer([])),
    Layer.provide(empty)
  )
