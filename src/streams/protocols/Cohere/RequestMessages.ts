/**
 * Encodes a prompt as the `messages` and `documents` of Cohere's chat.
 *
 * @see https://docs.cohere.com/reference/chat
 * @see https://docs.cohere.com/docs/tool-use-overview
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import * as Replay from "../../../domain/Replay.ts"
import { array, defined, object } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { name } from "./ResponseItems.ts"

/** An encoded prompt. */
export interface EncodedPrompt {
  readonly messages: ReadonlyArray<Schema.JsonObject>
  /** The text files of the prompt, which are sent beside the messages. */
  readonly documents: ReadonlyArray<Schema.JsonObject>
}

interface PromptContext {
  readonly problems: Problems.Problems
  /** The documents found so far. */
  readonly documents: Array<Schema.JsonObject>
  /** Whether the model may think: only then does it take earlier reasoning back. */
  readonly thinks: boolean
}

const image = (part: Prompt.FilePart, { problems }: PromptContext): Schema.JsonObject => {
  const file = PromptParts.fileData(part)
  if (file.type === "id")
    problems.refuse("prompt", "Cohere takes images as bytes, base64 or a URL, not as the id of a file")
  const detail = Replay.optionsOf(part).detail
  const url = file.type === "base64" ? PromptParts.dataUrl(file) : file.type === "url" ? file.url : ""
  return { type: "image_url", image_url: { url, ...(detail === undefined ? {} : { detail }) } }
}

const addDocument = (part: Prompt.FilePart, { documents, problems }: PromptContext): void => {
  const file = PromptParts.fileData(part)
  const text = file.type === "base64" ? PromptParts.textOfBase64(file.base64) : undefined
  if (text === undefined)
    problems.refuse("prompt", `Cohere takes ${part.mediaType} files as bytes or base64 of their text`)
  else documents.push({ data: defined({ text, title: part.fileName }) })
}

/** Encodes the parts of a user message that stay in it, and adds the others to the documents. */
const userParts = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  context: PromptContext
): ReadonlyArray<Schema.JsonObject> =>
  parts.flatMap((part): ReadonlyArray<Schema.JsonObject> => {
    if (part.type === "text") return [{ type: "text", text: part.text }]
    if (MediaTypes.kindOf(part.mediaType) === "image") return [image(part, context)]
    if (MediaTypes.isText(part.mediaType)) addDocument(part, context)
    else context.problems.refuse("prompt", `Cohere takes images and text files, not ${part.mediaType}: send it as text`)
    return []
  })

/** Encodes the content of a user message. A message of documents only refers to them, since no message may be empty. */
const userContent = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  context: PromptContext
): Schema.Json => {
  const content = userParts(parts, context)
  const [only, ...others] = content
  if (only === undefined) return parts.length === 0 ? "" : "See the documents."
  return others.length === 0 && typeof only.text === "string" ? only.text : content
}

/** Encodes the citations of a text. Cohere wants each to name the content block that it is in. */
const citationsOf = (part: Prompt.TextPart, contentIndex: number): ReadonlyArray<Schema.Json> =>
  (PromptParts.messageOf(part, name)?.content ?? []).flatMap((content) =>
    content._tag === "OutputText"
      ? content.citations.flatMap(({ native }) => {
        const citation = object(native)
        return citation === undefined ? [] : [{ ...defined(citation), content_index: contentIndex }]
      })
      : []
  )

/** Returns how reasoning is sent back; `undefined` for reasoning that came over another protocol, which is not sent. */
const kindOf = (part: Prompt.ReasoningPart): "tool_plan" | "thinking" | undefined => {
  const item = Replay.itemOf(part, name)
  if (item?._tag !== "Reasoning") return undefined
  return object(item.native)?.type === "tool_plan" ? "tool_plan" : "thinking"
}

const toolCall = (part: Prompt.ToolCallPart, { problems }: PromptContext): Schema.JsonObject => ({
  id: part.id,
  type: "function",
  function: {
    name: part.name,
    arguments: PromptParts.argumentsText(Replay.argumentsOf(part, name), part.name, problems)
  }
})

