/**
 * Decodes the Messages API: one frame decoder for the events of a stream and for a whole body, which is a message.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object, string } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import * as Framed from "../../response/Framed.ts"
import type { FrameDecoder, FrameProblem, Repeat } from "../../response/JsonStream.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** `message_stop`, which completes a response at once. Every server that was recorded sends it. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

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

/** The names of the text fields of deltas by their path in an event. */
const texts: ReadonlyMap<string, string> = new Map([
  ["delta.text", "text"],
  ["delta.thinking", "thinking"],
  ["delta.partial_json", "partial_json"]
])

const deltas: ReadonlySet<unknown> = new Set(["text_delta", "thinking_delta", "input_json_delta"])

/** The events that have templates, and their slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => value.type === "content_block_delta" && isObject(value.delta) && deltas.has(value.delta.type),
  isRead: (path) => texts.has(path),
  isText: (path) => texts.has(path),
  unread: new Set(["p"])
}

/** The frame decoder of the Messages API. */
export interface MessagesDecoder extends FrameDecoder {
  /** Decodes a whole body, and completes the response. */
  readonly response: (message: JsonObject, json: string) => FrameProblem | undefined
}

class Decoder implements MessagesDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  readonly #blocks: OpenBlocks<ResponseItems.Block>
  readonly #ids: UniqueCallIds
  #usage: JsonObject = {}

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
    const type = typeof value.type === "string" ? value.type : event
    switch (type) {
      case "content_block_delta":
        return this.#delta(value, json)
      case "content_block_start":
        return this.#blockStart(value, json)
      case "content_block_stop":
        return this.#blockStop(value)
      case "message_start":
        return this.#messageStart(value.message, json)
      case "message_delta":
        return this.#messageDelta(value)
      case "message_stop":
        this.#assembly.saw("terminal-event")
        this.finish()
        return undefined
      case "ping":
        return undefined
      case "error":
        return this.#failed(value)
      default:
        if (reportsFailure(value)) return this.#failed(value)
        this.#assembly.unknown(type)
        return undefined
    }
  }

  repeat(value: JsonObject, _event: string, path: string): Repeat | undefined {
    const at = index(value.index)
    const block = at === undefined ? undefined : this.#blocks.at(at)
    const field = texts.get(path)
    // A delta that its block cannot hold is counted each time.
    return block === undefined || field === undefined || !isObject(value.delta) ||
        !ResponseItems.accepts(block, value.delta)
      ? undefined
      : ResponseItems.deltaSink(this.#assembly, block.item, field)
  }

  response(message: JsonObject, json: string): FrameProblem | undefined {
    const assembly = this.#assembly
    if (message.type !== "message" && array(message.content) === undefined) return "the body is not a message"
    assembly.created(nonEmpty(message.id) ?? null, nonEmpty(message.model) ?? null)
    assembly.finishReasonRaw = nonEmpty(string(message.stop_reason)) ?? null
    this.#explain(message)
    if (assembly.finishReasonRaw !== null) assembly.saw("finish-reason")
    const problem = this.#content(message, json)
    if (problem !== undefined) return problem
    if (isObject(message.usage)) {
      this.#addUsage(message.usage)
      assembly.saw("usage")
    }
    assembly.saw("end-of-body")
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

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }

  #messageStart(message: unknown, json: string | undefined): FrameProblem | undefined {
    if (!isObject(message)) return "message_start has no message"
    this.#assembly.created(nonEmpty(message.id) ?? null, nonEmpty(message.model) ?? null)
    this.#addUsage(message.usage)
    return this.#content(message, json)
  }

  #messageDelta(value: JsonObject): FrameProblem | undefined {
    const delta = object(value.delta)
    const reason = delta?.stop_reason
    this.#explain(delta)
    if (typeof reason === "string" && reason !== "") {
      this.#assembly.finishReasonRaw = reason
      this.#assembly.saw("finish-reason")
    } else if (reason !== undefined && reason !== null && reason !== "") this.#assembly.unknown("stop_reason")
    if (isObject(value.usage)) {
      this.#addUsage(value.usage)
      this.#assembly.saw("usage")
    }
    return undefined
  }

  /** Reads why the model declined. */
  #explain(stop: JsonObject | undefined): void {
    this.#assembly.finishMessage = nonEmpty(object(stop?.stop_details)?.explanation) ?? this.#assembly.finishMessage
  }

  #content(message: JsonObject, json: string | undefined): FrameProblem | undefined {
    for (const value of array(message.content) ?? []) {
      if (!isObject(value) || typeof value.type !== "string") return "a content block has no type"
      this.#blocks.stop(this.#begin(this.#wireItems.next, value, json))
    }
    return undefined
  }

  #begin(at: number, value: JsonObject, json: string | undefined): ResponseItems.Block {
    return this.#blocks.begin(at, () => this.#open(at, value, json))
  }

  /** Notes that another model goes on, which is then the one that responded. */
  #fallBack(block: JsonObject): void {
    this.#blocks.settle(ResponseItems.abandoned)
    this.#assembly.model = nonEmpty(object(block.to)?.model) ?? this.#assembly.model
  }

  #open(at: number, value: JsonObject, json: string | undefined): ResponseItems.Block {
    if (value.type === "fallback") this.#fallBack(value)
    return ResponseItems.begin(this.#assembly, this.#wireItems, this.#ids, at, value, json)
  }

  #blockStart(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    const at = index(value.index)
    if (at === undefined) return "a block's index is not an index"
    const block = value.content_block
    if (!isObject(block) || typeof block.type !== "string") return "a content block has no type"
    this.#begin(at, block, json)
    return undefined
  }

  #delta(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    const delta = value.delta
    if (!isObject(delta)) return "content_block_delta has no delta"
    const at = index(value.index)
    if (at === undefined) return "a block's index is not an index"
    const block = this.#blocks.at(at)
    const type = ResponseItems.impliedType(delta.type)
    if (block === undefined) {
      // An empty delta after the end of its block, or before its beginning, has no content.
      if (ResponseItems.isEmptyDelta(delta)) return undefined
      if (type === undefined) return "a delta is for a block that never began"
      return ResponseItems.add(this.#assembly, this.#begin(at, { type }, json), delta, json)
    }
    if (ResponseItems.accepts(block, delta)) return ResponseItems.add(this.#assembly, block, delta, json)
    if (ResponseItems.isEmptyDelta(delta)) return undefined
    if (type === undefined) {
      this.#assembly.unknown(`${string(delta.type) ?? "delta"} in a ${string(block.start.type) ?? "block"}`)
      return undefined
    }
    const companion = this.#blocks.companion(at, () => this.#open(this.#wireItems.next, { type }, json))
    return ResponseItems.accepts(companion, delta)
      ? ResponseItems.add(this.#assembly, companion, delta, json)
      : undefined
  }

  #blockStop(value: JsonObject): FrameProblem | undefined {
    const at = index(value.index)
    if (at === undefined) return "a block's index is not an index"
    this.#blocks.stopAt(at)
    return undefined
  }

  #addUsage(value: unknown): void {
    if (!isObject(value)) return
    this.#usage = Usage.merge(this.#usage, value)
    this.#assembly.usage = Usage.read(this.#usage)
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): MessagesDecoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return Framed.make(context, assembly, make(context, assembly))
}

/** Decodes a body that was not streamed, or an event stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode(stream, body, context)
    : WholeJson.read(body, context, (value, assembly) => make(context, assembly).response(value, body))
