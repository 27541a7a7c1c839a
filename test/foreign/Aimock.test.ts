/**
 * Somebody else's idea of the providers: `@copilotkit/aimock` answers our models over real sockets, in every protocol
 * that it speaks, and reads what we ask. Where it is unlike what the providers were recorded to say, the row says so:
 * the recordings are believed.
 */
import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Duration, Effect, Layer, Logger } from "effect"
import { ChatModel, type CompletionError, type Configure, isProviderError, type ProviderDefinition } from "sluice"
import { definition as anthropic } from "../../src/domain/providers/Anthropic.ts"
import { definition as azure } from "../../src/domain/providers/Azure.ts"
import { definition as bedrock } from "../../src/domain/providers/Bedrock.ts"
import { definition as cohere } from "../../src/domain/providers/Cohere.ts"
import { definition as gemini } from "../../src/domain/providers/Gemini.ts"
import { definition as groq } from "../../src/domain/providers/Groq.ts"
import { definition as ollama } from "../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../src/domain/providers/OpenRouter.ts"
import { definition as vertexAi } from "../../src/domain/providers/VertexAi.ts"
import { definition as zhipuAi } from "../../src/domain/providers/ZhipuAi.ts"
import * as Conversing from "../support/Conversing.ts"

type Facts = Partial<ReturnType<typeof Conversing.facts>>

interface Row {
  readonly definition: ProviderDefinition
  readonly path: string
  readonly model: string
  readonly options?: Configure.ProviderSettings
  /** The provider's word for an answer that ends with calls. */
  readonly finish: string
  /** How aimock's answers are unlike the provider's, in both forms or in one. */
  readonly unlike?: { readonly both?: Facts; readonly streamed?: Facts; readonly whole?: Facts }
}

const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

const rows: Readonly<Record<string, Row>> = {
  "Chat Completions": {
    definition: openAi,
    path: "/v1",
    model: "o3",
    options: { protocol: "openai-chat" },
    finish: "tool_calls"
  },
  "the Responses API": { definition: openAi, path: "/v1", model: "o3", finish: "completed" },
  "a deployment of Azure": {
    definition: azure,
    path: "/openai",
    model: "dep",
    options: { variables: { apiVersion: "2024-10-21" } },
    finish: "tool_calls"
  },
  "Azure's Chat Completions": {
    definition: azure,
    path: "/openai",
    model: "o3",
    options: { protocol: "openai-chat" },
    finish: "tool_calls"
  },
  "Azure's Responses API": { definition: azure, path: "/openai", model: "o3", finish: "completed" },
  OpenRouter: {
    definition: openRouter,
    path: "/api/v1",
    model: "anthropic/claude-sonnet-4-5",
    finish: "tool_calls"
  },
  Groq: { definition: groq, path: "/openai/v1", model: "qwen/qwen3-32b", finish: "tool_calls" },
  Zhipu: {
    definition: zhipuAi,
    path: "/api/paas/v4",
    model: "glm-4.6",
    finish: "tool_calls",
    // Zhipu tells the usage without being asked.
    unlike: { streamed: { usage: null } }
  },
  "the Messages API": { definition: anthropic, path: "/v1", model: "claude-sonnet-4-5", finish: "tool_use" },
  Gemini: {
    definition: gemini,
    path: "/v1beta",
    model: "gemini-2.5-flash",
    finish: "STOP",
    // Google has no reason of its own for calls.
    unlike: { both: { finishReasonRaw: "FUNCTION_CALL" } }
  },
  "Vertex AI": {
    definition: vertexAi,
    path: "",
    model: "gemini-2.5-flash",
    options: { variables: { project: "p", location: "l" } },
    finish: "STOP",
    unlike: { both: { finishReasonRaw: "FUNCTION_CALL" } }
  },
  Converse: { definition: bedrock, path: "", model: claude, finish: "tool_use" },
  InvokeModel: {
    definition: bedrock,
    path: "",
    model: claude,
    options: { protocol: "anthropic-messages" },
    finish: "tool_use"
  },
  Cohere: {
    definition: cohere,
    path: "/v2",
    model: "command-a-reasoning-08-2025",
    finish: "TOOL_CALL",
    // Cohere's thinking is a kind of content of its own; here it is text.
    unlike: { both: { text: "Let me think.Hello there, wörld.", reasoning: "" } }
  },
  Ollama: {
    definition: ollama,
    path: "",
    model: "qwen3",
    finish: "stop",
    // Ollama thinks in `thinking`, and counts.
    unlike: {
      both: {
        reasoning: "",
        usage: {
          inputTokens: 0,
          cachedInputTokens: 0,
          cacheWriteInputTokens: 0,
          outputTokens: 0,
          reasoningOutputTokens: 0,
          totalTokens: 0
        }
      }
    }
  }
}

const usual = {
  text: "Hello there, wörld.",
  reasoning: "Let me think.",
  finishReason: "tool-calls",
  usage: {
    inputTokens: 11,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 7,
    reasoningOutputTokens: 0,
    totalTokens: 18
  }
} as const

