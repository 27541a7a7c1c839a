/**
 * Follows the tool calls of a completion, event by event.
 */
import type * as Schema from "effect/Schema"
import type { ItemStart, OutputItemDone, ResponseEvent } from "../../../domain/ResponseEvent.ts"
import type { InvalidToolCall, ToolCall } from "../../../domain/ResponseItem.ts"
import type {
  Arguments,
  ArgumentsRepair,
  Failed,
  Failure,
  IllegalTransition,
  Recovery,
  Stage,
  StageTimes,
  ToolCallState
} from "../../../domain/ToolCallState.ts"
import { Buffer } from "../../framing/Buffer.ts"
import { Utf8Count } from "../../framing/Utf8Count.ts"
import { isDeeper } from "../../json/Json.ts"
import * as PartialJson from "../../json/PartialJson.ts"
import { explain, isPartialJsonError, type OnInvalidArguments } from "./InvalidCalls.ts"

/** What the states depend on. */
export interface CallSettings {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly maxOpenCalls: number
  /** The most milliseconds of each stage. */
  readonly limits: Readonly<Partial<Record<Stage, number>>>
  readonly onInvalidArguments: OnInvalidArguments
}

/** A state before its arguments are decoded. */
export type State = ToolCallState

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** A call that is neither whole nor failed. */
class OpenCall {
  readonly index: number
  id: string | undefined
  name: string | undefined
  stage: Stage = "waiting"
  /** When the stage began. */
  since: number
  readonly times: Mutable<StageTimes> = { waiting: 0, naming: 0, arguments: 0 }
  readonly size = new Utf8Count()
  text = ""
  parser: PartialJson.PartialJson | undefined
  /** Whether the text is JSON so far. */
  isReadable = true
  /** The last `Arguments`, and the array of events that it belongs to. */
  state: Mutable<Arguments> | undefined
  round = 0

  constructor(index: number, id: string | undefined, now: number) {
    this.index = index
    this.id = id
    this.since = now
  }

  enter(stage: Stage, now: number): void {
    this.times[this.stage] = now - this.since
    this.stage = stage
    this.since = now
  }
}

/** What is known of an index: an open call, one that ended, or an item of another kind. */
type Entry = OpenCall | "complete" | "failed" | "other"

const none: Recovery = { _tag: "None" }
/** How long to wait before a request whose tool call did not come is sent again. */
const pause: Recovery = { _tag: "RetryAfter", millis: 1000 }

const partialOr = (call: OpenCall, recovery: Recovery): Recovery =>
  call.parser?.value === undefined ? recovery : { _tag: "KeepPartial" }

/** The states of the tool calls of one completion. Times are in milliseconds from any beginning. */
export class CallStates {
  readonly #settings: CallSettings
  readonly #entries = new Map<number, Entry>()
  #open = 0
  /** No stage reaches its limit before. The call that this is of may have left the stage since. */
  #earliest = Infinity
  /** Counts the arrays of events: a call has one `Arguments` in each. */
  #round = 0
  #now = 0
  #states: Array<State> = []

  constructor(settings: CallSettings) {
    this.#settings = settings
  }

  /** Reads the events that came together, and returns the states that they lead to. */
  read(events: Iterable<ResponseEvent>, now: number): Array<State> {
    this.#begin(now)
    for (const event of events) {
      switch (event._tag) {
        case "OutputItemAdded":
          this.#added(event.outputIndex, event.item)
          break
        case "ToolCallArgumentsDelta":
          this.#delta(event.outputIndex, event.delta)
          break
        case "OutputItemDone":
          this.#done(event)
          break
        case "Completed":
          this.#completed()
          break
        default:
      }
    }
    return this.#states
  }

  /** Returns the time before which no stage reaches its limit; `undefined` where none can. */
  get deadline(): number | undefined {
    return this.#open === 0 || this.#earliest === Infinity ? undefined : this.#earliest
  }

  /** Fails the calls whose stage has reached its limit. */
  expire(now: number): Array<State> {
    this.#begin(now)
    this.#earliest = Infinity
    for (const call of this.#calls()) {
      const limit = this.#settings.limits[call.stage] ?? Infinity
      if (now < call.since + limit) this.#watch(call)
      else this.#fail(call, { _tag: "StageTimeout", stage: call.stage, limit }, partialOr(call, pause))
    }
    return this.#states
  }

  /** Puts the limit of a call's stage among those that are waited for. */
  #watch(call: OpenCall): void {
    const limit = this.#settings.limits[call.stage]
    if (limit !== undefined && call.since + limit < this.#earliest) this.#earliest = call.since + limit
  }

  #enter(call: OpenCall, stage: Stage): void {
    call.enter(stage, this.#now)
    this.#watch(call)
  }

