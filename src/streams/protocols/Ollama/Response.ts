/**
 * Decodes Ollama's chat: one frame decoder for the lines of a stream and for a whole body, which is one such line.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { isObject, type JsonObject, nonEmpty, object, parse } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import * as LineJson from "../../response/LineJson.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { ResponseItems } from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** The line with `done: true`. Every recorded stream has it, and nothing after it. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

const texts = new Set(["message.content", "message.thinking", "response", "thinking"])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => value.done === false && object(value.message)?.tool_calls === undefined,
  isRead: (path) => texts.has(path),
  unread: new Set(["created_at"])
}

type Problem = ProviderError | string | undefined

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

  frame(value: JsonObject): Problem {
    const { done, message } = value
    if ((value.error !== undefined || !isObject(message)) && reportsFailure(value)) return this.#failed(value)
    if (message !== undefined && message !== null && !isObject(message)) return "`message` is not an object"
    // `POST /api/generate` has the text and the thinking in the line itself.
    const isGenerated = !isObject(message) && typeof value.response === "string"
    if (!isObject(message) && !isGenerated && done !== true) {
      this.#assembly.unknown(nonEmpty(value.status) === undefined ? "line" : "status")
      return undefined
    }
    if (this.#assembly.model === null) this.#assembly.created(null, nonEmpty(value.model) ?? null)
    const problem = isObject(message)
      ? this.#message(message, message.content)
      : isGenerated
      ? this.#message(value, value.response)
      : undefined
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

  #message(message: JsonObject, text: unknown): string | undefined {
    const { thinking, tool_calls: toolCalls } = message
    if (typeof thinking === "string") this.#items.reasoning(thinking)
    else if (thinking !== undefined && thinking !== null) return "`thinking` is not a string"
    if (typeof text === "string") this.#items.text(text)
    else if (text !== undefined && text !== null) return "`content` is not a string"
    if (toolCalls === undefined || toolCalls === null) return undefined
    return Array.isArray(toolCalls) ? this.#items.toolCalls(toolCalls) : "`tool_calls` is not an array"
  }

  #end(value: JsonObject): Problem {
    const assembly = this.#assembly
    const reason = value.done_reason
    if (reason !== undefined && reason !== null && typeof reason !== "string") return "`done_reason` is not a string"
    const usage = Usage.read(value)
    if (usage !== undefined) {
      assembly.usage = usage
      assembly.saw("usage")
    }
    if (reason) {
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

/** Decodes a stream that arrived as one body: some compatible servers call lines JSON. */
const lines = (body: string, context: DecodeContext): WholeResponse => {
  const decoder = stream(context)
  const events = [...decoder.push(Buffer.from(body)), ...decoder.end({ type: "end-of-body" })]
  return decoder.failure === undefined ? { events, failure: undefined } : { events: [], failure: decoder.failure }
}

/** Decodes a body that was not streamed, or a stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse => {
  const end = body.trimEnd().indexOf("\n")
  if (end > 0 && isObject(parse(body.slice(0, end)))) return lines(body, context)
  return WholeJson.read(body, context, (value, assembly) => {
    const problem = make(context, assembly).frame(value, "")
    if (problem !== undefined) return problem
    return assembly.completed ? undefined : "it is not `done`"
  })
}
