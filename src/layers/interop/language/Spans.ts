/**
 * Describes a completion in the span of `effect/ai`, in the names of OpenTelemetry's conventions for generative AI.
 */
import * as Telemetry from "effect/ai/Telemetry"
import type { Span } from "effect/Tracer"
import type { CompletionRequestInput } from "../../../domain/CompletionRequest.ts"
import type { Ending } from "./FinishParts.ts"
import { namesOf } from "./Names.ts"

/** Adds what the request says. */
export const begin = (span: Span, request: CompletionRequestInput): void => {
  const { model, provider } = namesOf(request.model)
  Telemetry.addGenAIAnnotations(span, {
    operation: { name: "chat" },
    ...(provider === "" ? {} : { provider: { name: provider } }),
    request: {
      model,
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      maxTokens: request.maxOutputTokens,
      stopSequences: request.stop,
      seed: request.seed
    }
  })
}

/** Adds what the end of the completion says. */
export const end = (
  span: Span,
  { finishReason, finishReasonRaw, model, responseId, usage }:
    & Pick<Ending, "finishReason" | "finishReasonRaw" | "usage">
    & { readonly model: string | null; readonly responseId: string | null }
): void =>
  Telemetry.addGenAIAnnotations(span, {
    response: { id: responseId, model, finishReasons: [finishReasonRaw ?? finishReason ?? "unknown"] },
    ...(usage === null ? {} : { usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } })
  })
