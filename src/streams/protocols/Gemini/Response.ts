/**
 * Decodes Gemini's responses: one frame decoder for the parts of a stream and for a whole body, which have the same
 * form.
 *
 * No event ends a stream; its body ends. A finish reason proves the response complete, unless more content follows:
 * where the model runs code, each of its steps has a finish reason (recorded).
 *
 * @see https://ai.google.dev/api/generate-content
 */
import { ContentFilteredError, type ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isEmpty, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import * as JsonStream from "../../response/JsonStream.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseFrames from "./ResponseFrames.ts"
import { ResponseItems } from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

const contract: ReadonlyArray<Evidence> = ["finish-reason"]

/** @see https://ai.google.dev/api/generate-content#FinishReason */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content-filter"],
  ["RECITATION", "content-filter"],
  ["LANGUAGE", "content-filter"],
  ["BLOCKLIST", "content-filter"],
  ["PROHIBITED_CONTENT", "content-filter"],
  ["SPII", "content-filter"],
  // Vertex AI's filter of prompts and responses.
  ["MODEL_ARMOR", "content-filter"],
  ["IMAGE_SAFETY", "content-filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content-filter"],
  ["IMAGE_RECITATION", "content-filter"],
  ["MALFORMED_FUNCTION_CALL", "error"],
  ["UNEXPECTED_TOOL_CALL", "error"],
  ["TOO_MANY_TOOL_CALLS", "error"],
  ["MISSING_THOUGHT_SIGNATURE", "error"],
  ["MALFORMED_RESPONSE", "error"]
])

const text = "candidates.0.content.parts.0.text"

/** The fields of an event that has nothing but a text delta. */
const deltaPart = new Set(["text", "thought"])
const deltaCandidate = new Set(["content", "index"])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: ({ candidates }) => {
    const candidate = Array.isArray(candidates) && candidates.length === 1 ? object(candidates[0]) : undefined
    const parts = object(candidate?.content)?.parts
    const part = Array.isArray(parts) && parts.length === 1 ? object(parts[0]) : undefined
    return candidate !== undefined && part !== undefined && typeof part.text === "string" &&
      Object.keys(candidate).every((key) => deltaCandidate.has(key)) &&
      Object.keys(part).every((key) => deltaPart.has(key))
  },
  isRead: (path) => path === text || (path.startsWith("usageMetadata.") && path.endsWith("TokenCount")),
  isText: (path) => path === text,
  unread: new Set([
    "usageMetadata.promptTokensDetails.0.tokenCount",
    "usageMetadata.candidatesTokensDetails.0.tokenCount"
  ])
}

/** Whether a value has a field of a response. */
const isResponse = (value: JsonObject): boolean =>
  value.candidates !== undefined || value.usageMetadata !== undefined || value.promptFeedback !== undefined ||
  value.modelVersion !== undefined || value.responseId !== undefined