  #begin(now: number): void {
    this.#states = []
    this.#round++
    this.#now = now
  }

  *#calls(): Generator<OpenCall> {
    for (const entry of this.#entries.values()) if (entry instanceof OpenCall) yield entry
  }

  #end(call: OpenCall, how: "complete" | "failed"): void {
    this.#entries.set(call.index, how)
    this.#open--
  }

  #fail(call: OpenCall, failure: Failure, recovery: Recovery, value = call.parser?.value): void {
    this.#end(call, "failed")
    this.#states.push({
      _tag: "Failed",
      index: call.index,
      id: call.id,
      name: call.name,
      failure,
      recovery,
      value
    })
  }

  /** Fails what an event does not fit. What had failed has no further states. */
  #illegal(index: number, to: IllegalTransition["to"]): void {
    const entry = this.#entries.get(index)
    if (entry === "failed") return
    const from = entry instanceof OpenCall ? entry.stage : entry === "complete" ? entry : "absent"
    const failure: IllegalTransition = { _tag: "IllegalTransition", from, to }
    if (entry instanceof OpenCall) return this.#fail(entry, failure, partialOr(entry, none))
    this.#entries.set(index, "failed")
    const failed: Failed = {
      _tag: "Failed",
      index,
      id: undefined,
      name: undefined,
      failure,
      recovery: none,
      value: undefined
    }
    this.#states.push(failed)
  }

  #beginCall(index: number, id: string | undefined): OpenCall | undefined {
    const call = new OpenCall(index, id, this.#now)
    this.#entries.set(index, call)
    this.#watch(call)
    const isOneTooMany = this.#open++ >= this.#settings.maxOpenCalls
    this.#states.push({ _tag: "Waiting", index, id })
    if (!isOneTooMany) return call
    this.#fail(call, { _tag: "TooManyOpenCalls", limit: this.#settings.maxOpenCalls }, none)
    return undefined
  }

  #named(call: OpenCall, name: string | undefined): void {
    if (name === undefined || name === "" || call.name !== undefined) return
    call.name = name
    if (call.stage !== "waiting") return
    this.#enter(call, "naming")
    this.#states.push({ _tag: "Naming", index: call.index, id: call.id, name })
  }

  #added(index: number, { id, name, type }: ItemStart): void {
    const entry = this.#entries.get(index)
    if (entry !== undefined && entry !== "other") return this.#illegal(index, "waiting")
    if (type !== "tool-call") {
      this.#entries.set(index, "other")
      return
    }
    const call = this.#beginCall(index, id)
    if (call !== undefined) this.#named(call, name)
  }

  #delta(index: number, delta: string): void {
    const call = this.#entries.get(index)
    if (call === "other" || delta === "") return
    if (!(call instanceof OpenCall)) return this.#illegal(index, "arguments")
    call.size.add(delta)
    const { maxBytes } = this.#settings
    if (call.size.bytes > maxBytes) {
      return this.#fail(call, { _tag: "ArgumentsTooLarge", limit: maxBytes }, partialOr(call, none))
    }
    if (call.stage !== "arguments") this.#enter(call, "arguments")
    call.text += delta
    if (this.#parse(call, delta)) this.#show(call, delta)
  }

  /** Reads the next piece of the arguments. Returns whether the call goes on. */
  #parse(call: OpenCall, delta: string): boolean {
    if (!call.isReadable) return true
    const { maxBytes: maxLength, maxDepth } = this.#settings
    call.parser ??= PartialJson.make({ maxDepth, maxLength })
    try {
      call.parser.push(delta)
    } catch (error) {
      if (!isPartialJsonError(error)) throw error
      if (error.reason === "too-deep") {
        this.#fail(call, { _tag: "ArgumentsTooDeep", limit: maxDepth }, partialOr(call, none))
        return false
      }
      // The decoder of the provider has the last word: it repairs some of what is not JSON.
      call.isReadable = false
    }
    return true
  }

  #show(call: OpenCall, delta: string): void {
    const value = call.parser?.value
    if (call.state !== undefined && call.round === this.#round) {
      call.state.delta += delta
      call.state.text = call.text
      call.state.value = value
      call.state.bytes = call.size.bytes
      return
    }
    const { id, index, name, text } = call
    call.state = { _tag: "Arguments", index, id, name, delta, text, value, bytes: call.size.bytes }
    call.round = this.#round
    this.#states.push(call.state)
  }

  #done({ item, outputIndex: index }: OutputItemDone): void {
    const entry = this.#entries.get(index)
    if (item._tag !== "ToolCall" && item._tag !== "InvalidToolCall") {
      if (entry instanceof OpenCall) this.#illegal(index, "complete")
      return
    }
    if (entry === "failed") return
    if (entry === "complete") return this.#illegal(index, "complete")
    // The provider has proven it whole, even where it did not begin as a call.
    const call = entry instanceof OpenCall ? entry : this.#beginCall(index, item.id)
    if (call === undefined) return
    call.id = item.id
    this.#named(call, item.name)
    if (item._tag === "ToolCall") this.#whole(call, item)
    else this.#invalid(call, item)
  }

  #whole(call: OpenCall, item: ToolCall): void {
    const { maxBytes, maxDepth } = this.#settings
    // What came in pieces has been measured, as far as it was JSON.
    if (call.parser === undefined || !call.isReadable) {
      if (typeof item.arguments === "object" && isDeeper(item.arguments, maxDepth)) {
        return this.#fail(call, { _tag: "ArgumentsTooDeep", limit: maxDepth }, none)
      }
      if (Buffer.byteLength(JSON.stringify(item.arguments)) > maxBytes) {
        return this.#fail(call, { _tag: "ArgumentsTooLarge", limit: maxBytes }, none)
      }
    }
    this.#complete(call, item.arguments, [])
  }

  #invalid(call: OpenCall, item: InvalidToolCall): void {
    if (item.name === "") {
      return this.#fail(call, { _tag: "UnknownTool", available: [] }, partialOr(call, none))
    }
    const explained = explain(item, call.parser?.value, this.#settings)
    if (explained.isRepaired) return this.#complete(call, explained.value, explained.repairs)
    this.#fail(call, explained.failure, explained.recovery, explained.value)
  }

  #complete(call: OpenCall, json: Schema.Json, repairs: ReadonlyArray<ArgumentsRepair>): void {
    call.enter(call.stage, this.#now)
    this.#end(call, "complete")
    this.#states.push({
      _tag: "Complete",
      index: call.index,
      id: call.id ?? "",
      name: call.name ?? "",
      arguments: json,
      json,
      times: call.times,
      repairs
    })
  }

  /** Fails what is open at the end of a whole completion: its end will not come. */
  #completed(): void {
    for (const call of this.#calls()) this.#illegal(call.index, "end")
  }
}
