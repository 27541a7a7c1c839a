/**
 * The items of one Cohere answer: blocks of text and thinking, the plan for the tools, and the calls of them.
 *
 * @since 0.1.0
 */
import type { ErrorContext } from "../../../domain/errors/ErrorContext.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, cutsOff, messageContent, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as CallIds from "../../response/CallIds.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import * as Citations from "./Citations.ts"

/**
 * The name of the protocol, as items carry it.
 *
 * @category constants
 * @since 0.1.0
 */
export const protocol = "cohere"

const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["COMPLETE", "stop"],
  ["STOP_SEQUENCE", "stop"],
  ["MAX_TOKENS", "length"],
  ["ERROR_LIMIT", "length"],
  ["TOOL_CALL", "tool-calls"],
  ["ERROR_TOXIC", "content-filter"]
])

interface Call {
  readonly item: OpenItem
  ended: boolean
}

/**
 * An answer that is being read.
 *
 * **Details**
 *
 * An index counts within its kind: the first block and the first call have both index 0. Where a server sends none, the latest
 * of the kind is meant. The methods answer a sentence when what they are given is not what the protocol says. `finish`
 * emits the finished items and `Completed`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly beginContent: (index: number | undefined, content: JsonObject) => string | undefined
  readonly content: (index: number | undefined, content: JsonObject) => string | undefined
  readonly plan: (delta: unknown) => string | undefined
  readonly beginCall: (index: number | undefined, call: JsonObject) => string | undefined
  readonly callArguments: (index: number | undefined, call: JsonObject) => string | undefined
  readonly endCall: (index: number | undefined) => void
  readonly citation: (citation: JsonObject) => void
  readonly message: (message: JsonObject) => string | undefined
  readonly finish: () => void
}

/**
 * Begins an answer to the request that is given.
 *
 * **Details**
 *
 * Each block is an item, and so is the plan, a piece of reasoning: it says what the model means to do with its tools and
 * is sent back under its own name. Items are done when the answer is: citations come after the text that they are of.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({ providerRequestId, requestId }: ErrorContext, assembly: Assembly): Answer => {
  // Blocks of an unknown kind have no item.
  const blocks = new Map<number, OpenItem | undefined>()
  const calls = new Map<number, Call>()
  const allCalls = new Map<OpenItem, Call>()
  const cited = new Map<OpenItem, Array<Citation>>()
  let items = 0
  let latestBlock = -1
  let latestCall = -1
  let latestText: OpenItem | undefined
  let latestThought: OpenItem | undefined
  let tactics: OpenItem | undefined

  const open = (type: OpenItem["type"], id?: string, name?: string): OpenItem => {
    assembly.created(null, null)
    return assembly.add(items++, type, id, name)
  }

  const beginContent: Answer["beginContent"] = (index, content) => {
    const type = nonEmpty(content.type) ?? (content.thinking === undefined ? "text" : "thinking")
    latestBlock = index ?? latestBlock + 1
    if (type === "text") latestText = open("message")
    else if (type === "thinking") latestThought = open("reasoning")
    else assembly.unknown(`content ${type}`)
    blocks.set(latestBlock, type === "text" ? latestText : type === "thinking" ? latestThought : undefined)
    return add(latestBlock, content)
  }

  const add = (index: number, content: JsonObject): string | undefined => {
    const item = blocks.get(index)
    if (item === undefined) return undefined
    const delta = item.type === "message" ? content.text : content.thinking
    if (delta === undefined || delta === null) return undefined
    if (typeof delta !== "string") return `the \`${item.type === "message" ? "text" : "thinking"}\` is not a string`
    if (item.type === "message") assembly.text(item, delta)
    else assembly.reasoning(item, delta)
    return undefined
  }

  const plan: Answer["plan"] = (delta) => {
    if (delta === undefined || delta === null || delta === "") return undefined
    if (typeof delta !== "string") return "`tool_plan` is not a string"
    assembly.toolPlan(tactics ??= open("reasoning"), delta)
    return undefined
  }

  const readArguments = (call: Call, body: JsonObject | undefined): string | undefined => {
    const given = body?.arguments
    if (given === undefined || given === null) return undefined
    // Some servers send the arguments as the object that they are.
    if (typeof given !== "string" && !isObject(given)) return "the arguments of a tool call are not a string"
    assembly.toolArguments(call.item, typeof given === "string" ? given : JSON.stringify(given))
    return undefined
  }

  const beginCall: Answer["beginCall"] = (index, value) => {
    const body = value.function
    if (!isObject(body)) return "a tool call has no `function`"
    const id = nonEmpty(value.id) ??
      CallIds.make(assembly.responseId ?? requestId ?? providerRequestId, allCalls.size)
    const call: Call = { item: open("tool-call", id, string(body.name)), ended: false }
    latestCall = index ?? latestCall + 1
    calls.set(latestCall, call)
    allCalls.set(call.item, call)
    return readArguments(call, body)
  }

  const targetOf = (citation: JsonObject): OpenItem => {
    if (citation.type === "PLAN" && tactics !== undefined) return tactics
    const at = citation.content_index
    const block = typeof at === "number" ? blocks.get(at) : undefined
    if (block !== undefined) return block
    if (citation.type === "THINKING_CONTENT" && latestThought !== undefined) return latestThought
    return latestText ??= open("message")
  }

  const citation: Answer["citation"] = (value) => {
    const item = targetOf(value)
    const read = Citations.read(value)
    if (item.type === "message") return assembly.citation(item, read)
    // Reasoning has no place for them but what it keeps of the provider's own.
    const kept = cited.get(item) ?? []
    kept.push(read)
    cited.set(item, kept)
    assembly.emit({ _tag: "CitationAdded", outputIndex: item.index, citation: read })
  }

  const message: Answer["message"] = (value) => {
    let problem = plan(value.tool_plan)
    if (problem !== undefined) return problem
    const { citations, content, tool_calls: toolCalls } = value
    if (typeof content === "string") problem = beginContent(undefined, { type: "text", text: content })
    else if (content !== undefined && content !== null && !Array.isArray(content)) {
      return "`content` is neither text nor a list"
    }
    for (const part of array(content) ?? []) {
      if (!isObject(part)) return "a part of `content` is not an object"
      problem ??= beginContent(undefined, part)
    }
    if (toolCalls !== undefined && toolCalls !== null && !Array.isArray(toolCalls))
      return "`tool_calls` is not an array"
    for (const call of array(toolCalls) ?? []) {
      if (!isObject(call)) return "an entry of `tool_calls` is not an object"
      problem ??= beginCall(undefined, call)
      endCall(undefined)
    }
    for (const entry of objects(citations)) citation(entry)
    return problem
  }

  const endCall: Answer["endCall"] = (index) => {
    const call = calls.get(index ?? latestCall)
    if (call !== undefined) call.ended = true
  }

  const assemble = (item: OpenItem, cut: boolean): ResponseItem => {
    if (item.type === "message") return { _tag: "Message", content: messageContent(item), protocol }
    if (item.type === "reasoning") {
      const citations = cited.get(item)
      const isPlan = item === tactics
      return {
        _tag: "Reasoning",
        content: item.reasoning,
        summary: [],
        protocol,
        ...(isPlan || citations !== undefined
          ? {
            native: {
              type: isPlan ? "tool_plan" : "thinking",
              ...(citations === undefined ? {} : { citations: citations.map(({ native }) => native) })
            }
          }
          : {})
      }
    }
    const call = { id: item.id ?? "", name: item.name, arguments: item.arguments, protocol }
    // A limit cuts off the call that is being written, and not those that had ended.
    return cut && allCalls.get(item)?.ended === false
      ? { _tag: "InvalidToolCall", id: call.id, name: call.name, argumentsRaw: call.arguments, reason: "cut" }
      : toolCall(call, cut)
  }

  return {
    beginContent,
    content: (index, content) => {
      const at = index ?? latestBlock
      return blocks.has(at) ? add(at, content) : beginContent(index, content)
    },
    plan,
    beginCall,
    callArguments: (index, value) => {
      const call = calls.get(index ?? latestCall)
      return call === undefined
        ? "a tool-call-delta is for a call that never began"
        : readArguments(call, object(value.function))
    },
    endCall,
    citation,
    message,
    finish: () => {
      assembly.created(null, null)
      const raw = assembly.finishReasonRaw
      const reason = raw !== null ? (finishReasons.get(raw) ?? "other") : allCalls.size === 0 ? "other" : "tool-calls"
      for (const item of assembly.items()) assembly.done(item, assemble(item, cutsOff(reason)))
      assembly.complete(reason)
    }
  }
}
