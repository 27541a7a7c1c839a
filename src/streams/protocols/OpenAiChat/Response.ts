/**
 * Decodes Chat Completions: one frame decoder for the chunks of a stream and for a whole body, so that both emit the
 * same events.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import * as Framed from "../../response/Framed.ts"
import type { FrameDecoder, FrameProblem, Repeat } from "../../response/JsonStream.ts"
import * as Logprobs from "../../response/Logprobs.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as Citations from "./Citations.ts"
import * as ResponseDelta from "./ResponseDelta.ts"
import * as ResponseEnvelopes from "./ResponseEnvelopes.ts"
import { name, ResponseItems } from "./ResponseItems.ts"
import * as ResponseRepeat from "./ResponseRepeat.ts"
import * as Usage from "./Usage.ts"

/** The signal that proves a stream whole. Cerebras, Perplexity, GPUStack and Writer send no `[DONE]` (recorded). */
const finishReasonOnly: ReadonlyArray<Evidence> = ["finish-reason"]

/** The signals of servers with `quirks.doneMarkerCompletes`, either of which proves a stream whole. */
const finishReasonOrDone: ReadonlyArray<Evidence> = ["finish-reason", "done-marker"]

const texts = new Set([
  "choices.0.text",
  "choices.0.delta.content",
  "choices.0.delta.reasoning_content",
  "choices.0.delta.reasoning",
  "choices.0.delta.refusal",
  "choices.0.delta.tool_calls.0.function.arguments"
])

/** The events that have templates, and their slots. Sources and reasoning details are kept as they are: not deltas. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => {
    const choices = array(value.choices)
    const choice = object(choices?.[0])
    const delta = object(choice?.delta)
    if (Citations.hasSources(value)) return false
    // The last chunk has no choices, only the usage.
    if (delta === undefined) return choices?.length === 0 || typeof choice?.text === "string"
    return ResponseDelta.isEmpty(delta.annotations) && ResponseDelta.isEmpty(delta.reasoning_details) &&
      array(delta.tool_calls)?.some(isKept) !== true
  },
  isRead: (path) => texts.has(path) || path.startsWith("usage.") || path.startsWith("choices.0.usage."),
  // Content, reasoning, ids, names and arguments, in any of their forms.
  isText: (path) => path === "choices.0.text" || (path.startsWith("choices.0.delta.") && !path.endsWith(".index")),
  unread: new Set(["obfuscation", "p"])
}

/** The same where probabilities are kept: a chunk that has some is no delta. */
const templatesBesideLogprobs: TemplateRules<JsonObject> = {
  ...templates,
  isDelta: (value) => !isObject(object(array(value.choices)?.[0])?.logprobs) && templates.isDelta(value)
}

/** Returns whether the object of an entry of `tool_calls` is kept, for its `extra_content`. */
const isKept = (entry: unknown): boolean => isObject(entry) && entry.extra_content !== undefined

const hasContent = (choice: unknown): boolean => {
  const { delta, message, text } = object(choice) ?? {}
  if (text !== undefined && text !== null && text !== "") return true
  return [delta, message].some((value) => isObject(value) && ResponseDelta.hasContent(value))
}

const isError = (error: unknown): boolean => error !== undefined && error !== null && error !== "" && error !== false

const isFirstChoice = (choice: unknown): boolean =>
  isObject(choice) && (typeof choice.index !== "number" || choice.index === 0)

/** The frame decoder of Chat Completions. */
export interface ChatDecoder extends FrameDecoder {
  /** Decodes a whole body as `frame` decodes a chunk, and completes the response. */
  readonly response: (value: JsonObject, json: string) => FrameProblem | undefined
}

class Decoder implements ChatDecoder {
  readonly contract: ReadonlyArray<Evidence>
  readonly templates: TemplateRules<JsonObject>
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems
  readonly #hasEnvelopes: boolean
  readonly #doneCompletes: boolean
  readonly #keepsLogprobs: boolean
  #chunks = 0
  // Whether the latest chunk has usage and no content, as the last one of a response has.
  #endsInUsage = false

