/**
 * Assigns fragments of tool calls to calls, by rules that hold for every server that was recorded.
 */
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { isObject, type JsonObject, nonEmpty } from "../../json/Json.ts"
import { type Assembly, toolCall } from "../../response/Assembly.ts"
import * as CallIds from "../../response/CallIds.ts"
import type { OpenItem } from "../../response/OpenItem.ts"

type CallType = "tool-call" | "custom-tool-call"

interface OpenCall {
  readonly item: OpenItem
  /** Whether the id is the provider's; until then it is one of ours. */
  hasProviderId: boolean
  /** The last character of the arguments so far that is not white space. */
  last: string
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

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * The tool calls of one response.
 *
 * **Details**
 *
 * A fragment belongs to the call with its id, if it has one; else to the call with its index; else to the latest call. A
 * new id at an index in use is a new call (Mistral and others number every call 0), and so is, without an id, another
 * name or a second whole object: what would follow a complete object could not be JSON. A call is never taken for
 * finished because its arguments parse. A missing id is replaced by one of `CallIds`.
 */
export class ResponseToolCalls {
  readonly #assembly: Assembly
  readonly #open: (type: CallType, id: string, name: string | undefined) => OpenItem
  readonly #requestId: string | undefined
  readonly #byId = new Map<string, OpenCall>()
  readonly #byIndex = new Map<number, OpenCall>()
  #latest: OpenCall | undefined
  #count = 0

  /** `open` begins an item; `requestId` makes ids of ours unique where the response has no id. */
  constructor(
    assembly: Assembly,
    open: (type: CallType, id: string, name: string | undefined) => OpenItem,
    requestId: string | undefined
  ) {
    this.#assembly = assembly
    this.#open = open
    this.#requestId = requestId
  }

  /** Adds the `tool_calls` of a delta or a message. Returns what is wrong with an entry that the protocol does not allow. */
  add(entries: ReadonlyArray<unknown>): string | undefined {
    for (let position = 0; position < entries.length; position++) {
      const entry = entries[position]
      if (!isObject(entry)) return "an entry of `tool_calls` is not an object"
      const isCustom = isObject(entry.custom)
      const body = isCustom ? entry.custom : entry.function
      if (body !== undefined && body !== null && !isObject(body)) {
        return "the `function` of a tool call is not an object"
      }
      const problem = this.#add(
        isCustom ? "custom-tool-call" : "tool-call",
        nonEmpty(entry.id),
        typeof entry.index === "number" ? entry.index : undefined,
        isObject(body) ? body : undefined,
        // Two entries of one list are two calls, even where neither id nor index tells them apart.
        position > 0 && typeof entry.index !== "number"
      )
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Adds a `function_call`. Returns what is wrong with it when the protocol does not allow it. */
  addFunctionCall(call: JsonObject): string | undefined {
    return this.#add("tool-call", undefined, undefined, call, false)
  }

  #add(
    type: CallType,
    id: string | undefined,
    index: number | undefined,
    body: JsonObject | undefined,
    isSeparate: boolean
  ): string | undefined {
    const given = body === undefined ? undefined : type === "tool-call" ? body.arguments : body.input
    let input = ""
    if (typeof given === "string") input = given
    // Some servers send the arguments as an object and not as text.
    else if (isObject(given)) input = JSON.stringify(given)
    else if (given !== undefined && given !== null) return "the arguments of a tool call are not a string"
    const name = nonEmpty(body?.name)
    const call = this.#find({ type, id, index, name, input, isSeparate })
    this.#latest = call
    if (name !== undefined && call.item.name === "") call.item.name = name
    this.#assembly.toolArguments(call.item, input)
    call.last = input.trimEnd().at(-1) ?? call.last
    return undefined
  }

  #find(fragment: Fragment): OpenCall {
    const { id, index, name } = fragment
    const atIndex = index === undefined ? undefined : this.#byIndex.get(index)
    if (id !== undefined) {
      const known = this.#byId.get(id)
      if (known !== undefined) return known
      // The id of a call that began without one.
      if (atIndex !== undefined && !atIndex.hasProviderId && name === undefined) {
        atIndex.hasProviderId = true
        atIndex.item.id = id
        this.#byId.set(id, atIndex)
        return atIndex
      }
      return this.#begin(fragment)
    }
    const call = index === undefined ? this.#latest : atIndex
    return call === undefined || this.#startsAnother(call, fragment) ? this.#begin(fragment) : call
  }

  /** Returns whether a fragment that names its function begins another call than the one it seems to continue. */
  #startsAnother(call: OpenCall, { input, isSeparate, name }: Fragment): boolean {
    const before = call.item.name
    if (name === undefined || before === "") return false
    if (isSeparate || before !== name) return true
    // Some servers name the function in every fragment: the arguments are joined only where they may be a whole object.
    return call.last === "}" && input.trimStart().startsWith("{") && isJson(call.item.arguments)
  }

  #begin({ id, index, name, type }: Fragment): OpenCall {
    const unique = id ?? this.#newId()
    const call: OpenCall = { item: this.#open(type, unique, name), hasProviderId: id !== undefined, last: "" }
    this.#byId.set(unique, call)
    if (index !== undefined) this.#byIndex.set(index, call)
    this.#latest = call
    this.#count++
    return call
  }

  #newId(): string {
    const response = this.#assembly.responseId ?? this.#requestId
    let number = this.#count
    while (this.#byId.has(CallIds.make(response, number))) number++
    return CallIds.make(response, number)
  }
}

/** Returns the finished item of a call. `cut` says that a limit ended the response. */
export const finished = (item: OpenItem, protocol: string, cut: boolean): ResponseItem => {
  const id = item.id ?? ""
  if (item.type !== "custom-tool-call") {
    return toolCall({ id, name: item.name, arguments: item.arguments, protocol }, cut)
  }
  // Free text does not show whether its end is missing.
  return cut
    ? { _tag: "InvalidToolCall", id, name: item.name, argumentsRaw: item.arguments, reason: "cut" }
    : { _tag: "CustomToolCall", id, name: item.name, input: item.arguments, protocol }
}
