/**
 * Conversations over real sockets with the simulator: one provider's model, its tools, and its second turn.
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
import { type Answer, Scenario } from "sluice/testing"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"

/** A model at an address. */
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

/** Thoughts, text and two calls. */
export const rich: Answer.Answer = {
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

/** An answer in many pieces, and its text. */
export const long: Answer.Answer = { parts: [{ _tag: "Text", deltas }] }
export const longText = deltas.join("")

export const tools = [
  Tool.make("weather", { description: "Tells the weather", parameters: Schema.Struct({ city: Schema.String }) }),
  Tool.make("time")
]

export const facts = (answer: Completion.Completion) => ({
  text: answer.text,
  reasoning: answer.reasoning,
  toolCalls: answer.toolCalls.map(({ arguments: value, id, name }) => [id, name, value]),
  finishReason: answer.finishReason,
  finishReasonRaw: answer.finishReasonRaw,
  usage: answer.usage,
  responseId: answer.responseId
})

/** Answers the calls of an answer, and asks again, out of a conversation that was kept as JSON. */
export const goOn = (request: CompletionRequest.CompletionRequestInput, first: Completion.Completion) =>
  Effect.suspend(() => {
    const prompt = [
      Prompt.make(request.prompt),
      Replay.toPrompt(first.items),
      ...first.toolCalls.map((call) => Replay.toolResult(call, { said: call.name }))
    ].reduce((before, next) => Prompt.concat(before, next))
    const kept = JSON.stringify(Schema.encodeSync(Prompt.Prompt)(prompt))
    return ChatModel.complete({ ...request, prompt: Schema.decodeUnknownSync(Prompt.Prompt)(JSON.parse(kept)) })
  })
