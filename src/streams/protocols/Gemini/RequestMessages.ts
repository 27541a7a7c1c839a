/**
 * Encodes a prompt as the `systemInstruction` and `contents` of `generateContent`.
 *
 * @see https://ai.google.dev/api/caching#Content
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { array, defined, isObject, nonEmpty, object } from "../../json/Json.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Model } from "./ModelGenerations.ts"
import { name } from "./ResponseItems.ts"

type Part = Schema.JsonObject

/** What the encoding of a prompt depends on. */
export interface PromptContext {
  readonly problems: Problems.Problems
  readonly model: Model
}

/** The value that Google's documentation names for a tool call without a signature. */
const noSignature = "skip_thought_signature_validator"

/** Google's own names of media types. */
const ownNames: ReadonlyMap<string, string> = new Map([
  ["video/x-ms-wmv", "video/wmv"],
  ["video/x-msvideo", "video/avi"]
])

const file = (part: Prompt.FilePart, { problems }: PromptContext): Part => {
  const data = PromptParts.fileData(part)
  const mimeType = ownNames.get(data.mediaType) ?? data.mediaType
  switch (data.type) {
    case "base64":
      return { inlineData: { mimeType, data: data.base64 } }
    case "url":
      // The type of an image at a URL may be unknown (`image/*`).
      return {
        fileData: { ...(mimeType.includes("*") ? {} : { mimeType }), fileUri: data.url }
      }
    case "id":
      problems.refuse(
        "prompt",
        `file "${data.id}" was uploaded to another provider: give its bytes, or the URI of Google's copy`
      )
      return {}
  }
}

const inputs = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  context: PromptContext
): ReadonlyArray<Part> =>
  parts.flatMap((part) => part.type === "file" ? [file(part, context)] : part.text === "" ? [] : [{ text: part.text }])

const message = (item: ResponseItem & { readonly _tag: "Message" }): ReadonlyArray<Part> => {
  const signatures = array(object(item.native)?.thoughtSignatures) ?? []
  return item.content.flatMap((content, index) => {
    const text = content._tag === "OutputText" ? content.text : content.refusal
    const thoughtSignature = nonEmpty(signatures[index])
    return text === "" && thoughtSignature === undefined
      ? []
      : [{ text, ...(thoughtSignature === undefined ? {} : { thoughtSignature }) }]
  })
}

/** The types of items that were not parts of the content. */
const besideParts = new Set(["groundingMetadata", "urlContextMetadata"])

/** Encodes messages one after the other. */
class Conversation {
  readonly contents: Array<{ readonly role: "user" | "model"; readonly parts: Array<Part> }> = []
  /** The tool calls since the last message of the user, in order, with the ids that are sent. */
  readonly #calls = new Map<string, { readonly order: number; readonly id: string | undefined }>()
  #results: Array<{ readonly order: number; readonly parts: ReadonlyArray<Part> }> = []
  readonly #context: PromptContext

  constructor(context: PromptContext) {
    this.#context = context
  }

  user(parts: ReadonlyArray<Part>): void {
    this.#addResults()
    if (parts.length > 0) this.contents.push({ role: "user", parts: [...parts] })
  }

