/**
 * Leaves out what another provider made for itself alone: reasoning, and the items with its signatures and ids.
 */
import * as Prompt from "effect/ai/Prompt"
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

/**
 * Leaves out the reasoning of other providers, with a warning, and their items on the other parts, of which a provider
 * accepts only the text, the file or the call.
 */
export const leaveOut = (
  messages: ReadonlyArray<Prompt.Message>,
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
      if (part.type !== "reasoning") return [withoutItem(part)]
      problems.warn(
        "prompt",
        "Reasoning of another provider was left out of the prompt: only the provider that made it accepts it back."
      )
      return []
    })
    return Prompt.assistantMessage({ content, options: message.options })
  })
