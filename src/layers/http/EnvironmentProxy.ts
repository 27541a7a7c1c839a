/**
 * Sends requests over the proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
 * in capitals or not.
 */
import type * as Undici from "@effect/platform-node/Undici"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Net from "node:net"
import * as NoProxy from "./NoProxy.ts"

/** The proxies that the environment names. */
export interface Proxies {
  /** The proxy of requests over https; `undefined` for none. */
  readonly https: string | undefined
  /** The proxy of requests over http; `undefined` for none. */
  readonly http: string | undefined
  /** The hosts that are reached without a proxy. */
  readonly noProxy: string
}

/** Returns the value of a variable in lower case or in capitals; an empty one counts as not set. */
const read = Effect.fnUntraced(function*(name: string): Effect.fn.Return<string | undefined> {
  const environment = ConfigProvider.fromEnv()
  for (const spelling of [name, name.toUpperCase()]) {
    const value = yield* Effect.orElseSucceed(Config.String(spelling).parse(environment), () => "")
    const text = value.trim().replace(/^(["'])(.*)\1$/, "$2")
    if (text !== "") return text
  }
  return undefined
})

/** Returns the URL of a proxy, which may be written without `http://`. */
const urlOf = (proxy: string | undefined): string | undefined =>
  proxy === undefined || !/^[\w.-]+:\d+\/?$/.test(proxy) ? proxy : `http://${proxy}`

/**
 * The proxies that the environment names; `undefined` where it names none. One for a scheme goes before the one for
 * all, and https falls back to the proxy of http.
 */
export const proxies: Effect.Effect<Proxies | undefined> = Effect.gen(function*() {
  const all = urlOf(yield* read("all_proxy"))
  const http = urlOf(yield* read("http_proxy"))
  const https = urlOf(yield* read("https_proxy")) ?? all ?? http
  return https === undefined ? undefined : { https, http: http ?? all, noProxy: (yield* read("no_proxy")) ?? "" }
})

/** A dispatcher over several pools. */
export interface Routes {
  /** The dispatcher. */
  readonly dispatcher: Undici.Dispatcher
  /** The pools under it. */
  readonly pools: ReadonlyArray<Undici.Dispatcher>
}

const defaultPort = (protocol: string): number => (protocol === "https:" ? 443 : 80)

/** Makes a dispatcher that chooses for each request between the proxies and no proxy. Throws where an address is none. */
export const make = (
  undici: typeof Undici,
  net: typeof Net,
  options: Undici.Agent.Options,
  { http, https, noProxy }: Proxies
): Routes => {
  const direct = new undici.Agent(options)
  const over = (uri: string | undefined): Undici.Dispatcher =>
    uri === undefined ? direct : new undici.ProxyAgent({ ...options, uri })
  const overHttps = over(https)
  const overHttp = http === https ? overHttps : over(http)
  const isExempt = NoProxy.parse(noProxy, net)
  const route = ({ hostname, port, protocol }: URL): Undici.Dispatcher =>
    isExempt(hostname, port === "" ? defaultPort(protocol) : Number(port))
      ? direct
      : protocol === "https:"
      ? overHttps
      : overHttp
  // Programs call few hosts.
  const routes = new Map<string, Undici.Dispatcher>()
  const dispatcher = direct.compose((dispatch) => (request, handler) => {
    const origin = String(request.origin)
    const known = routes.get(origin) ?? route(new URL(origin))
    if (routes.size < 1000) routes.set(origin, known)
    return known === direct ? dispatch(request, handler) : known.dispatch(request, handler)
  })
  return { dispatcher, pools: [...new Set([direct, overHttps, overHttp])] }
}