  constructor(context: DecodeContext, assembly: Assembly, protocol: string) {
    this.#context = context
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly, protocol)
    this.#hasEnvelopes = context.quirks.bareResponses === true
    this.#keepsLogprobs = context.logprobs === true
    this.templates = this.#keepsLogprobs ? templatesBesideLogprobs : templates
    this.#doneCompletes = context.quirks.doneMarkerCompletes === true
    this.contract = this.#doneCompletes ? finishReasonOrDone : finishReasonOnly
  }

  frame(value: JsonObject, event: string, json?: string): FrameProblem | undefined {
    return this.#decode(this.#hasEnvelopes ? ResponseEnvelopes.toChat(value, false, json) : value, event, false, json)
  }

  repeat(value: JsonObject, event: string, path: string): Repeat | undefined {
    const { model, responseId } = this.#assembly
    return event === "error" || responseId === null || model === null || this.#keepsLogprobs
      ? undefined
      : ResponseRepeat.of(value, path, this.#items)
  }

  response(body: JsonObject, json: string): FrameProblem | undefined {
    const value = this.#hasEnvelopes ? ResponseEnvelopes.toChat(body, true, json) : body
    const problem = this.#decode(value, "", true, json)
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
    const isProven = this.isWhole() || this.#endsInUsage
    if (isProven || (this.#doneCompletes && !this.#items.hasToolCalls)) this.#items.finish()
  }

  incompleteDetail(): string | undefined {
    if (!this.#assembly.evidence.includes("done-marker")) return undefined
    return this.#items.hasToolCalls
      ? "`[DONE]` came without a finish reason, so its tool calls may be cut"
      : "`[DONE]` came without a finish reason; the quirk `doneMarkerCompletes` accepts that of a server that sends none"
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

  #decode(value: JsonObject, event: string, isWhole: boolean, json: string | undefined): FrameProblem | undefined {
    const choices = value.choices
    if (event === "error" || isError(value.error)) {
      // Deltas beside an error are emitted before the failure.
      if (Array.isArray(choices)) this.#chunk(value, choices, isWhole, json)
      return this.#failed(value)
    }
    if (Array.isArray(choices)) {
      const problem = this.#chunk(value, choices, isWhole, json)
      // MiniMax reports failures beside the fields of a response.
      return problem === undefined && isObject(value.base_resp) && reportsFailure(value)
        ? this.#failed(value)
        : problem
    }
    if (choices !== undefined && choices !== null) return "`choices` is not an array"
    if (reportsFailure(value)) return this.#failed(value)
    if (isWhole) return "it has no `choices`"
    if (value.usage !== undefined && value.usage !== null) return this.#chunk(value, [], false, json)
    this.#assembly.unknown(nonEmpty(value.object) ?? nonEmpty(value.type) ?? event)
    return undefined
  }

  #chunk(
    value: JsonObject,
    choices: ReadonlyArray<unknown>,
    isWhole: boolean,
    json: string | undefined
  ): FrameProblem | undefined {
    const assembly = this.#assembly
    this.#chunks++
    if (assembly.responseId === null || assembly.model === null) this.#identify(value)
    const groq = value.x_groq
    if (isObject(groq) && isObject(groq.usage)) this.#usage(groq.usage)
    this.#endsInUsage = value.usage !== undefined && this.#usage(value.usage) && !choices.some(hasContent)
    for (const choice of choices) {
      if (choice === null) {
        assembly.unknown("choice")
        continue
      }
      if (!isObject(choice)) return "a choice is not an object"
      const index = choice.index
      if (typeof index === "number" && index !== 0) {
        assembly.unknown("choice")
        continue
      }
      const problem = this.#choice(choice, isWhole, json)
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

  #choice(choice: JsonObject, isWhole: boolean, json: string | undefined): FrameProblem | undefined {
    const problem = this.#message(choice, isWhole, json)
    if (problem !== undefined) return problem
    if (this.#keepsLogprobs) this.#logprobs(choice, isWhole)
    // Moonshot puts the usage here.
    if (choice.usage !== undefined) this.#usage(choice.usage)
    const finish = choice.finish_reason
    // OpenRouter puts the error of an upstream provider into the choice.
    if (isObject(choice.error)) {
      this.#assembly.finishReasonRaw = nonEmpty(finish) ?? this.#assembly.finishReasonRaw
      return this.#failed(choice)
    }
    if (typeof finish === "string") return finish === "" ? undefined : this.#finishReason(finish)
    if (finish !== undefined && finish !== null) this.#assembly.unknown("finish_reason")
    return undefined
  }

  #message(choice: JsonObject, isWhole: boolean, json: string | undefined): FrameProblem | undefined {
    let delta = isWhole ? choice.message : choice.delta
    // Some servers send a whole response as one event. Perplexity repeats the message beside every delta.
    if (delta === undefined && !this.#items.begun) delta = choice.message
    if (isObject(delta)) return ResponseDelta.decode(delta, this.#items, this.#assembly, json)
    const text = ScalarText.of(choice.text, "text", json)
    if (text !== undefined) {
      this.#items.text(text)
      return undefined
    }
    if (delta !== undefined && delta !== null && delta !== "") {
      return isWhole ? "`message` is not an object" : "`delta` is not an object"
    }
    // Azure sends no message where its filter removed all of it (recorded).
    return isWhole && nonEmpty(choice.finish_reason) === undefined
      ? "a choice has neither `message` nor `finish_reason`"
      : undefined
  }

  /** Reads the probabilities of the text. vLLM sends those of reasoning at the same place. */
  #logprobs(choice: JsonObject, isWhole: boolean): void {
    const message = object(isWhole ? choice.message : choice.delta)
    if (nonEmpty(message?.content) === undefined || !isObject(choice.logprobs)) return
    this.#items.logprobs(Logprobs.read(choice.logprobs.content))
  }

  /** Reads usage, and returns whether it has any count. */
  #usage(value: unknown): boolean {
    if (!isObject(value)) {
      if (value !== null) this.#assembly.unknown("usage")
      return false
    }
    const usage = Usage.read(value, this.#context.quirks)
    if (usage === undefined) return false
    this.#assembly.usage = usage
    this.#assembly.saw("usage")
    return true
  }

  #finishReason(finish: string): FrameProblem | undefined {
    this.#assembly.finishReasonRaw = finish
    // A failure without a reason, which the next event may bring.
    if (finish === "error") return this.#failed({ error: {} })
    this.#assembly.saw("finish-reason")
    return undefined
  }
}

/**
 * Makes the frame decoder of one response. `protocol` is the name that its items carry: text completions differ from
 * Chat Completions only in the `text` of a choice in place of its delta or message.
 */
export const make = (context: DecodeContext, assembly: Assembly, protocol: string = name): ChatDecoder =>
  new Decoder(context, assembly, protocol)

/**
 * Makes the decoder of one streamed response.
 *
 * **Details**
 *
 * `[DONE]` completes a response with a finish reason at once, and one whose last chunk has the usage and no content
 * (OpenRouter and Snowflake, recorded); else it is no proof, since gateways send it after a failure, too. Without it
 * the end of the bytes does, since usage and even text may follow the finish reason. Of several choices only choice 0
 * is decoded; chunks of others are counted in `unknown.choice`.
 */
export const stream = (context: DecodeContext, protocol: string = name): StreamDecoder => {
  const assembly = new Assembly(context)
  return Framed.make(context, assembly, make(context, assembly, protocol))
}

/** Decodes a body that was not streamed, or an event stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext, protocol: string = name): WholeResponse =>
  EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode((given) => stream(given, protocol), body, context)
    : WholeJson.read(body, context, (value, assembly) => make(context, assembly, protocol).response(value, body))
