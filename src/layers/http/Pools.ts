/**
 * Keeps the connections of one HTTP client: a pool for each way in which calls set up their connections.
 */
import type * as Undici from "@effect/platform-node/Undici"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Result from "effect/Result"
import type * as Net from "node:net"
import type { Readable } from "node:stream"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { Settings } from "../../services/Settings.ts"
import * as SettingsPlaces from "../../services/SettingsPlaces.ts"
import * as ContinueFilter from "./ContinueFilter.ts"
import type { Sender, SenderOf } from "./DispatchHttpClient.ts"
import * as EnvironmentProxy from "./EnvironmentProxy.ts"

/** What pools are made of. */
export interface PoolParts {
  /** The library. */
  readonly undici: typeof Undici
  /** Node's module, which knows what an address is. */
  readonly net: typeof Net
  /** Makes a stream of the pieces of a large body. */
  readonly toReadable: (pieces: Iterable<Uint8Array>) => Readable
  /** Loads the client over a pool that sends what is not plain. */
  readonly fallbackOf: (dispatcher: Undici.Dispatcher) => Effect.Effect<HttpClient.HttpClient>
  /** The proxies that the environment names; `undefined` where it names none. */
  readonly proxies: EnvironmentProxy.Proxies | undefined
}

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

/** Names what distinguishes pools. */
const nameOf = (settings: Settings): string =>
  JSON.stringify([
    settings.connectionsPerHost,
    settings.connectionIdle,
    settings.connectionLifetime,
    settings.tcpKeepAlive,
    settings.http2,
    settings.proxy,
    settings.connectTimeout
  ])

/** The pools of a way in which connections are set up. */
interface Kept {
  /** What sends over the pools. */
  readonly sender: Result.Result<Sender, ConfigurationError>
  /** The pools. There are none where they could not be made. */
  readonly pools: ReadonlyArray<Undici.Dispatcher>
  /** The number of the last use, among all uses of the client. */
  lastUse: number
  /** Whether they take no more requests. */
  isClosed: boolean
}

/** Most ways of setting up connections whose pools are kept: a proxy's address may be different for each call. */
const maxKept = 16

/** The pools of one client. */
export class Pools {
  readonly #parts: PoolParts
  readonly #own: Settings
  readonly #byName = new Map<string, Kept>()
  readonly #bySettings = new WeakMap<Settings, Kept>()
  /** The pools with connections, of which some may be closed and end their requests. */
  readonly #dispatchers = new Set<Undici.Dispatcher>()
  #uses = 0

  constructor(parts: PoolParts, own: Settings) {
    this.#parts = parts
    this.#own = own
  }

  /**
   * Returns what sends the requests of a call with settings, over those of the client. A request is sent in the same
   * synchronous step, where it can be: later its pool may be closed.
   */
  readonly of: SenderOf = (given) => {
    let kept = this.#bySettings.get(given)
    if (kept === undefined || kept.isClosed) {
      kept = this.#find(SettingsPlaces.within(this.#own, given))
      this.#bySettings.set(given, kept)
    }
    kept.lastUse = ++this.#uses
    return kept.sender
  }

  /** Closes all connections. */
  readonly destroy: Effect.Effect<void> = Effect.asVoid(
    Effect.promise(() => Promise.all(Array.from(this.#dispatchers, (dispatcher) => dispatcher.destroy())))
  )

  #find(settings: Settings): Kept {
    const name = nameOf(settings)
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const routes = this.#tryRoutes(settings)
    if (Result.isFailure(routes)) {
      return { sender: Result.fail(routes.failure), pools: [], lastUse: 0, isClosed: false }
    }
    if (this.#byName.size >= maxKept) this.#dropOne()
    const { dispatcher, pools } = routes.success
    const { fallbackOf, toReadable } = this.#parts
    const fallback = Effect.runSync(Effect.cached(fallbackOf(dispatcher)))
    const kept: Kept = {
      sender: Result.succeed({ dispatcher, toReadable, fallback }),
      pools,
      lastUse: 0,
      isClosed: false
    }
    this.#byName.set(name, kept)
    for (const pool of pools) this.#dispatchers.add(pool)
    return kept
  }

  /** Closes the pools that were used least recently, once their requests have ended. */
  #dropOne(): void {
    const [name, kept] = Array.from(this.#byName).reduce((least, next) =>
      next[1].lastUse < least[1].lastUse ? next : least
    )
    this.#byName.delete(name)
    kept.isClosed = true
    for (const pool of kept.pools) {
      const forget = () => this.#dispatchers.delete(pool)
      // It rejects where the client was closed in the meantime, with all its connections.
      pool.close().then(forget, forget)
    }
  }

  #tryRoutes(settings: Settings): Result.Result<EnvironmentProxy.Routes, ConfigurationError> {
    return Result.try({
      try: () => this.#routes(settings),
      // undici's message repeats the address, and with it a proxy's password.
      catch: () =>
        new ConfigurationError({
          reason: settings.proxy === "environment"
            ? "A proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not an http, https or socks5 URL: " +
              "give one like http://host:3128"
            : "The proxy is not an http or https URL: give one like http://host:3128, `environment` or `none`",
          setting: "proxy"
        })
    })
  }

  #routes(settings: Settings): EnvironmentProxy.Routes {
    const { net, proxies, undici } = this.#parts
    const options = agentOptions(undici, settings)
    if (settings.proxy === "environment" && proxies !== undefined) {
      return EnvironmentProxy.make(undici, net, options, proxies)
    }
    const pool = settings.proxy === "none" || settings.proxy === "environment"
      ? new undici.Agent(options)
      : new undici.ProxyAgent({ ...options, uri: settings.proxy })
    return { dispatcher: pool, pools: [pool] }
  }
}
