/**
 * Reads Chat Completions: one machine for the chunks of a stream and for a whole response, so that both bring the same
 * events.
 *
 * @since 0.1.0
 */
import { type ProviderError, StreamFailedError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import * as Framed from "../../response/Framed.ts"
import { array, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { Machine } from "../../response/JsonStream.ts"
import type { Protocol } from "../Protocol.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as ResponseEnvelopes from "./ResponseEnvelopes.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import * as Citations from "./Citations.ts"
import * as ResponseDelta from "./ResponseDelta.ts"
import * as ResponseRepeat from "./ResponseRepeat.ts"
import * as Usage from "./Usage.ts"

/** Cerebras, Perplexity, GPUStack and Writer send no `[DONE]`, Snowflake no finish reason (recorded): either will do. */
const contract: ReadonlyArray<Evidence> = ["finish-reason", "done-marker"]

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

/**
 * Which events have templates, and which of their values are slots. Sources and the details of reasoning are kept as they come,
 * so events with these have none.
 */
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
  unread: new Set(["obfuscation", "p", "choices.0.logprobs"])
}

const texts = new Set([
  "choices.0.text",
  "choices.0.delta.content",
  "choices.0.delta.reasoning_content",
  "choices.0.delta.reasoning",
  "choices.0.delta.refusal",
  "choices.0.delta.tool_calls.0.function.arguments"
])

type Problem = ProviderError | string | undefined

/**
 * The machine of Chat Completions.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChatMachine extends Machine {
  /** Reads a whole response as `frame` reads a chunk, and ends the answer. */
  readonly response: (value: JsonObject) => Problem
}

/**
 * Makes the machine of one answer, streamed or whole.
 *
 * @category constructors
 * @since 0.1.0
 */
