/**
 * Decodes Cohere's chat: one frame decoder for the events of a stream and for a whole body, so that both emit the same
 * events.
 *
 * @see https://docs.cohere.com/docs/streaming
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isEmpty, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import type { FrameDecoder, FrameProblem } from "../../response/JsonStream.ts"
import * as SseJson from "../../response/SseJson.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { index } from "../../response/WireItems.ts"
import { ResponseItems } from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** The event `message-end`. Every recorded stream has it; one of them has no `[DONE]` after it. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

const deltas: ReadonlySet<unknown> = new Set(["content-delta", "tool-plan-delta", "tool-call-delta"])

const texts = new Set([
  "delta.message.content.text",
  "delta.message.content.thinking",
  "delta.message.tool_plan",
  "delta.message.tool_calls.function.arguments"
])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => deltas.has(value.type),
  isRead: (path) => texts.has(path),
  isText: (path) => texts.has(path),
  unread: new Set()
}

/** Whether a value has Cohere's one form of an error: `{message, id?}`. */
const isError = (value: JsonObject): boolean => value.type === undefined && typeof value.message === "string"

class Decoder implements FrameDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly)
  }

  frame(value: JsonObject, event: string, json?: string): FrameProblem | undefined {
    const type = typeof value.type === "string" ? value.type : event
    const at = value.index === undefined || value.index === null ? undefined : index(value.index)
    if (at === undefined && value.index !== undefined && value.index !== null) return "an index is not an index"
    const delta = object(value.delta)
    const message = object(delta?.message)
    switch (type) {
      case "content-delta": {
        const content = object(message?.content)
        return content === undefined ? "content-delta has no content" : this.#items.content(at, content, json)
      }
      case "tool-call-delta": {
        const call = object(message?.tool_calls)
        return call === undefined ? "tool-call-delta has no `tool_calls`" : this.#items.callArguments(at, call)
      }
      case "tool-plan-delta":
        return message === undefined ? "tool-plan-delta has no message" : this.#items.plan(message.tool_plan, json)
      case "message-start":
        this.#assembly.created(nonEmpty(value.id) ?? null, null)
        return message === undefined ? undefined : this.#items.message(message, json)
      case "message-end":
        return this.#messageEnd(value, delta)
      default:
        return this.#otherEvent(type, value, event, at, message, json)
    }
  }

  /** Decodes a body that was not streamed. */
  response(value: JsonObject, json: string): FrameProblem | undefined {
    if (!isObject(value.message)) return isError(value) ? this.#failed(value) : "it has no `message`"
    this.#assembly.created(nonEmpty(value.id) ?? null, null)
    const problem = this.#items.message(value.message, json) ?? this.#ending(value)
    if (problem !== undefined) return problem
    this.#assembly.saw("end-of-body")
    this.#items.finish()
    return undefined
  }

  /** Ignores `[DONE]`: it comes after the end, and proves nothing without it. */
  doneMarker(): void {}

  isWhole(): boolean {
    return this.#assembly.completed
  }

  finish(): void {
    this.#items.finish()
  }

  #otherEvent(
    type: string,
    value: JsonObject,
    event: string,
    at: number | undefined,
    message: JsonObject | undefined,
    json: string | undefined
  ): FrameProblem | undefined {
    switch (type) {
      case "content-start": {
        const content = object(message?.content)
        return content === undefined ? "content-start has no content" : this.#items.beginContent(at, content, json)
      }
      case "tool-call-start": {
        const call = object(message?.tool_calls) ?? object(array(message?.tool_calls)?.[0])
        return call === undefined ? "tool-call-start has no `tool_calls`" : this.#items.beginCall(at, call)
      }
      case "tool-call-end":
        this.#items.endCall(at)
        return undefined
      case "citation-start": {
        const citation = object(message?.citations) ?? object(array(message?.citations)?.[0])
        if (citation === undefined) return "citation-start has no `citations`"
        this.#items.citation(citation)
        return undefined
      }
      case "content-end":
      case "citation-end":
      case "debug":
        return undefined
      default:
        if (event === "error" || reportsFailure(value) || isError(value)) return this.#failed(value)
        this.#assembly.unknown(type)
        return undefined
    }
  }

  #messageEnd(value: JsonObject, delta: JsonObject | undefined): FrameProblem | undefined {
    this.#assembly.created(nonEmpty(value.id) ?? null, null)
    if (delta === undefined) return "message-end has no delta"
    const problem = this.#ending(delta)
    if (problem !== undefined) return problem
    this.#assembly.saw("terminal-event")
    this.#items.finish()
    return undefined
  }

  /** Reads usage, finish reason and error, which the last event and a whole body have in the same form. */
  #ending(ending: JsonObject): FrameProblem | undefined {
    const assembly = this.#assembly
    this.#usage(ending.usage)
    const reason = nonEmpty(ending.finish_reason)
    if (reason !== undefined) assembly.finishReasonRaw = reason
    else if (!isEmpty(ending.finish_reason)) assembly.unknown("finish_reason")
    const error = nonEmpty(ending.error) ?? nonEmpty(object(ending.error)?.message)
    // Text that an error or a time limit cut off is not a completion.
    if (error !== undefined) return this.#failed({ error, code: reason ?? null })
    if (reason === "TIMEOUT") {
      return this.#failed({ error: "the finish reason is TIMEOUT, without an explanation", code: reason })
    }
    // An error event behind this one may have the reason.
    if (reason === "ERROR") return this.#failed({})
    if (reason !== undefined) assembly.saw("finish-reason")
    return undefined
  }

  #usage(value: unknown): void {
    if (value === undefined || value === null) return
    const usage = isObject(value) ? Usage.read(value) : undefined
    if (usage !== undefined) {
      this.#assembly.usage = usage
      this.#assembly.saw("usage")
    } else if (!isObject(value)) this.#assembly.unknown("usage")
  }

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): Decoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return SseJson.make(context, assembly, make(context, assembly))
}

/** Decodes a body that was not streamed, or a stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode(stream, body, context)
    : WholeJson.read(body, context, (value, assembly) => make(context, assembly).response(value, body))
