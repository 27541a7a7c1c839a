/**
 * Decodes Chat Completions: one frame decoder for the chunks of a stream and for a whole body, so that both emit the same
 * events.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import { type ProviderError, StreamFailedError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as Framed from "../../response/Framed.ts"
import type { FrameDecoder, Repeat } from "../../response/JsonStream.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as Citations from "./Citations.ts"
import * as ResponseDelta from "./ResponseDelta.ts"
import * as ResponseEnvelopes from "./ResponseEnvelopes.ts"
import { name, ResponseItems } from "./ResponseItems.ts"
import * as ResponseRepeat from "./ResponseRepeat.ts"
import * as Usage from "./Usage.ts"

/**
 * The signals either of which proves a stream whole: Cerebras, Perplexity, GPUStack and Writer send no `[DONE]`,
 * Snowflake no finish reason (recorded).
 */
const contract: ReadonlyArray<Evidence> = ["finish-reason", "done-marker"]

const texts = new Set([
  "choices.0.text",
  "choices.0.delta.content",
  "choices.0.delta.reasoning_content",
  "choices.0.delta.reasoning",
  "choices.0.delta.refusal",
  "choices.0.delta.tool_calls.0.function.arguments"
])

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

/** The events that have templates, and their slots. Sources and reasoning details are kept as they are: not deltas. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => {
    const choices = array(value.choices)
    const choice = object(choices?.[0])
    const delta = object(choice?.delta)
    return !Citations.hasSources(value) && (delta === undefined
      // The last chunk has no choices, only the usage.
      ? choices?.length === 0 || choice?.text !== undefined
      : isEmpty(delta.annotations) && isEmpty(delta.reasoning_details))
  },
  isRead: (path) => texts.has(path) || path.startsWith("usage.") || path.startsWith("choices.0.usage."),
  unread: new Set(["obfuscation", "p"])
}

const isError = (error: unknown): boolean => error !== undefined && error !== null && error !== "" && error !== false

const isFirstChoice = (choice: unknown): boolean =>
  isObject(choice) && (typeof choice.index !== "number" || choice.index === 0)

type Problem = ProviderError | string | undefined

/** The frame decoder of Chat Completions. */
export interface ChatDecoder extends FrameDecoder {
  /** Decodes a whole body as `frame` decodes a chunk, and completes the response. */
  readonly response: (value: JsonObject) => Problem
}

