/**
 * Which call a fragment of a tool call belongs to, by rules that survive every server that was recorded.
 *
 * @since 0.1.0
 */
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as CallIds from "../../response/CallIds.ts"
import { isObject, type JsonObject, nonEmpty } from "../../json/Json.ts"

interface Call {
  readonly item: OpenItem
  /** Whether the id is the provider's; until then it is ours. */
  named: boolean
  /** The last character of the arguments so far that is not white space. */
  last: string
}

/**
 * The calls of one answer.
 *
 * **Details**
 *
 * `read` takes a delta's (or a message's) `tool_calls`, `legacy` its `function_call`; both answer a sentence when they are
 * not what the protocol says.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolCalls {
  readonly read: (entries: ReadonlyArray<unknown>) => string | undefined
  readonly legacy: (call: JsonObject) => string | undefined
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
 * Begins the calls of one answer. `open` adds an item to it.
 *
 * **Details**
 *
 * A fragment belongs to the call with its id, if it has one; else to the call with its index; else to the latest call. A
 * new id at an index in use is a new call (Mistral and others count every call 0), and so is, without an id, another
 * name or a second whole object: what would follow a complete object could not be JSON. A call is never taken for
 * finished because its arguments parse. A missing id is replaced by one of `CallIds`. `answerId` tells the answer from
 * others where the server does not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  assembly: Assembly,
  open: (type: "tool-call" | "custom-tool-call", id: string, name: string | undefined) => OpenItem,
  answerId: string | undefined
): ToolCalls => {
  const byId = new Map<string, Call>()
  const byIndex = new Map<number, Call>()
  let latest: Call | undefined
  let total = 0

  const generatedId = (): string => {
    const answer = assembly.responseId ?? answerId
    let number = total
    while (byId.has(CallIds.make(answer, number))) number++
    return CallIds.make(answer, number)
  }

  const begin = (
    type: "tool-call" | "custom-tool-call",
    id: string | undefined,
    index: number | undefined,
    name: string | undefined
  ): Call => {
    const given = id ?? generatedId()
    const call: Call = { item: open(type, given, name), named: id !== undefined, last: "" }
    byId.set(given, call)
    if (index !== undefined) byIndex.set(index, call)
    latest = call
    total++
    return call
  }

  /** Whether a fragment that names its function starts another call than the one it seems to continue. */
  const startsAnother = (call: Call, name: string, input: string, separate: boolean): boolean => {
    const before = call.item.name
    if (before === "") return false
    if (separate || before !== name) return true
    // Some servers name the function in every fragment: what was written is put together only where it may be an object.
    return call.last === "}" && input.trimStart().startsWith("{") && isJson(call.item.arguments)
  }

  const find = (
    type: "tool-call" | "custom-tool-call",
    id: string | undefined,
    index: number | undefined,
    name: string | undefined,
    input: string,
    separate: boolean
  ): Call => {
    const atIndex = index === undefined ? undefined : byIndex.get(index)
    if (id !== undefined) {
      const known = byId.get(id)
      if (known !== undefined) return known
      // The id of a call that began without one.
      if (atIndex !== undefined && !atIndex.named && name === undefined) {
        atIndex.named = true
        atIndex.item.id = id
        byId.set(id, atIndex)
        return atIndex
      }
      return begin(type, id, index, name)
    }
    const call = index === undefined ? latest : atIndex
    if (call === undefined) return begin(type, undefined, index, name)
    if (name !== undefined && startsAnother(call, name, input, separate)) return begin(type, undefined, index, name)
    return call
  }

  const add = (
    type: "tool-call" | "custom-tool-call",
    id: string | undefined,
    index: number | undefined,
    body: JsonObject | undefined,
    separate: boolean
  ): string | undefined => {
    const given = body === undefined ? undefined : type === "tool-call" ? body.arguments : body.input
    let input = ""
    if (typeof given === "string") input = given
    // Some servers send the arguments as the object that they are.
    else if (isObject(given)) input = JSON.stringify(given)
    else if (given !== undefined && given !== null) return "the arguments of a tool call are not a string"
    const name = nonEmpty(body?.name)
    const call = find(type, id, index, name, input, separate)
    latest = call
    if (name !== undefined && call.item.name === "") call.item.name = name
    assembly.toolArguments(call.item, input)
    call.last = input.trimEnd().at(-1) ?? call.last
    return undefined
  }

  const read = (entries: ReadonlyArray<unknown>): string | undefined => {
    for (let position = 0; position < entries.length; position++) {
      const entry = entries[position]
      if (!isObject(entry)) return "an entry of `tool_calls` is not an object"
      const custom = isObject(entry.custom)
      const body = custom ? entry.custom : entry.function
      if (body !== undefined && body !== null && !isObject(body))
        return "the `function` of a tool call is not an object"
      const problem = add(
        custom ? "custom-tool-call" : "tool-call",
        nonEmpty(entry.id),
        typeof entry.index === "number" ? entry.index : undefined,
        isObject(body) ? body : undefined,
        // Two entries of one list are two calls, even where neither id nor index says so.
        position > 0 && typeof entry.index !== "number"
      )
      if (problem !== undefined) return problem
    }
    return undefined
  }

  const legacy = (call: JsonObject): string | undefined => add("tool-call", undefined, undefined, call, false)

  return { read, legacy }
}

/**
 * Makes the finished item of a call. `cut` says that a limit ended the answer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const assemble = (item: OpenItem, protocol: string, cut: boolean): ResponseItem => {
  const id = item.id ?? ""
  if (item.type !== "custom-tool-call") {
    return toolCall({ id, name: item.name, arguments: item.arguments, protocol }, cut)
  }
  // Nothing in free text shows that its end is missing.
  return cut
    ? { _tag: "InvalidToolCall", id, name: item.name, argumentsRaw: item.arguments, reason: "cut" }
    : { _tag: "CustomToolCall", id, name: item.name, input: item.arguments, protocol }
}
