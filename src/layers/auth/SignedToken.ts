/**
 * Signs JSON web tokens with a key of the form `id.secret` by HMAC-SHA-256, as Zhipu accepts them.
 *
 * @see https://docs.bigmodel.cn/cn/api/introduction
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** How long a token is valid, in milliseconds. */
const lifetime = 210_000

/** How long a token is used, in milliseconds. */
const useTime = 180_000

interface Signed {
  readonly key: string
  readonly until: number
  readonly token: Redacted.Redacted
}

/** Signs a token. Its times are in milliseconds, where the standard has seconds. */
const sign = (id: string, secret: string, now: number): Effect.Effect<Redacted.Redacted> =>
  Effect.suspend(() => {
    const header = Base64Url.encode(JSON.stringify({ alg: "HS256", sign_type: "SIGN" }))
    const claims = Base64Url.encode(JSON.stringify({ api_key: id, exp: now + lifetime, timestamp: now }))
    const { subtle } = globalThis.crypto
    const bytes = new TextEncoder()
    return Effect.promise(() =>
      subtle.importKey("raw", bytes.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
        .then((key) => subtle.sign("HMAC", key, bytes.encode(`${header}.${claims}`)))
    ).pipe(
      Effect.map((signature) => Redacted.make(`${header}.${claims}.${Base64Url.encode(new Uint8Array(signature))}`))
    )
  })

/**
 * Makes the function that signs a token with a key. A token is cached for three minutes, as long as the key is the
 * same. Fails for a key that is not of the form `id.secret`.
 */
export const make = (
  provider: string
): (key: Redacted.Redacted) => Effect.Effect<Redacted.Redacted, ConfigurationError> => {
  let last: Signed | undefined
  return (key) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const value = Redacted.value(key)
      if (last !== undefined && last.key === value && now < last.until) return Effect.succeed(last.token)
      const [id = "", secret = "", ...more] = value.split(".")
      if (id === "" || secret === "" || more.length > 0) {
        return Effect.fail(
          new ConfigurationError({
            reason:
              `The API key of ${provider} is not of the form id.secret: copy both parts, with the dot between them`,
            setting: "apiKey"
          })
        )
      }
      return Effect.map(sign(id, secret, now), (token) => {
        last = { key: value, until: now + useTime, token }
        return token
      })
    })
}
