/**
 * Which protocol a body is written in, by the words that only one of them uses.
 *
 * @since 0.1.0
 */
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import { isObject, parse } from "../../streams/protocols/Json.ts"

/** Text inside a model's answer has its quotes escaped, so none of these is found there. */
const marks: ReadonlyArray<readonly [ProtocolName, RegExp]> = [
  ["openai-chat", /"object"\s*:\s*"(chat\.completion|text_completion)|"choices"\s*:\s*\[/],
  ["openai-responses", /"object"\s*:\s*"response"|"type"\s*:\s*"response\.[a-z_.]+"|^event:\s*response\./m],
  [
    "anthropic-messages",
    /"type"\s*:\s*"(message_start|message_delta|message_stop|content_block_\w+|ping)"|^event:\s*(message_|content_block_|ping)/m
  ],
  ["gemini", /"(candidates|promptFeedback|usageMetadata)"\s*:\s*[[{]/]
]

/** What is weaker: a stream of Anthropic's that begins with an error. */
const anthropicError = /"type"\s*:\s*"error"\s*,\s*"error"/

/**
 * How much of a body is looked at.
 *
 * @category models
 * @since 0.1.0
 */
export const enough = 16 * 1024

/**
 * The protocol of a stream whose mark comes first, out of those that it may be.
 *
 * @category decoding
 * @since 0.1.0
 */
export const ofStream = (head: string, candidates: ReadonlyArray<ProtocolName>): ProtocolName | undefined => {
  const [first] = marks
    .flatMap(([name, pattern]) => {
      const at = candidates.includes(name) ? head.search(pattern) : -1
      return at < 0 ? [] : [{ name, at }]
    })
    .toSorted((left, right) => left.at - right.at)
  if (first !== undefined) return first.name
  return candidates.includes("anthropic-messages") && anthropicError.test(head) ? "anthropic-messages" : undefined
}

/**
 * The protocol of a whole answer, out of those that it may be.
 *
 * @category decoding
 * @since 0.1.0
 */
export const ofWhole = (body: string, candidates: ReadonlyArray<ProtocolName>): ProtocolName | undefined => {
  const parsed = parse(body)
  // What was cut off is whole for none; its beginning still tells.
  if (parsed === undefined) return ofStream(body.slice(0, enough), candidates)
  // The array that Gemini's streams are.
  const value = Array.isArray(parsed) ? parsed[0] : parsed
  if (!isObject(value)) return undefined
  const name = value["object"] === "response"
    ? "openai-responses"
    : value["type"] === "message" || value["type"] === "error"
    ? "anthropic-messages"
    : value["choices"] !== undefined
    ? "openai-chat"
    : value["candidates"] !== undefined || value["promptFeedback"] !== undefined || value["usageMetadata"] !== undefined
    ? "gemini"
    : undefined
  return name !== undefined && candidates.includes(name) ? name : undefined
}
