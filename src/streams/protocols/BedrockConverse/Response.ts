/**
 * Converse's stream, event by event, and its whole response, block by block.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { type Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

type Problem = ProviderError | string | undefined

const finishReason = (stopReason: string | null): FinishReason => {
  switch (stopReason) {
    case "end_turn":
    case "stop_sequence":
      return "stop"
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length"
    case "tool_use":
      return "tool-calls"
    case "content_filtered":
    case "guardrail_intervened":
      return "content-filter"
    case "malformed_model_output":
    case "malformed_tool_use":
      return "error"
    default:
      return "other"
  }
}

const texts = new Set(["delta.text", "delta.reasoningContent.text", "delta.toolUse.input"])

/** Which events have templates, and which of their values are slots. Other deltas are kept as they come. */
const templates: TemplateRules<JsonObject> = {
  isDelta: ({ contentBlockIndex, delta }) =>
    contentBlockIndex !== undefined && isObject(delta) && Object.keys(delta).length === 1 &&
    (typeof delta.text === "string" || isObject(delta.toolUse) || isObject(delta.reasoningContent)),
  isRead: (path) => texts.has(path),
  unread: new Set(["p"])
}

/** The one field of a block or a delta, which says what it is. Fields that are `null` are none. */
const only = (value: JsonObject): readonly [string, unknown] | undefined => {
  for (const key in value) {
    const field = value[key]
    if (field !== undefined && field !== null) return [key, field]
  }
  return undefined
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
): FrameDecoder & { readonly response: (value: JsonObject) => Problem } => {
  const slots = new WireItems(assembly)
  const blocks = new OpenBlocks<ResponseItems.Block>(
    assembly,
    (block) => ResponseItems.read(assembly, block, cutsOff(finishReason(assembly.finishReasonRaw)))
  )
  let billed = false

  const begin = (at: number, kind: string, start: JsonObject): ResponseItems.Block =>
    blocks.begin(at, () => ResponseItems.begin(assembly, slots, at, kind, start))

  const finish = (): void => {
    assembly.created(null, null)
    blocks.finish()
    assembly.complete(finishReason(assembly.finishReasonRaw))
  }

  const start = (value: JsonObject): Problem => {
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    if (!isObject(value.start)) return "contentBlockStart has no start"
    // Some servers begin text with an empty start: its first delta says what it is.
    const [kind, fields] = only(value.start) ?? ["text", undefined]
    if (kind === "text") return undefined
    if (!isObject(fields)) return `a block's ${kind} is not an object`
    begin(at, kind, fields)
    return undefined
  }

  const delta = (value: JsonObject): Problem => {
    if (!isObject(value.delta)) return "contentBlockDelta has no delta"
    const change = only(value.delta)
    if (change === undefined) return undefined
    const [kind, fields] = change
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    let block = blocks.at(at)
    if (block === undefined) {
      // Some models send a block of nothing (recorded).
      if (fields === "") return undefined
      const type = ResponseItems.implied(kind)
      if (type === undefined) return "a delta is for a block that never began"
      block = begin(at, type, {})
    }
    return ResponseItems.add(assembly, block, kind, fields)
  }

  const blockStop = (value: JsonObject): Problem => {
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    const block = blocks.at(at)
    if (block !== undefined) blocks.stop(block)
    return undefined
  }

  const stopReason = (value: JsonObject): Problem => {
    const reason = nonEmpty(value.stopReason)
    if (reason === undefined) return "stopReason is not a string"
    assembly.finishReasonRaw = reason
    assembly.saw("finish-reason")
    return undefined
  }

  const metadata = (value: JsonObject): Problem => {
    billed = true
    // A prompt router says which model it took.
    assembly.model ??= nonEmpty(object(object(value.trace)?.promptRouter)?.invokedModelId) ?? null
    if (isObject(value.usage)) {
      assembly.usage = Usage.read(value.usage)
      assembly.saw("usage")
    }
    return undefined
  }

  /** `metadata` is the last event of a stream, says the API; whichever of the two comes second proves the answer whole. */
  const finishIfProven = (problem: Problem): Problem => {
    if (problem === undefined && billed && assembly.finishReasonRaw !== null) {
      assembly.saw("terminal-event")
      finish()
    }
    return problem
  }

  const frame = (value: JsonObject, event: string): Problem => {
    switch (event) {
      case "contentBlockDelta":
        return delta(value)
      case "contentBlockStart":
        return start(value)
      case "contentBlockStop":
        return blockStop(value)
      case "messageStart":
        assembly.created(null, null)
        return undefined
      case "messageStop":
        return finishIfProven(stopReason(value))
      case "metadata":
        return finishIfProven(metadata(value))
      default:
        if (reportsFailure(value)) return classifyReported(value, context, { partial: assembly.partial() })
        assembly.unknown(event === "" ? "event without a type" : event)
        return undefined
    }
  }

  /** Reads a block of a whole response as the deltas that it would have been. */
  const wholeBlock = (value: JsonObject): Problem => {
    const content = only(value)
    if (content === undefined) return "a content block is empty"
    const [kind, fields] = content
    if (kind === "text") {
      if (typeof fields !== "string") return "a block's text is not a string"
      if (fields === "") return undefined
      const block = begin(slots.next, kind, {})
      const problem = ResponseItems.add(assembly, block, kind, fields)
      blocks.stop(block)
      return problem
    }
    if (!isObject(fields)) return `a block's ${kind} is not an object`
    const block = begin(slots.next, kind, kind === "reasoningContent" || kind === "citationsContent" ? {} : fields)
    let problem: Problem
    if (kind === "reasoningContent") {
      problem = ResponseItems.add(assembly, block, kind, object(fields.reasoningText) ?? fields)
    } else if (kind === "citationsContent") {
      for (const entry of objects(fields.citations)) problem ??= ResponseItems.add(assembly, block, "citation", entry)
      for (const entry of objects(fields.content)) {
        problem ??= ResponseItems.add(assembly, block, "text", string(entry.text) ?? "")
      }
    }
    blocks.stop(block)
    return problem
  }

  const response = (value: JsonObject): Problem => {
    const message = object(object(value.output)?.message)
    if (message === undefined) return "it has no output.message"
    assembly.created(null, null)
    let problem = value.stopReason === undefined ? "it has no stopReason" : stopReason(value)
    for (const entry of array(message.content) ?? []) {
      problem ??= isObject(entry) ? wholeBlock(entry) : "a content block is not an object"
    }
    problem ??= metadata(value)
    if (problem !== undefined) return problem
    assembly.saw("end-of-body")
    finish()
    return undefined
  }

  return {
    frame,
    response,
    doneMarker: () => assembly.saw("done-marker"),
    isWhole: () => assembly.completed,
    contract: ["terminal-event"],
    finish,
    templates
  }
}
