/**
 * Assigns fragments of tool calls to calls, by rules that hold for every server that was recorded.
 */
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { array, defined, isJson, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import { type Assembly, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import { ObjectEnd } from "./ObjectEnd.ts"

type CallType = "tool-call" | "custom-tool-call"

interface OpenCall {
  readonly item: OpenItem
  /** The id on the wire; `undefined` until one has come. */
  wireId: string | undefined
  /** The index on the wire; `undefined` until one has come. */
  index: number | undefined
  /** The last character of the arguments so far that is not white space. */
  last: string
  /** Follows the arguments from the first time that their end had to be known. */
  end: ObjectEnd | undefined
  /** The `extra_content` that a next request sends back. */
  extra: JsonObject | undefined
}

/** One fragment of a tool call. */
interface Fragment {
  readonly type: CallType
  readonly id: string | undefined
  readonly index: number | undefined
  readonly name: string | undefined
  readonly input: string
  /** Whether it is another call than the one before it in the same list. */
  readonly isSeparate: boolean
}

const isFilled = (body: JsonObject | undefined): boolean => {
  if (body === undefined) return false
  for (const key in body) if (body[key] !== "" && body[key] !== null) return true
  return false
}

/**
 * Returns whether an entry is a call of a free-form tool. Servers that emit every field have an empty `custom` as well.
 */
const isCustom = (entry: JsonObject): boolean => {
  const custom = object(entry.custom)
  if (custom === undefined) return false
  const fn = object(entry.function)
  if (isFilled(custom) !== isFilled(fn)) return isFilled(custom)
  return entry.type === "custom" || fn === undefined
}

/** Returns the id in an entry. Mistral's continuations carry the text `null`. */
const idOf = (value: unknown, json: string | undefined): string | undefined => {
  const id = ScalarText.of(value, "id", json)
  return id === "" || id === "null" ? undefined : id
}

/**
 * The tool calls of one response.
 *
 * **Details**
 *
 * A fragment belongs to the call with its id, if it has one; else to the call with its index; else to the latest call:
 * the indexes of some servers grow with every fragment (Nebius, Cerebras). Another index with a name, another name, or
 * a second object after a whole one begins another call, even under the same id (DeepSeek and GLM servers), and so does
 * a new id at an index in use (Mistral and others number every call 0). An id or a name that comes later belongs to the
 * call that began without it. A call is never taken for finished because its arguments parse. A missing or repeated id
 * is replaced by one of ours, so that no id is emitted twice.
 */
export class ResponseToolCalls {
  readonly #assembly: Assembly
  readonly #open: (type: CallType, id: string, name: string | undefined) => OpenItem
  readonly #ids: UniqueCallIds
  readonly #byId = new Map<string, OpenCall>()
  readonly #byIndex = new Map<number, OpenCall>()
  readonly #calls = new Map<OpenItem, OpenCall>()
  #latest: OpenCall | undefined

  /** `open` begins an item. */
  constructor(
    context: DecodeContext,
    assembly: Assembly,
    open: (type: CallType, id: string, name: string | undefined) => OpenItem
  ) {
    this.#assembly = assembly
    this.#open = open
    this.#ids = new UniqueCallIds(context, assembly)
  }

  /** Whether a call has begun. */
  get begun(): boolean {
    return this.#latest !== undefined
  }

  /** Adds the `tool_calls` of a delta or a message. Returns what is wrong with an entry that cannot be read. */
  add(entries: ReadonlyArray<unknown>, json: string | undefined): string | undefined {
    for (let position = 0; position < entries.length; position++) {
      const entry = entries[position]
      if (!isObject(entry)) {
        if (entry !== null) return "an entry of `tool_calls` is not an object"
        this.#assembly.unknown("tool_calls:null")
        continue
      }
      const type = isCustom(entry) ? "custom-tool-call" : "tool-call"
      const body = type === "tool-call" ? entry.function : entry.custom
      if (body !== undefined && body !== null && !isObject(body)) {
        return "the `function` of a tool call is not an object"
      }
      const problem = this.#addEntry(type, entry, object(body), position > 0, json)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Adds a `function_call`. Returns what is wrong with it when it cannot be read. */
  addFunctionCall(call: JsonObject, json: string | undefined): string | undefined {
    return this.#addEntry("tool-call", {}, call, false, json)
  }

  /** Returns the finished item of a call. `cut` says that a limit ended the response. */
  finished(item: OpenItem, protocol: string, provider: string, cut: boolean): ResponseItem {
    const id = item.id ?? ""
    if (item.type === "custom-tool-call") {
      // Free text does not show whether its end is missing.
      return cut || item.name === ""
        ? {
          _tag: "InvalidToolCall",
          id,
          name: item.name,
          argumentsRaw: item.arguments,
          reason: cut ? "cut" : "malformed"
        }
        : { _tag: "CustomToolCall", id, name: item.name, input: item.arguments, protocol }
    }
    const call = toolCall({ id, name: item.name, arguments: item.arguments, protocol }, cut)
    const extra = this.#calls.get(item)?.extra
    return call._tag === "ToolCall" && extra !== undefined
      ? { ...call, native: { provider, extra_content: defined(extra) } }
      : call
  }

  #addEntry(
    type: CallType,
    entry: JsonObject,
    body: JsonObject | undefined,
    isLater: boolean,
    json: string | undefined
  ): string | undefined {
    const field = type === "tool-call" ? "arguments" : "input"
    const value = body?.[field]
    let input = ""
    if (typeof value === "string") input = value
    // Some servers send the arguments as an object and not as text.
    else if (isObject(value) || array(value) !== undefined) input = JSON.stringify(value)
    else if (value !== undefined && value !== null) input = ScalarText.of(value, field, json) ?? ""
    const index = typeof entry.index === "number" ? entry.index : undefined
    const id = idOf(entry.id, json)
    const name = nonEmpty(ScalarText.of(body?.name, "name", json))
    const known = index === undefined ? undefined : this.#byIndex.get(index)
    if (
      known !== undefined && id === undefined && name === undefined && known.last !== "}" && !("extra_content" in entry)
    ) {
      // Nearly every fragment continues the call at its index, whose arguments are not at an end.
      this.#append(known, input)
      return undefined
    }
    // The empty call of servers that emit every field is none.
    if (input === "" && id === undefined && name === undefined && entry.extra_content === undefined) return undefined
    // Two entries of one list are two calls, even where neither id nor index tells them apart.
    this.#addFragment({ type, id, index, name, input, isSeparate: isLater && index === undefined }, entry.extra_content)
    return undefined
  }

  #addFragment(fragment: Fragment, extra: unknown): void {
    const { id, input, name } = fragment
    const call = this.#find(fragment)
    if (name !== undefined && call.item.name === "") call.item.name = name
    if (id !== undefined && call.wireId === undefined) this.#identify(call, id)
    if (isObject(extra) && isJson(extra)) call.extra = { ...call.extra, ...extra }
    // A final `{}` does not replace the arguments before it.
    if (call.last === "}" && input.trim() === "{}" && this.#isWhole(call)) this.#latest = call
    else this.#append(call, input)
  }

  #append(call: OpenCall, input: string): void {
    this.#latest = call
    this.#assembly.toolArguments(call.item, input)
    call.end?.add(input)
    call.last = input.trimEnd().at(-1) ?? call.last
  }

  #find(fragment: Fragment): OpenCall {
    const { id, index, name } = fragment
    const atIndex = index === undefined ? undefined : this.#byIndex.get(index)
    const known = id === undefined ? undefined : this.#byId.get(id)
    if (known !== undefined) {
      const isElsewhere = index !== undefined && known.index !== undefined && index !== known.index
      const call = isElsewhere ? atIndex : known
      if (call !== undefined) return this.#startsAnother(call, fragment) ? this.#begin(fragment) : call
      return name === undefined ? known : this.#begin(fragment)
    }
    const call = index === undefined ? this.#latest : atIndex
    if (call !== undefined) {
      // A call that has its id does not take another.
      const isOther = id !== undefined && call.wireId !== undefined
      return isOther || this.#startsAnother(call, fragment) ? this.#begin(fragment) : call
    }
    const latest = this.#latest
    return latest === undefined || id !== undefined || name !== undefined || this.#startsAnother(latest, fragment)
      ? this.#begin(fragment)
      : latest
  }

  /** Returns whether a fragment begins another call than the one that its id or index points to. */
  #startsAnother(call: OpenCall, { id, index, input, isSeparate, name }: Fragment): boolean {
    const before = call.item.name
    if (name !== undefined && before !== "" && (isSeparate || before !== name)) return true
    if (name !== undefined && before === "") return false
    // Some servers repeat the name in every fragment: only what may be the beginning of another object begins a call.
    if (call.last !== "}" || !input.trimStart().startsWith("{")) return false
    // A `{}` after the arguments is the end of a call, unless it is a call in full itself.
    const isEnd = input.trim() === "{}" && (name === undefined || id !== undefined || index !== undefined)
    return !isEnd && this.#isWhole(call)
  }

  /** Returns whether the arguments of a call are a whole object. */
  #isWhole(call: OpenCall): boolean {
    if (call.end === undefined) {
      call.end = new ObjectEnd()
      call.end.add(call.item.arguments)
    }
    return call.end.isWhole
  }

  #begin({ id, index, name, type }: Fragment): OpenCall {
    const item = this.#open(type, this.#ids.take(id), name)
    const call: OpenCall = { item, wireId: id, index, last: "", end: undefined, extra: undefined }
    if (id !== undefined) this.#byId.set(id, call)
    if (index !== undefined) this.#byIndex.set(index, call)
    this.#calls.set(item, call)
    return call
  }

  /** Gives a call the id that came after its beginning. */
  #identify(call: OpenCall, id: string): void {
    call.wireId = id
    this.#byId.set(id, call)
    call.item.id = this.#ids.takeLater(id) ?? call.item.id
  }
}
