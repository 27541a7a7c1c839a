/**
 * Provides the HTTP client for real networks: `effect/http` over an undici pool with the settings of Sluice.
 *
 * @see https://undici.nodejs.org/#/docs/api/Pool.md
 * @since 0.1.0
 */
import type * as Undici from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Net from "node:net"
import type * as NodeStreams from "node:stream"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as DispatchHttpClient from "./DispatchHttpClient.ts"
import * as EnvironmentProxy from "./EnvironmentProxy.ts"
import * as NodeModules from "./NodeModules.ts"
import { Pools } from "./Pools.ts"

/** Loads Effect's own client over the pool. */
const fallbackOf = (dispatcher: Undici.Dispatcher): Effect.Effect<HttpClient.HttpClient> =>
  Effect.flatMap(
    Effect.promise(() => import("#undici-client")),
    ({ Dispatcher, makeUndici }) => Effect.provideService(makeUndici, Dispatcher, dispatcher)
  )

const makePools = Effect.fnUntraced(function*(
  undici: typeof Undici,
  net: typeof Net,
  { Readable }: Pick<typeof NodeStreams, "Readable">
): Effect.fn.Return<Pools, ConfigurationError, Scope.Scope> {
  const settings = yield* SluiceConfig
  const proxies = yield* EnvironmentProxy.proxies
  const toReadable = (pieces: Iterable<Uint8Array>) => Readable.from(pieces, { objectMode: false })
  const pools = yield* Effect.acquireRelease(
    Effect.sync(() => new Pools({ undici, net, toReadable, fallbackOf, proxies }, settings)),
    (pools) => pools.destroy
  )
  // What is wrong with the client's own settings fails here, and not at its first request.
  yield* Effect.fromResult(pools.of(settings))
  return pools
})

const overUndici = (
  undici: typeof Undici,
  net: typeof Net,
  streams: Pick<typeof NodeStreams, "Readable">
): Layer.Layer<HttpClient.HttpClient, ConfigurationError> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(makePools(undici, net, streams), (pools) => DispatchHttpClient.make(pools.of))
  )

/** Returns why the runtime's `fetch` cannot use a proxy; `undefined` where it is to use none of the program's. */
const problemOf = (proxy: string): ConfigurationError | undefined =>
  proxy === "environment" || proxy === "none" ? undefined : new ConfigurationError({
    reason: "This runtime's `fetch` takes no proxy from a program: set HTTPS_PROXY where the runtime reads it",
    setting: "proxy"
  })

/** Fails requests of calls that are to go over a proxy. */
const withoutProxy = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (response, request) =>
    Effect.flatMap(SluiceConfig, ({ proxy }) => {
      const cause = problemOf(proxy)
      return cause === undefined ? response : Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
      )
    }))

/** The client over the runtime's `fetch`. It follows no redirect: a key would go with the request. */
const overFetch: Layer.Layer<HttpClient.HttpClient, ConfigurationError> = Layer.unwrap(Effect.gen(function*() {
  const problem = problemOf((yield* SluiceConfig).proxy)
  if (problem !== undefined) return yield* problem
  const { layer, RequestInit } = yield* Effect.promise(() => import("effect/http/FetchHttpClient"))
  return Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, withoutProxy)).pipe(
    Layer.provide(layer),
    Layer.provide(Layer.succeed(RequestInit, { redirect: "manual" }))
  )
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
 * `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), and TCP keep-alive. It reads the environment when it is built. Calls whose
 * `SluiceConfig` sets up connections otherwise have pools of their own: those of the 16 ways that were used last are kept.
 * Closing its scope closes all connections.
 * Building it fails when the address of a proxy is not an http or https URL.
 *
 * On runtimes on which undici does not run (Bun, edge runtimes, browsers) it is the client over the runtime's own
 * `fetch`, which has its own pools and reads none of these settings but the time limits. It fails there when the
 * setting `proxy` is a URL.
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
