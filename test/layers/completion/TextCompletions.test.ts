/**
 * Our model on servers of text completions, over real sockets against the simulator.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ChatModel, type CompletionRequest, type ProviderDefinition } from "sluice"
import * as DeepSeek from "sluice/deepseek"
import * as Mistral from "sluice/mistral"
import * as OpenAi from "sluice/openai"
import { type Fault, Scenario, SimulatorServer } from "sluice/testing"
import * as Vllm from "sluice/vllm"
import { long, model, tools } from "../../support/Conversing.ts"

const completions = [{ parts: [Scenario.text(" a time.")], usage: { input: 2, output: 3 } }]

const serve = Effect.fnUntraced(function*(
  scenario: Scenario.Scenario = { completions },
  definition: ProviderDefinition = Vllm.definition,
  prefix = "/v1"
) {
  const simulator = yield* SimulatorServer.serve({ scenario: { strictness: "off", ...scenario } })
  return {
    simulator,
    layer: model(definition, `${simulator.url}${prefix}`, { maxRetries: 1 }, { protocol: "openai-completions" })
  }
})

const request: CompletionRequest.CompletionRequestInput = { model: "m", prompt: "Once upon" }

describe("a model of text completions", () => {
  it.live("goes on with a text, streamed and not", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions, strictness: "provider" })
      for (const transport of ["stream", "whole"] as const) {
        const completion = yield* Effect.provide(ChatModel.complete(request, { transport }), layer)
        assert.deepInclude(completion, { text: " a time.", finishReason: "stop", finishReasonRaw: "stop" })
        assert.deepInclude(completion.usage, { inputTokens: 2, outputTokens: 3, totalTokens: 5 })
      }
      const requests = yield* simulator.requests
      assert.deepStrictEqual(requests.map(({ path, protocol }) => [path, protocol]), [
        ["/v1/completions", "openai-completions"],
        ["/v1/completions", "openai-completions"]
      ])
      assert.deepInclude(requests[1]?.body, { model: "m", prompt: "Once upon" })
    }), 5000)

  it.live("talks with a conversation in a format", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve()
      yield* Effect.provide(
        ChatModel.complete({
          model: "m",
          prompt: [{ role: "system", content: "Be kind." }, { role: "user", content: "Hi" }],
          providerOptions: { vllm: { promptFormat: "chatml" } }
        }, { transport: "whole" }),
        layer
      )
      assert.deepStrictEqual((yield* simulator.requests)[0]?.body, {
        model: "m",
        prompt: "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        stop: ["<|im_end|>"]
      })
    }), 5000)

  it.live.each<readonly [string, ProviderDefinition, string, string]>([
    ["deepseek", DeepSeek.definition, "/beta", "/beta/completions"],
    ["mistral", Mistral.definition, "/v1", "/v1/fim/completions"]
  ])("fills what stands between two texts, at %s", ([id, definition, prefix, path]) =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions }, definition, prefix)
      const completion = yield* Effect.provide(
        ChatModel.complete({
          model: "codestral-latest",
          prompt: "f() {",
          seed: 7,
          providerOptions: { [id]: { suffix: "}" } }
        }),
        layer
      )
      assert.strictEqual(completion.text, " a time.")
      const [received] = yield* simulator.requests
      assert.strictEqual(received?.path, path)
      assert.deepInclude(received?.body, { prompt: "f() {", suffix: "}" })
    }), 5000)

  it.live("completes by a schema that is described in the prompt", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve(
        { completions: [{ parts: [Scenario.text("{\"n\":7}")] }] },
        OpenAi.definition
      )
      const schema = Schema.Struct({ n: Schema.Finite })
      const completion = yield* Effect.provide(
        ChatModel.complete({ model: "gpt-3.5-turbo-instruct", prompt: "Count.", outputSchema: { schema } }),
        layer
      )
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.fromJsonString(schema))(completion.text), { n: 7 })
      const { prompt } = Schema.decodeUnknownSync(Schema.Struct({ prompt: Schema.String }))(
        (yield* simulator.requests)[0]?.body
      )
      assert.match(prompt, /^Answer only with JSON .*User: Count\.\nAssistant:$/s)
    }), 5000)

  it.live("sends nothing where the request has tools", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve()
      const failure = yield* Effect.flip(Effect.provide(ChatModel.complete({ ...request, tools }), layer))
      assert.deepInclude(failure, { _tag: "InvalidRequestError", parameter: "tools" })
      assert.deepStrictEqual(yield* simulator.requests, [])
    }), 5000)

  const failures: ReadonlyArray<readonly [string, ReadonlyArray<Fault.Fault>, string, number]> = [
    ["a cut connection", [{ _tag: "Cut", after: 1500, how: "reset" }], "IncompleteStreamError", 2],
    ["a stream without its ends", [{ _tag: "OmitFinish" }, { _tag: "OmitTerminator" }], "IncompleteStreamError", 2],
    ["an error in the stream", [{ _tag: "ErrorEvent", event: 6, kind: "overloaded" }], "OverloadedError", 2],
    ["an error response", [{ _tag: "ProviderError", kind: "server-error" }], "ServerError", 2]
  ]

  it.live.each(failures)("fails for %s", ([, faults, tag, times]) =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [long], faults })
      const failure = yield* Effect.flip(Effect.provide(ChatModel.complete(request), layer))
      assert.strictEqual(failure._tag, tag)
      assert.strictEqual((yield* simulator.requests).length, times)
    }), 5000)
})
