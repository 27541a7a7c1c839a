/**
 * Reads Ollama's chat: one machine for the lines of a stream and for a whole response, which is one such line.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import * as TokenUsage from "../../../domain/TokenUsage.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { count, isObject, type JsonObject, nonEmpty, object, parse } from "../../json/Json.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import * as LineJson from "../../response/LineJson.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseItems from "./ResponseItems.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"

/** The line with `done: true`: every recorded stream has it, and nothing after it. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

const texts = new Set(["message.content", "message.thinking", "response", "thinking"])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => value.done === false && object(value.message)?.tool_calls === undefined,
  isRead: (path) => texts.has(path),
  unread: new Set(["created_at", "logprobs"])
}

type Problem = ProviderError | string | undefined

/** A prompt that is cached as a whole is not counted, and some servers count nothing at all. */
const usageOf = (value: JsonObject): TokenUsage.TokenUsage | undefined => {
  const { eval_count: written, prompt_eval_count: read } = value
  if (typeof written !== "number" && typeof read !== "number") return undefined
  return TokenUsage.of(count(read), count(written))
}

const make = (context: DecodeContext, assembly: Assembly): FrameDecoder => {
  const answer = ResponseItems.make(context, assembly)

  const failed = (value: JsonObject): ProviderError => classifyReported(value, context, { partial: assembly.partial() })

  const readMessage = (message: JsonObject, text: unknown): string | undefined => {
    const { thinking, tool_calls: toolCalls } = message
    if (typeof thinking === "string") answer.reasoning(thinking)
    else if (thinking !== undefined && thinking !== null) return "`thinking` is not a string"
    if (typeof text === "string") answer.text(text)
    else if (text !== undefined && text !== null) return "`content` is not a string"
    if (toolCalls === undefined || toolCalls === null) return undefined
    return Array.isArray(toolCalls) ? answer.toolCalls(toolCalls) : "`tool_calls` is not an array"
  }

  const readEnd = (value: JsonObject): Problem => {
    const reason = value.done_reason
    if (reason !== undefined && reason !== null && typeof reason !== "string") return "`done_reason` is not a string"
    const usage = usageOf(value)
    if (usage !== undefined) {
      assembly.usage = usage
      assembly.saw("usage")
    }
    if (reason) {
      assembly.finishReasonRaw = reason
      assembly.saw("finish-reason")
    }
    assembly.saw("terminal-event")
    answer.finish()
    return undefined
  }

  const frame = (value: JsonObject): Problem => {
    const { done, message } = value
    if ((value.error !== undefined || !isObject(message)) && reportsFailure(value)) return failed(value)
    if (message !== undefined && message !== null && !isObject(message)) return "`message` is not an object"
    // Generation from a bare prompt has the text, and the thoughts, in the line itself.
    const isGenerated = !isObject(message) && typeof value.response === "string"
    if (!isObject(message) && !isGenerated && done !== true) {
      assembly.unknown(nonEmpty(value.status) === undefined ? "line" : "status")
      return undefined
    }
    if (assembly.model === null) assembly.created(null, nonEmpty(value.model) ?? null)
    const problem = isObject(message)
      ? readMessage(message, message.content)
      : isGenerated
      ? readMessage(value, value.response)
      : undefined
    return problem ?? (done === true ? readEnd(value) : undefined)
  }

  return {
    frame,
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
 * The answer is whole, and completes at once, at the line with `done: true`. A line with `error` is a failure.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeStream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return LineJson.make(context, assembly, make(context, assembly))
}

/** The events of a stream that came as a whole: servers that imitate this one call lines JSON. */
const lines = (body: string, context: DecodeContext): WholeResponse => {
  const decoder = decodeStream(context)
  const events = [...decoder.push(Buffer.from(body)), ...decoder.end({ type: "end-of-body" })]
  return decoder.failure === undefined ? { events, failure: undefined } : { events: [], failure: decoder.failure }
}

/**
 * Reads an answer that was not streamed, or that was and says that it was not.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeWhole = (body: string, context: DecodeContext): WholeResponse => {
  const end = body.trimEnd().indexOf("\n")
  if (end > 0 && isObject(parse(body.slice(0, end)))) return lines(body, context)
  return WholeJson.read(body, context, (value, assembly) => {
    const problem = make(context, assembly).frame(value, "")
    if (problem !== undefined) return problem
    return assembly.completed ? undefined : "it is not `done`"
  })
}
