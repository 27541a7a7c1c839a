/**
 * Decodes Ollama's chat: one frame decoder for the lines of a stream and for a whole body, which is one such line.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { isEmpty, isObject, type JsonObject, nonEmpty, object, parse } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import type { FrameDecoder, FrameProblem } from "../../response/JsonStream.ts"
import * as LineJson from "../../response/LineJson.ts"
import * as Logprobs from "../../response/Logprobs.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { ResponseItems } from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** The line with `done: true`. Every recorded stream has it, and nothing after it. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

const texts = new Set(["message.content", "message.thinking", "response", "thinking"])

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === "string"

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => {
    const message = object(value.message)
    return value.done === false && message?.tool_calls === undefined &&
      [message?.content, message?.thinking, value.response, value.thinking].every(isTextOrAbsent)
  },
  isRead: (path) => texts.has(path),
  isText: (path) => texts.has(path),
  unread: new Set(["created_at"])
}

/** The same where probabilities are kept: a line that has some is no delta. */
const templatesBesideLogprobs: TemplateRules<JsonObject> = {
  ...templates,
  isDelta: (value) => value.logprobs === undefined && templates.isDelta(value)
}

class Decoder implements FrameDecoder {
  readonly contract = contract
  readonly templates: TemplateRules<JsonObject>
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.templates = context.logprobs === true ? templatesBesideLogprobs : templates
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly)
  }

  frame(value: JsonObject, _event: string, json?: string): FrameProblem | undefined {
    const { done, message } = value
    if ((value.error !== undefined || !isObject(message)) && reportsFailure(value)) return this.#failed(value)
    if (message !== undefined && message !== null && !isObject(message)) return "`message` is not an object"
    // `POST /api/generate` has the text and the thinking in the line itself.
    const isGenerated = !isObject(message) && ScalarText.of(value.response, "response", json) !== undefined
    if (!isObject(message) && !isGenerated && done !== true) {
      this.#assembly.unknown(nonEmpty(value.status) === undefined ? "line" : "status")
      return undefined
    }
    if (this.#assembly.model === null) this.#assembly.created(null, nonEmpty(value.model) ?? null)
    const problem = isObject(message)
      ? this.#message(message, "content", json)
      : isGenerated
      ? this.#message(value, "response", json)
      : undefined
    // Templates do not read them.
    if (this.#context.logprobs === true) this.#items.logprobs(Logprobs.read(value.logprobs))
    return problem ?? (done === true ? this.#end(value) : undefined)
  }

  doneMarker(): void {}

  isWhole(): boolean {
    return this.#assembly.completed
  }

  finish(): void {
    this.#items.finish()
  }

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }

  #message(message: JsonObject, textField: "content" | "response", json: string | undefined): string | undefined {
    const { thinking, tool_calls: toolCalls } = message
    const thought = ScalarText.of(thinking, "thinking", json)
    if (thought !== undefined) this.#items.reasoning(thought)
    else if (thinking !== undefined && thinking !== null) this.#assembly.unknown("thinking")
    const value = message[textField]
    const text = ScalarText.of(value, textField, json)
    if (text !== undefined) this.#items.text(text)
    else if (value !== undefined && value !== null) return "`content` is not a string"
    if (toolCalls === undefined || toolCalls === null) return undefined
    if (isObject(toolCalls)) return this.#items.toolCalls([toolCalls])
    return Array.isArray(toolCalls) ? this.#items.toolCalls(toolCalls) : "`tool_calls` is not an array"
  }

  #end(value: JsonObject): FrameProblem | undefined {
    const assembly = this.#assembly
    const reason = nonEmpty(value.done_reason)
    if (reason === undefined && !isEmpty(value.done_reason)) assembly.unknown("done_reason")
    const usage = Usage.read(value)
    if (usage !== undefined) {
      assembly.usage = usage
      assembly.saw("usage")
    }
    if (reason !== undefined) {
      assembly.finishReasonRaw = reason
      assembly.saw("finish-reason")
    }
    assembly.saw("terminal-event")
    this.#items.finish()
    return undefined
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): FrameDecoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return LineJson.make(context, assembly, make(context, assembly))
}

/**
 * Decodes a body that was not streamed, or a stream under the content type of JSON: some compatible servers do that.
 */
export const whole = (body: string, context: DecodeContext): WholeResponse => {
  const end = body.trimEnd().indexOf("\n")
  if (end > 0 && isObject(parse(body.slice(0, end)))) return EventStreamBody.decode(stream, body, context)
  return WholeJson.read(body, context, (value, assembly) => {
    const problem = make(context, assembly).frame(value, "", body)
    if (problem !== undefined) return problem
    return assembly.completed ? undefined : "it is not `done`"
  })
}
