/**
 * Caches the tokens of an identity: one cache for each provider and key, which lives as long as the layer.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as LogLines from "../../services/LogLines.ts"
import * as SettingsPlaces from "../../services/SettingsPlaces.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as TokenCache from "./TokenCache.ts"

/** The token caches of an identity. */
export interface Tokens<A> {
  /** Returns the token of a provider and key, and fetches it where none is cached. Errors name the `credential`. */
  readonly get: (
    request: { readonly provider: string; readonly credential: string; readonly key: string },
    fetch: Effect.Effect<TokenCache.Lease<A>, AuthFailure.AuthFailure>
  ) => Effect.Effect<A, AuthFailure.AuthFailure>
  /** Removes a token that was rejected from all caches. */
  readonly forget: (rejected: A) => Effect.Effect<void>
}

/** Makes the caches of an identity. */
export const make = Effect.fnUntraced(function*<A>(): Effect.fn.Return<Tokens<A>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const settings = SettingsPlaces.current(yield* SluiceConfig, SluiceConfig)
  const caches = new Map<string, TokenCache.TokenCache<A, AuthFailure.AuthFailure>>()
  return {
    get: ({ credential, key, provider }, fetch) =>
      Effect.suspend(() => {
        const name = JSON.stringify([provider, key])
        const cache = caches.get(name) ?? TokenCache.make<A, AuthFailure.AuthFailure>(scope, {
          fetch: Effect.withSpan(fetch, "sluice.token", {
            kind: "client",
            attributes: { "gen_ai.provider.name": provider, "sluice.token": credential }
          }),
          limits: Effect.map(settings, ({ tokenRefreshAhead, tokenTimeout }) => ({
            refreshAhead: tokenRefreshAhead,
            timeout: tokenTimeout
          })),
          onTimeout: (timeout) => AuthFailure.timedOut({ provider, credential }, timeout),
          onRenewalFailed: (error) =>
            Effect.flatMap(settings, ({ logLevel }) =>
              LogLines.write("Warn", "renewing a token failed; the cached one is used until it expires", {
                reason: error._tag,
                provider,
                token: credential,
                detail: error.message
              }, logLevel))
        })
        caches.set(name, cache)
        return cache.get
      }),
    forget: (rejected) => Effect.forEach(caches.values(), (cache) => cache.forget(rejected), { discard: true })
  }
})
