/**
 * Makes the text of a completion of the call of the tool by which its output was requested.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Message } from "../../domain/ResponseItem.ts"
import type { Values } from "../resilience/Policy.ts"

const message = (text: string): Message => ({
  _tag: "Message",
  content: [{ _tag: "OutputText", text, citations: [] }]
})

class Conversion {
  readonly #tool: string
  /** The texts of the calls that are open, by their positions. */
  readonly #texts = new Map<number, string>()
  #hasOtherCalls = false

  constructor(tool: string) {
    this.#tool = tool
  }

  convert(event: ResponseEvent): ReadonlyArray<ResponseEvent> {
    switch (event._tag) {
      case "OutputItemAdded": {
        if (event.item.type !== "tool-call" || event.item.name !== this.#tool) return [event]
        this.#texts.set(event.outputIndex, "")
        return [{ ...event, item: { type: "message" } }]
      }
      case "ToolCallArgumentsDelta": {
        const { delta, outputIndex } = event
        const before = this.#texts.get(outputIndex)
        if (before === undefined) return [event]
        this.#texts.set(outputIndex, before + delta)
        return [{ _tag: "OutputTextDelta", outputIndex, delta }]
      }
      case "OutputItemDone":
        return this.#end(event)
      case "Completed":
        return event.finishReason === "tool-calls" && !this.#hasOtherCalls
          ? [{ ...event, finishReason: "stop" }]
          : [event]
      default:
        return [event]
    }
  }

  #end(event: Extract<ResponseEvent, { readonly _tag: "OutputItemDone" }>): ReadonlyArray<ResponseEvent> {
    const { item, outputIndex } = event
    if (item._tag !== "ToolCall" && item._tag !== "InvalidToolCall" || item.name !== this.#tool) {
      this.#hasOtherCalls ||= item._tag === "ToolCall" || item._tag === "CustomToolCall"
      return [event]
    }
    const streamed = this.#texts.get(outputIndex)
    this.#texts.delete(outputIndex)
    const whole = item._tag === "ToolCall" ? JSON.stringify(item.arguments) : item.argumentsRaw
    // Some providers send no arguments for an empty object, and others send them whole.
    const text = streamed === undefined || streamed.trim() === "" ? whole : streamed
    return [
      ...(streamed === text ? [] : [{ _tag: "OutputTextDelta", outputIndex, delta: text } as const]),
      { ...event, item: message(text) }
    ]
  }
}

/** Converts the calls of the tool in each array of events. */
export const converted = (values: Values<ResponseEvent>, tool: string): Values<ResponseEvent> => {
  const conversion = new Conversion(tool)
  return Effect.map(values, (events) => {
    const out = events.flatMap((event) => conversion.convert(event))
    return Arr.isReadonlyArrayNonEmpty(out) ? out : events
  })
}