const rich = {
  content: usual.text,
  reasoning: usual.reasoning,
  toolCalls: [{ name: "weather", arguments: `{"city":"Oslo","days":[1,{"wet":true}]}`, id: "call_1" }],
  // Each protocol looks for its own names.
  usage: {
    prompt_tokens: 11,
    completion_tokens: 7,
    input_tokens: 11,
    output_tokens: 7,
    promptTokenCount: 11,
    candidatesTokenCount: 7
  }
}

/** What we ask is understood: what the system says, and the tools. */
const isUnderstood = (request: ChatCompletionRequest) =>
  request.messages.some(({ content, role }) => /system|developer/.test(role) && `${content}`.includes("Be brief")) &&
  JSON.stringify(request.tools?.map((tool) => tool.function.name)) === `["weather","time"]`

class Mock extends Context.Service<Mock, LLMock>()("test/Aimock") {}

const mock = Layer.effect(
  Mock,
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = new LLMock({ port: 0, chunkSize: 8 })
      server.on({ userMessage: "rich", toolResultContains: `"said":"weather"` }, { content: "It is sunny." })
      server.on({ userMessage: "rich", predicate: isUnderstood }, rich)
      server.onMessage("busy", {
        error: { message: "Slow down.", type: "rate_limit_error", code: "rate_limit_exceeded" },
        status: 429,
        retryAfter: 3
      })
      server.onMessage("nobody", { error: { message: "Who is it?", type: "authentication_error" }, status: 401 })
      // Time for what was written to leave before the connection is destroyed.
      server.onMessage("cut", rich, { truncateAfterChunks: 5, latency: 1 })
      server.onMessage("garbled", rich, { chaos: { malformedRate: 1 } })
      server.onMessage("dropped", rich, { chaos: { dropRate: 1 } })
      server.onMessage("gone", rich, { chaos: { disconnectRate: 1 } })
      await server.start()
      return server
    }),
    (server) => Effect.promise(() => server.stop())
  )
)

const at = ({ definition, options, path }: Row, server: LLMock) =>
  Conversing.model(definition, `${server.url}${path}`, { maxRetries: 0 }, options)

const table = Object.entries(rows)

describe("aimock", () => {
  it.layer(Layer.mergeAll(mock, Logger.layer([]), ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))))((it) => {
    it.effect.each(table)("understands and is understood by %s, for two turns", ([, row]) =>
      Effect.gen(function*() {
        const request = {
          model: row.model,
          prompt: [{ role: "system" as const, content: "Be brief." }, { role: "user" as const, content: "rich" }],
          tools: Conversing.tools
        }
        yield* Effect.gen(function*() {
          const streamed = yield* ChatModel.complete(request)
          const whole = yield* ChatModel.complete(request, { transport: "whole" })
          const expected = { ...usual, finishReasonRaw: row.finish, ...row.unlike?.both }
          assert.deepInclude(Conversing.facts(streamed), { ...expected, ...row.unlike?.streamed })
          assert.deepInclude(Conversing.facts(whole), { ...expected, ...row.unlike?.whole })
          for (const answer of [streamed, whole]) {
            assert.deepStrictEqual(answer.toolCalls.map(({ arguments: value, name }) => [name, value]), [
              ["weather", { city: "Oslo", days: [1, { wet: true }] }]
            ])
          }
          const second = yield* Conversing.goOn(request, streamed)
          assert.deepStrictEqual([second.text, second.finishReason], ["It is sunny.", "stop"])
        }).pipe(Effect.provide(at(row, yield* Mock)))
      }))

    it.effect.each(table)("fails by %s in the ways it says", ([name, row]) =>
      Effect.gen(function*() {
        const server = yield* Mock
        const failure = Effect.fnUntraced(function*(prompt: string): Effect.fn.Return<CompletionError, never, never> {
          return yield* ChatModel.complete({ model: row.model, prompt }).pipe(
            Effect.flip,
            Effect.provide(at(row, server)),
            Effect.orDie
          )
        })
        const busy = yield* failure("busy")
        assert(busy._tag === "RateLimitedError")
        assert.deepStrictEqual([busy.retryAfter, busy.detail], [Duration.seconds(3), "Slow down."])
        const nobody = yield* failure("nobody")
        assert(nobody._tag === "AuthenticationError")
        assert.strictEqual(nobody.detail, "Who is it?")
        const cut = yield* failure("cut")
        assert(cut._tag === "IncompleteStreamError", cut.message)
        assert.strictEqual(cut.partial?.toolCalls.length, 0)
        if (!name.endsWith("Responses API")) assert.isNotEmpty(`${cut.partial?.text}${cut.partial?.reasoning}`)
        // A brace that is never closed is what a growing array of Gemini's looks like when it is cut.
        assert.strictEqual(
          (yield* failure("garbled"))._tag,
          row.finish === "STOP" ? "IncompleteStreamError" : "MalformedResponseError"
        )
        const dropped = yield* failure("dropped")
        assert(dropped._tag === "ServerError" && isProviderError(dropped))
        assert.strictEqual(dropped.status, 500)
        assert.strictEqual((yield* failure("gone"))._tag, "ConnectionError")
      }))
  })
})
