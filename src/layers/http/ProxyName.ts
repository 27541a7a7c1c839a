/**
 * Names the proxy of a request in errors.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"

/** The variables that name a proxy, by the protocol of the request, those that decide first. */
const variables: Readonly<Record<string, ReadonlyArray<string>>> = {
  "http:": ["http_proxy", "HTTP_PROXY"],
  "https:": ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]
}

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
    const environment = ConfigProvider.fromEnv()
    return Effect.map(
      Effect.forEach(
        variables[URL.parse(url)?.protocol ?? ""] ?? [],
        (name) => Effect.orElseSucceed(Config.String(name).parse(environment), () => "")
      ),
      (found) => hostOf(found.find((proxy) => proxy !== "") ?? "")
    )
  })
