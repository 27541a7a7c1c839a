/**
 * Encodes completions for Google's Interactions API: steps, which begin, grow and stop.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/streaming
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Completion from "../Completion.ts"
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as GeminiOptions from "../options/GeminiOptions.ts"
import type { Finish, Part, Text, WebSearch } from "../scenario/ScriptedCompletion.ts"
import { type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as Gemini from "./Gemini.ts"
import * as Errors from "./GeminiInteractionsErrors.ts"
import * as Request from "./GeminiInteractionsRequest.ts"

const encoder = new TextEncoder()

/** The status of an interaction by the finish reason. A refusal has no status of its own. */
const status = (finish: Finish): string => {
  if (typeof finish === "object") return finish.raw
  switch (finish) {
    case "tool-calls":
      return "requires_action"
    case "length":
      return "incomplete"
    case "error":
      return "failed"
    default:
      return "completed"
  }
}

const usage = ({ usage: { cached, input, output, reasoning } }: Completion.Completion): Json.JsonObject => ({
  total_tokens: input + output,
  total_input_tokens: input,
  input_tokens_by_modality: [{ modality: "text", tokens: input }],
  total_cached_tokens: cached,
  total_output_tokens: Math.max(0, output - reasoning),
  total_tool_use_tokens: 0,
  total_thought_tokens: reasoning
})

/** A step as it begins, and what its deltas add. */
interface Step {
  readonly start: Json.JsonObject
  readonly deltas: Iterable<Json.JsonObject>
}

/** Google's offsets count bytes. */
const annotations = (part: Text): ReadonlyArray<Json.JsonObject> => {
  const text = part.flood === undefined ? Completion.textOf(part) : ""
  const bytes = (to: number): number => encoder.encode(text.slice(0, to)).length
  return (part.citations ?? []).map(({ end, start = 0, title, url }) => ({
    start_index: bytes(start),
    end_index: bytes(end ?? text.length),
    url,
    title,
    type: "url_citation"
  }))
}

const textDeltas = function*(part: Text): Generator<Json.JsonObject> {
  for (const text of Completion.textDeltas(part)) yield { text, type: "text" }
  const cited = annotations(part)
  if (cited.length > 0) yield { annotations: cited, type: "text_annotation_delta" }
}

const searchSteps = (part: WebSearch, completion: Completion.Completion): ReadonlyArray<Step> => {
  const id = part.id ?? completion.seed.id("", 8)
  return [
    {
      start: { id, signature: "", type: "google_search_call" },
      deltas: [{ type: "google_search_call", arguments: { queries: [part.query] } }]
    },
    {
      start: { call_id: id, signature: "", type: "google_search_result" },
      deltas: [{
        type: "google_search_result",
        result: (part.results ?? []).map(({ title, url }) => ({ title, url }))
      }]
    }
  ]
}

const summaries = (completion: Completion.Completion): boolean =>
  Json.object(completion.request["generation_config"])["thinking_summaries"] === "auto"

const stepsOf = (part: Part, completion: Completion.Completion): ReadonlyArray<Step> => {
  switch (part._tag) {
    case "Text":
      return [{ start: { type: "model_output" }, deltas: textDeltas(part) }]
    case "Refusal":
      return [{ start: { type: "model_output" }, deltas: textDeltas({ _tag: "Text", text: part.text }) }]
    case "Reasoning": {
      const texts = part.summary ?? [Completion.textOf(Completion.withReasoningText(part))]
      const summary = summaries(completion) ? texts.filter((text) => text !== "") : []
      return [{
        start: { type: "thought" },
        deltas: [
          ...summary.map((text) => ({ content: { text, type: "text" }, type: "thought_summary" })),
          { signature: part.signature ?? completion.seed.id("CiQB", 60), type: "thought_signature" }
        ]
      }]
    }
    case "ToolCall":
      return [{
        start: {
          id: part.id ?? completion.seed.id("", 8),
          signature: "",
          type: "function_call",
          name: part.name,
          arguments: {}
        },
        deltas: Completion.argumentDeltas(part).map((text) => ({ arguments: text, type: "arguments_delta" }))
      }]
    case "WebSearch":
      return searchSteps(part, completion)
  }
}

