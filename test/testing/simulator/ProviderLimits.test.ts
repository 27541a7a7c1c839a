/**
 * The rate limits of providers, in virtual time: what counts, and how a full window is reported.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { ProviderLimits } from "../../../src/testing/simulator/scenario/ProviderLimits.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorHttpClient from "../../../src/testing/simulator/SimulatorHttpClient.ts"

const post = (path: string, body: object) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.post(`https://api.example.com${path}`).pipe(
      HttpClientRequest.setHeaders({ "anthropic-version": "2023-06-01", "x-goog-api-key": "k" }),
      HttpClientRequest.bodyJsonUnsafe(body)
    )
    const response = yield* client.execute(request)
    return { status: response.status, headers: response.headers, body: JSON.parse(yield* response.text) }
  })

/** A message of so many tokens, one of which is the role. */
const message = (tokens: number) => "abcd".repeat(tokens - 1)

const chat = (input = 2, maximum?: number) =>
  post("/v1/chat/completions", {
    model: "m",
    messages: [{ role: "user", content: message(input) }],
    ...(maximum === undefined ? {} : { max_completion_tokens: maximum })
  })

const messages = (input = 2) =>
  post("/v1/messages", { model: "m", max_tokens: 4000, messages: [{ role: "user", content: message(input) }] })

const generate = (input = 2) =>
  post("/v1beta/models/m:generateContent", { contents: [{ role: "user", parts: [{ text: message(input) }] }] })

/** A completion with the estimated input and this output. */
const limited = (limits: ProviderLimits, output = 10) =>
  SimulatorHttpClient.layer({
    scenario: { limits, completions: [{ parts: [Scenario.text("word ".repeat(output).trim())] }] }
  })

const statuses = <E, R>(count: number, call: Effect.Effect<{ readonly status: number }, E, R>) =>
  Effect.map(
    Effect.forEach(Array.from({ length: count }), () => call),
    (responses) => responses.map(({ status }) => status)
  )

describe("the limits of OpenAI", () => {
  it.effect("fill evenly, and are reported by each response", () =>
    Effect.gen(function*() {
      const first = yield* chat()
      assert.deepInclude(first.headers, {
        "x-ratelimit-limit-requests": "6",
        "x-ratelimit-remaining-requests": "5",
        "x-ratelimit-reset-requests": "10s"
      })
      assert.isUndefined(first.headers["x-ratelimit-limit-tokens"])
      assert.deepStrictEqual(yield* statuses(5, chat()), [200, 200, 200, 200, 200])
      yield* TestClock.adjust("9 seconds")
      const refused = yield* chat()
      assert.strictEqual(refused.status, 429)
      assert.deepInclude(refused.headers, {
        "retry-after": "1",
        "retry-after-ms": "1000",
        "x-ratelimit-remaining-requests": "0"
      })
      assert.strictEqual(refused.body.error.code, "rate_limit_exceeded")
      assert.match(refused.body.error.message, /try again in 1s\.$/)
      // The refused request has counted.
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* chat()).status, 429)
    }).pipe(Effect.provide(limited({ rule: "openai", requestsPerMinute: 6 }))))

  it.effect("count the larger of input and output limit, whatever is written", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* chat(10, 400)).headers["x-ratelimit-remaining-tokens"], "600")
      assert.strictEqual((yield* chat(500, 10)).headers["x-ratelimit-remaining-tokens"], "100")
      assert.strictEqual((yield* chat(101)).status, 429)
      assert.strictEqual((yield* chat(100)).status, 200)
    }).pipe(Effect.provide(limited({ rule: "openai", tokensPerMinute: 1000 }))))

  it.effect("are shared by other operations, and cost lists nothing", () =>
    Effect.gen(function*() {
      const embed = post("/v1/embeddings", { model: "m", input: "abcd".repeat(600) })
      assert.strictEqual((yield* embed).headers["x-ratelimit-remaining-tokens"], "400")
      const refused = yield* embed
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.body.error.code, "rate_limit_exceeded")
      const client = yield* HttpClient.HttpClient
      assert.strictEqual((yield* client.get("https://api.example.com/v1/models")).status, 200)
    }).pipe(Effect.provide(limited({ rule: "openai", tokensPerMinute: 1000 }))))

  it.effect("count neither a request that is not valid nor a completion that was refused", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* post("/v1/chat/completions", { model: "m" })).status, 400)
      assert.strictEqual((yield* chat()).body.choices[0].message.content, "first")
      assert.strictEqual((yield* chat()).status, 429)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* chat()).body.choices[0].message.content, "second")
    }).pipe(Effect.provide(SimulatorHttpClient.layer({
      scenario: {
        limits: { rule: "openai", requestsPerMinute: 1 },
        completions: [{ parts: [Scenario.text("first")] }, { parts: [Scenario.text("second")] }]
      }
    }))))
})

