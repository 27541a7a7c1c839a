/**
 * The messages of a conversation.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Completion from "../../../domain/Completion.ts"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseEvent } from "../../../domain/ResponseEvent.ts"
import type { ToolLoopEvent } from "../../../domain/ToolLoopEvent.ts"

/** Replaces the instructions to the model; an empty text removes them. */
export const withSystem = (history: Prompt.Prompt, text: string): Prompt.Prompt =>
  Prompt.fromMessages([
    ...(text === "" ? [] : [Prompt.systemMessage({ content: text })]),
    ...history.content.filter(({ role }) => role !== "system")
  ])

/** Adds a message of the user, with files before its text. */
export const withUser = (
  history: Prompt.Prompt,
  text: string,
  files: ReadonlyArray<Prompt.FilePart> = []
): Prompt.Prompt =>
  Prompt.fromMessages([
    ...history.content,
    Prompt.userMessage({ content: [...files, Prompt.textPart({ text })] })
  ])

/** Adds a whole completion, with everything that the provider wants back. */
export const withCompletion = (history: Prompt.Prompt, events: ReadonlyArray<ResponseEvent>): Prompt.Prompt =>
  Prompt.concat(history, Replay.toPrompt(Completion.fromEvents(events).items))

/** Adds the text of a completion that was stopped; `undefined` where it has none. */
export const withStopped = (
  history: Prompt.Prompt,
  events: ReadonlyArray<ResponseEvent>
): Prompt.Prompt | undefined => {
  const { text } = Completion.fromEvents(events)
  return text === ""
    ? undefined
    : Prompt.fromMessages([...history.content, Prompt.assistantMessage({ content: [Prompt.textPart({ text })] })])
}

/** What a response, or a loop of a model and its tools, adds to a conversation as its events arrive. */
export class Arriving {
  readonly #events: Array<ResponseEvent> = []
  #base: Prompt.Prompt
  #isStepped = false

  constructor(prompt: Prompt.Prompt) {
    this.#base = prompt
  }

  /** Adds events. */
  readonly add = (events: ReadonlyArray<ToolLoopEvent>): void => {
    for (const event of events) {
      switch (event._tag) {
        case "StepFinished":
        case "LoopFinished":
          this.#base = event._tag === "LoopFinished" ? event.messages : event.state.messages
          this.#isStepped = true
          this.#events.length = 0
          break
        case "StepStarted":
        case "ApprovalRequested":
        case "ToolStarted":
        case "ToolProgress":
        case "ToolFinished":
        case "ToolUnknown":
          break
        default:
          this.#events.push(event)
      }
    }
  }

  /** Returns the conversation after the end. */
  get whole(): Prompt.Prompt {
    return this.#isStepped ? this.#base : withCompletion(this.#base, this.#events)
  }

  /** Returns the conversation after a failure: whole steps, whose tools have run; `undefined` where there is none. */
  get failed(): Prompt.Prompt | undefined {
    return this.#isStepped ? this.#base : undefined
  }

  /**
   * Returns the conversation after a stop: whole steps, and the text of the last one; `undefined` where there is none.
   */
  get stopped(): Prompt.Prompt | undefined {
    return withStopped(this.#base, this.#events) ?? this.failed
  }
}
