/**
 * Functions for models that take them over Chat Completions only without reasoning: they go over the Responses API,
 * unless the program chose a protocol.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { Tool } from "effect/ai"
import { CompletionRequest } from "sluice"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { definition as azure } from "../../../src/domain/providers/Azure.ts"
import * as PreparedCompletion from "../../../src/layers/completion/PreparedCompletion.ts"
import { load } from "../../../src/streams/protocols/Loading.ts"
import * as ConfigCredentials from "../../../src/layers/configuration/ConfigCredentials.ts"
import * as Configure from "../../../src/layers/configuration/Configure.ts"

const tools = [Tool.make("f", { parameters: Schema.Struct({ a: Schema.String }) })]

/** With a dated version, Azure's first protocol is Chat Completions. */
const variables = { resource: "r", apiVersion: "2025-04-01-preview" }

const prepare = (
  model: string,
  input: Partial<CompletionRequest.CompletionRequestInput>,
  protocol?: ProtocolName,
  path?: string
) =>
  Effect.gen(function*() {
    const provider = yield* Configure.configure(azure, { apiKey: Redacted.make("k"), variables, protocol, path })
    const request = CompletionRequest.make({ model, prompt: "Hi", ...input })
    const { protocol: used, warnings } = yield* PreparedCompletion.make(load, provider, model, request, true)
    return [used.name, ...(warnings ?? []).map(({ parameter }) => parameter)]
  }).pipe(Effect.provide(ConfigCredentials.layer))

describe("functions of a request", () => {
  it.effect.each<
    readonly [
      what: string,
      model: string,
      Partial<CompletionRequest.CompletionRequestInput>,
      ProtocolName | undefined,
      string | undefined,
      ReadonlyArray<string>
    ]
  >([
    ["go over the Responses API", "gpt-5.4", { tools }, undefined, undefined, ["openai-responses"]],
    ["with an effort too", "gpt-6-luna", { tools, reasoning: { effort: "low" } }, undefined, undefined, [
      "openai-responses"
    ]],
    [
      "go over Chat Completions without reasoning",
      "gpt-5.4",
      { tools, reasoning: { effort: "none" } },
      undefined,
      undefined,
      ["openai-chat"]
    ],
    ["go over Chat Completions to older models", "gpt-5.1", { tools }, undefined, undefined, ["openai-chat"]],
    ["are none", "gpt-5.4", {}, undefined, undefined, ["openai-chat"]],
    ["go over the protocol that was chosen", "gpt-5.4", { tools }, "openai-chat", undefined, [
      "openai-chat",
      "reasoning"
    ]],
    ["go to the path that was chosen", "gpt-5.4", { tools }, undefined, "/chat", ["openai-chat", "reasoning"]]
  ])("%s", ([, model, input, protocol, path, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* prepare(model, input, protocol, path), expected)
    }))

  it.effect("take turns with requests without any, for one model", () =>
    Effect.gen(function*() {
      const provider = yield* Configure.configure(azure, { apiKey: Redacted.make("k"), variables })
      const used = yield* Effect.forEach([tools, [], tools], (given) => {
        const request = CompletionRequest.make({ model: "gpt-5.4", prompt: "Hi", tools: given })
        return Effect.map(PreparedCompletion.make(load, provider, "gpt-5.4", request, true), ({ protocol }) =>
          protocol.name)
      })
      assert.deepStrictEqual(used, ["openai-responses", "openai-chat", "openai-responses"])
    }).pipe(Effect.provide(ConfigCredentials.layer)))

  it.effect("and the version of the API that the headers choose", () =>
    Effect.gen(function*() {
      const { definition } = yield* Effect.promise(() => import("../../../src/domain/providers/Anthropic.ts"))
      const parameters = Effect.fnUntraced(function*(
        settings: Readonly<Record<string, string>>,
        headers?: Readonly<Record<string, string>>
      ) {
        const provider = yield* Configure.configure(definition, { apiKey: Redacted.make("k"), headers: settings })
        const request = CompletionRequest.make({ model: "claude-haiku-4-5", prompt: "Hi", temperature: 1, headers })
        const prepared = yield* PreparedCompletion.make(load, provider, "claude-haiku-4-5", request, true)
        return [prepared.request.headers["anthropic-version"], prepared.warnings?.length]
      })
      assert.deepStrictEqual(yield* parameters({}), ["2023-06-01", 0])
      assert.deepStrictEqual(yield* parameters({ "Anthropic-Version": "2026-10-21" }), ["2026-10-21", 1])
      assert.deepStrictEqual(yield* parameters({}, { "Anthropic-Version": "2026-10-21" }), ["2026-10-21", 1])
    }).pipe(Effect.provide(ConfigCredentials.layer)))
})