class Decoder implements JsonStream.FrameDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems
  #isProven = false

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly)
  }

  frame(value: JsonObject, event: string, json?: string): JsonStream.FrameProblem | undefined {
    const assembly = this.#assembly
    if (assembly.responseId === null || assembly.model === null) this.#identify(value)
    if (value.error !== undefined && reportsFailure(value)) {
      // Content beside an error is emitted before the failure.
      this.#candidates(value.candidates, json)
      this.#usage(value.usageMetadata)
      return this.#failed(value)
    }
    if (!isResponse(value)) {
      if (reportsFailure(value)) return this.#failed(value)
      assembly.unknown(nonEmpty(value.type) ?? event)
      return undefined
    }
    const problem = this.#candidates(value.candidates, json)
    if (problem !== undefined) return problem
    this.#usage(value.usageMetadata)
    return this.#blocked(value)
  }

  /** Decodes a body that was not streamed. */
  response(value: JsonObject, json: string): JsonStream.FrameProblem | undefined {
    if (!isResponse(value)) return "it has no `candidates`"
    const problem = this.frame(value, "", json)
    if (problem !== undefined) return problem
    this.#assembly.saw("end-of-body")
    this.finish()
    return undefined
  }

  doneMarker(): void {
    this.#assembly.saw("done-marker")
  }

  isWhole(): boolean {
    return this.#isProven
  }

  finish(): void {
    const assembly = this.#assembly
    assembly.created(null, null)
    const raw = assembly.finishReasonRaw
    const reason = raw === null ? "other" : (finishReasons.get(raw) ?? "other")
    this.#items.finish(reason === "stop" ? "complete" : "cut")
    // Gemini has no finish reason of its own for tool calls.
    assembly.complete(this.#items.hasCalls && (raw === null || reason === "stop") ? "tool-calls" : reason)
  }

  #identify(value: JsonObject): void {
    const id = nonEmpty(value.responseId) ?? null
    const model = nonEmpty(value.modelVersion) ?? null
    if (id !== null || model !== null) this.#assembly.created(id, model)
  }

  #candidates(candidates: unknown, json: string | undefined): JsonStream.FrameProblem | undefined {
    if (candidates === undefined || candidates === null) return undefined
    if (!Array.isArray(candidates)) return "`candidates` is not an array"
    for (let at = 0; at < candidates.length; at++) {
      const candidate: unknown = candidates[at]
      if (!isObject(candidate)) return "a candidate is not an object"
      if (typeof candidate.index === "number" && candidate.index !== 0) {
        this.#assembly.unknown("candidate")
        continue
      }
      const problem = this.#candidate(candidate, json)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #candidate(candidate: JsonObject, json: string | undefined): JsonStream.FrameProblem | undefined {
    const content = candidate.content
    if (isObject(content)) {
      const problem = this.#parts(content.parts, json)
      if (problem !== undefined) return problem
    } else if (content !== undefined && content !== null) return "the content of a candidate is not an object"
    if (isObject(candidate.logprobsResult)) this.#items.logprobs(candidate.logprobsResult)
    this.#items.citations(candidate)
    this.#finishReason(candidate)
    return undefined
  }

  #parts(value: unknown, json: string | undefined): JsonStream.FrameProblem | undefined {
    if (value === undefined || value === null) return undefined
    // Some servers send one part without a list.
    const parts = isObject(value) ? [value] : value
    if (!Array.isArray(parts)) return "the parts of a content are not an array"
    for (let at = 0; at < parts.length; at++) {
      const part: unknown = parts[at]
      if (!isObject(part)) return "a part of a content is not an object"
      if (this.#isProven && part.text !== "") {
        // Content after a finish reason shows that the response continues.
        this.#isProven = false
        this.#assembly.withdraw("finish-reason")
      }
      const problem = this.#items.part(part, json)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #finishReason(candidate: JsonObject): void {
    const reason = nonEmpty(candidate.finishReason)
    if (reason === undefined) {
      if (!isEmpty(candidate.finishReason)) this.#assembly.unknown("finishReason")
      return
    }
    this.#assembly.finishReasonRaw = reason
    const message = nonEmpty(candidate.finishMessage)
    this.#assembly.finishMessage = message === undefined ? undefined : this.#context.scrub(message)
    // The model continues when the code that it wrote has been run.
    if (reason === "STOP" && this.#items.awaitsResult) return
    this.#isProven = true
    this.#assembly.saw("finish-reason")
  }

  #usage(value: unknown): void {
    if (value === undefined || value === null) return
    if (!isObject(value)) return this.#assembly.unknown("usageMetadata")
    const usage = Usage.read(value)
    if (usage === undefined) return
    this.#assembly.usage = usage
    if (this.#isProven) this.#assembly.saw("usage")
  }

  /** Returns the error of a blocked prompt, for which there are no candidates. */
  #blocked(value: JsonObject): ProviderError | undefined {
    const feedback = object(value.promptFeedback)
    const reason = nonEmpty(feedback?.blockReason)
    if (reason === undefined || (array(value.candidates)?.length ?? 0) > 0) return undefined
    const detail = nonEmpty(feedback?.blockReasonMessage)
    const { error, scrub } = this.#context
    return new ContentFilteredError({
      ...error,
      code: scrub(reason).slice(0, 100),
      detail: detail === undefined ? "the prompt was blocked" : scrub(detail).slice(0, 300),
      partial: this.#assembly.partial()
    })
  }

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): Decoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  // The texts are kept even where finished items leave them out: citations refer to places in them.
  const assembly = new Assembly({ assemble: context.assemble, keep: true, error: context.error })
  const decoder = make(context, assembly)
  const reading = new JsonStream.Reading(context, assembly)
  return JsonStream.make(reading, decoder, ResponseFrames.make(reading, decoder))
}

/** Decodes a body that was not streamed, or a stream, as events or as an array, under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  /^\uFEFF?\s*\[/.test(body) || EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode(stream, body, context)
    : WholeJson.read(body, context, (value, assembly) => make(context, assembly).response(value, body))
