/**
 * The settings, out of the environment.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger } from "effect"
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
    ["SLUICE_IDLE_TIMEOUT", "-3 seconds"],
    ["SLUICE_EVENT_TIMEOUT", "0 seconds"],
    ["SLUICE_FIRST_EVENT_TIMEOUT", "soon"],
    ["SLUICE_CONNECTION_WAIT_TIMEOUT", "0 seconds"],
    ["SLUICE_DEADLINE", "-1 seconds"],
    ["SLUICE_RETRY_SHARE", "1.5"],
    ["SLUICE_RETRY_FLOOR", "-1"],
    ["SLUICE_RETRY_FLOOR", "0.5"],
    ["SLUICE_SILENCE_TIMEOUT", "soon"]
  ])("fail when %s is %s, and name it", ([name, value]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(settings({ [name]: value }))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, name)
    }))

  it.effect("hold the limits of time, which are not set by default, and those of retries", () =>
    Effect.gen(function*() {
      const record = {
        SLUICE_CONNECTION_WAIT_TIMEOUT: "7 seconds",
        SLUICE_HEADERS_TIMEOUT: "8 seconds",
        SLUICE_FIRST_EVENT_TIMEOUT: "9 seconds",
        SLUICE_IDLE_TIMEOUT: "10 seconds",
        SLUICE_EVENT_TIMEOUT: "11 seconds",
        SLUICE_DEADLINE: "12 seconds",
        SLUICE_MINIMUM_RATE: "2.5",
        SLUICE_MINIMUM_RATE_WINDOW: "5 seconds",
        SLUICE_RETRY_SHARE: "0.2",
        SLUICE_RETRY_FLOOR: "0"
      }
      assert.deepStrictEqual(yield* settings(record), {
        ...SluiceConfig.defaults,
        connectionWaitTimeout: Duration.seconds(7),
        headersTimeout: Duration.seconds(8),
        firstEventTimeout: Duration.seconds(9),
        idleTimeout: Duration.seconds(10),
        eventTimeout: Duration.seconds(11),
        deadline: Duration.seconds(12),
        minimumRate: { charactersPerSecond: 2.5, window: Duration.seconds(5) },
        retryShare: 0.2,
        retryFloor: 0
      })
    }))

  it.effect.each<readonly [string, Partial<SluiceConfig.Settings>]>([
    ["a rate of nothing", { minimumRate: { charactersPerSecond: 0 } }],
    ["a rate that is no number", { minimumRate: { charactersPerSecond: NaN } }],
    ["a window of nothing", { minimumRate: { charactersPerSecond: 1, window: 0 } }],
    ["an idle limit of nothing", { idleTimeout: Duration.zero }]
  ])("fail with %s", ([, explicit]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(settings({}, explicit))
      assert.strictEqual(error.setting, Object.keys(explicit)[0])
    }))

  it.effect("come from former variables as well, with a warning", () =>
    Effect.gen(function*() {
      const warnings: Array<unknown> = []
      const logger = Logger.make(({ logLevel, message }) => {
        warnings.push([logLevel, message])
      })
      const read = (record: Record<string, string>) => Effect.provide(settings(record), Logger.layer([logger]))
      const former = { SLUICE_SILENCE_TIMEOUT: "45 seconds", SLUICE_EVENT_SILENCE_TIMEOUT: "50 seconds" }
      assert.deepStrictEqual(yield* read(former), {
        ...SluiceConfig.defaults,
        idleTimeout: Duration.seconds(45),
        eventTimeout: Duration.seconds(50)
      })
      assert.deepStrictEqual(warnings, [
        ["Warn", [
          "SLUICE_SILENCE_TIMEOUT is now called SLUICE_IDLE_TIMEOUT; the old name works until the next release"
        ]],
        [
          "Warn",
          ["SLUICE_EVENT_SILENCE_TIMEOUT is now called SLUICE_EVENT_TIMEOUT; the old name works until the next release"]
        ]
      ])
      warnings.length = 0
      const both = yield* read({ ...former, SLUICE_IDLE_TIMEOUT: "20 seconds" })
      assert.deepStrictEqual(both.idleTimeout, Duration.seconds(20))
      warnings.length = 0
      yield* read({ SLUICE_IDLE_TIMEOUT: "20 seconds" })
      assert.deepStrictEqual(warnings, [])
    }))
})
