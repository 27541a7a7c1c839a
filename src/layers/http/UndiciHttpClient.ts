/**
 * Provides the HTTP client for real networks: `effect/http` over an undici pool with the settings of Sluice.
 *
 * @see https://undici.nodejs.org/#/docs/api/Pool.md
 * @since 0.1.0
 */
import type * as Undici from "@effect/platform-node/Undici"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import * as ContinueFilter from "./ContinueFilter.ts"
import * as DispatchHttpClient from "./DispatchHttpClient.ts"

const agentOptions = (undici: typeof Undici, settings: Settings): Undici.Agent.Options => ({
  factory: (origin, options) => ContinueFilter.makePool(undici, origin, options),
  connections: settings.connectionsPerHost,
  keepAliveTimeout: Duration.toMillis(settings.connectionIdle),
  // A server's keep-alive hint may shorten the idle time, but not extend it.
  keepAliveMaxTimeout: Duration.toMillis(settings.connectionIdle),
  clientTtl: Duration.toMillis(settings.connectionLifetime),
  allowH2: settings.http2,
  connect: {
    timeout: Duration.toMillis(settings.connectTimeout),
    keepAlive: true,
    keepAliveInitialDelay: Duration.toMillis(settings.tcpKeepAlive)
  }
})

/** Returns whether the environment, where undici reads it, names a proxy. */
const namesProxy: Effect.Effect<boolean> = Effect.suspend(() => {
  const environment = ConfigProvider.fromEnv()
  const names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"]
  return Effect.map(
    Effect.forEach(names, (name) => Effect.orElseSucceed(Config.String(name).parse(environment), () => "")),
    (proxies) => proxies.some((proxy) => proxy !== "")
  )
})

const makeDispatcher = (
  undici: typeof Undici,
  settings: Settings,
  hasProxy: boolean
): Undici.Dispatcher => {
  const options = agentOptions(undici, settings)
  switch (settings.proxy) {
    case "none":
      return new undici.Agent(options)
    case "environment":
      // It reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case, and NO_PROXY for each request even without a
      // proxy.
      return hasProxy ? new undici.EnvHttpProxyAgent(options) : new undici.Agent(options)
    default:
      return new undici.ProxyAgent({ ...options, uri: settings.proxy })
  }
}

const dispatcher: Effect.Effect<Undici.Dispatcher, ConfigurationError, Scope.Scope> = Effect.gen(function*() {
  const settings = yield* SluiceConfig
  const undici = yield* Effect.promise(() => import("@effect/platform-node/Undici"))
  const hasProxy = settings.proxy === "environment" && (yield* namesProxy)
  return yield* Effect.acquireRelease(
    Effect.try({
      try: () => makeDispatcher(undici, settings, hasProxy),
      // undici's message repeats the address, and with it a proxy's password.
      catch: () =>
        new ConfigurationError({
          reason: settings.proxy === "environment"
            ? "A proxy in HTTPS_PROXY or HTTP_PROXY is not an http or https URL: give one like http://host:3128"
            : "The proxy is not an http or https URL: give one like http://host:3128, `environment` or `none`",
          setting: "proxy"
        })
    }),
    (agent) => Effect.promise(() => agent.destroy())
  )
})

/**
 * Layer that provides the `HttpClient` for real networks.
 *
 * **Details**
 *
 * It has one pool for each host, HTTP/2 where the host offers it, proxies from the environment, and TCP keep-alive. It
 * reads `SluiceConfig` when it is built. Closing its scope closes all connections. Building it fails when the address
 * of a proxy is not an http or https URL.
 *
 * **Example**
 *
 * ```ts
 * import { Layer } from "effect"
 * import { SluiceConfig, UndiciHttpClient } from "sluice"
 *
 * const layer = UndiciHttpClient.layer.pipe(Layer.provide(SluiceConfig.layer({ connectionsPerHost: 50 })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient, ConfigurationError> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    Effect.all([dispatcher, Effect.promise(() => import("node:stream"))]),
    ([dispatcher, { Readable }]) =>
      DispatchHttpClient.make({ dispatcher, toReadable: (pieces) => Readable.from(pieces, { objectMode: false }) })
  )
)
