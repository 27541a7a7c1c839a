/**
 * Creates the output items of a response of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import * as Json from "../Json.ts"
import * as Logprobs from "../Logprobs.ts"
import type { Citation, Part, Reasoning, ToolCall, WebSearch } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"

/** A content part of a message. */
export type Content = Exclude<Part, Reasoning | ToolCall | WebSearch>

/** An output item: its id, its scripted parts, and its final JSON. */
export type Item =
  | { readonly type: "reasoning"; readonly id: string; readonly part: Reasoning; readonly done: Json.JsonObject }
  | {
    readonly type: "message"
    readonly id: string
    readonly contents: ReadonlyArray<Content>
    /** How many alternatives of each token are reported; `undefined` for no probabilities. */
    readonly topLogprobs: number | undefined
    readonly done: Json.JsonObject
  }
  | { readonly type: "function_call"; readonly id: string; readonly part: ToolCall; readonly done: Json.JsonObject }
  | { readonly type: "web_search_call"; readonly id: string; readonly part: WebSearch; readonly done: Json.JsonObject }

/** Encodes a citation. */
export const annotation = (citation: Citation): Json.JsonObject => ({
  type: "url_citation",
  start_index: citation.start ?? 0,
  end_index: citation.end ?? 0,
  url: citation.url,
  title: citation.title
})

/** Encodes a content part in its final state. */
export const contentPart = (
  content: Content,
  completion: Pick<Completion.Completion, "topLogprobs">
): Json.JsonObject =>
  content._tag === "Refusal" ? { type: "refusal", refusal: content.text } : {
    type: "output_text",
    annotations: (content.citations ?? []).map(annotation),
    logprobs: Logprobs.ofDeltas(completion, Completion.pieces(content)).map(Logprobs.encode),
    text: Completion.textOf(content)
  }

// OpenAI sends only the summary. Servers of open-weight models send the reasoning itself (`reasoning_text`).
const reasoningItem = (completion: Completion.Completion, part: Reasoning): Item => {
  const id = completion.seed.id("rs_", 40)
  const isRequested = Json.list(completion.request["include"]).includes("reasoning.encrypted_content")
  const text = Completion.textOf(part)
  return {
    type: "reasoning",
    id,
    part,
    done: {
      id,
      type: "reasoning",
      summary: (part.summary ?? []).map((summary) => ({ type: "summary_text", text: summary })),
      ...(text === "" ? {} : { content: [{ type: "reasoning_text", text }] }),
      ...(isRequested && part.encrypted !== undefined ? { encrypted_content: part.encrypted } : {})
    }
  }
}

/** Creates the items of a completion. Neighbouring texts and refusals form one message. */
export const make = (completion: Completion.Completion): ReadonlyArray<Item> => {
  const items: Array<Item> = []
  const message = (contents: ReadonlyArray<Content>): Item => {
    const id = completion.seed.id("msg_", 40)
    const content = contents.map((part) => contentPart(part, completion))
    return {
      type: "message",
      id,
      contents,
      topLogprobs: completion.topLogprobs,
      done: { id, type: "message", status: "completed", role: "assistant", content }
    }
  }
  let contents: ReadonlyArray<Content> = []
  const flush = () => {
    if (contents.length > 0) items.push(message(contents))
    contents = []
  }
  for (const part of completion.parts) {
    if (part._tag === "Text" || part._tag === "Refusal") {
      contents = [...contents, part]
      continue
    }
    flush()
    if (part._tag === "Reasoning") items.push(reasoningItem(completion, part))
    else if (part._tag === "ToolCall") {
      const id = completion.seed.id("fc_", 40)
      items.push({
        type: "function_call",
        id,
        part,
        done: {
          id,
          type: "function_call",
          status: "completed",
          arguments: Completion.argumentsOf(part),
          call_id: part.id ?? completion.seed.id("call_", 24),
          name: part.name
        }
      })
    } else {
      const id = part.id ?? completion.seed.id("ws_", 40)
      const action = { type: "search", query: part.query, queries: [part.query] }
      items.push({
        type: "web_search_call",
        id,
        part,
        done: { id, type: "web_search_call", status: "completed", action }
      })
    }
  }
  flush()
  return items
}