/** Returns the id of an interaction; empty for one that is not stored. */
const idOf = (completion: Completion.Completion): string =>
  completion.responseId ?? (completion.request["store"] === false ? "" : completion.seed.id("v1_", 40))

const interaction = (completion: Completion.Completion, id: string): Json.JsonObject => {
  const at = DateTime.formatIso(DateTime.makeUnsafe(completion.created * 1000)).replace(".000Z", "Z")
  return {
    id,
    status: status(completion.finish),
    usage: usage(completion),
    created: at,
    updated: at,
    service_tier: "standard",
    object: "interaction",
    model: completion.model
  }
}

const event = (type: string, data: Json.JsonObject, options?: Partial<WireEvent>): WireEvent => ({
  name: type,
  data: JSON.stringify({ ...data, event_type: type }),
  tokens: 0,
  ...options
})

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  const id = idOf(completion)
  const beginning = { id, status: "in_progress", object: "interaction", model: completion.model }
  yield event("interaction.created", { interaction: beginning })
  yield event("interaction.status_update", { interaction_id: id, status: "in_progress" })
  let index = 0
  for (const part of completion.parts) {
    for (const { deltas, start } of stepsOf(part, completion)) {
      yield event("step.start", { index, step: start })
      for (const delta of deltas) yield event("step.delta", { index, delta }, { tokens: 1 })
      yield event("step.stop", { index })
      index++
    }
  }
  yield event("interaction.completed", { interaction: interaction(completion, id) }, {
    isFinish: true,
    isTerminator: true
  })
  yield { name: "done", data: "[DONE]", tokens: 0 }
}

/** Joins a step with what its deltas add, for a response that is not streamed. */
const whole = ({ deltas, start }: Step): Json.JsonObject => {
  const step: Record<string, Json.Json> = { ...start }
  let text = ""
  let input = ""
  const summary: Array<Json.Json> = []
  let cited: Json.Json | undefined
  for (const { type, ...fields } of deltas) {
    if (type === "text") text += Json.text(fields["text"]) ?? ""
    else if (type === "arguments_delta") input += Json.text(fields["arguments"]) ?? ""
    else if (type === "thought_summary") summary.push(fields["content"] ?? null)
    else if (type === "text_annotation_delta") cited = fields["annotations"]
    else Object.assign(step, fields)
  }
  switch (step["type"]) {
    case "model_output":
      return { ...step, content: [{ text, type: "text", ...(cited === undefined ? {} : { annotations: cited }) }] }
    case "function_call":
      return { ...step, arguments: Option.getOrElse(Json.parse(input === "" ? "{}" : input), () => input) }
    case "thought":
      return summary.length === 0 ? step : { ...step, summary }
    default:
      return step
  }
}

// Counting is an endpoint of the other protocol.
const { sideResponse: _, ...shared } = Gemini.protocol

const wholeBody = (completion: Completion.Completion): Json.JsonObject => ({
  ...interaction(completion, idOf(completion)),
  steps: completion.parts.flatMap((part) => stepsOf(part, completion)).map(whole)
})

/** The protocol of `POST …/interactions`. */
export const protocol: WireProtocol = {
  ...shared,
  id: "gemini-interactions",
  serves: (path) => path.endsWith("/interactions"),
  framing: Sse.framing,
  framingFor: () => Sse.framing,
  unknownModel: (model) => `Model ${model} not found.`,
  validate: Request.validate,
  match: ({ body }) => ({
    protocol: "gemini-interactions",
    model: Json.text(body["model"]) ?? Json.text(body["agent"]) ?? "",
    contains: Json.texts([body["system_instruction"] ?? null, body["input"] ?? null]).join("\n"),
    stream: body["stream"] === true
  }),
  options: GeminiOptions.interactions,
  events,
  wholeBody,
  errorEvents: (_turn, problem) => [event("error", Errors.body(problem))],
  errorResponse: Errors.errorResponse
}
