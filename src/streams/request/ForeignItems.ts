/**
 * Leaves out what another provider made for itself alone: reasoning, unless it shall become text, and the items with
 * its signatures and ids.
 */
import * as Prompt from "effect/ai/Prompt"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import { isObject, object } from "../json/Json.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import type { Problems } from "./Problems.ts"

/** Returns whether a part was made from an item of another protocol or provider. */
const isForeign = (
  part: Prompt.AssistantMessagePart,
  protocol: ProtocolName,
  { provider, quirks }: EncodeContext
): boolean => {
  const item = object(object(part.options["sluice"])?.item)
  if (item === undefined || typeof item.protocol !== "string") return false
  if (item.protocol !== protocol) return true
  const from = item.provider
  return typeof from === "string" && from !== provider && quirks.replaysFrom?.includes(from) !== true
}

const withoutItem = (part: Prompt.AssistantMessagePart): Prompt.AssistantMessagePart => {
  const { item: _, ...own } = isObject(part.options["sluice"]) ? part.options["sluice"] : {}
  return { ...part, options: { ...part.options, sluice: own } }
}

const tagged = (part: Prompt.ReasoningPart): Prompt.TextPart =>
  Prompt.textPart({ text: `<reasoning>\n${part.text}\n</reasoning>\n` })

/** What happens to reasoning of another provider. */
const reasoningOf = (
  part: Prompt.ReasoningPart,
  rule: CompletionRequest["foreignReasoning"],
  problems: Problems
): ReadonlyArray<Prompt.AssistantMessagePart> => {
  const isText = rule === "text" && part.text.trim() !== ""
  problems.warn(
    "prompt",
    `Reasoning of another provider was ${
      isText ? "sent as text" : "left out of the prompt"
    }: only the provider that made it accepts it back.`
  )
  return isText ? [tagged(part)] : []
}

/**
 * Leaves out the reasoning of other providers or makes it text, with a warning, and leaves out their items on the other
 * parts, of which a provider accepts only the text, the file or the call.
 */
export const leaveOut = (
  messages: ReadonlyArray<Prompt.Message>,
  { foreignReasoning }: Pick<CompletionRequest, "foreignReasoning">,
  protocol: ProtocolName,
  context: EncodeContext,
  problems: Problems
): ReadonlyArray<Prompt.Message> =>
  messages.map((message) => {
    if (message.role !== "assistant" || !message.content.some((part) => isForeign(part, protocol, context))) {
      return message
    }
    const content = message.content.flatMap((part): ReadonlyArray<Prompt.AssistantMessagePart> => {
      if (!isForeign(part, protocol, context)) return [part]
      return part.type === "reasoning" ? reasoningOf(part, foreignReasoning, problems) : [withoutItem(part)]
    })
    return Prompt.assistantMessage({ content, options: message.options })
  })
