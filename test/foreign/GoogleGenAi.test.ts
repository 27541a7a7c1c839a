import { assert, describe, it } from "@effect/vitest"
import { ApiError, FunctionCallingConfigMode, type GenerateContentResponse, GoogleGenAI, Type } from "@google/genai"
import { Effect } from "effect"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import { richCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { collect, connecting, failure } from "./Driving.ts"

const connect = connecting(({ url }) => new GoogleGenAI({ apiKey: "g-test", httpOptions: { baseUrl: url } }))

const weather = {
  name: "weather",
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] }
}

const partsOf = (chunks: ReadonlyArray<GenerateContentResponse>) =>
  chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? [])

describe("the @google/genai package", () => {
  it.live("streams thoughts, text, tool calls with their signature, and usage", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const chunks = yield* Effect.promise(async () =>
        collect(
          await client.models.generateContentStream({
            model: "gemini-3-flash-preview",
            contents: "Hello",
            config: {
              systemInstruction: "Be brief.",
              temperature: 0.5,
              maxOutputTokens: 100,
              thinkingConfig: { includeThoughts: true },
              tools: [{ functionDeclarations: [weather] }],
              toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } }
            }
          })
        )
      )
      const parts = partsOf(chunks)
      assert.deepStrictEqual(parts.filter((part) => part.thought).map((part) => part.text), ["Let", " me", " think."])
      assert.strictEqual(parts.map((part) => (part.thought === true ? "" : (part.text ?? ""))).join(""), "Hello there")
      assert.deepStrictEqual(
        parts.flatMap((part) => (part.functionCall === undefined ? [] : [[part.functionCall, part.thoughtSignature]])),
        [
          [{ id: "call_1", name: "weather", args: { city: "Oslo" } }, "sig"],
          [{ id: "call_2", name: "time", args: {} }, undefined]
        ]
      )
      const last = chunks.at(-1)
      assert.strictEqual(last?.candidates?.[0]?.finishReason, "STOP")
      assert.deepInclude(last?.usageMetadata, {
        promptTokenCount: 100,
        cachedContentTokenCount: 60,
        candidatesTokenCount: 15,
        thoughtsTokenCount: 5,
        totalTokenCount: 120
      })
      assert.deepStrictEqual([last?.responseId, last?.modelVersion], ["id_1", "model-1"])
    }))

  it.live("takes a conversation through a tool, signatures included", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({
        completions: [
          { parts: [Scenario.reasoning("Hm.", { signature: "c2ln" }), Scenario.toolCall("weather", { city: "Oslo" })] },
          { parts: [Scenario.text("It rains in Oslo.")] }
        ]
      })
      const chat = client.chats.create({
        model: "gemini-3-pro-preview",
        config: { tools: [{ functionDeclarations: [weather] }] }
      })
      const asked = yield* Effect.promise(async () => collect(await chat.sendMessageStream({ message: "Weather?" })))
      assert.deepStrictEqual(asked.flatMap((chunk) => chunk.functionCalls ?? []), [
        { name: "weather", args: { city: "Oslo" } }
      ])
      const told = yield* Effect.promise(() =>
        chat.sendMessage({ message: { functionResponse: { name: "weather", response: { output: "rain" } } } })
      )
      assert.strictEqual(told.text, "It rains in Oslo.")
      // The simulator refuses what comes back without the signature.
      const [, second] = yield* simulator.requests
      assert.include(JSON.stringify(second?.body), "\"thoughtSignature\":\"c2ln\"")
    }))

  it.live("reads a whole answer with its sources, and the list of models", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({
        models: ["gemini-2.5-flash"],
        completions: [{
          parts: [
            { _tag: "WebSearch", query: "oslo", results: [{ url: "https://a.test/", title: "A" }] },
            Scenario.text("Größe: groß.", [{ url: "https://b.test/", title: "B", start: 7, end: 11 }])
          ]
        }]
      })
      const response = yield* Effect.promise(() =>
        client.models.generateContent({
          model: "gemini-2.5-flash",
          contents: "Hi",
          config: { tools: [{ googleSearch: {} }] }
        })
      )
      assert.strictEqual(response.text, "Größe: groß.")
      const grounding = response.candidates?.[0]?.groundingMetadata
      assert.deepStrictEqual(grounding?.webSearchQueries, ["oslo"])
      assert.deepStrictEqual(grounding?.groundingChunks?.map((chunk) => chunk.web?.uri), [
        "https://a.test/",
        "https://b.test/"
      ])
      // In bytes.
      assert.deepStrictEqual(grounding?.groundingSupports, [
        { segment: { startIndex: 9, endIndex: 14, text: "groß" }, groundingChunkIndices: [1] }
      ])
      const models = yield* Effect.promise(async () => collect(await client.models.list()))
      assert.deepStrictEqual(models.map((model) => model.name), ["models/gemini-2.5-flash"])
      const model = yield* Effect.promise(() => client.models.get({ model: "gemini-2.5-flash" }))
      assert.strictEqual(model.inputTokenLimit, 1_048_576)
    }))

  it.live("makes a structured answer out of its own schema", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [{ parts: [Scenario.text("{\"city\":\"Oslo\"}")] }] })
      const ask = (responseSchema: object) => () =>
        client.models.generateContent({
          model: "gemini-2.5-flash",
          contents: "Where?",
          config: { responseMimeType: "application/json", responseSchema }
        })
      const response = yield* Effect.promise(ask(weather.parameters))
      assert.deepStrictEqual(JSON.parse(response.text ?? ""), { city: "Oslo" })
    }))

  it.live.each(
    [
      ["rate-limit", 429, "RESOURCE_EXHAUSTED"],
      ["quota", 429, "PerDay"],
      ["authentication", 400, "API_KEY_INVALID"],
      ["permission", 403, "PERMISSION_DENIED"],
      ["model-not-found", 404, "NOT_FOUND"],
      ["invalid-request", 400, "INVALID_ARGUMENT"],
      ["context-length", 400, "exceeds the maximum number of tokens"],
      ["overloaded", 503, "UNAVAILABLE"],
      ["server-error", 500, "INTERNAL"]
    ] as const
  )("raises its own error for %s", ([kind, status, code]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ProviderError", kind }))
      const error = yield* failure(() =>
        client.models.generateContentStream({ model: "gemini-2.5-flash", contents: "Hi" })
      )
      assert.instanceOf(error, ApiError)
      if (!(error instanceof ApiError)) return
      assert.strictEqual(error.status, status)
      assert.include(error.message, code)
    }))

  it.live("raises its own errors for a wrong key, a bad request, an unknown model and a cut connection", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ requireKey: "g-right", models: ["gemini-2.5-flash"] })
      const ask = (model: string, contents: string | Array<never> = "Hi") =>
        failure(async () => collect(await client.models.generateContentStream({ model, contents })))
      const wrongKey = yield* ask("gemini-2.5-flash")
      assert.instanceOf(wrongKey, ApiError)
      assert.include(String(wrongKey), "API_KEY_INVALID")
      yield* simulator.setScenario({ models: ["gemini-2.5-flash"] })
      assert.include(String(yield* ask("gemini-99")), "is not found for API version v1beta")
      const odd = yield* failure(() =>
        client.models.generateContent({ model: "gemini-2.5-flash", contents: "Hi", config: { temperature: 3 } })
      )
      assert.include(String(odd), "temperature")
      yield* simulator.setScenario(withFaults({ _tag: "Cut", after: 300, how: "reset" }))
      assert.instanceOf(yield* ask("gemini-2.5-flash"), Error)
      yield* simulator.setScenario(withFaults({ _tag: "ErrorEvent", event: 3, kind: "overloaded" }))
      assert.include(String(yield* ask("gemini-2.5-flash")), "UNAVAILABLE")
    }))
})
