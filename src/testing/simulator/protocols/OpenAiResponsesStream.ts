/**
 * Creates the stream events of the output items of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import type { JsonObject } from "../Json.ts"
import * as Logprobs from "../Logprobs.ts"
import * as Completion from "../Completion.ts"
import { annotation, type Content, contentPart, type Item } from "./OpenAiResponsesItems.ts"

/** An event without its number. `delta` is a separate field, since deltas are paced and may be padded. */
export interface ItemEvent {
  readonly type: string
  readonly fields: JsonObject
  readonly delta?: string
}

type ItemOf<Type extends Item["type"]> = Extract<Item, { readonly type: Type }>

const content = function*(part: Content, where: JsonObject, item: ItemOf<"message">): Generator<ItemEvent> {
  const empty = part._tag === "Refusal"
    ? { type: "refusal", refusal: "" }
    : { type: "output_text", annotations: [], logprobs: [], text: "" }
  yield { type: "response.content_part.added", fields: { ...where, part: empty } }
  if (part._tag === "Refusal") {
    for (const delta of Completion.words(part.text)) yield { type: "response.refusal.delta", fields: where, delta }
    yield { type: "response.refusal.done", fields: { ...where, refusal: part.text } }
  } else {
    let position = 0
    for (const delta of Completion.textDeltas(part)) {
      const logprobs = Logprobs.ofDeltas(item, [delta], position++).map(Logprobs.encode)
      yield { type: "response.output_text.delta", fields: { ...where, logprobs }, delta }
    }
    for (const [index, citation] of (part.citations ?? []).entries()) {
      yield {
        type: "response.output_text.annotation.added",
        fields: { ...where, annotation_index: index, annotation: annotation(citation) }
      }
    }
    const logprobs = Logprobs.ofDeltas(item, Completion.pieces(part)).map(Logprobs.encode)
    yield { type: "response.output_text.done", fields: { ...where, logprobs, text: Completion.textOf(part) } }
  }
  yield { type: "response.content_part.done", fields: { ...where, part: contentPart(part, item) } }
}

const message = function*(item: ItemOf<"message">, index: number): Generator<ItemEvent> {
  const fields = { output_index: index }
  const opened = { id: item.id, type: "message", status: "in_progress", content: [], role: "assistant" }
  yield { type: "response.output_item.added", fields: { ...fields, item: opened } }
  for (const [position, part] of item.contents.entries()) {
    yield* content(part, { item_id: item.id, ...fields, content_index: position }, item)
  }
  yield { type: "response.output_item.done", fields: { ...fields, item: item.done } }
}

const reasoning = function*(item: ItemOf<"reasoning">, index: number): Generator<ItemEvent> {
  const fields = { output_index: index }
  yield {
    type: "response.output_item.added",
    fields: { ...fields, item: { id: item.id, type: "reasoning", summary: [] } }
  }
  const text = Completion.textOf(item.part)
  if (text !== "") {
    const where = { item_id: item.id, ...fields, content_index: 0 }
    yield { type: "response.content_part.added", fields: { ...where, part: { type: "reasoning_text", text: "" } } }
    for (const delta of Completion.textDeltas(item.part))
      yield { type: "response.reasoning_text.delta", fields: where, delta }
    yield { type: "response.reasoning_text.done", fields: { ...where, text } }
    yield { type: "response.content_part.done", fields: { ...where, part: { type: "reasoning_text", text } } }
  }
  for (const [position, summary] of (item.part.summary ?? []).entries()) {
    const where = { item_id: item.id, ...fields, summary_index: position }
    const part = { type: "summary_text", text: summary }
    yield { type: "response.reasoning_summary_part.added", fields: { ...where, part: { ...part, text: "" } } }
    for (const delta of Completion.words(summary))
      yield { type: "response.reasoning_summary_text.delta", fields: where, delta }
    yield { type: "response.reasoning_summary_text.done", fields: { ...where, text: summary } }
    yield { type: "response.reasoning_summary_part.done", fields: { ...where, part } }
  }
  yield { type: "response.output_item.done", fields: { ...fields, item: item.done } }
}

const webSearch = function*(item: ItemOf<"web_search_call">, index: number): Generator<ItemEvent> {
  const fields = { output_index: index }
  const opened = { id: item.id, type: "web_search_call", status: "in_progress" }
  yield { type: "response.output_item.added", fields: { ...fields, item: opened } }
  for (const state of ["in_progress", "searching", "completed"]) {
    yield { type: `response.web_search_call.${state}`, fields: { item_id: item.id, ...fields } }
  }
  yield { type: "response.output_item.done", fields: { ...fields, item: item.done } }
}

// Only `output_item.added` has the id and the name. The `done` events repeat the whole arguments.
const calls = function*(
  items: ReadonlyArray<ItemOf<"function_call">>,
  first: number,
  isInterleaved: boolean
): Generator<ItemEvent> {
  const lists = items.map((item, position): ReadonlyArray<ItemEvent> => {
    const index = first + position
    const where = { item_id: item.id, output_index: index }
    return [
      {
        type: "response.output_item.added",
        fields: { output_index: index, item: { ...item.done, status: "in_progress", arguments: "" } }
      },
      ...Completion.argumentDeltas(item.part).map((delta) => ({
        type: "response.function_call_arguments.delta",
        fields: where,
        delta
      })),
      {
        type: "response.function_call_arguments.done",
        fields: { ...where, arguments: Completion.argumentsOf(item.part) }
      },
      { type: "response.output_item.done", fields: { output_index: index, item: item.done } }
    ]
  })
  yield* Completion.orderDeltas(lists, isInterleaved)
}

/** Yields the events of all items in order. */
export const itemEvents = function*(items: ReadonlyArray<Item>, isInterleaved: boolean): Generator<ItemEvent> {
  let index = 0
  while (index < items.length) {
    const run: Array<ItemOf<"function_call">> = []
    for (let item = items[index + run.length]; item?.type === "function_call"; item = items[index + run.length]) {
      run.push(item)
    }
    yield* calls(run, index, isInterleaved)
    index += run.length
    const item = items[index]
    if (item === undefined) return
    if (item.type === "message") yield* message(item, index)
    else if (item.type === "reasoning") yield* reasoning(item, index)
    else if (item.type === "web_search_call") yield* webSearch(item, index)
    index++
  }
}
