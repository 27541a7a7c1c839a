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
import type * as NodeStreams from "node:stream"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import * as ContinueFilter from "./ContinueFilter.ts"
import * as DispatchHttpClient from "./DispatchHttpClient.ts"
import * as EnvironmentProxy from "./EnvironmentProxy.ts"
import * as NodeModules from "./NodeModules.ts"

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

const makeDispatcher = Effect.fnUntraced(function*(
  undici: typeof Undici,
  net: typeof Net
): Effect.fn.Return<Undici.Dispatcher, ConfigurationError, Scope.Scope> {
  const settings = yield* SluiceConfig
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

/** Loads Effect's own client over the pool. */
const makeFallback = (dispatcher: Undici.Dispatcher): Effect.Effect<HttpClient.HttpClient> =>
  Effect.flatMap(
    Effect.promise(() => import("#undici-client")),
    ({ Dispatcher, makeUndici }) => Effect.provideService(makeUndici, Dispatcher, dispatcher)
  )

const overUndici = (
  undici: typeof Undici,
  net: typeof Net,
  { Readable }: Pick<typeof NodeStreams, "Readable">
): Layer.Layer<HttpClient.HttpClient, ConfigurationError> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(makeDispatcher(undici, net), (dispatcher) =>
      DispatchHttpClient.make({
        dispatcher,
        toReadable: (pieces) => Readable.from(pieces, { objectMode: false }),
        fallback: makeFallback(dispatcher)
      }))
  )

/** The client over the runtime's `fetch`. It follows no redirect: a key would go with the request. */
const overFetch: Layer.Layer<HttpClient.HttpClient, ConfigurationError> = Layer.unwrap(Effect.gen(function*() {
  const { proxy } = yield* SluiceConfig
  if (proxy !== "environment" && proxy !== "none") {
    return yield* new ConfigurationError({
      reason: "This runtime's `fetch` takes no proxy from a program: set HTTPS_PROXY where the runtime reads it",
      setting: "proxy"
    })
  }
  const { layer, RequestInit } = yield* Effect.promise(() => import("effect/http/FetchHttpClient"))
  return Layer.provide(layer, Layer.succeed(RequestInit, { redirect: "manual" }))
}))

/** Returns whether a module is undici: Bun has another of this name, and browsers have none. */
const isUndici = (module: Partial<typeof Undici>): module is typeof Undici =>
  typeof module.Agent?.prototype.dispatch === "function"

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
 * On runtimes on which undici does not run (Bun, edge runtimes, browsers) it is the client over the runtime's own
 * `fetch`, which has its own pools and reads none of these settings but the time limits. Building it there fails when
 * the setting `proxy` is a URL.
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
export const layer: Layer.Layer<HttpClient.HttpClient, ConfigurationError> = Layer.unwrap(
  Effect.map(Effect.promise(() => import("#undici")), (undici) => {
    const net = NodeModules.net()
    const streams = NodeModules.streams()
    return net === undefined || streams === undefined || !isUndici(undici)
      ? overFetch
      : overUndici(undici, net, streams)
  })
)