export const machine = (
  context: DecodeContext,
  assembly: Assembly,
  language: string = ResponseItems.protocol
): ChatMachine => {
  const answer = ResponseItems.make(context, assembly, language)
  let chunks = 0

  const failed = (value: JsonObject): ProviderError => classifyReported(value, context, { partial: assembly.partial() })

  const readUsage = (value: unknown): string | undefined => {
    if (!isObject(value)) return "`usage` is not an object"
    const usage = Usage.read(value, context.quirks)
    if (usage === undefined) return undefined
    assembly.usage = usage
    assembly.saw("usage")
    return undefined
  }

  const readFinishReason = (finish: string): Problem => {
    assembly.finishReasonRaw = finish
    if (finish === "error") {
      return new StreamFailedError({
        ...context.error,
        code: "error",
        detail: "the finish reason is `error`, and nothing says why",
        partial: assembly.partial()
      })
    }
    assembly.saw("finish-reason")
    return undefined
  }

  const readChoice = (choice: JsonObject, isWhole: boolean): Problem => {
    let delta = isWhole ? choice.message : choice.delta
    // Some servers answer a stream with a whole response in one event. Perplexity repeats the message beside every delta.
    if (delta === undefined && !answer.begun) delta = choice.message
    const text = choice.text
    if (typeof text === "string" && !isObject(delta)) answer.text(text)
    else if (isObject(delta)) {
      const problem = ResponseDelta.read(delta, answer, assembly)
      if (problem !== undefined) return problem
    } else if (delta !== undefined && delta !== null) {
      return isWhole ? "`message` is not an object" : "`delta` is not an object"
    } else if (isWhole && nonEmpty(choice.finish_reason) === undefined) {
      // Azure answers without a message where its filter took the whole of it (recorded).
      return "a choice has neither `message` nor `finish_reason`"
    }
    const usage = choice.usage
    if (usage !== undefined && usage !== null) {
      // Moonshot counts here.
      const problem = readUsage(usage)
      if (problem !== undefined) return problem
    }
    const finish = choice.finish_reason
    // OpenRouter puts the error of an upstream provider into the choice.
    if (isObject(choice.error)) {
      assembly.finishReasonRaw = nonEmpty(finish) ?? assembly.finishReasonRaw
      return failed(choice)
    }
    if (typeof finish === "string") return finish === "" ? undefined : readFinishReason(finish)
    return finish === undefined || finish === null ? undefined : "`finish_reason` is not a string"
  }

  const identify = (value: JsonObject): void => {
    const id = nonEmpty(value.id) ?? null
    const model = nonEmpty(value.model) ?? null
    // Azure begins with a chunk of filter results in which both are empty.
    if (id !== null || model !== null) assembly.created(id, model)
  }

  const readChunk = (value: JsonObject, choices: ReadonlyArray<unknown>, isWhole: boolean): Problem => {
    chunks++
    if (assembly.responseId === null || assembly.model === null) identify(value)
    const groq = value.x_groq
    if (isObject(groq) && isObject(groq.usage)) readUsage(groq.usage)
    const usage = value.usage
    if (usage !== undefined && usage !== null) {
      const problem = readUsage(usage)
      if (problem !== undefined) return problem
    }
    for (const choice of choices) {
      if (!isObject(choice)) return "a choice is not an object"
      const index = choice.index
      if (typeof index === "number" && index !== 0) {
        assembly.unknown("choice")
        continue
      }
      const problem = readChoice(choice, isWhole)
      if (problem !== undefined) return problem
    }
    if (Citations.hasSources(value)) answer.sources(value)
    return undefined
  }

  const read = (value: JsonObject, event: string, isWhole: boolean): Problem => {
    const choices = value.choices
    const error = value.error
    if (event === "error" || (error !== undefined && error !== null && error !== "" && error !== false)) {
      // What comes with an error is delivered before it.
      if (Array.isArray(choices)) readChunk(value, choices, isWhole)
      return failed(value)
    }
    if (Array.isArray(choices)) {
      const problem = readChunk(value, choices, isWhole)
      // MiniMax reports failures beside the fields of an answer.
      return problem === undefined && isObject(value.base_resp) && reportsFailure(value) ? failed(value) : problem
    }
    if (choices !== undefined && choices !== null) return "`choices` is not an array"
    if (reportsFailure(value)) return failed(value)
    if (isWhole) return "it has no `choices`"
    if (value.usage !== undefined && value.usage !== null) return readChunk(value, [], false)
    assembly.unknown(nonEmpty(value.object) ?? nonEmpty(value.type) ?? event)
    return undefined
  }

  const asChat = (value: JsonObject, isWhole: boolean): JsonObject =>
    context.quirks.bareResponses === true ? ResponseEnvelopes.toChat(value, isWhole) : value

  return {
    frame: (value, event) => read(asChat(value, false), event, false),
    repeat: (value, event, path) =>
      event === "error" || assembly.responseId === null || assembly.model === null
        ? undefined
        : ResponseRepeat.of(value, path, answer),
    response: (given) => {
      const value = asChat(given, true)
      const problem = read(value, "", true)
      if (problem !== undefined) return problem
      if (!hasFirstChoice(value)) return "there is no choice in `choices`"
      assembly.saw("end-of-body")
      answer.finish()
      return undefined
    },
    doneMarker: () => {
      // A marker alone is no answer: something between us and the model swallowed it.
      if (chunks === 0) return
      assembly.saw("done-marker")
      answer.finish()
    },
    whole: () => assembly.finishReasonRaw !== null,
    contract,
    finish: () => answer.finish(),
    templates
  }
}

/**
 * The reading of answers in a language: Chat Completions', or that of text completions, which have the `text` of a choice
 * in place of its delta or message.
 *
 * **Details**
 *
 * A streamed answer is whole when choice 0 has a finish reason or `[DONE]` was sent. `[DONE]` completes it at once; without
 * it, the end of the bytes does, since usage and even text may follow the finish reason. Of several choices only choice 0
 * is read; chunks of others are counted in `unknown.choice`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/chat/object
 * @category decoding
 * @since 0.1.0
 */
export const of = (language: string): Pick<Protocol, "stream" | "whole"> => ({
  stream: (context) => {
    const assembly = new Assembly(context)
    return Framed.make(context, assembly, machine(context, assembly, language))
  },
  whole: (body, context) =>
    WholeJson.read(body, context, (value, assembly) => machine(context, assembly, language).response(value))
})

const hasFirstChoice = (value: JsonObject): boolean =>
  Array.isArray(value.choices) &&
  value.choices.some((choice) => isObject(choice) && (typeof choice.index !== "number" || choice.index === 0))
