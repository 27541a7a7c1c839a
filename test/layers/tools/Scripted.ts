/**
 * A chat model that returns scripted responses in order, and remembers what it was asked.
 */
import { Effect, Layer, type Schema, Stream } from "effect"
import {
  ChatModel,
  Completion,
  type CompletionError,
  type CompletionRequest,
  type ResponseEvent,
  type ResponseItem,
  type ToolLoop
} from "sluice"

export type Event = ResponseEvent.ResponseEvent

/** One response: its events, and how it fails after them. */
export interface Scripted {
  readonly events: ReadonlyArray<Event>
  readonly failure?: CompletionError
}

/** Creates a whole response of items. */
export const response = (
  items: ReadonlyArray<ResponseItem.ResponseItem>,
  fields: Partial<ResponseEvent.Completed> = {}
): Scripted => {
  const hasCalls = items.some(({ _tag }) => _tag === "ToolCall" || _tag === "InvalidToolCall")
  const texts = items.flatMap((item, outputIndex): ReadonlyArray<Event> =>
    item._tag === "Message"
      ? item.content.map((content) =>
        content._tag === "OutputText"
          ? { _tag: "OutputTextDelta", outputIndex, delta: content.text }
          : { _tag: "RefusalDelta", outputIndex, delta: content.refusal }
      )
      : []
  )
  return {
    events: [
      { _tag: "Created", responseId: "resp", model: "test" },
      ...texts,
      ...items.map((item, outputIndex): Event => ({ _tag: "OutputItemDone", outputIndex, item })),
      {
        _tag: "Completed",
        responseId: "resp",
        model: "test",
        finishReason: hasCalls ? "tool-calls" : "stop",
        finishReasonRaw: hasCalls ? "tool_calls" : "stop",
        usage: {
          inputTokens: 10,
          cachedInputTokens: 0,
          cacheWriteInputTokens: 0,
          outputTokens: 5,
          reasoningOutputTokens: 0,
          totalTokens: 15
        },
        evidence: ["terminal-event"],
        ...fields
      }
    ]
  }
}

export const message = (text: string): ResponseItem.Message => ({
  _tag: "Message",
  content: [{ _tag: "OutputText", text, citations: [] }]
})

/** Creates a response of text alone. */
export const says = (text: string): Scripted => response([message(text)])

export const call = (name: string, input: Schema.Json, id: string): ResponseItem.ToolCall => ({
  _tag: "ToolCall",
  id,
  name,
  arguments: input
})

/** Creates a response that calls one tool. */
export const calls = (name: string, input: Schema.Json, id = "call_1"): Scripted => response([call(name, input, id)])

/** Creates the model. Without a further response the last one is repeated. */
export const model = (...responses: readonly [Scripted, ...ReadonlyArray<Scripted>]) => {
  const requests: Array<CompletionRequest.CompletionRequestInput> = []
  const next = (request: CompletionRequest.CompletionRequestInput): Scripted => {
    requests.push(request)
    return responses[requests.length - 1] ?? responses.at(-1) ?? responses[0]
  }
  const layer = Layer.succeed(ChatModel, {
    stream: (request) =>
      Stream.suspend(() => {
        const { events, failure } = next(request)
        return Stream.concat(
          Stream.fromIterable(events),
          failure === undefined ? Stream.empty : Stream.fail(failure)
        )
      }),
    complete: (request) =>
      Effect.suspend(() => {
        const { events, failure } = next(request)
        return failure === undefined ? Effect.succeed(Completion.fromEvents(events)) : Effect.fail(failure)
      })
  })
  return { layer, requests }
}

/** The roles and the types of parts of a prompt. */
export const shapeOf = (prompt: CompletionRequest.CompletionRequestInput["prompt"]): ReadonlyArray<string> =>
  typeof prompt === "string" || !("content" in prompt) ?
    [] :
    prompt.content.map((message) =>
      typeof message.content === "string"
        ? message.role
        : `${message.role} ${message.content.map(({ type }) => type).join(" ")}`
    )

/** The tags of events, without those of responses. */
export const tagsOf = (events: ReadonlyArray<ToolLoop.ToolLoopEvent>): ReadonlyArray<string> =>
  events.flatMap((event) => {
    switch (event._tag) {
      case "StepStarted":
      case "StepFinished":
        return [`${event._tag} ${event.step}`]
      case "ToolStarted":
      case "ToolProgress":
      case "ToolFinished":
      case "ToolUnknown":
      case "ApprovalRequested":
        return [`${event._tag} ${event.name} ${event.step}/${event.position}`]
      case "LoopFinished":
        return [`LoopFinished ${event.reason}`]
      case "OutputTextDelta":
        return [event.delta]
      default:
        return []
    }
  })

/** The results of tool calls, in the order in which they finished. */
export const resultsOf = (events: ReadonlyArray<ToolLoop.ToolLoopEvent>) =>
  events.flatMap((event) =>
    event._tag === "ToolFinished" ? [{ name: event.name, result: event.result, failure: event.failure }] : []
  )

/** The last event. */
export const endOf = (events: ReadonlyArray<ToolLoop.ToolLoopEvent>): ToolLoop.LoopFinished => {
  const last = events.at(-1)
  if (last?._tag !== "LoopFinished") throw new Error("The last event is not LoopFinished")
  return last
}
