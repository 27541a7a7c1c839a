/**
 * What the clouds' identities have in common: a cache for each provider and each thing that is asked for, which lives as long
 * as the layer.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as TokenCache from "./TokenCache.ts"

/** Caches by key. */
export interface Tokens<A> {
  /** What is kept for this provider and key; fetched where there is nothing. Failures say `what` it would have been. */
  readonly get: (
    asked: { readonly provider: string; readonly what: string; readonly key: string },
    fetch: Effect.Effect<TokenCache.Lease<A>, AuthFailure.AuthFailure>
  ) => Effect.Effect<A, AuthFailure.AuthFailure>
  readonly forget: (refused: A) => Effect.Effect<void>
}

/** Makes the caches of an identity. */
export const make = Effect.fnUntraced(function*<A>(): Effect.fn.Return<Tokens<A>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const settings = yield* SluiceConfig
  const caches = new Map<string, TokenCache.TokenCache<A, AuthFailure.AuthFailure>>()
  return {
    get: ({ key, provider, what }, fetch) =>
      Effect.suspend(() => {
        const name = JSON.stringify([provider, key])
        const cache = caches.get(name) ?? TokenCache.make<A, AuthFailure.AuthFailure>(scope, {
          fetch: Effect.withSpan(fetch, "sluice.token", {
            kind: "client",
            attributes: { "gen_ai.provider.name": provider, "sluice.token": what }
          }),
          refreshAhead: settings.tokenRefreshAhead,
          timeout: settings.tokenTimeout,
          onTimeout: () => AuthFailure.late({ provider, what }, settings.tokenTimeout),
          onKept: (error) =>
            Effect.logWarning("renewing failed, what is at hand is used on", {
              reason: error._tag,
              provider,
              token: what,
              detail: error.message
            })
        })
        caches.set(name, cache)
        return cache.get
      }),
    forget: (refused) => Effect.forEach(caches.values(), (cache) => cache.forget(refused), { discard: true })
  }
})
