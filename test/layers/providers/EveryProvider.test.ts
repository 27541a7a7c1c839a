/**
 * Every provider, end to end: each of its protocols and operations against a simulator on a socket that stands at the
 * provider's own paths and speaks its dialect. It responds, it is busy, and it does not know the key.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Logger, Redacted } from "effect"
import {
  ChatModel,
  type CompletionError,
  type Configure,
  Embeddings,
  HttpEmbeddings,
  HttpModelListing,
  HttpProviderCheck,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  ModelListing,
  ProviderCheck,
  type ProviderDefinition,
  Reranker,
  SluiceConfig,
  Speech,
  Transcription,
  UndiciHttpClient
} from "sluice"
import { Scenario, Simulator, SimulatorServer } from "sluice/testing"
import * as DefaultModels from "../../../src/cli/call/DefaultModels.ts"
import type { Endpoint } from "../../../src/domain/Endpoint.ts"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as Conversing from "../../support/Conversing.ts"
import { hosted } from "../../support/Hosted.ts"
import * as Table from "./everyProvider/Table.ts"

const simulated = SimulatorServer.layer({ seed: 3 }).pipe(
  Layer.provideMerge(UndiciHttpClient.layer),
  Layer.provideMerge(SluiceConfig.layer({ proxy: "none", maxRetries: 0 })),
  Layer.provideMerge(Layer.mergeAll(Logger.layer([]), ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))))
)

const kinds = ["protocols", "embeddings", "rerank", "transcription", "speech"] as const

type Kind = (typeof kinds)[number]

interface Case {
  readonly name: string
  readonly id: string
  readonly definition: ProviderDefinition
  readonly kind: Kind
  readonly binding: Endpoint & Readonly<Record<string, unknown>>
  readonly reach: Table.Reach
  readonly model: string
}

const cases: ReadonlyArray<Case> = definitions.flatMap((definition) =>
  kinds.flatMap((kind) =>
    (definition[kind] ?? []).map((binding, index) => {
      const id = `${definition.id} ${kind} ${index}`
      const reach = Table.reach[id] ?? {}
      return {
        name: `${definition.id}: ${
          "protocol" in binding ? binding.protocol : `${kind} (${binding.wireFormat})`
        } at ${binding.path}`,
        id,
        definition,
        kind,
        binding: { ...binding },
        reach,
        model: reach.model ?? Table.models[kind] ?? DefaultModels.of("chat", definition.id)
      }
    })
  )
)

/** What a path with variables may be like, as a whole or as an end. */
const likeness = (path: string, from = ""): RegExp =>
  new RegExp(
    `${from}${
      path.replace(/\[?\?.*$/, "").replace(/[.*^$()|]/g, "\\$&")
        .replaceAll(/\[([^\]]*)\]/g, "($1)?")
        .replaceAll(/\{\+\w+\}/g, ".+")
        .replaceAll(/\{\w+\}/g, "[^/]+")
    }$`
  )

const file = { name: "talk.mp3", content: new Uint8Array(64) }

const completionOf = ({ tools }: Table.Dialect) => ({
  parts: [
    Scenario.reasoning("Let me think."),
    Scenario.text("Hello there"),
    ...(tools === false ? [] : [Scenario.toolCall("weather", { city: "Oslo" }, "call_weat")])
  ],
  usage: { input: 100, output: 20, reasoning: 5 }
})

type Called = Effect.Effect<
  unknown,
  CompletionError,
  ChatModel | Embeddings | Reranker | Transcription | Speech
>

const protocolOf = ({ binding }: Case) => binding["protocol"] as Configure.ProviderSettings["protocol"]

const dialectOf = (given: Case): Table.Dialect => {
  const { definition, id } = given
  const protocol = protocolOf(given)
  const dialect = Table.dialects[id] ?? Table.dialects[definition.id] ?? { quirks: {} }
  return {
    ...(protocol === "openai-chat" ? dialect : { quirks: dialect.quirks }),
    ...(protocol === undefined ? {} : Table.mute[protocol])
  }
}

const chat = Effect.fnUntraced(function*(given: Case) {
  const dialect = dialectOf(given)
  const completion = yield* ChatModel.complete({
    model: given.model,
    prompt: "Hi",
    reasoning: { effort: "low", summary: "auto" },
    ...(dialect.tools === false ? {} : { tools: Conversing.tools })
  })
  assert.strictEqual(completion.text, dialect.text ?? "Hello there")
  assert.strictEqual(completion.reasoning, dialect.reasoning ?? "Let me think.")
  assert.deepStrictEqual<unknown>(
    completion.toolCalls.map((call) => [call.name, call.arguments]),
    dialect.tools === false ? [] : [["weather", { city: "Oslo" }]]
  )
  assert.strictEqual(completion.finishReason, dialect.tools === false ? "stop" : "tool-calls")
  assert.deepInclude(completion.usage, { inputTokens: 100, outputTokens: 20, totalTokens: 120 })
})

