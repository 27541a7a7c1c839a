/**
 * How an answer of the Responses API ends: its status, its usage, and the items that only the final object tells.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import { count, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import type { WireItems } from "../../response/WireItems.ts"
import * as ResponseItems from "./ResponseItems.ts"

/**
 * Reads the usage of a response.
 *
 * **Details**
 *
 * Cached tokens are part of the input and reasoning is part of the output, unless a server reports more of the part than
 * of the whole: then it counts them apart.
 *
 * @category decoding
 * @since 0.1.0
 */
export const usage = (value: JsonObject): TokenUsage => {
  const input = object(value.input_tokens_details)
  const output = object(value.output_tokens_details)
  const cachedInputTokens = count(input?.cached_tokens)
  const cacheWriteInputTokens = count(input?.cache_write_tokens)
  const reasoningOutputTokens = count(output?.reasoning_tokens)
  const read = count(value.input_tokens)
  const written = count(value.output_tokens)
  const inputTokens = cachedInputTokens > read ? read + cachedInputTokens : read
  const outputTokens = reasoningOutputTokens > written ? written + reasoningOutputTokens : written
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens,
    reasoningOutputTokens,
    totalTokens: Math.max(inputTokens + outputTokens, count(value.total_tokens))
  }
}

/**
 * Makes the error of a response that failed, with what had arrived.
 *
 * @category error handling
 * @since 0.1.0
 */
export const failed = (assembly: Assembly, context: DecodeContext, report: JsonObject): ProviderError => {
  assembly.finishReasonRaw = "failed"
  return classifyReported(report, context, { partial: assembly.partial() })
}

/** Takes an item in hand that is done, wherever it was said to be. */
const settle = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): void =>
  assembly.done(open, ResponseItems.read(assembly, open, item, cut))

/** What there is of an item that nobody ended. The encrypted content of a beginning is not that of the whole. */
const asFar = (open: OpenItem, began: JsonObject | undefined): JsonObject => {
  const { encrypted_content: _, status: __, ...known } = began ?? ResponseItems.asItStands(open) ?? {}
  return open.arguments === "" ? known : { ...known, arguments: "", input: "" }
}

const sameItem = (open: OpenItem, item: JsonObject): boolean => {
  const id = ResponseItems.idOf(item)
  return ResponseItems.kind(item) === open.type && id !== undefined && id === open.id
}

/**
 * Ends every item that is still open, with the final object's word where it has one, and begins those that no event told
 * of. `began` are the wire items as they were added.
 *
 * **Details**
 *
 * Final objects are not to be trusted blindly: some are empty, some leave out the reasoning, some have new ids. So an item
 * is taken from there only when no item of its kind was told of, or when it is a call with an id of its own.
 *
 * @category decoding
 * @since 0.1.0
 */
export const settleItems = (
  assembly: Assembly,
  slots: WireItems,
  began: ReadonlyMap<OpenItem, JsonObject>,
  response: JsonObject,
  cut: boolean
): void => {
  const output = objects(response.output)
  const seen = assembly.items()
  for (const open of seen) {
    if (open.done) continue
    const at = output[open.index]
    const final = output.find((item) => sameItem(open, item)) ??
      (at !== undefined && ResponseItems.kind(at) === open.type ? at : undefined)
    const known = began.get(open)
    if (final !== undefined) settle(assembly, open, final, cut)
    else if (known !== undefined || ResponseItems.asItStands(open) !== undefined)
      settle(assembly, open, asFar(open, known), cut)
  }
  for (const item of output) {
    const type = ResponseItems.kind(item)
    const told = type === "tool-call" || type === "custom-tool-call"
      ? seen.some((open) => open.type === type && (sameItem(open, item) || ResponseItems.idOf(item) === undefined))
      : seen.some((open) => open.type === type)
    if (told) continue
    const open = begin(assembly, slots, slots.next, item)
    settle(assembly, open, item, cut)
  }
}

/**
 * Begins an item that the wire names.
 *
 * @category decoding
 * @since 0.1.0
 */
export const begin = (assembly: Assembly, slots: WireItems, at: number, item: JsonObject): OpenItem => {
  const type = string(item.type) ?? ""
  const kind = ResponseItems.kind(item)
  if (kind === "unknown" && type !== "compaction") assembly.unknown(`item ${type}`)
  const id = ResponseItems.idOf(item)
  const open = slots.begin(
    at,
    kind,
    id,
    kind === "server-tool-call" ? (nonEmpty(item.name) ?? type) : nonEmpty(item.name)
  )
  open.phase = nonEmpty(item.phase)
  if (type === "web_search_call") {
    assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: open.index, id: id ?? "" })
  }
  return open
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
 * Ends the answer with the final object of a response: completes it, or says how it failed. `fallback` is the status where
 * the object names none.
 *
 * @category decoding
 * @since 0.1.0
 */
export const end = (
  assembly: Assembly,
  slots: WireItems,
  began: ReadonlyMap<OpenItem, JsonObject>,
  context: DecodeContext,
  response: JsonObject,
  fallback: string
): ProviderError | undefined => {
  const id = nonEmpty(response.id)
  const model = nonEmpty(response.model)
  assembly.created(id ?? null, model ?? null)
  // GitHub Copilot gives the response a new id in every event; the last one is the one that it can be asked for.
  if (id !== undefined) assembly.responseId = id
  if (model !== undefined) assembly.model = model
  const spent = object(response.usage)
  if (spent !== undefined) assembly.usage = usage(spent)
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
  settleItems(assembly, slots, began, response, status !== "completed")
  if (spent !== undefined) assembly.saw("usage")
  assembly.complete(finishReason(assembly, status, response))
  return undefined
}
