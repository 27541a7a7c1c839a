/**
 * Writes a prompt as the `messages` and `documents` of Cohere's Chat.
 *
 * @since 0.1.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import { array, defined, object } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { protocol } from "./ResponseItems.ts"

/**
 * A prompt as Cohere takes it. Text files are documents, which stand beside the messages.
 *
 * @category models
 * @since 0.1.0
 */
export interface Written {
  readonly messages: ReadonlyArray<Schema.JsonObject>
  readonly documents: ReadonlyArray<Schema.JsonObject>
}

const isText = (mediaType: string): boolean => mediaType.startsWith("text/") || mediaType === "application/json"

interface Writing {
  readonly found: PromptParts.Problems
  readonly documents: Array<Schema.JsonObject>
}

const image = (part: Prompt.FilePart, { found }: Writing): Schema.JsonObject => {
  const file = PromptParts.fileData(part)
  if (file.type === "id")
    found.refuse("prompt", "Cohere takes images as bytes, base64 or a URL, not as the id of a file")
  const detail = Replay.optionsOf(part).detail
  const url = file.type === "base64" ? PromptParts.dataUrl(file) : file.type === "url" ? file.url : ""
  return { type: "image_url", image_url: { url, ...(detail === undefined ? {} : { detail }) } }
}

const document = (part: Prompt.FilePart, { documents, found }: Writing): void => {
  const file = PromptParts.fileData(part)
  const text = file.type === "base64" ? PromptParts.textOfBase64(file.base64) : undefined
  if (text === undefined)
    found.refuse("prompt", `Cohere takes ${part.mediaType} files as bytes or base64 of their text`)
  else documents.push({ data: defined({ text, title: part.fileName }) })
}

/** The parts of a user's message that stay in it. */
const userParts = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  writing: Writing
): ReadonlyArray<Schema.JsonObject> =>
  parts.flatMap((part): ReadonlyArray<Schema.JsonObject> => {
    if (part.type === "text") return [{ type: "text", text: part.text }]
    if (part.mediaType.startsWith("image/")) return [image(part, writing)]
    if (isText(part.mediaType)) document(part, writing)
    else writing.found.refuse("prompt", `Cohere takes images and text files, not ${part.mediaType}: send it as text`)
    return []
  })

/** Text alone is a string; a message of documents alone says that they are there, since none may be empty. */
const userContent = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  writing: Writing
): Schema.Json => {
  const written = userParts(parts, writing)
  const [only, ...others] = written
  if (only === undefined) return parts.length === 0 ? "" : "See the documents."
  return others.length === 0 && typeof only.text === "string" ? only.text : written
}

/** What Cohere wants back of a text's citations: each names the block that it is of. */
const citationsOf = (part: Prompt.TextPart, contentIndex: number): ReadonlyArray<Schema.Json> =>
  (PromptParts.messageOf(part, protocol)?.content ?? []).flatMap((content) =>
    content._tag === "OutputText"
      ? content.citations.flatMap(({ native }) => {
        const citation = object(native)
        return citation === undefined ? [] : [{ ...defined(citation), content_index: contentIndex }]
      })
      : []
  )

/** The kind of a piece of reasoning that came over this protocol. What another model thought is not sent. */
const kindOf = (part: Prompt.ReasoningPart): "tool_plan" | "thinking" | undefined => {
  const item = Replay.itemOf(part, protocol)
  if (item?._tag !== "Reasoning") return undefined
  return object(item.native)?.type === "tool_plan" ? "tool_plan" : "thinking"
}

const toolCall = (part: Prompt.ToolCallPart, { found }: Writing): Schema.JsonObject => ({
  id: part.id,
  type: "function",
  function: { name: part.name, arguments: PromptParts.argumentsText(part.params, part.name, found) }
})

const assistantMessage = (
  message: Prompt.AssistantMessage,
  thinks: boolean,
  writing: Writing
): Schema.JsonObject | undefined => {
  const calls = message.content.filter((part) => part.type === "tool-call" && !part.providerExecuted)
  const content: Array<Schema.JsonObject> = []
  const citations: Array<Schema.Json> = []
  const toolCalls: Array<Schema.JsonObject> = []
  let plan = ""
  for (const part of message.content) {
    switch (part.type) {
      case "text":
        if (part.text === "") break
        // "text content is not allowed when tool_calls are provided", says the server, and names the plan as its place.
        if (calls.length > 0) plan += plan === "" ? part.text : `\n${part.text}`
        else {
          citations.push(...citationsOf(part, content.length))
          content.push({ type: "text", text: part.text })
        }
        break
      case "reasoning": {
        const kind = kindOf(part)
        if (kind === "tool_plan") plan += plan === "" ? part.text : `\n${part.text}`
        else if (kind === "thinking" && thinks && part.text !== "")
          content.push({ type: "thinking", thinking: part.text })
        break
      }
      case "tool-call":
        if (!part.providerExecuted) toolCalls.push(toolCall(part, writing))
        break
      case "file":
        writing.found.refuse("prompt", "Cohere takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  // A plan without calls comes to nothing, but is all that was said.
  if (toolCalls.length === 0 && plan !== "" && !content.some((entry) => entry.type === "text")) {
    content.push({ type: "text", text: plan })
    plan = ""
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
 * Writes a prompt. `thinks` says whether the model may think: only then does it take its earlier thoughts back.
 *
 * **Details**
 *
 * Text files of the user become `documents`, which the model can cite. Text before tool calls goes into `tool_plan`, as
 * the server demands. Thoughts, plans and citations are sent back where they came over this protocol. The text of a
 * tool's failure begins with `Error: `; files that a tool answers with follow the results in a user message.
 *
 * @see https://docs.cohere.com/reference/chat
 * @see https://docs.cohere.com/docs/tool-use-overview
 * @category encoding
 * @since 0.1.0
 */
export const encode = (prompt: Prompt.Prompt, thinks: boolean, found: PromptParts.Problems): Written => {
  const writing: Writing = { found, documents: [] }
  const messages = MessageList.make(prompt, {
    system: ({ content }) => ({ role: "system", content }),
    user: (parts) => ({ role: "user", content: userContent(parts, writing) }),
    assistant: (message) => assistantMessage(message, thinks, writing),
    result: (part, content) => ({ role: "tool", tool_call_id: part.id, content })
  }, found)
  return { messages, documents: writing.documents }
}

/**
 * The documents that a caller sends beside those of the prompt.
 *
 * @category accessors
 * @since 0.1.0
 */
export const documents = (
  written: Written,
  own: Schema.JsonObject
): ReadonlyArray<Schema.Json> | undefined => {
  const all = [...written.documents, ...(array(own.documents) ?? [])]
  return all.length === 0 ? undefined : all
}
