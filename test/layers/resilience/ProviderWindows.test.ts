/**
 * How well five hundred callers use the limits of providers that count in different ways, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, RateLimitManager, type RateLimitRule } from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"
import * as WindowRules from "../../support/WindowRules.ts"

const callers = 500
const minutes = 10

const withHeaders = (reply: Scripted.Reply, headers: Readonly<Record<string, string>>): Scripted.Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})

/** A server that counts by the rules, and its tokens in its own way: one for each 3.6 characters. */
const serverOf = (counter: WindowRules.Counter, anthropic: boolean) => {
  const verdicts: Array<{ readonly at: number; readonly isAccepted: boolean }> = []
  const server = Scripted.serve(({ at, text }) => {
    const { max_completion_tokens: other, max_tokens: maxTokens = other ?? 0, messages } = JSON.parse(text)
    const input = 20 + Math.ceil(JSON.stringify(messages).length / 3.6)
    const output = 40 + (text.length % 80)
    const { isAccepted, retryAfterMillis } = counter.ask({ at, input, maxTokens, output })
    verdicts.push({ at, isAccepted })
    const headers = counter.headers(at)
    if (!isAccepted) return Scripted.failure(429, { ...headers, "retry-after-ms": String(retryAfterMillis) })
    if (!anthropic) return withHeaders(Scripted.streamed(input, output), headers)
    const usage = { input_tokens: input, output_tokens: output }
    return withHeaders(
      Scripted.steps(
        RawServer.data({ type: "message_start", message: { id: "m", model: "m", usage } }),
        RawServer.data({ type: "content_block_start", index: 0, content_block: { type: "text", text: "Hi" } }),
        RawServer.data({ type: "content_block_stop", index: 0 }),
        RawServer.data({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage }),
        RawServer.data({ type: "message_stop" })
      ),
      headers
    )
  })
  return { server, verdicts }
}

interface Case {
  readonly name: string
  readonly model: string
  readonly counter: () => WindowRules.Counter
  readonly rule: RateLimitRule
}

const cases: ReadonlyArray<Case> = [
  {
    name: "OpenAI",
    model: "openai/m",
    counter: () => WindowRules.openai(50, 10_000),
    rule: { provider: "openai", requestsPerMinute: 50, tokensPerMinute: 10_000 }
  },
  {
    name: "Azure",
    model: "azure/m",
    counter: () => WindowRules.azure(50, 10_000),
    rule: { provider: "azure", requestsPerMinute: 50, tokensPerMinute: 10_000 }
  },
  {
    name: "Gemini",
    model: "gemini/m",
    counter: () => WindowRules.gemini(50, 10_000),
    rule: { provider: "gemini", requestsPerMinute: 50, tokensPerMinute: 10_000 }
  },
  {
    name: "Anthropic",
    model: "anthropic/claude-opus-4-5",
    counter: () => WindowRules.anthropic(50, 10_000, 4000),
    rule: {
      provider: "anthropic",
      requestsPerMinute: 50,
      inputTokensPerMinute: 10_000,
      outputTokensPerMinute: 4000
    }
  }
]

describe("the limits of a provider that counts in its own way", () => {
  it.effect.each([
    ...cases.map((entry) => [`${entry.name}, configured`, entry, [entry.rule]] as const),
    // Gemini reports nothing, and Azure nothing that says how many requests a minute it allows.
    ...cases.filter(({ name }) => name === "OpenAI" || name === "Anthropic").map((entry) =>
      [`${entry.name}, learned`, entry, []] as const
    )
  ])("are kept and used: %s", ([, entry, limits]) => {
    const counter = entry.counter()
    const { server, verdicts } = serverOf(counter, entry.name === "Anthropic")
    return Effect.gen(function*() {
      const caller = Effect.gen(function*() {
        for (let round = 0; round < 3; round++) {
          const length = 200 + Math.floor((yield* Random.next) * 1200)
          const prompt = "word ".repeat(length / 5)
          yield* Effect.ignore(ChatModel.complete({ model: entry.model, prompt, maxOutputTokens: 150 }))
        }
      })
      yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust(`${minutes} minutes`)
      const refused = verdicts.filter(({ isAccepted }) => !isAccepted).length
      assert.isAtMost(refused / verdicts.length, 0.005, `${refused} of ${verdicts.length} were refused`)
      assert.isAtLeast(counter.used(0, minutes * 60_000), 0.9)
    }).pipe(
      Effect.scoped,
      Random.withSeed("windows"),
      Effect.provide(
        Scripted.layer(server, {}, ["azure", "gemini"]).pipe(
          Layer.provideMerge(RateLimitManager.layer({ limits })),
          Layer.orDie
        )
      )
    )
  })
})
