/**
 * Which protocol a body is written in, by the words that only one of them uses.
 */
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import { isObject, type JsonObject, parse } from "../../streams/protocols/Json.ts"

/** The patterns of each protocol. Quotes inside a completion's text are escaped, so no pattern matches there. */
const marks: ReadonlyArray<readonly [ProtocolName, RegExp]> = [
  [
    "openai-completions",
    // The text of a choice stands beside what is said of it, and not in a message.
    /"object"\s*:\s*"text_completion|"choices"\s*:\s*\[\s*\{\s*("(index|finish_reason|logprobs)"\s*:\s*[\w"]+\s*,\s*)*"text"\s*:/
  ],
  ["openai-chat", /"object"\s*:\s*"chat\.completion|"choices"\s*:\s*\[/],
  ["openai-responses", /"object"\s*:\s*"response"|"type"\s*:\s*"response\.[a-z_.]+"|^event:\s*response\./m],
  [
    "anthropic-messages",
    /"type"\s*:\s*"(message_start|message_delta|message_stop|content_block_\w+|ping)"|^event:\s*(message_|content_block_|ping)/m
  ],
  [
    "cohere",
    /"type"\s*:\s*"(message-(start|end)|content-(start|delta|end)|tool-plan-delta|tool-call-(start|delta|end))"|^event:\s*(message|content|tool-plan|tool-call|citation)-/m
  ],
  [
    "bedrock-converse",
    /^\s*\{"(message(Start|Stop)|contentBlock(Start|Delta|Stop)|metadata|chunk)"\s*:\s*\{/m
  ],
  ["ollama", /"done"\s*:\s*(true|false)/],
  ["gemini", /"(candidates|promptFeedback|usageMetadata)"\s*:\s*[[{]/]
]

/** Nothing but a frame begins with a byte of zero: that of its length. */
const frame = /^\0[^]{0,64}:(event|message|exception|error)-/

/** Whether a body is of Amazon's frames. */
export const isEventStream = (head: string): boolean => frame.test(head)

/** What is weaker: a stream of Anthropic's that begins with an error. */
const anthropicError = /"type"\s*:\s*"error"\s*,\s*"error"/

/** How much of a body is looked at. */
export const enough = 16 * 1024

/** The protocol of a stream whose mark comes first, out of those that it may be. */
export const ofStream = (head: string, candidates: ReadonlyArray<ProtocolName>): ProtocolName | undefined => {
  // Whatever is in the frames, this one reads it.
  if (isEventStream(head) && candidates.includes("bedrock-converse")) return "bedrock-converse"
  const [first] = marks
    .flatMap(([name, pattern]) => {
      const at = candidates.includes(name) ? head.search(pattern) : -1
      return at < 0 ? [] : [{ name, at }]
    })
    .toSorted((left, right) => left.at - right.at)
  if (first !== undefined) return first.name
  return candidates.includes("anthropic-messages") && anthropicError.test(head) ? "anthropic-messages" : undefined
}

const wholeName = (value: JsonObject): ProtocolName | undefined => {
  if (value["object"] === "response") return "openai-responses"
  if (value["type"] === "message" || value["type"] === "error") return "anthropic-messages"
  if (value["object"] === "text_completion") return "openai-completions"
  if (value["choices"] !== undefined) return "openai-chat"
  if (
    value["candidates"] !== undefined || value["promptFeedback"] !== undefined || value["usageMetadata"] !== undefined
  ) {
    return "gemini"
  }
  if (typeof value["done"] === "boolean") return "ollama"
  if (value["stopReason"] !== undefined && isObject(value["output"])) return "bedrock-converse"
  return isObject(value["message"]) ? "cohere" : undefined
}

/** Returns the protocol of a whole response body, out of the candidates. */
export const ofWhole = (body: string, candidates: ReadonlyArray<ProtocolName>): ProtocolName | undefined => {
  const parsed = parse(body)
  // What was cut off is whole for none; its beginning still tells.
  if (parsed === undefined) return ofStream(body.slice(0, enough), candidates)
  // The array that Gemini's streams are.
  const value = Array.isArray(parsed) ? parsed[0] : parsed
  if (!isObject(value)) return undefined
  const name = wholeName(value)
  return name !== undefined && candidates.includes(name) ? name : undefined
}

/**
 * Whether a body that begins with an object has one object per line. Returns `undefined` until the first line has ended.
 */
export const isLines = (head: string): boolean | undefined => {
  const text = head.trimStart()
  const end = text.indexOf("\n")
  return end < 0 ? undefined : isObject(parse(text.slice(0, end)))
}