  assistant(entry: Prompt.AssistantMessage): void {
    this.#addResults()
    const parts = entry.content.flatMap((part) => this.#part(part))
    const last = this.contents.at(-1)
    if (last?.role === "model") last.parts.push(...parts)
    else if (parts.length > 0) {
      this.contents.push({ role: "model", parts })
    }
  }

  /** Keeps a tool result until all of its message are known: Google matches them with the tool calls by order. */
  result(part: Prompt.ToolResultPart): void {
    const { model, problems } = this.#context
    const call = this.#calls.get(part.id)
    const shown = part.modelOutput
    const output = shown === undefined
      ? PromptParts.toJson(part.result === undefined ? "" : part.result)
      : shown.flatMap((entry) => (entry.type === "text" ? [entry.text] : [])).join("\n")
    if (output === undefined) {
      problems.refuse("prompt", `the result of tool "${part.name}" is not JSON; give text or JSON`)
    }
    const files = shown?.flatMap((entry) => (entry.type === "file" ? [file(entry, this.#context)] : [])) ?? []
    const inside = model.resultFiles && files.length > 0
    const functionResponse = {
      ...(call?.id === undefined ? {} : { id: call.id }),
      name: part.name,
      response: { [part.isFailure ? "error" : "output"]: output ?? null },
      ...(inside ? { parts: files } : {})
    }
    this.#results.push({
      order: call?.order ?? this.#calls.size,
      parts: [{ functionResponse }, ...(inside ? [] : files)]
    })
  }

  end(): void {
    this.#addResults()
    if (!this.#context.model.signed) return
    for (const { role, parts } of this.contents) {
      if (role !== "model") continue
      const calls = parts.filter((part) => part["functionCall"] !== undefined)
      const [first] = calls
      // Of several tool calls in one message, only the first has a signature.
      if (first === undefined || calls.some((part) => part["thoughtSignature"] !== undefined)) continue
      parts[parts.indexOf(first)] = { ...first, thoughtSignature: noSignature }
    }
  }

  #addResults(): void {
    if (this.#results.length === 0) return
    const ordered = this.#results.toSorted((left, right) => left.order - right.order)
    this.contents.push({ role: "user", parts: ordered.flatMap(({ parts }) => parts) })
    this.#results = []
    this.#calls.clear()
  }

  #part(part: Prompt.AssistantMessagePart): ReadonlyArray<Part> {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, name)
        return item !== undefined ? message(item) : part.text === "" ? [] : [{ text: part.text }]
      }
      case "reasoning": {
        const item = Replay.itemOf(part, name)
        // Reasoning without a signature is not sent back.
        return item?._tag === "Reasoning" && item.signature !== undefined
          ? [{ text: item.content.join(""), thought: true, thoughtSignature: item.signature }]
          : []
      }
      case "file": {
        const item = Replay.itemOf(part, name)
        const beside = item?._tag === "File" && isObject(item.native) ? defined(item.native) : {}
        return [{ ...beside, ...file(part, this.#context) }]
      }
      case "tool-call":
        return this.#call(part)
      case "tool-result":
      case "tool-approval-request":
        return []
    }
  }

  #call(part: Prompt.ToolCallPart): ReadonlyArray<Part> {
    const item = Replay.itemOf(part, name)
    if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
      return isObject(item.native) && !besideParts.has(item.type) ? [defined(item.native)] : []
    }
    // A tool call that a provider ran is sent only to that provider.
    if (part.providerExecuted) return []
    const native = item?._tag === "ToolCall" && isObject(item.native) ? defined(item.native) : {}
    const { id: ownId, ...beside } = native
    // An id of ours is sent only where the model wants one: other models refuse it at some addresses.
    const id = this.#context.model.wantsCallIds || nonEmpty(ownId) !== undefined ? part.id : undefined
    this.#calls.set(part.id, { order: this.#calls.size, id })
    return [{
      ...beside,
      functionCall: {
        ...(id === undefined ? {} : { id }),
        name: part.name,
        args: PromptParts.argumentsObject(Replay.argumentsOf(part, name), part.name, this.#context.problems)
      }
    }]
  }
}

/**
 * Encodes the messages of a prompt.
 *
 * **Details**
 *
 * System messages become `systemInstruction`, wherever they stand; for models that take none they are put before the
 * first user message. Tool results are one user message, in the order of the tool calls.
 */
export const encode = (messages: ReadonlyArray<Prompt.Message>, context: PromptContext): Schema.JsonObject => {
  const instructions: Array<Part> = []
  const conversation = new Conversation(context)
  for (const entry of messages) {
    switch (entry.role) {
      case "system":
        if (entry.content !== "") instructions.push({ text: entry.content })
        break
      case "user":
        conversation.user(inputs(entry.content, context))
        break
      case "assistant":
        conversation.assistant(entry)
        break
      case "tool":
        for (const part of entry.content) if (part.type === "tool-result") conversation.result(part)
        break
    }
  }
  conversation.end()
  const { contents } = conversation
  if (contents.length === 0) {
    context.problems.refuse("prompt", "it has no messages with content; add a user message")
  }
  if (context.model.instructions || instructions.length === 0) {
    return { ...(instructions.length === 0 ? {} : { systemInstruction: { parts: instructions } }), contents }
  }
  contents.find(({ role }) => role === "user")?.parts.unshift(...instructions)
  return { contents }
}
