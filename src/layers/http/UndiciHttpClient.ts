/**
 * Provides the HTTP client for real networks: `effect/http` over an undici pool with the settings of Sluice.
 *
 * @see https://undici.nodejs.org/#/docs/api/Pool.md
 * @since 0.1.0
 */
import type * as Undici from "@effect/platform-node/Undici"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Net from "node:net"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import * as ContinueFilter from "./ContinueFilter.ts"
import * as DispatchHttpClient from "./DispatchHttpClient.ts"
import * as EnvironmentProxy from "./EnvironmentProxy.ts"

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

const makeRoutes = (
  undici: typeof Undici,
  net: typeof Net,
  settings: Settings,
  proxies: EnvironmentProxy.Proxies | undefined
): EnvironmentProxy.Routes => {
  const options = agentOptions(undici, settings)
  if (proxies !== undefined) return EnvironmentProxy.make(undici, net, options, proxies)
  const pool = settings.proxy === "none" || settings.proxy === "environment"
    ? new undici.Agent(options)
    : new undici.ProxyAgent({ ...options, uri: settings.proxy })
  return { dispatcher: pool, pools: [pool] }
}

const dispatcher: Effect.Effect<Undici.Dispatcher, ConfigurationError, Scope.Scope> = Effect.gen(function*() {
  const settings = yield* SluiceConfig
  const [undici, net] = yield* Effect.promise(() =>
    Promise.all([import("@effect/platform-node/Undici"), import("node:net")])
  )
  const proxies = settings.proxy === "environment" ? yield* EnvironmentProxy.proxies : undefined
  const { dispatcher } = yield* Effect.acquireRelease(
    Effect.try({
      try: () => makeRoutes(undici, net, settings, proxies),
      // undici's message repeats the address, and with it a proxy's password.
      catch: () =>
        new ConfigurationError({
          reason: settings.proxy === "environment"
            ? "A proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not an http, https or socks5 URL: " +
              "give one like http://host:3128"
            : "The proxy is not an http or https URL: give one like http://host:3128, `environment` or `none`",
          setting: "proxy"
        })
    }),
    ({ pools }) => Effect.promise(() => Promise.all(pools.map((pool) => pool.destroy())))
  )
  return dispatcher
})

/**
 * Layer that provides the `HttpClient` for real networks.
 *
 * **Details**
 *
 * It has one pool for each host, HTTP/2 where the host offers it, proxies from the environment (`HTTPS_PROXY`,
 * `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), and TCP keep-alive. It reads `SluiceConfig` and the environment when it is
 * built. Closing its scope closes all connections. Building it fails when the address
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
