/**
 * The simulator speaks the dialects of Chat Completions, and the providers' definitions understand them: what each says
 * arrives whole, streamed or not, and each of its errors is of its class.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { Tool } from "effect/ai"
import { ChatModel, type CompletionError, type Configure, Providers, SluiceConfig } from "sluice"
import type { Answer } from "../../../src/layers/simulator/Answer.ts"
import type { ErrorKind, Fault } from "../../../src/layers/simulator/Fault.ts"
import type { Quirks } from "../../../src/layers/simulator/Quirks.ts"
import * as Scenario from "../../../src/layers/simulator/Scenario.ts"
import * as SimulatorHttpClient from "../../../src/layers/simulator/SimulatorHttpClient.ts"

interface Dialect {
  readonly quirks: Quirks
  readonly options?: Configure.ProviderOptions
  readonly env?: Readonly<Record<string, string>>
  readonly faults?: ReadonlyArray<Fault>
  /** What it cannot say, or says in another way. */
  readonly text?: string
  readonly reasoning?: string
  readonly tools?: false
  readonly citations?: ReadonlyArray<string | undefined>
  readonly usage?: { readonly reasoningOutputTokens?: number; readonly cachedInputTokens?: number }
  readonly finish?: "stop"
  readonly errors?: Readonly<Partial<Record<ErrorKind, CompletionError["_tag"]>>>
}

const source = { url: "https://a.test/", title: "A", citedText: "a" }
const urls = [source.url]
const noReasoning = { reasoningOutputTokens: 0 }

/** As the providers' pages and recordings have them. */
const dialects: Readonly<Record<string, Dialect>> = {
  mistral: {
    quirks: {
      contentParts: true,
      reasoningField: "thinking",
      citations: "references",
      wholeToolCalls: true,
      toolIndex: "reused",
      usage: "finish",
      usageForm: "num_cached_tokens",
      obfuscation: "p",
      errors: "flat"
    },
    citations: [undefined],
    usage: noReasoning
  },
  groq: { quirks: { reasoningField: "reasoning", usage: "x_groq" } },
  xai: {
    quirks: {
      wholeToolCalls: true,
      toolIndex: "missing",
      usageForm: "beside",
      citations: "urls",
      errors: "sentence"
    },
    citations: urls
  },
  openrouter: {
    quirks: { reasoningField: "reasoning_details", finishTwice: true, usage: "finish", errors: "status" },
    faults: [{ _tag: "KeepAlive", text: "OPENROUTER PROCESSING" }],
    citations: urls
  },
  perplexity: {
    quirks: {
      reasoningField: "think-tags",
      citations: "search-results",
      usage: "every",
      doneMarker: false,
      errors: "status"
    },
    text: "\n\nHello there",
    tools: false,
    citations: urls,
    finish: "stop"
  },
  deepseek: {
    quirks: { usage: "finish", usageForm: "hits" },
    faults: [{ _tag: "KeepAlive" }],
    citations: urls
  },
  moonshot: { quirks: { usage: "choice", usageForm: "cached_tokens" }, usage: noReasoning },
  zhipuai: { quirks: { usage: "finish", errors: "code" } },
  minimax: {
    options: { protocol: "openai-chat" },
    quirks: { reasoningField: "think-tags", usage: "finish", errors: "base_resp" },
    text: "\n\nHello there",
    errors: { overloaded: "ServerError" }
  },
  azure: {
    options: { protocol: "openai-chat", variables: { resource: "mine" } },
    quirks: { prelude: true, obfuscation: true }
  },
  together: { quirks: { usage: "finish", usageForm: "cached_tokens", errors: "text" }, usage: noReasoning },
  ai21: { quirks: { usage: "finish", errors: "detail" } },
  cloudflare: {
    options: { variables: { api: "run", account: "acc-1" } },
    quirks: { bareAnswers: true, obfuscation: "p", errors: "envelope" },
    reasoning: "",
    citations: []
  }
}