/** The parts of an assistant message, by the field that they are sent in. */
interface AssistantFields {
  readonly content: Array<Schema.JsonObject>
  readonly citations: Array<Schema.Json>
  readonly toolCalls: Array<Schema.JsonObject>
  readonly plan: ReadonlyArray<string>
}

const assistantFields = (message: Prompt.AssistantMessage, context: PromptContext): AssistantFields => {
  const hasCalls = message.content.some((part) => part.type === "tool-call" && !part.providerExecuted)
  const fields = {
    content: new Array<Schema.JsonObject>(),
    citations: new Array<Schema.Json>(),
    toolCalls: new Array<Schema.JsonObject>(),
    plan: new Array<string>()
  }
  for (const part of message.content) {
    switch (part.type) {
      case "text":
        if (part.text === "") break
        // The server refuses text beside tool calls ("text content is not allowed when tool_calls are provided").
        if (hasCalls) fields.plan.push(part.text)
        else {
          fields.citations.push(...citationsOf(part, fields.content.length))
          fields.content.push({ type: "text", text: part.text })
        }
        break
      case "reasoning": {
        const kind = kindOf(part)
        if (kind === "tool_plan" && part.text !== "") fields.plan.push(part.text)
        else if (kind === "thinking" && context.thinks && part.text !== "")
          fields.content.push({ type: "thinking", thinking: part.text })
        break
      }
      case "tool-call":
        if (!part.providerExecuted) fields.toolCalls.push(toolCall(part, context))
        break
      case "file":
        context.problems.refuse("prompt", "Cohere takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  return fields
}

const assistantMessage = (message: Prompt.AssistantMessage, context: PromptContext): Schema.JsonObject | undefined => {
  const { citations, content, plan: plans, toolCalls } = assistantFields(message, context)
  const plan = plans.join("\n")
  // A plan without tool calls is sent as text where there is no other.
  if (toolCalls.length === 0 && plan !== "" && !content.some((entry) => entry.type === "text")) {
    content.push({ type: "text", text: plan })
  }
  if (content.length === 0 && toolCalls.length === 0) return undefined
  const [only, ...others] = content
  return defined({
    role: "assistant",
    tool_plan: plan === "" || toolCalls.length === 0 ? undefined : plan,
    content: only === undefined
      ? undefined
      : others.length === 0 && typeof only.text === "string"
      ? only.text
      : content,
    tool_calls: toolCalls.length === 0 ? undefined : toolCalls,
    citations: citations.length === 0 ? undefined : citations
  })
}

/**
 * Encodes a prompt. `thinks` says whether the model may think: only then does it take earlier reasoning back.
 *
 * **Details**
 *
 * Text files of the user become `documents`, which the model can cite. Text before tool calls is sent as `tool_plan`,
 * which the server requires. Reasoning, plans and citations are sent back where they came over this protocol. The text
 * of a failed tool result begins with `Error: `; files of tool results follow them in a user message.
 */
export const encode = (
  history: ReadonlyArray<Prompt.Message>,
  thinks: boolean,
  problems: Problems.Problems
): EncodedPrompt => {
  const context: PromptContext = { problems, documents: [], thinks }
  const messages = MessageList.make(history, {
    system: ({ content }) => ({ role: "system", content }),
    user: (parts) => ({ role: "user", content: userContent(parts, context) }),
    assistant: (message) => assistantMessage(message, context),
    result: (part, content) => ({ role: "tool", tool_call_id: part.id, content })
  }, problems)
  return { messages, documents: context.documents }
}

/** Encodes `documents`: those of the prompt, and those that the caller adds as options of the provider. */
export const documents = (
  prompt: EncodedPrompt,
  own: Schema.JsonObject
): ReadonlyArray<Schema.Json> | undefined => {
  const all = [...prompt.documents, ...(array(own.documents) ?? [])]
  return all.length === 0 ? undefined : all
}