const call = (given: Case): Called => {
  const { binding, kind, model } = given
  switch (kind) {
    case "protocols":
      return chat(given)
    case "embeddings":
      return Effect.map(
        Embeddings.embed({ model, inputs: ["a cat"], ...(binding["when"] === "purpose" ? { purpose: "query" } : {}) }),
        ({ dimensions, embeddings }) => {
          assert.lengthOf(embeddings, 1)
          assert.isAbove(dimensions, 100)
          assert.strictEqual(embeddings[0]?.vector.length, dimensions)
        }
      )
    case "rerank":
      return Effect.map(
        Reranker.rerank({ model, query: "a cat", documents: ["rates rise", "a cat"] }),
        ({ results }) => assert.deepStrictEqual(results.map(({ document }) => document), ["a cat", "rates rise"])
      )
    case "transcription":
      return Effect.map(
        binding["task"] === "translate"
          ? Transcription.translate({ model, file })
          : Transcription.transcribe({ model, file, language: "en" }),
        ({ text }) => assert.match(text, /^This is,? .*what was said in \w+\.mp3/)
      )
    case "speech":
      return Effect.map(
        Speech.speak({ model, input: "Hi", voice: "alloy" }),
        ({ audio, mediaType }) => {
          assert.isAbove(audio.length, 10)
          assert.match(mediaType, /^audio\//)
        }
      )
  }
}

const layerOf = ({ kind, ...given }: Case, url: string, key: string) => {
  const { definition, reach } = given
  const here = hosted(definition, url)
  const options: Configure.ProviderSettings = {
    apiKey: Redacted.make(key),
    variables: reach.variables,
    auth: reach.auth,
    ...(kind === "protocols" ? { protocol: protocolOf({ kind, ...given }) } : {}),
    ...(reach.ownAddress === true ? { baseUrl: here.baseUrl } : {})
  }
  const provider = SingleProvider.layer(here)(options)
  return Layer.provideMerge(
    Layer.mergeAll(HttpEmbeddings.layer, HttpReranker.layer, HttpTranscription.layer, HttpSpeech.layer),
    provider
  )
}

describe("every provider", () => {
  it.layer(Layer.orDie(simulated))((it) => {
    it.effect.each(cases.map((given) => [given.name, given] as const))("%s", ([, given]) =>
      Effect.gen(function*() {
        const simulator = yield* Simulator
        const dialect = dialectOf(given)
        const before = (yield* simulator.requests).length
        yield* simulator.setScenario({
          requireKey: "right",
          strictness: "dialect",
          quirks: dialect.quirks,
          completions: [completionOf(dialect)],
          faults: [{ ...Table.hintOf(given.definition.id), on: [2] }]
        })
        const callWith = (key: string) => call(given).pipe(Effect.provide(layerOf(given, simulator.url, key)))

        yield* callWith("right")
        const sent = (yield* simulator.requests).slice(before)
        assert.lengthOf(sent, 1)
        assert.match(sent[0]?.path ?? "", likeness(given.binding.path))

        const busy = yield* Effect.flip(callWith("right"))
        assert(busy._tag === "RateLimitedError", busy.message)
        assert.deepStrictEqual(busy.retryAfter, Duration.seconds(7))

        const unknownKey = yield* Effect.flip(callWith("wrong"))
        assert.strictEqual(unknownKey._tag, "AuthenticationError", unknownKey.message)
      }))

    // A proxy, a gateway: the provider's own paths at another host.
    it.effect.each(definitions.map((definition) => [definition.id, definition] as const))(
      "%s is found at another host, given alone or with the path of its own address",
      ([, definition]) =>
        Effect.gen(function*() {
          const { requests, url } = yield* Simulator
          const path = (baseUrl: string | undefined) => (baseUrl ?? "").replace(/^https:\/\/[^/]*|^http:\/\/[^/]*/, "")
          const filled = (template: string, { variables = {} }: Table.Reach) =>
            template.replaceAll(/\{(\w+)\}/g, (place, name: string) => variables[name] ?? place)
          const before = (yield* requests).length
          const expected: Array<RegExp> = []
          const request = <A, E, R>(
            effect: Effect.Effect<A, E, R>,
            endpoint: Endpoint,
            reach: Table.Reach,
            more: Configure.ProviderSettings = {}
          ) =>
            Effect.forEach(["", filled(path(definition.baseUrl), reach)], (given) => {
              expected.push(
                likeness(
                  filled(path(endpoint.baseUrl ?? definition.baseUrl), reach) + filled(endpoint.path, reach),
                  "^"
                )
              )
              return Effect.provide(
                Effect.exit(effect),
                Layer.mergeAll(HttpProviderCheck.layer, HttpModelListing.layer()).pipe(
                  Layer.provideMerge(
                    SingleProvider.layer(definition)({
                      apiKey: Redacted.make("right"),
                      baseUrl: `${url}${given}`,
                      variables: reach.variables,
                      auth: reach.auth,
                      ...more
                    })
                  )
                )
              )
            })
          for (const given of cases.filter((one) => one.definition === definition && one.kind === "protocols")) {
            yield* request(ChatModel.complete({ model: given.model, prompt: "Hi" }), given.binding, given.reach, {
              protocol: protocolOf(given)
            })
          }
          const reach = Table.reach[`${definition.id} check`] ?? {}
          yield* request(ProviderCheck.check(definition.id), definition.check, reach)
          if (definition.models !== undefined) {
            yield* request(ModelListing.use((models) => models.list(definition.id)), definition.models, reach)
          }
          const found = (yield* requests).slice(before).map((request) => request.path)
          assert.lengthOf(found, expected.length)
          for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern)
        })
    )
  })
})
