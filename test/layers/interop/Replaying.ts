/**
 * A `LanguageModel` over a chat model that a test scripts event by event, chunk by chunk.
 */
import { type Duration, Effect, Layer, Schema, Stream } from "effect"
import { type AiError, LanguageModel, type Response, Tool, Toolkit } from "effect/ai"
import {
  ChatModel,
  Completion,
  type CompletionError,
  type CompletionRequest,
  EffectLanguageModel,
  type ResponseItem
} from "sluice"
import { call, completed, created, done, type Event, message, text } from "../../support/Events.ts"

export { call, completed, created, done, type Event, message, text }

export type Chunk = readonly [Event, ...ReadonlyArray<Event>]

const Parameters = Schema.Struct({ city: Schema.String })
export const weather = Tool.make("weather", { parameters: Parameters, success: Schema.String })
export const forgiving = Tool.make("forgiving", {
  parameters: Parameters,
  success: Schema.String,
  failureMode: "return"
})
export const dynamic = Tool.dynamic("dynamic", { parameters: { type: "object" }, success: Schema.String })
export const search = Tool.providerDefined({
  id: "openai.web_search",
  customName: "Search",
  providerName: "web_search",
  parameters: Schema.Struct({ query: Schema.String }),
  success: Schema.Struct({ status: Schema.String })
})()
export const tools = Toolkit.make(weather, forgiving, dynamic, search)

/** A model that replays chunks, and what it was asked. */
export const replay = (
  chunks: ReadonlyArray<Chunk>,
  { failure, options = {}, pause }: {
    readonly failure?: CompletionError
    readonly options?: Partial<EffectLanguageModel.Options>
    /** How long it waits before each chunk. */
    readonly pause?: Duration.Input
  } = {}
) => {
  const requests: Array<CompletionRequest.CompletionRequestInput> = []
  const ran: Array<unknown> = []
  const run = (name: string) => (parameters: unknown) =>
    Effect.sync(() => {
      ran.push({ name, parameters })
      return name
    })
  const failed = failure === undefined ? Stream.empty : Stream.fail(failure)
  const chat = ChatModel.of({
    stream: (request) => {
      requests.push(request)
      return Stream.concat(
        Stream.fromIterable(chunks).pipe(
          Stream.mapEffect((chunk) => Effect.as(pause === undefined ? Effect.void : Effect.sleep(pause), chunk)),
          Stream.mapArray((arrays) => arrays.flat() as never)
        ) as Stream.Stream<Event>,
        failed
      )
    },
    complete: (request) => {
      requests.push(request)
      return failure === undefined ? Effect.succeed(Completion.fromEvents(chunks.flat())) : Effect.fail(failure)
    }
  })
  const layer = Layer.merge(
    EffectLanguageModel.layer({ model: "openai/gpt-test", ...options }).pipe(
      Layer.provide(Layer.succeed(ChatModel, chat))
    ),
    tools.toLayer({ weather: run("weather"), forgiving: run("forgiving"), dynamic: run("dynamic") })
  )
  return { layer, requests, ran }
}

export const stream = (options: object = {}) =>
  Stream.runCollect(
    LanguageModel.streamText({ prompt: "Hello", toolkit: tools, ...options } as never)
  ) as Effect.Effect<
    ReadonlyArray<Response.AnyPart>,
    AiError.AiError,
    LanguageModel.LanguageModel | Tool.HandlersFor<(typeof tools)["tools"]>
  >

export const generate = LanguageModel.generateText({ prompt: "Hello", toolkit: tools })

export const shapes = (parts: ReadonlyArray<Response.AnyPart>) =>
  parts.map((part) => ("delta" in part ? `${part.type} ${part.delta}` : part.type))

export const malformed = (name: string, reason: "cut" | "malformed" = "malformed"): ResponseItem.InvalidToolCall => ({
  _tag: "InvalidToolCall",
  id: "call_1",
  name,
  argumentsRaw: "{\"city\":",
  reason
})

export const toolCalls = completed({ finishReason: "tool-calls", finishReasonRaw: "tool_calls" })
