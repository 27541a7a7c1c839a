/**
 * Decodes Converse: one frame decoder for the events of a stream and for a whole body, block by block.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { type Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** Both `messageStop` and `metadata`, which complete a response at once. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

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

/** The events that have templates, and their slots. Other deltas are kept as they are, so they are none of these. */
const templates: TemplateRules<JsonObject> = {
  isDelta: ({ contentBlockIndex, delta }) =>
    contentBlockIndex !== undefined && isObject(delta) && Object.keys(delta).length === 1 &&
    (typeof delta.text === "string" || isObject(delta.toolUse) || isObject(delta.reasoningContent)),
  isRead: (path) => texts.has(path),
  unread: new Set(["p"])
}

/** Returns the one field of a block or a delta, which names its kind. Fields that are `null` do not count. */
const only = (value: JsonObject): readonly [string, unknown] | undefined => {
  for (const key in value) {
    const field = value[key]
    if (field !== undefined && field !== null) return [key, field]
  }
  return undefined
}

type Problem = ProviderError | string | undefined

/** The frame decoder of Converse. */
export interface ConverseDecoder extends FrameDecoder {
  /** Decodes a whole body, and completes the response. */
  readonly response: (value: JsonObject) => Problem
}

class Decoder implements ConverseDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  readonly #blocks: OpenBlocks<ResponseItems.Block>
  #hasMetadata = false

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#wireItems = new WireItems(assembly)
    this.#blocks = new OpenBlocks(
      assembly,
      (block) => ResponseItems.finished(assembly, block, cutsOff(finishReason(assembly.finishReasonRaw)))
    )
  }

  frame(value: JsonObject, event: string): Problem {
    switch (event) {
      case "contentBlockDelta":
        return this.#delta(value)
      case "contentBlockStart":
        return this.#blockStart(value)
      case "contentBlockStop":
        return this.#blockStop(value)
      case "messageStart":
        this.#assembly.created(null, null)
        return undefined
      case "messageStop":
        return this.#stopReason(value) ?? this.#finishIfProven()
      case "metadata":
        this.#metadata(value)
        return this.#finishIfProven()
      default:
        if (reportsFailure(value)) {
          return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
        }
        this.#assembly.unknown(event === "" ? "event without a type" : event)
        return undefined
    }
  }

  response(value: JsonObject): Problem {
    const message = object(object(value.output)?.message)
    if (message === undefined) return "it has no output.message"
    this.#assembly.created(null, null)
    let problem = value.stopReason === undefined ? "it has no stopReason" : this.#stopReason(value)
    for (const entry of array(message.content) ?? []) {
      problem ??= isObject(entry) ? this.#block(entry) : "a content block is not an object"
    }
    if (problem !== undefined) return problem
    this.#metadata(value)
    this.#assembly.saw("end-of-body")
    this.finish()
    return undefined
  }

  doneMarker(): void {
    this.#assembly.saw("done-marker")
  }

  isWhole(): boolean {
    return this.#assembly.completed
  }

  finish(): void {
    this.#assembly.created(null, null)
    this.#blocks.finish()
    this.#assembly.complete(finishReason(this.#assembly.finishReasonRaw))
  }

  #begin(at: number, kind: string, start: JsonObject): ResponseItems.Block {
    return this.#blocks.begin(at, () => ResponseItems.begin(this.#assembly, this.#wireItems, at, kind, start))
  }

  #blockStart(value: JsonObject): Problem {
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    if (!isObject(value.start)) return "contentBlockStart has no start"
    // Some servers begin text with an empty start: its first delta names the kind.
    const [kind, fields] = only(value.start) ?? ["text", undefined]
    if (kind === "text") return undefined
    if (!isObject(fields)) return `a block's ${kind} is not an object`
    this.#begin(at, kind, fields)
    return undefined
  }

  #delta(value: JsonObject): Problem {
    if (!isObject(value.delta)) return "contentBlockDelta has no delta"
    const delta = only(value.delta)
    if (delta === undefined) return undefined
    const [kind, fields] = delta
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    let block = this.#blocks.at(at)
    if (block === undefined) {
      // Some models send an empty block (recorded).
      if (fields === "") return undefined
      const implied = ResponseItems.impliedKind(kind)
      if (implied === undefined) return "a delta is for a block that never began"
      block = this.#begin(at, implied, {})
    }
    return ResponseItems.add(this.#assembly, block, kind, fields)
  }

  #blockStop(value: JsonObject): Problem {
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    const block = this.#blocks.at(at)
    if (block !== undefined) this.#blocks.stop(block)
    return undefined
  }

  #stopReason(value: JsonObject): string | undefined {
    const reason = nonEmpty(value.stopReason)
    if (reason === undefined) return "stopReason is not a string"
    this.#assembly.finishReasonRaw = reason
    this.#assembly.saw("finish-reason")
    return undefined
  }

  #metadata(value: JsonObject): void {
    this.#hasMetadata = true
    // A prompt router reports which model it chose.
    this.#assembly.model ??= nonEmpty(object(object(value.trace)?.promptRouter)?.invokedModelId) ?? null
    if (!isObject(value.usage)) return
    this.#assembly.usage = Usage.read(value.usage)
    this.#assembly.saw("usage")
  }

  /** Completes the response with the second of `messageStop` and `metadata`, whichever that is. */
  #finishIfProven(): undefined {
    if (!this.#hasMetadata || this.#assembly.finishReasonRaw === null) return
    this.#assembly.saw("terminal-event")
    this.finish()
  }

  /** Decodes a block of a whole body as the deltas that a stream would have had. */
  #block(value: JsonObject): string | undefined {
    const content = only(value)
    if (content === undefined) return "a content block is empty"
    const [kind, fields] = content
    if (kind === "text") return this.#textBlock(fields)
    if (!isObject(fields)) return `a block's ${kind} is not an object`
    const isBegunEmpty = kind === "reasoningContent" || kind === "citationsContent"
    const block = this.#begin(this.#wireItems.next, kind, isBegunEmpty ? {} : fields)
    let problem: string | undefined
    if (kind === "reasoningContent") {
      problem = ResponseItems.add(this.#assembly, block, kind, object(fields.reasoningText) ?? fields)
    } else if (kind === "citationsContent") {
      for (const entry of objects(fields.citations)) {
        problem ??= ResponseItems.add(this.#assembly, block, "citation", entry)
      }
      for (const entry of objects(fields.content)) {
        problem ??= ResponseItems.add(this.#assembly, block, "text", string(entry.text) ?? "")
      }
    }
    this.#blocks.stop(block)
    return problem
  }

  #textBlock(text: unknown): string | undefined {
    if (typeof text !== "string") return "a block's text is not a string"
    if (text === "") return undefined
    const block = this.#begin(this.#wireItems.next, "text", {})
    const problem = ResponseItems.add(this.#assembly, block, "text", text)
    this.#blocks.stop(block)
    return problem
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): ConverseDecoder => new Decoder(context, assembly)