const answerOf = ({ faults = [], finish, tools }: Dialect): Answer => ({
  parts: [
    Scenario.reasoning("Let me think."),
    Scenario.text("Hello there", [source]),
    ...(tools === false ? [] : [
      Scenario.toolCall("weather", { city: "Oslo" }, "call_weat"),
      Scenario.toolCall("time", {}, "call_time")
    ])
  ],
  usage: { input: 100, cached: 60, output: 20, reasoning: 5 },
  faults,
  ...(finish === undefined ? {} : { finish })
})

const layerOf = (provider: string, { env = {}, options = {}, quirks }: Dialect, answers: ReadonlyArray<Answer>) =>
  Providers.layer({ providers: { [provider]: { apiKey: Redacted.make("sk-1"), ...options } } }).pipe(
    Layer.provideMerge(SimulatorHttpClient.layer({ scenario: { strictness: "dialect", quirks, answers }, seed: 5 })),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...env })))
  )

const tools = [Tool.make("weather"), Tool.make("time")]

describe.each(Object.entries(dialects))("in the dialect of %s", (provider, dialect) => {
  const model = `${provider}/model-1`

  it.effect.each(["stream", "whole"] as const)(
    "all that is said arrives, as a %s",
    (transport) =>
      Effect.gen(function*() {
        const completion = yield* ChatModel.complete({
          model,
          prompt: "Hi",
          ...(dialect.tools === false ? {} : { tools })
        }, { transport })
        assert.strictEqual(completion.text, dialect.text ?? "Hello there")
        assert.strictEqual(completion.reasoning, dialect.reasoning ?? "Let me think.")
        assert.deepStrictEqual<unknown>(
          completion.toolCalls.map((call) => [call.name, call.arguments]),
          dialect.tools === false ? [] : [["weather", { city: "Oslo" }], ["time", {}]]
        )
        assert.deepStrictEqual(
          completion.items.flatMap((item) =>
            item._tag === "Message"
              ? item.content.flatMap((part) => part._tag === "OutputText" ? part.citations.map(({ url }) => url) : [])
              : []
          ),
          dialect.citations ?? urls
        )
        assert.deepStrictEqual(completion.usage, {
          inputTokens: 100,
          cachedInputTokens: 60,
          cacheWriteInputTokens: 0,
          outputTokens: 20,
          reasoningOutputTokens: 5,
          totalTokens: 120,
          ...dialect.usage
        })
        assert.strictEqual(completion.finishReason, dialect.finish ?? "tool-calls")
      }).pipe(Effect.provide(layerOf(provider, dialect, [answerOf(dialect)])))
  )

  const errors: Readonly<Partial<Record<ErrorKind, CompletionError["_tag"]>>> = {
    "rate-limit": "RateLimitedError",
    quota: "UsageLimitReachedError",
    overloaded: "OverloadedError",
    "server-error": "ServerError",
    authentication: "AuthenticationError",
    "model-not-found": "ModelNotFoundError",
    "invalid-request": "InvalidRequestError",
    "context-length": "ContextLengthExceededError",
    "content-filter": "ContentFilteredError",
    ...dialect.errors
  }

  it.effect.each(Object.entries(errors))("an error for %s is a %s", ([kind, tag]) =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }))
      assert.strictEqual(failure._tag, tag)
    }).pipe(Effect.provide(layerOf(provider, dialect, [{
      faults: [{ _tag: "ProviderError", kind: kind as ErrorKind }]
    }]))))

  it.effect("an error in the middle of a stream is of its class, and what came before is kept", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }))
      assert.strictEqual(failure._tag, errors.overloaded)
      assert.strictEqual("partial" in failure ? failure.partial?.text : undefined, "One two ")
    }).pipe(Effect.provide(layerOf(provider, dialect, [{
      parts: [{ _tag: "Text", deltas: ["One ", "two ", "three"] }],
      faults: [{
        _tag: "ErrorEvent",
        event: dialect.quirks.bareAnswers === true ? 3 : dialect.quirks.prelude === true ? 5 : 4,
        kind: "overloaded"
      }]
    }]))))
})
