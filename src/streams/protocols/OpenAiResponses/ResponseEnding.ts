/**
 * Ends a response of the Responses API with its final object: status, usage, and the items that only this object has.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import { isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { Assembly } from "../../response/Assembly.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import type { ResponseItems } from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

/** Makes the error of a failed response, with what had arrived. */
export const failed = (assembly: Assembly, context: DecodeContext, report: JsonObject): ProviderError => {
  assembly.finishReasonRaw = "failed"
  return classifyReported(report, context, { partial: assembly.partial() })
}

const finishReason = (assembly: Assembly, status: string, response: JsonObject): FinishReason => {
  if (status === "completed") {
    return assembly.items().some((item) => item.type === "tool-call" || item.type === "custom-tool-call")
      ? "tool-calls"
      : "stop"
  }
  if (status !== "incomplete") return "other"
  switch (object(response.incomplete_details)?.reason) {
    case "max_output_tokens":
      return "length"
    case "content_filter":
      return "content-filter"
    default:
      return "other"
  }
}

/**
 * Completes a response with its final object, or returns the error that the object reports. `fallback` is the status of
 * an object without one.
 */
export const end = (
  assembly: Assembly,
  items: ResponseItems,
  context: DecodeContext,
  response: JsonObject,
  fallback: string
): ProviderError | undefined => {
  const id = nonEmpty(response.id)
  const model = nonEmpty(response.model)
  assembly.created(id ?? null, model ?? null)
  // GitHub Copilot gives the response a new id in every event. The last one is the one that a later request can name.
  if (id !== undefined) assembly.responseId = id
  if (model !== undefined) assembly.model = model
  const usage = object(response.usage)
  if (usage !== undefined) assembly.usage = Usage.read(usage)
  const status = nonEmpty(response.status) ?? fallback
  assembly.finishReasonRaw = status
  if (status === "failed" || isObject(response.error)) {
    return failed(assembly, context, {
      error: isObject(response.error) ? response.error : {}
    })
  }
  if (status === "cancelled") {
    return classifyReported({ error: { code: status, message: "the response was cancelled" } }, context, {
      partial: assembly.partial()
    })
  }
  items.finish(response, status !== "completed")
  if (usage !== undefined) assembly.saw("usage")
  const reason = finishReason(assembly, status, response)
  // `max_messages`, `steered`, and what a later version adds: only their name tells them apart.
  if (reason === "other") assembly.finishMessage = nonEmpty(object(response.incomplete_details)?.reason)
  assembly.complete(reason)
  return undefined
}
