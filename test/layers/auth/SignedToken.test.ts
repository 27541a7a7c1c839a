/**
 * Tokens that are signed with a key of the form `id.secret`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { createHmac } from "node:crypto"
import * as SignedToken from "../../../src/layers/auth/SignedToken.ts"

const parts = (token: Redacted.Redacted) => Redacted.value(token).split(".")
const json = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? "", "base64url").toString())

describe("SignedToken", () => {
  it.effect("is a JSON web token with the id, both times in milliseconds, and a signature with the secret", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_767_225_600_000)
      const token = yield* SignedToken.make("zhipuai")(Redacted.make("the-id.the-secret"))
      const [header, claims, signature] = parts(token)
      assert.deepStrictEqual(json(header), { alg: "HS256", sign_type: "SIGN" })
      assert.deepStrictEqual(json(claims), {
        api_key: "the-id",
        exp: 1_767_225_810_000,
        timestamp: 1_767_225_600_000
      })
      assert.strictEqual(
        signature,
        createHmac("sha256", "the-secret").update(`${header}.${claims}`).digest("base64url")
      )
    }))

  it.effect("is used for three minutes, and made anew well before its end", () =>
    Effect.gen(function*() {
      const sign = SignedToken.make("zhipuai")
      const key = Redacted.make("the-id.the-secret")
      const first = yield* sign(key)
      yield* TestClock.adjust("179 seconds")
      assert.strictEqual(yield* sign(key), first)
      yield* TestClock.adjust("1 second")
      assert.notStrictEqual(Redacted.value(yield* sign(key)), Redacted.value(first))
    }))

  it.effect("is made anew at once when the key changes", () =>
    Effect.gen(function*() {
      const sign = SignedToken.make("zhipuai")
      yield* sign(Redacted.make("one.secret"))
      const [, claims] = parts(yield* sign(Redacted.make("two.secret")))
      assert.deepStrictEqual(json(claims), { api_key: "two", exp: 210_000, timestamp: 0 })
    }))

  it.effect.each(["", "no-dot", ".secret", "id.", "a.b.c"])(
    "cannot be made from the key %j, which is not repeated",
    (key) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(SignedToken.make("zhipuai")(Redacted.make(key)))
        assert.deepStrictEqual([error._tag, error.setting], ["ConfigurationError", "apiKey"])
        assert.include(error.message, "id.secret")
        if (key !== "" && key !== "id.") assert.notInclude(error.message, `${key} `)
      })
  )
})
