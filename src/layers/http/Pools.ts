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

type Made = Result.Result<Sender, ConfigurationError>

/** The pools of one client. */
export class Pools {
  readonly #parts: PoolParts
  readonly #own: Settings
  readonly #byName = new Map<string, Made>()
  readonly #bySettings = new WeakMap<Settings, Made>()
  readonly #dispatchers: Array<Undici.Dispatcher> = []

  constructor(parts: PoolParts, own: Settings) {
    this.#parts = parts
    this.#own = own
  }

  /** Returns what sends the requests of a call with settings, over those of the client. */
  readonly of: SenderOf = (given) => {
    const known = this.#bySettings.get(given)
    if (known !== undefined) return known
    const settings = SettingsPlaces.within(this.#own, given)
    const name = nameOf(settings)
    const made = this.#byName.get(name) ?? this.#make(settings)
    this.#byName.set(name, made)
    this.#bySettings.set(given, made)
    return made
  }

  /** Closes all connections. */
  readonly destroy: Effect.Effect<void> = Effect.asVoid(
    Effect.promise(() => Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.destroy())))
  )

  #make(settings: Settings): Made {
    return Result.try({
      try: () => {
        const { dispatcher, pools } = this.#routes(settings)
        this.#dispatchers.push(...pools)
        const { fallbackOf, toReadable } = this.#parts
        return { dispatcher, toReadable, fallback: Effect.runSync(Effect.cached(fallbackOf(dispatcher))) }
      },
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
