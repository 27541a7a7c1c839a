/**
 * The settings, out of the environment.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SluiceConfig } from "sluice"
import { environment } from "../support/Recorder.ts"

describe("the settings", () => {
  const settings = (record: Record<string, string>, explicit: Partial<SluiceConfig.Settings> = {}) =>
    Effect.provide(SluiceConfig.SluiceConfig, SluiceConfig.layer(explicit).pipe(Layer.provide(environment(record))))

  it.effect("are the defaults when nobody says otherwise", () =>
    Effect.map(settings({}), (found) => assert.deepStrictEqual(found, SluiceConfig.defaults)))

  it.effect("come from the environment, and give way to what is explicit", () =>
    Effect.gen(function*() {
      const record = {
        SLUICE_CONNECT_TIMEOUT: "3 seconds",
        SLUICE_RETRY_BASE: "50 millis",
        SLUICE_HTTP2: "false",
        SLUICE_MAX_RETRIES: "7",
        SLUICE_RETRY_FACTOR: "1.5",
        SLUICE_PROXY: "none"
      }
      assert.deepStrictEqual(yield* settings(record, { maxRetries: 1 }), {
        ...SluiceConfig.defaults,
        connectTimeout: Duration.seconds(3),
        retryBase: Duration.millis(50),
        http2: false,
        maxRetries: 1,
        retryFactor: 1.5,
        proxy: "none"
      })
    }))

  it.effect.each<readonly [string, string]>([
    ["SLUICE_MAX_RETRIES", "many"],
    ["SLUICE_CONNECT_TIMEOUT", "soon"],
    ["SLUICE_HTTP2", "perhaps"],
    ["SLUICE_RETRY_JITTER", "NaN"],
    ["SLUICE_CONNECTIONS_PER_HOST", "1.5"],
    ["SLUICE_CONNECTIONS_PER_HOST", "0"],
    ["SLUICE_MAX_RETRIES", "-1"],
    ["SLUICE_RETRY_JITTER", "2"],
    ["SLUICE_IDLE_TIMEOUT", "-3 seconds"]
  ])("fail when %s is %s, and name it", ([name, value]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(settings({ [name]: value }))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, name)
    }))
})
