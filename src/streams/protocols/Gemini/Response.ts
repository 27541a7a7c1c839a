/**
 * Gemini's stream, response by response: each is a piece of the answer in the form of a whole one.
 *
 * There is no event that ends a stream; the body ends. A finish reason proves the answer whole, unless more content follows:
 * where the model runs code on the way, each of its turns has a finish reason (recorded).
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import { ContentFilteredError, type ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { array, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as ResponseItems from "./ResponseItems.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import * as Usage from "./Usage.ts"

type Problem = ProviderError | string | undefined

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
  // Vertex AI's filter of prompts and answers.
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

/** The fields that say nothing of an event but what its text is. */
const plainPart = new Set(["text", "thought"])
const plainCandidate = new Set(["content", "index"])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: ({ candidates }) => {
    const candidate = Array.isArray(candidates) && candidates.length === 1 ? object(candidates[0]) : undefined
    const parts = object(candidate?.content)?.parts
    const part = Array.isArray(parts) && parts.length === 1 ? object(parts[0]) : undefined
    return candidate !== undefined && part !== undefined && typeof part.text === "string" &&
      Object.keys(candidate).every((key) => plainCandidate.has(key)) &&
      Object.keys(part).every((key) => plainPart.has(key))
  },
  isRead: (path) => path === text || (path.startsWith("usageMetadata.") && path.endsWith("TokenCount")),
  unread: new Set([
    "usageMetadata.promptTokensDetails.0.tokenCount",
    "usageMetadata.candidatesTokensDetails.0.tokenCount"
  ])
}

/**
 * Makes the machine of one answer, streamed or whole. `response` reads one that was not streamed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const machine = (
  context: DecodeContext,
  assembly: Assembly
): FrameDecoder & { readonly response: (value: JsonObject) => Problem } => {
  const answer = ResponseItems.make(context, assembly)
  let isProven = false

  const failed = (value: JsonObject): ProviderError => classifyReported(value, context, { partial: assembly.partial() })

  const identify = (value: JsonObject): void => {
    const id = nonEmpty(value.responseId) ?? null
    const model = nonEmpty(value.modelVersion) ?? null
    if (id !== null || model !== null) assembly.created(id, model)
  }

  /** Reads the parts of a candidate. Whatever they are, the answer goes on with them. */
  const content = (value: JsonObject): Problem => {
    const parts = value.parts
    if (parts === undefined || parts === null) return undefined
    if (!Array.isArray(parts)) return "the parts of a content are not an array"
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]
      if (!isObject(part)) return "a part of a content is not an object"
      if (isProven && part.text !== "") {
        isProven = false
        assembly.withdraw("finish-reason")
      }
      const problem = answer.part(part)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  const finishReason = (candidate: JsonObject): Problem => {
    const reason = candidate.finishReason
    if (reason === undefined || reason === null || reason === "") return undefined
    if (typeof reason !== "string") return "finishReason is not a string"
    assembly.finishReasonRaw = reason
    const message = nonEmpty(candidate.finishMessage)
    assembly.finishMessage = message === undefined ? undefined : context.scrub(message)
    // The code is run, and the model goes on with what came of it.
    if (reason === "STOP" && answer.awaitsResult) return undefined
    isProven = true
    assembly.saw("finish-reason")
    return undefined
  }

  const readCandidate = (candidate: JsonObject): Problem => {
    const value = candidate.content
    if (isObject(value)) {
      const problem = content(value)
      if (problem !== undefined) return problem
    } else if (value !== undefined && value !== null) return "the content of a candidate is not an object"
    answer.sources(candidate)
    return finishReason(candidate)
  }

  const candidates = (value: unknown): Problem => {
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) return "`candidates` is not an array"
    for (let at = 0; at < value.length; at++) {
      const candidate: unknown = value[at]
      if (!isObject(candidate)) return "a candidate is not an object"
      if (typeof candidate.index === "number" && candidate.index !== 0) {
        assembly.unknown("candidate")
        continue
      }
      const problem = readCandidate(candidate)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  const spend = (value: unknown): Problem => {
    if (value === undefined || value === null) return undefined
    if (!isObject(value)) return "usageMetadata is not an object"
    const usage = Usage.read(value)
    if (usage === undefined) return undefined
    assembly.usage = usage
    if (isProven) assembly.saw("usage")
    return undefined
  }

  /** A prompt that is refused has no candidates, and a reason here. */
  const blocked = (value: JsonObject): ProviderError | undefined => {
    const feedback = object(value.promptFeedback)
    const reason = nonEmpty(feedback?.blockReason)
    if (reason === undefined || (array(value.candidates)?.length ?? 0) > 0) return undefined
    const detail = nonEmpty(feedback?.blockReasonMessage)
    return new ContentFilteredError({
      ...context.error,
      code: context.scrub(reason).slice(0, 100),
      detail: detail === undefined ? "the prompt was blocked" : context.scrub(detail).slice(0, 300),
      partial: assembly.partial()
    })
  }

  const isAnswer = (value: JsonObject): boolean =>
    value.candidates !== undefined || value.usageMetadata !== undefined || value.promptFeedback !== undefined ||
    value.modelVersion !== undefined || value.responseId !== undefined

  const read = (value: JsonObject, event: string): Problem => {
    if (assembly.responseId === null || assembly.model === null) identify(value)
    if (value.error !== undefined && reportsFailure(value)) {
      // What comes with an error is delivered before it.
      candidates(value.candidates)
      spend(value.usageMetadata)
      return failed(value)
    }
    if (!isAnswer(value)) {
      if (reportsFailure(value)) return failed(value)
      assembly.unknown(nonEmpty(value.type) ?? event)
      return undefined
    }
    const problem = candidates(value.candidates) ?? spend(value.usageMetadata)
    return problem ?? blocked(value)
  }

  const finish = (): void => {
    assembly.created(null, null)
    const raw = assembly.finishReasonRaw
    const reason = raw === null ? "other" : (finishReasons.get(raw) ?? "other")
    answer.finish(reason === "stop" ? "complete" : "cut")
    // Gemini has no word for an end that is a request to run tools.
    assembly.complete(answer.hasCalls && (raw === null || reason === "stop") ? "tool-calls" : reason)
  }

  const response = (value: JsonObject): Problem => {
    if (!isAnswer(value)) return "it has no `candidates`"
    const problem = read(value, "")
    if (problem !== undefined) return problem
    assembly.saw("end-of-body")
    finish()
    return undefined
  }

  return {
    frame: read,
    response,
    doneMarker: () => assembly.saw("done-marker"),
    isWhole: () => isProven,
    contract: ["finish-reason"],
    finish,
    templates
  }
}
