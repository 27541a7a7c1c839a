/**
 * Holds back the calls of tools that a `LanguageModel` of `effect/ai` streams. Their items come with the finish.
 */
import type * as Response from "effect/ai/Response"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { CustomToolCall, InvalidToolCall, ResponseItem, ToolCall } from "../../../domain/ResponseItem.ts"
import { cutsOff } from "../../../streams/response/Assembly.ts"
import type { ItemEvents } from "./ItemEvents.ts"
import * as PartItems from "./PartItems.ts"

/** A tool call that has begun. */
interface Call {
  readonly index: number
  readonly id: string
  readonly name: string
  text: string
}

type OwnCall = ToolCall | CustomToolCall | InvalidToolCall

/** A tool call whose arguments have ended. */
interface Held {
  readonly call: Call
  readonly part: Response.ToolCallPart<string, unknown>
  /** The item that Sluice made. */
  readonly own: OwnCall | undefined
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

/** Returns the item of a call that Sluice made. */
const ownItem = ({ metadata }: Response.ToolCallPart<string, unknown>): OwnCall | undefined => {
  const item = PartItems.itemOf(metadata)
  return item?._tag === "ToolCall" || item?._tag === "CustomToolCall" || item?._tag === "InvalidToolCall"
    ? item
    : undefined
}

/** Returns the arguments of a call that came at once. Empty ones are none, as a server that sends none means them. */
const argumentsOf = (part: Response.ToolCallPart<string, unknown>): string => {
  const text = JSON.stringify(part.params ?? {})
  return text === "{}" ? "" : text
}

/** Returns the item of a call. The last one of a completion that was cut off needs a closed object to be whole. */
const itemOf = ({ call, own, part }: Held, isProven: boolean, isCutOff: boolean): ResponseItem => {
  const item = own === undefined ? PartItems.toolCall(part, call.id) : { ...own, id: call.id }
  const isWhole = isProven && (own !== undefined || !isCutOff || call.text.trimEnd().endsWith("}"))
  return isToRun(item) && !isWhole ? invalidCall(call, "cut") : item
}

/** The tool calls of one completion. */
export class PartCalls {
  readonly #events: ItemEvents
  /** The calls whose arguments arrive, by the id that the model gave them. */
  readonly #open = new Map<string, Call>()
  readonly #ids = new Set<string>()
  readonly #held: Array<Held> = []

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
    if (call === undefined || delta === "") return
    call.text += delta
    this.#events.emit({ _tag: "ToolCallArgumentsDelta", outputIndex: call.index, id: call.id, delta })
  }

  /** Holds a call whose arguments have ended. */
  end(part: Response.ToolCallPart<string, unknown>): void {
    const own = ownItem(part)
    const call = this.#open.get(part.id) ??
      this.begin(part.id, part.name, PartItems.sluiceOf(part.metadata).index, own?._tag === "CustomToolCall")
    if (call.text === "") this.append(part.id, argumentsOf(part))
    this.#open.delete(part.id)
    this.#held.push({ call, part, own })
  }

  /** Ends all calls. Those of a completion that is not proven whole are cut. Returns whether there is one to run. */
  close({ invalid, isProven, reason }: CallsEnding): boolean {
    const isCut = cutsOff(reason)
    const last = isCut && this.#open.size === 0 ? this.#held.at(-1) : undefined
    let runs = false
    for (const held of this.#held) {
      const item = itemOf(held, isProven, held === last && this.#events.isLast(held.call.index))
      runs ||= isToRun(item)
      this.#events.done(held.call.index, item)
    }
    for (const call of this.#open.values()) {
      const known = invalid.find(({ id }) => id === call.id)
      this.#events.done(call.index, known ?? invalidCall(call, isCut || !isProven ? "cut" : "malformed"))
    }
    for (const call of invalid) {
      if (!this.#ids.has(call.id)) this.#events.whole(this.#events.position(undefined), call)
    }
    return runs
  }
}
