/**
 * Names the proxy of a request in errors.
 */
import * as Effect from "effect/Effect"
import * as EnvironmentProxy from "./EnvironmentProxy.ts"

/** Returns the host and port, without the credentials that a proxy's URL may hold. */
const hostOf = (proxy: string): string | undefined => URL.parse(proxy)?.host

/**
 * Returns the host and port of the proxy through which a request goes; `undefined` where there is none. `setting` is
 * the setting `proxy`.
 */
export const find = (setting: string, url: string): Effect.Effect<string | undefined> =>
  Effect.suspend(() => {
    if (setting === "none") return Effect.undefined
    if (setting !== "environment") return Effect.succeed(hostOf(setting))
    return Effect.map(EnvironmentProxy.proxies, (proxies) => {
      const proxy = URL.parse(url)?.protocol === "http:" ? proxies?.http : proxies?.https
      return proxy === undefined ? undefined : hostOf(proxy)
    })
  })
