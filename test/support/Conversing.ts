/**
 * Conversations with the simulator over real sockets: one provider's model, its tools, and a second request.
 */
import { Duration, Effect, Layer, Redacted, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import {
  ChatModel,
  type Completion,
  type CompletionRequest,
  type Configure,
  type ProviderDefinition,
  Replay,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import { Scenario, type ScriptedCompletion } from "sluice/testing"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"

/** Provides a provider's model at an address. */
export const model = (
  definition: ProviderDefinition,
  baseUrl: string,
  settings: Partial<SluiceConfig.Settings> = {},
  options: Configure.ProviderSettings = {}
) =>
  SingleProvider.layer(definition)({ apiKey: Redacted.make("key-1"), baseUrl, ...options }).pipe(
    Layer.provide(Layer.provideMerge(
      UndiciHttpClient.layer,
      SluiceConfig.layer({
        proxy: "none",
        retryBase: Duration.millis(1),
        idleTimeout: Duration.seconds(3),
        ...settings
      })
    )),
    Layer.orDie
  )

/** Reasoning, text and two tool calls. */
export const rich: ScriptedCompletion.ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Let me think."),
    Scenario.text("Hello there"),
    Scenario.toolCall("weather", { city: "Oslo", days: [1, { wet: true }] }, "call_1"),
    Scenario.toolCall("time", {}, "call_2")
  ],
  usage: { input: 100, cached: 60, output: 20, reasoning: 5 },
  responseId: "id_1"
}

const deltas = Array.from({ length: 60 }, (_, index) => `${index} `)

/** A completion in many deltas, and its text. */
export const long: ScriptedCompletion.ScriptedCompletion = { parts: [{ _tag: "Text", deltas }] }
export const longText = deltas.join("")

export const tools = [
  Tool.make("weather", { description: "Tells the weather", parameters: Schema.Struct({ city: Schema.String }) }),
  Tool.make("time")
]

/** Returns the facts of a completion that a test compares. */
export const facts = (completion: Completion.Completion) => ({
  text: completion.text,
  reasoning: completion.reasoning,
  toolCalls: completion.toolCalls.map(({ arguments: value, id, name }) => [id, name, value]),
  finishReason: completion.finishReason,
  finishReasonRaw: completion.finishReasonRaw,
  usage: completion.usage,
  responseId: completion.responseId
})

/** Continues a conversation with results of the tool calls. The prompt is stored as JSON and read back in between. */
export const goOn = (request: CompletionRequest.CompletionRequestInput, first: Completion.Completion) =>
  Effect.suspend(() => {
    const prompt = [
      Prompt.make(request.prompt),
      Replay.toPrompt(first.items),
      ...first.toolCalls.map((call) => Replay.toolResult(call, { said: call.name }))
    ].reduce((before, next) => Prompt.concat(before, next))
    const stored = JSON.stringify(Schema.encodeSync(Prompt.Prompt)(prompt))
    return ChatModel.complete({ ...request, prompt: Schema.decodeUnknownSync(Prompt.Prompt)(JSON.parse(stored)) })
  })
