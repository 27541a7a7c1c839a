/**
 * The Messages API's stream, event by event.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { type Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { array, isObject, type JsonObject, nonEmpty, string } from "../../json/Json.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import type { FrameDecoder, Repeat } from "../../response/JsonStream.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

type Problem = ProviderError | string | undefined

const finishReason = (stopReason: string | null): FinishReason => {
  switch (stopReason) {
    case "end_turn":
    case "stop_sequence":
    case "pause_turn":
      return "stop"
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length"
    case "tool_use":
      return "tool-calls"
    case "refusal":
      return "content-filter"
    default:
      return "other"
  }
}

/** The block that a delta without a beginning belongs to. */
const implied = (deltaType: unknown): string | undefined => {
  switch (deltaType) {
    case "text_delta":
    case "citations_delta":
      return "text"
    case "thinking_delta":
    case "signature_delta":
      return "thinking"
    default:
      return undefined
  }
}

/** Where the text of a delta stands in its event, and the field that it is. */
const texts: ReadonlyMap<string, string> = new Map([
  ["delta.text", "text"],
  ["delta.thinking", "thinking"],
  ["delta.partial_json", "partial_json"]
])

const deltas: ReadonlySet<unknown> = new Set(["text_delta", "thinking_delta", "input_json_delta"])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => value.type === "content_block_delta" && isObject(value.delta) && deltas.has(value.delta.type),
  isRead: (path) => texts.has(path),
  unread: new Set(["p"])
}

/**
 * Makes the machine of one answer, streamed or whole.
 *
 * @category constructors
 * @since 0.1.0
 */
export const machine = (
  context: DecodeContext,
  assembly: Assembly
): FrameDecoder & { readonly message: (message: JsonObject) => Problem } => {
  const slots = new WireItems(assembly)
  const blocks = new OpenBlocks<ResponseItems.Block>(
    assembly,
    (block) => ResponseItems.read(assembly, block, cutsOff(finishReason(assembly.finishReasonRaw)))
  )
  let usage: JsonObject = {}

  const spend = (value: unknown): void => {
    if (!isObject(value)) return
    usage = Usage.merge(usage, value)
    assembly.usage = Usage.read(usage)
  }

  const begin = (at: number, value: JsonObject): ResponseItems.Block =>
    blocks.begin(at, () => ResponseItems.begin(assembly, slots, at, value))

  const content = (message: JsonObject): Problem => {
    for (const value of array(message.content) ?? []) {
      if (!isObject(value) || typeof value.type !== "string") return "a content block has no type"
      blocks.stop(begin(slots.next, value))
    }
    return undefined
  }

  const start = (message: unknown): Problem => {
    if (!isObject(message)) return "message_start has no message"
    assembly.created(nonEmpty(message.id) ?? null, nonEmpty(message.model) ?? null)
    spend(message.usage)
    return content(message)
  }

  const delta = (value: JsonObject): Problem => {
    const change = value.delta
    if (!isObject(change)) return "content_block_delta has no delta"
    const at = index(value.index)
    if (at === undefined) return "a block's index is not an index"
    let block = blocks.at(at)
    if (block === undefined) {
      const type = implied(change.type)
      if (type === undefined) return "a delta is for a block that never began"
      block = begin(at, { type })
    }
    return ResponseItems.add(assembly, block, change)
  }

  const stopReason = (value: JsonObject): Problem => {
    const change = value.delta
    if (change !== undefined && change !== null && !isObject(change)) return "message_delta's delta is not an object"
    const reason = change?.stop_reason
    if (reason !== undefined && reason !== null && typeof reason !== "string") return "stop_reason is not a string"
    if (reason) {
      assembly.finishReasonRaw = reason
      assembly.saw("finish-reason")
    }
    if (isObject(value.usage)) {
      spend(value.usage)
      assembly.saw("usage")
    }
    return undefined
  }

  const finish = (): void => {
    assembly.created(null, null)
    blocks.finish()
    assembly.complete(finishReason(assembly.finishReasonRaw))
  }

  const failed = (value: JsonObject): ProviderError => classifyReported(value, context, { partial: assembly.partial() })

  const frame = (value: JsonObject, event: string): Problem => {
    const type = typeof value.type === "string" ? value.type : event
    switch (type) {
      case "content_block_delta":
        return delta(value)
      case "content_block_start": {
        const at = index(value.index)
        if (at === undefined) return "a block's index is not an index"
        const block = value.content_block
        if (!isObject(block) || typeof block.type !== "string") return "a content block has no type"
        begin(at, block)
        return undefined
      }
      case "content_block_stop": {
        const at = index(value.index)
        if (at === undefined) return "a block's index is not an index"
        const block = blocks.at(at)
        if (block !== undefined) blocks.stop(block)
        return undefined
      }
      case "message_start":
        return start(value.message)
      case "message_delta":
        return stopReason(value)
      case "message_stop":
        assembly.saw("terminal-event")
        finish()
        return undefined
      case "ping":
        return undefined
      case "error":
        return failed(value)
      default:
        if (reportsFailure(value)) return failed(value)
        assembly.unknown(type)
        return undefined
    }
  }

  const message = (value: JsonObject): Problem => {
    if (value.type !== "message" && array(value.content) === undefined) return "the body is not a message"
    assembly.created(nonEmpty(value.id) ?? null, nonEmpty(value.model) ?? null)
    assembly.finishReasonRaw = nonEmpty(string(value.stop_reason)) ?? null
    if (assembly.finishReasonRaw !== null) assembly.saw("finish-reason")
    const problem = content(value)
    if (problem !== undefined) return problem
    if (isObject(value.usage)) {
      spend(value.usage)
      assembly.saw("usage")
    }
    assembly.saw("end-of-body")
    finish()
    return undefined
  }

  const repeat = (value: JsonObject, _event: string, path: string): Repeat | undefined => {
    const at = index(value.index)
    const block = at === undefined ? undefined : blocks.at(at)
    const field = texts.get(path)
    return block === undefined || field === undefined ? undefined : ResponseItems.sayer(assembly, block.item, field)
  }

  return {
    frame,
    repeat,
    message,
    doneMarker: () => assembly.saw("done-marker"),
    // `message_stop` proves an answer whole, and it completes at once: every server that was recorded sends it.
    isWhole: () => assembly.completed,
    contract: ["terminal-event"],
    finish,
    templates
  }
}
