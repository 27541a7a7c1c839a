/**
 * Decodes Converse: one frame decoder for the events of a stream and for a whole body, block by block.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 */
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { type Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import type { FrameDecoder, FrameProblem } from "../../response/JsonStream.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
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
  isText: (path) => texts.has(path),
  unread: new Set(["p"])
}

/** Returns whether a field has content: an object does where any of its fields is neither empty nor `null`. */
const isFilled = (field: unknown): boolean => {
  if (!isObject(field)) return field !== ""
  for (const key in field) if (field[key] !== "" && field[key] !== null) return true
  return false
}

/**
 * Returns the one field of a block or a delta, which names its kind. Fields that are `null` do not count, and of
 * several the first that is not empty: servers that emit every field have empty ones beside it.
 */
const only = (value: JsonObject): readonly [string, unknown] | undefined => {
  let empty: readonly [string, unknown] | undefined
  for (const key in value) {
    const field = value[key]
    if (field === undefined || field === null) continue
    if (isFilled(field)) return [key, field]
    empty ??= [key, field]
  }
  return empty
}

/** The frame decoder of Converse. */
export interface ConverseDecoder extends FrameDecoder {
  /** Decodes a whole body, and completes the response. */
  readonly response: (value: JsonObject, json: string) => FrameProblem | undefined
}

class Decoder implements ConverseDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  readonly #blocks: OpenBlocks<ResponseItems.Block>
  readonly #ids: UniqueCallIds
  #hasMetadata = false

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#wireItems = new WireItems(assembly)
    this.#ids = new UniqueCallIds(context, assembly)
    this.#blocks = new OpenBlocks(
      assembly,
      (block) => ResponseItems.finished(assembly, block, cutsOff(finishReason(assembly.finishReasonRaw)))
    )
  }

  frame(value: JsonObject, event: string, json?: string): FrameProblem | undefined {
    switch (event) {
      case "contentBlockDelta":
        return this.#delta(value, json)
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

  response(value: JsonObject, json: string): FrameProblem | undefined {
    const message = object(object(value.output)?.message)
    if (message === undefined) return "it has no output.message"
    this.#assembly.created(null, null)
    let problem = value.stopReason === undefined ? "it has no stopReason" : this.#stopReason(value)
    for (const entry of array(message.content) ?? []) {
      problem ??= isObject(entry) ? this.#block(entry, json) : "a content block is not an object"
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
    return this.#blocks.begin(at, () => this.#open(at, kind, start))
  }

  #open(at: number, kind: string, start: JsonObject): ResponseItems.Block {
    return ResponseItems.begin(this.#assembly, this.#wireItems, this.#ids, at, kind, start)
  }

  #blockStart(value: JsonObject): FrameProblem | undefined {
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

  #delta(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    if (!isObject(value.delta)) return "contentBlockDelta has no delta"
    const delta = only(value.delta)
    if (delta === undefined) return undefined
    const [kind, fields] = delta
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    const block = this.#blocks.at(at)
    const implied = ResponseItems.impliedKind(kind)
    if (block === undefined) {
      // Some models send an empty block (recorded), some servers an empty delta after the end of its block.
      if (!isFilled(fields)) return undefined
      if (implied === undefined) return "a delta is for a block that never began"
      return ResponseItems.add(this.#assembly, this.#begin(at, implied, {}), kind, fields, json)
    }
    if (ResponseItems.accepts(block, kind)) return ResponseItems.add(this.#assembly, block, kind, fields, json)
    if (!isFilled(fields)) return undefined
    if (implied === undefined) {
      this.#assembly.unknown(`${kind} in a block of ${block.kind}`)
      return undefined
    }
    const companion = this.#blocks.companion(at, () => this.#open(this.#wireItems.next, implied, {}))
    return ResponseItems.accepts(companion, kind)
      ? ResponseItems.add(this.#assembly, companion, kind, fields, json)
      : undefined
  }

  #blockStop(value: JsonObject): FrameProblem | undefined {
    const at = index(value.contentBlockIndex)
    if (at === undefined) return "a block's contentBlockIndex is not an index"
    this.#blocks.stopAt(at)
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
  #block(value: JsonObject, json: string): string | undefined {
    const content = only(value)
    if (content === undefined) return "a content block is empty"
    const [kind, fields] = content
    if (kind === "text") return this.#textBlock(fields, json)
    if (!isObject(fields)) return `a block's ${kind} is not an object`
    const isBegunEmpty = kind === "reasoningContent" || kind === "citationsContent"
    const block = this.#begin(this.#wireItems.next, kind, isBegunEmpty ? {} : fields)
    let problem: string | undefined
    if (kind === "reasoningContent") {
      problem = ResponseItems.add(this.#assembly, block, kind, object(fields.reasoningText) ?? fields, json)
    } else if (kind === "citationsContent") {
      for (const entry of objects(fields.citations)) {
        problem ??= ResponseItems.add(this.#assembly, block, "citation", entry, json)
      }
      for (const entry of objects(fields.content)) {
        problem ??= ResponseItems.add(this.#assembly, block, "text", entry.text ?? "", json)
      }
    }
    this.#blocks.stop(block)
    return problem
  }

  #textBlock(text: unknown, json: string): string | undefined {
    if (text === "") return undefined
    const block = this.#begin(this.#wireItems.next, "text", {})
    const problem = ResponseItems.add(this.#assembly, block, "text", text, json)
    this.#blocks.stop(block)
    return problem
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): ConverseDecoder => new Decoder(context, assembly)
