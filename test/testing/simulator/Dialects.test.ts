/**
 * The simulator writes the dialects of Chat Completions and the providers' definitions decode them: the whole
 * completion, streamed or not, and the class of every error.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { Tool } from "effect/ai"
import { ChatModel, type CompletionError, type Configure, Providers, SluiceConfig } from "sluice"
import type { ScriptedCompletion } from "../../../src/testing/simulator/scenario/ScriptedCompletion.ts"
import type { ErrorKind, Fault } from "../../../src/testing/simulator/scenario/Fault.ts"
import type { SimulatorQuirks } from "../../../src/testing/simulator/scenario/SimulatorQuirks.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorHttpClient from "../../../src/testing/simulator/SimulatorHttpClient.ts"
import * as Dialects from "../../support/Dialects.ts"

interface Dialect {
  readonly quirks: SimulatorQuirks
  readonly options?: Configure.ProviderSettings
  readonly env?: Readonly<Record<string, string>>
  readonly faults?: ReadonlyArray<Fault>
  /** What the dialect cannot express, or expresses in another way. */
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

const dialects: Readonly<Record<string, Dialect>> = {
  mistral: {
    quirks: Dialects.mistral,
    citations: [undefined],
    usage: noReasoning
  },
  groq: { quirks: Dialects.groq },
  xai: {
    quirks: Dialects.xai,
    citations: urls
  },
  openrouter: {
    quirks: Dialects.openrouter,
    faults: [{ _tag: "KeepAlive", text: "OPENROUTER PROCESSING" }],
    citations: urls
  },
  perplexity: {
    // Tags are text unless the quirk is set.
    options: { protocol: "openai-chat", quirks: { thinkTags: true } },
    quirks: Dialects.perplexity,
    text: "\n\nHello there",
    tools: false,
    citations: urls,
    finish: "stop"
  },
  deepseek: {
    quirks: Dialects.deepseek,
    faults: [{ _tag: "KeepAlive" }],
    citations: urls
  },
  moonshot: { quirks: Dialects.moonshot, usage: noReasoning },
  zhipuai: { quirks: Dialects.zhipuai },
  minimax: {
    options: { protocol: "openai-chat", quirks: { thinkTags: true } },
    quirks: Dialects.minimax,
    text: "\n\nHello there",
    errors: { overloaded: "ServerError" }
  },
  azure: {
    options: { protocol: "openai-chat", variables: { resource: "mine" } },
    quirks: Dialects.azure
  },
  together: { quirks: Dialects.together, usage: noReasoning },
  ai21: { options: { baseUrl: "https://jamba.test/studio/v1" }, quirks: Dialects.ai21 },
  cloudflare: {
    options: { variables: { api: "run", account: "acc-1" } },
    quirks: Dialects.cloudflare,
    reasoning: "",
    citations: []
  }
}

const scriptedOf = ({ faults = [], finish, tools }: Dialect): ScriptedCompletion => ({
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

const layerOf = (
  provider: string,
  { env = {}, options = {}, quirks }: Dialect,
  completions: ReadonlyArray<ScriptedCompletion>
) =>
  Providers.layer({ providers: { [provider]: { apiKey: Redacted.make("sk-1"), ...options } } }).pipe(
    Layer.provideMerge(
      SimulatorHttpClient.layer({ scenario: { strictness: "dialect", quirks, completions }, seed: 5 })
    ),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...env })))
  )

const tools = [Tool.make("weather"), Tool.make("time")]

describe.each(Object.entries(dialects))("in the dialect of %s", (provider, dialect) => {
  const model = `${provider}/model-1`

  it.effect.each(["stream", "whole"] as const)(
    "the whole completion is decoded, transported as a %s",
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
      }).pipe(Effect.provide(layerOf(provider, dialect, [scriptedOf(dialect)])))
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

  it.effect.each(Object.entries(errors))("the error %s is decoded as a %s", ([kind, tag]) =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }))
      assert.strictEqual(failure._tag, tag)
    }).pipe(Effect.provide(layerOf(provider, dialect, [{
      faults: [{ _tag: "ProviderError", kind: kind as ErrorKind }]
    }]))))

  it.effect("an error inside a stream has its class, and the partial completion is kept", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }))
      assert.strictEqual(failure._tag, errors.overloaded)
      assert.strictEqual("partial" in failure ? failure.partial?.text : undefined, "One two ")
    }).pipe(Effect.provide(layerOf(provider, dialect, [{
      parts: [{ _tag: "Text", deltas: ["One ", "two ", "three"] }],
      faults: [{
        _tag: "ErrorEvent",
        event: dialect.quirks.bareResponses === true ? 3 : dialect.quirks.prelude === true ? 5 : 4,
        kind: "overloaded"
      }]
    }]))))
})