describe("the limits of Azure", () => {
  it.effect("allow a sixth of the requests in each ten seconds", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* statuses(3, chat()), [200, 200, 429])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* statuses(3, chat()), [200, 200, 429])
    }).pipe(Effect.provide(limited({ rule: "azure", requestsPerMinute: 12 }))))

  it.effect("count input and output limit together in each minute, and report seconds", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude((yield* chat(100, 400)).headers, {
        "x-ratelimit-limit-tokens": "6000",
        "x-ratelimit-remaining-tokens": "5500",
        "x-ratelimit-reset-tokens": "40"
      })
      // An output without a limit counts as that of the model.
      assert.strictEqual((yield* chat(1000)).headers["x-ratelimit-remaining-tokens"], "404")
      const refused = yield* chat(100, 400)
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.headers["retry-after-ms"], "40000")
      assert.strictEqual(refused.body.error.message, "Rate limit is exceeded. Try again in 40 seconds.")
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual((yield* chat(100, 400)).status, 200)
    }).pipe(Effect.provide(limited({ rule: "azure", tokensPerMinute: 6000 }))))
})

describe("the limits of Anthropic", () => {
  it.effect("count output when it is written, and never the output limit", () =>
    Effect.gen(function*() {
      const first = yield* messages(1000)
      assert.strictEqual(first.status, 200)
      assert.deepInclude(first.headers, {
        "anthropic-ratelimit-requests-limit": "60",
        "anthropic-ratelimit-requests-remaining": "59",
        "anthropic-ratelimit-requests-reset": "1970-01-01T00:00:01Z",
        "anthropic-ratelimit-input-tokens-limit": "6000",
        "anthropic-ratelimit-input-tokens-remaining": "5000",
        "anthropic-ratelimit-input-tokens-reset": "1970-01-01T00:00:10Z",
        "anthropic-ratelimit-output-tokens-limit": "600",
        "anthropic-ratelimit-output-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-limit": "6600",
        "anthropic-ratelimit-tokens-remaining": "0"
      })
      const refused = yield* messages()
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.headers["retry-after"], "11")
      assert.strictEqual(refused.body.error.type, "rate_limit_error")
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual((yield* messages()).status, 200)
    }).pipe(
      Effect.provide(
        limited({ rule: "anthropic", requestsPerMinute: 60, tokensPerMinute: 6000, outputTokensPerMinute: 600 }, 700)
      )
    ))

  it.effect("do not count refused requests, nor input that is read from a cache", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* statuses(4, messages(800)), [200, 200, 429, 429])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* statuses(2, messages(800)), [200, 200])
    }).pipe(Effect.provide(SimulatorHttpClient.layer({
      scenario: {
        limits: { rule: "anthropic", tokensPerMinute: 1000 },
        completions: [{ parts: [Scenario.text("Hi")], usage: { input: 800, cached: 600, output: 1 } }]
      }
    }))))
})

describe("the limits of Gemini", () => {
  it.effect("are of each minute, and no header reports them", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("30 seconds")
      const first = yield* generate(600)
      assert.deepStrictEqual(Object.keys(first.headers).filter((name) => name.includes("ratelimit")), [])
      const refused = yield* generate(600)
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.body.error.status, "RESOURCE_EXHAUSTED")
      assert.deepInclude(refused.body.error.details, {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        retryDelay: "30s"
      })
      // It has counted as a request: two of three are used.
      assert.deepStrictEqual(yield* statuses(2, generate(2)), [200, 429])
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual((yield* generate(600)).status, 200)
    }).pipe(Effect.provide(limited({ rule: "gemini", requestsPerMinute: 3, tokensPerMinute: 1000 }))))
})

it.effect.each([
  { rule: "other" },
  { rule: "openai", requestsPerMinute: 0 },
  { rule: "openai", tokensPerMinute: 1.5 },
  { rule: "openai", requests: 5 }
])("limits that are not valid are refused: %o", (limits) =>
  Effect.gen(function*() {
    assert.isTrue(Exit.isFailure(yield* Effect.exit(Scenario.fromJson(JSON.stringify({ limits })))))
  }))
