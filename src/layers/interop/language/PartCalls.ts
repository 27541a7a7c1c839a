/**
 * Holds back the calls of tools that a `LanguageModel` of `effect/ai` streams. Their items come with the finish.
 */
import type * as Response from "effect/ai/Response"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { InvalidToolCall, ResponseItem, ToolCall } from "../../../domain/ResponseItem.ts"
import type { ItemEvents } from "./ItemEvents.ts"
import * as PartItems from "./PartItems.ts"

/** A tool call that has begun. */
interface Call {
  readonly index: number
  readonly id: string
  readonly name: string
  text: string
}

/** The end of a completion. */
export interface CallsEnding {
  /** Why the model stopped. */
  readonly reason: FinishReason
  /** Whether anything proves the completion whole. */
  readonly isProven: boolean
  /** The calls that Sluice found to be invalid. */
  readonly invalid: ReadonlyArray<InvalidToolCall>
}

const invalidCall = ({ id, name, text }: Call, reason: InvalidToolCall["reason"]): InvalidToolCall => ({
  _tag: "InvalidToolCall",
  id,
  name,
  argumentsRaw: text,
  reason
})

const isToRun = ({ _tag }: ResponseItem): boolean => _tag === "ToolCall" || _tag === "CustomToolCall"

/** The tool calls of one completion. */
export class PartCalls {
  readonly #events: ItemEvents
  /** The calls whose arguments arrive, by the id that the model gave them. */
  readonly #open = new Map<string, Call>()
  readonly #ids = new Set<string>()
  readonly #held: Array<{ readonly call: Call; readonly item: ResponseItem }> = []

  constructor(events: ItemEvents) {
    this.#events = events
  }

  /** Begins a tool call. A second call with the id of another one gets an id of its own. */
  begin(given: string, name: string, position: number | undefined, isCustom = false): Call {
    const index = this.#events.position(position)
    let id = given
    for (let number = 2; this.#ids.has(id); number++) id = `${given}_${number}`
    this.#ids.add(id)
    const call = { index, id, name, text: "" }
    this.#open.set(given, call)
    this.#events.add(index, { type: isCustom ? "custom-tool-call" : "tool-call", id, name })
    return call
  }

  /** Adds to the arguments of a call that has begun. */
  append(given: string, delta: string): void {
    const call = this.#open.get(given)
    if (call === undefined) return
    call.text += delta
    this.#events.emit({ _tag: "ToolCallArgumentsDelta", outputIndex: call.index, id: call.id, delta })
  }

  /** Holds a call whose arguments have ended. */
  end(part: Response.ToolCallPart<string, unknown>): void {
    const known = PartItems.itemOf(part.metadata)
    const call = this.#open.get(part.id) ??
      this.begin(part.id, part.name, PartItems.sluiceOf(part.metadata).index, known?._tag === "CustomToolCall")
    if (call.text === "") this.append(part.id, JSON.stringify(part.params ?? {}))
    this.#open.delete(part.id)
    const item = known === undefined || !("id" in known)
      ? PartItems.toolCall(part, call.id)
      : { ...known, id: call.id } as ToolCall
    this.#held.push({ call, item })
  }

  /** Ends all calls. Those of a completion that is not proven whole are cut. Returns whether there is one to run. */
  close({ invalid, isProven, reason }: CallsEnding): boolean {
    let runs = false
    for (const { call, item } of this.#held) {
      const ended = isToRun(item) && !isProven ? invalidCall(call, "cut") : item
      runs ||= isToRun(ended)
      this.#events.done(call.index, ended)
    }
    const cause = reason === "length" || !isProven ? "cut" : "malformed"
    for (const call of this.#open.values()) {
      const known = invalid.find(({ id }) => id === call.id)
      this.#events.done(call.index, known ?? invalidCall(call, cause))
    }
    for (const call of invalid) {
      if (!this.#ids.has(call.id)) this.#events.whole(this.#events.position(undefined), call)
    }
    return runs
  }
}