class Decoder implements ChatDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems
  readonly #hasEnvelopes: boolean
  #chunks = 0

  constructor(context: DecodeContext, assembly: Assembly, protocol: string) {
    this.#context = context
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly, protocol)
    this.#hasEnvelopes = context.quirks.bareAnswers === true
  }

  frame(value: JsonObject, event: string): Problem {
    return this.#decode(this.#hasEnvelopes ? ResponseEnvelopes.toChat(value, false) : value, event, false)
  }

  repeat(value: JsonObject, event: string, path: string): Repeat | undefined {
    const { model, responseId } = this.#assembly
    return event === "error" || responseId === null || model === null
      ? undefined
      : ResponseRepeat.of(value, path, this.#items)
  }

  response(body: JsonObject): Problem {
    const value = this.#hasEnvelopes ? ResponseEnvelopes.toChat(body, true) : body
    const problem = this.#decode(value, "", true)
    if (problem !== undefined) return problem
    if (array(value.choices)?.some(isFirstChoice) !== true) return "there is no choice in `choices`"
    this.#assembly.saw("end-of-body")
    this.#items.finish()
    return undefined
  }

  doneMarker(): void {
    // A marker without any chunk proves nothing: a proxy in between has dropped the response.
    if (this.#chunks === 0) return
    this.#assembly.saw("done-marker")
    this.#items.finish()
  }

  isWhole(): boolean {
    return this.#assembly.finishReasonRaw !== null
  }

  finish(): void {
    this.#items.finish()
  }

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }

  #decode(value: JsonObject, event: string, isWhole: boolean): Problem {
    const choices = value.choices
    if (event === "error" || isError(value.error)) {
      // Deltas beside an error are emitted before the failure.
      if (Array.isArray(choices)) this.#chunk(value, choices, isWhole)
      return this.#failed(value)
    }
    if (Array.isArray(choices)) {
      const problem = this.#chunk(value, choices, isWhole)
      // MiniMax reports failures beside the fields of a response.
      return problem === undefined && isObject(value.base_resp) && reportsFailure(value)
        ? this.#failed(value)
        : problem
    }
    if (choices !== undefined && choices !== null) return "`choices` is not an array"
    if (reportsFailure(value)) return this.#failed(value)
    if (isWhole) return "it has no `choices`"
    if (value.usage !== undefined && value.usage !== null) return this.#chunk(value, [], false)
    this.#assembly.unknown(nonEmpty(value.object) ?? nonEmpty(value.type) ?? event)
    return undefined
  }

  #chunk(value: JsonObject, choices: ReadonlyArray<unknown>, isWhole: boolean): Problem {
    const assembly = this.#assembly
    this.#chunks++
    if (assembly.responseId === null || assembly.model === null) this.#identify(value)
    const groq = value.x_groq
    if (isObject(groq) && isObject(groq.usage)) this.#usage(groq.usage)
    const usage = value.usage
    if (usage !== undefined && usage !== null) {
      const problem = this.#usage(usage)
      if (problem !== undefined) return problem
    }
    for (const choice of choices) {
      if (!isObject(choice)) return "a choice is not an object"
      const index = choice.index
      if (typeof index === "number" && index !== 0) {
        assembly.unknown("choice")
        continue
      }
      const problem = this.#choice(choice, isWhole)
      if (problem !== undefined) return problem
    }
    if (Citations.hasSources(value)) this.#items.sources(value)
    return undefined
  }

  #identify(value: JsonObject): void {
    const id = nonEmpty(value.id) ?? null
    const model = nonEmpty(value.model) ?? null
    // Azure begins with a chunk of filter results in which both are empty.
    if (id !== null || model !== null) this.#assembly.created(id, model)
  }

  #choice(choice: JsonObject, isWhole: boolean): Problem {
    const problem = this.#message(choice, isWhole)
    if (problem !== undefined) return problem
    const usage = choice.usage
    if (usage !== undefined && usage !== null) {
      // Moonshot puts the usage here.
      const usageProblem = this.#usage(usage)
      if (usageProblem !== undefined) return usageProblem
    }
    const finish = choice.finish_reason
    // OpenRouter puts the error of an upstream provider into the choice.
    if (isObject(choice.error)) {
      this.#assembly.finishReasonRaw = nonEmpty(finish) ?? this.#assembly.finishReasonRaw
      return this.#failed(choice)
    }
    if (typeof finish === "string") return finish === "" ? undefined : this.#finishReason(finish)
    return finish === undefined || finish === null ? undefined : "`finish_reason` is not a string"
  }

  #message(choice: JsonObject, isWhole: boolean): Problem {
    let delta = isWhole ? choice.message : choice.delta
    // Some servers send a whole response as one event. Perplexity repeats the message beside every delta.
    if (delta === undefined && !this.#items.begun) delta = choice.message
    const text = choice.text
    if (isObject(delta)) return ResponseDelta.decode(delta, this.#items, this.#assembly)
    if (typeof text === "string") {
      this.#items.text(text)
      return undefined
    }
    if (delta !== undefined && delta !== null) {
      return isWhole ? "`message` is not an object" : "`delta` is not an object"
    }
    // Azure sends no message where its filter removed all of it (recorded).
    return isWhole && nonEmpty(choice.finish_reason) === undefined
      ? "a choice has neither `message` nor `finish_reason`"
      : undefined
  }

  #usage(value: unknown): string | undefined {
    if (!isObject(value)) return "`usage` is not an object"
    const usage = Usage.read(value, this.#context.quirks)
    if (usage === undefined) return undefined
    this.#assembly.usage = usage
    this.#assembly.saw("usage")
    return undefined
  }

  #finishReason(finish: string): Problem {
    this.#assembly.finishReasonRaw = finish
    if (finish === "error") {
      return new StreamFailedError({
        ...this.#context.error,
        code: "error",
        detail: "the finish reason is `error`, without an explanation",
        partial: this.#assembly.partial()
      })
    }
    this.#assembly.saw("finish-reason")
    return undefined
  }
}

/**
 * Makes the frame decoder of one response. `protocol` is the name that its items carry: text completions differ from Chat
 * Completions only in the `text` of a choice in place of its delta or message.
 */
export const make = (context: DecodeContext, assembly: Assembly, protocol: string = name): ChatDecoder =>
  new Decoder(context, assembly, protocol)

/**
 * Makes the decoder of one streamed response.
 *
 * **Details**
 *
 * `[DONE]` completes a response at once. Without it the end of the bytes does, since usage and even text may follow the
 * finish reason. Of several choices only choice 0 is decoded; chunks of others are counted in `unknown.choice`.
 */
export const stream = (context: DecodeContext, protocol: string = name): StreamDecoder => {
  const assembly = new Assembly(context)
  return Framed.make(context, assembly, make(context, assembly, protocol))
}

/** Decodes a body that was not streamed. */
export const whole = (body: string, context: DecodeContext, protocol: string = name): WholeResponse =>
  WholeJson.read(body, context, (value, assembly) => make(context, assembly, protocol).response(value))
