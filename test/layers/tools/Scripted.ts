/**
 * A chat model that returns scripted responses in order, and remembers what it was asked.
 */
import { Effect, Layer, Stream } from "effect"
import { ChatModel, Completion, type CompletionRequest, type ToolLoop } from "sluice"
import type { Scripted } from "./Responses.ts"

export { call, calls, message, response, says, type Scripted } from "./Responses.ts"

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
