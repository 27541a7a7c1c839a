/**
 * Reads Cohere's Chat: one machine for the events of a stream and for a whole response, so that both bring the same
 * events.
 *
 * @see https://docs.cohere.com/docs/streaming
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { array, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import { index } from "../../response/WireItems.ts"
import * as SseJson from "../../response/SseJson.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseItems from "./ResponseItems.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import * as Usage from "./Usage.ts"

/** Every recorded stream has it, and what comes after it says nothing: one of them goes without `[DONE]`. */
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
  unread: new Set()
}

const isRefusal = (value: JsonObject): boolean => value.type === undefined && typeof value.message === "string"

type Problem = ProviderError | string | undefined

interface CohereFrameDecoder extends SseJson.FrameDecoder {
  /** Reads a whole response. */
  readonly response: (value: JsonObject) => Problem
}

const make = (context: DecodeContext, assembly: Assembly): CohereFrameDecoder => {
  const answer = ResponseItems.make(context.error, assembly)

  const failed = (value: JsonObject): ProviderError => classifyReported(value, context, { partial: assembly.partial() })

  const readUsage = (value: unknown): string | undefined => {
    if (value === undefined || value === null) return undefined
    if (!isObject(value)) return "`usage` is not an object"
    const usage = Usage.read(value)
    if (usage === undefined) return undefined
    assembly.usage = usage
    assembly.saw("usage")
    return undefined
  }

  /** How an answer ended, as the last event and a whole response say it. */
  const readEnd = (ending: JsonObject): Problem => {
    const problem = readUsage(ending.usage)
    if (problem !== undefined) return problem
    const reason = ending.finish_reason
    if (reason !== undefined && reason !== null && typeof reason !== "string") return "`finish_reason` is not a string"
    if (reason) assembly.finishReasonRaw = reason
    const error = nonEmpty(ending.error) ?? nonEmpty(object(ending.error)?.message)
    // Text that a failure or a clock cut off is no answer.
    if (error !== undefined || reason === "ERROR" || reason === "TIMEOUT") {
      return failed({ error: error ?? `the finish reason is ${reason}, and nothing says why`, code: reason ?? null })
    }
    if (reason) assembly.saw("finish-reason")
    return undefined
  }

  const frame = (value: JsonObject, event: string): Problem => {
    const type = typeof value.type === "string" ? value.type : event
    const delta = object(value.delta)
    const message = object(delta?.message)
    const at = value.index === undefined || value.index === null ? undefined : index(value.index)
    if (at === undefined && value.index !== undefined && value.index !== null) return "an index is not an index"
    switch (type) {
      case "content-delta": {
        const content = object(message?.content)
        return content === undefined ? "content-delta has no content" : answer.content(at, content)
      }
      case "tool-call-delta": {
        const call = object(message?.tool_calls)
        return call === undefined ? "tool-call-delta has no `tool_calls`" : answer.callArguments(at, call)
      }
      case "tool-plan-delta":
        return message === undefined ? "tool-plan-delta has no message" : answer.plan(message.tool_plan)
      case "content-start": {
        const content = object(message?.content)
        return content === undefined ? "content-start has no content" : answer.beginContent(at, content)
      }
      case "tool-call-start": {
        const call = object(message?.tool_calls) ?? object(array(message?.tool_calls)?.[0])
        return call === undefined ? "tool-call-start has no `tool_calls`" : answer.beginCall(at, call)
      }
      case "tool-call-end":
        answer.endCall(at)
        return undefined
      case "citation-start": {
        const citation = object(message?.citations) ?? object(array(message?.citations)?.[0])
        if (citation === undefined) return "citation-start has no `citations`"
        answer.citation(citation)
        return undefined
      }
      case "message-start":
        assembly.created(nonEmpty(value.id) ?? null, null)
        return message === undefined ? undefined : answer.message(message)
      case "message-end": {
        assembly.created(nonEmpty(value.id) ?? null, null)
        if (delta === undefined) return "message-end has no delta"
        const problem = readEnd(delta)
        if (problem !== undefined) return problem
        assembly.saw("terminal-event")
        answer.finish()
        return undefined
      }
      case "content-end":
      case "citation-end":
      case "debug":
        return undefined
      default:
        // A refusal in the middle of a stream has Cohere's one form of them: `{message, id?}`.
        if (event === "error" || reportsFailure(value) || isRefusal(value)) return failed(value)
        assembly.unknown(type)
        return undefined
    }
  }

  return {
    frame,
    response: (value) => {
      if (!isObject(value.message)) {
        return isRefusal(value) ? failed(value) : "it has no `message`"
      }
      assembly.created(nonEmpty(value.id) ?? null, null)
      return answer.message(value.message) ?? readEnd(value)
    },
    // It comes after the end, and proves nothing without it.
    doneMarker: () => {},
    isWhole: () => assembly.completed,
    contract,
    finish: answer.finish,
    templates
  }
}

/**
 * Makes the decoder of one streamed answer.
 *
 * **Details**
 *
 * The answer is whole, and completes at once, at `message-end`. A `message-end` that tells of a failure is one.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeStream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return SseJson.make(context, assembly, make(context, assembly))
}

/**
 * Reads an answer that was not streamed.
 *
 * @see https://docs.cohere.com/reference/chat
 * @category decoding
 * @since 0.1.0
 */
export const decodeWhole = (body: string, context: DecodeContext): WholeResponse =>
  WholeJson.read(body, context, (value, assembly) => {
    const machine = make(context, assembly)
    const problem = machine.response(value)
    if (problem !== undefined) return problem
    assembly.saw("end-of-body")
    machine.finish()
    return undefined
  })
