/**
 * Detects the protocol of a body by field names and values that only one protocol uses.
 */
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import { isObject, type JsonObject, parse } from "../../streams/json/Json.ts"

/** The patterns of each protocol. Quotes inside a completion's text are escaped, so no pattern matches there. */
const marks: ReadonlyArray<readonly [ProtocolName, RegExp]> = [
  [
    "openai-completions",
    // The text is a field of the choice itself, not of a message in it.
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
  ["gemini-interactions", /"event_type"\s*:\s*"(interaction|step)\.|^event:\s*(interaction|step)\./m],
  ["gemini", /"(candidates|promptFeedback|usageMetadata)"\s*:\s*[[{]/]
]

/** The start of a binary frame: only its length field begins with a zero byte. */
const frame = /^\0[^]{0,64}:(event|message|exception|error)-/

/** Whether a body consists of Amazon's binary frames (`application/vnd.amazon.eventstream`). */
export const isEventStream = (head: string): boolean => frame.test(head)

/** The start of an Anthropic stream that begins with an error. It is tested last, because other bodies match it too. */
const anthropicError = /"type"\s*:\s*"error"\s*,\s*"error"/

/** How many characters of a body are searched at most. */
export const enough = 16 * 1024

/** Returns the protocol, out of the candidates, whose pattern matches first in the head of a stream. */
export const ofStream = (head: string, candidates: ReadonlyArray<ProtocolName>): ProtocolName | undefined => {
  // The decoder of this protocol also reads the frames of InvokeModel, which carry another protocol's events.
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
  if (value["object"] === "interaction") return "gemini-interactions"
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
  // A cut body is no document, but its start still matches the patterns of streams.
  if (parsed === undefined) return ofStream(body.slice(0, enough), candidates)
  // Gemini streams without SSE are an array.
  const value = Array.isArray(parsed) ? parsed[0] : parsed
  if (!isObject(value)) return undefined
  const name = wholeName(value)
  return name !== undefined && candidates.includes(name) ? name : undefined
}

/**
 * Whether a body that begins with an object has one object per line. Returns `undefined` until the first line has
 * ended.
 */
export const isLines = (head: string): boolean | undefined => {
  const text = head.trimStart()
  const end = text.indexOf("\n")
  return end < 0 ? undefined : isObject(parse(text.slice(0, end)))
}
