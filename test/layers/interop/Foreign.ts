/**
 * A `ChatModel` over a `LanguageModel` of others, which a test scripts part by part, chunk by chunk.
 */
import { Effect, Layer, Stream } from "effect"
import { type AiError, LanguageModel, type Response } from "effect/ai"
import { ChatModel, Completion, type CompletionRequest, EffectLanguageModel } from "sluice"

export const request = { model: "openai/gpt-test", prompt: "Hello" }

export const streamed = (input: CompletionRequest.CompletionRequestInput) =>
  ChatModel.stream(input).pipe(Stream.runCollect, Effect.map(Completion.fromEvents))

/** A chat model over a language model that emits these chunks of parts. */
export const foreign = (
  chunks: ReadonlyArray<ReadonlyArray<Response.StreamPartEncoded>>,
  failure?: AiError.AiError
) => {
  const seen: Array<LanguageModel.ProviderOptions> = []
  const failed = failure === undefined ? Stream.empty : Stream.fail(failure)
  const model = LanguageModel.make({
    generateText: (options) => {
      seen.push(options)
      return failure === undefined ? Effect.succeed(chunks.flat() as never) : Effect.fail(failure)
    },
    streamText: (options) => {
      seen.push(options)
      return Stream.concat(
        Stream.fromIterable(chunks).pipe(Stream.flatMap((parts) => Stream.fromIterable(parts))),
        failed
      )
    }
  })
  const layer = EffectLanguageModel.layerChatModel.pipe(
    Layer.provide(Layer.effect(LanguageModel.LanguageModel, model))
  )
  return { layer, seen }
}

export const finish = (reason: Response.FinishReason, usage = {}): Response.FinishPartEncoded => ({
  type: "finish",
  reason,
  usage: { inputTokens: {}, outputTokens: {}, ...usage }
})

export const hello: ReadonlyArray<Response.StreamPartEncoded> = [
  { type: "response-metadata", id: "resp_1", modelId: "their-model", timestamp: "2026-01-01T00:00:00Z" },
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", delta: "Hel" },
  { type: "text-delta", id: "1", delta: "lo" },
  { type: "text-end", id: "1" }
]

export const toolCall = (id: string): Response.StreamPartEncoded => ({
  type: "tool-call",
  id,
  name: "weather",
  params: { city: "Oslo" }
})
