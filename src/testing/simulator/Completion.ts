/**
 * One completion for one request: everything that a protocol needs to encode it, with every choice already made.
 */
import * as Json from "./Json.ts"
import type {
  Fallback,
  Finish,
  Part,
  Reasoning,
  ScriptedCompletion,
  Text,
  ToolCall,
  Usage
} from "./scenario/ScriptedCompletion.ts"
import type { SimulatorQuirks } from "./scenario/SimulatorQuirks.ts"
import type { Seed } from "./Seed.ts"

/** A scripted completion with all defaults filled in for one request. */
export interface Completion {
  /** The body of the request. */
  readonly request: Json.JsonObject
  readonly model: string
  /** The scripted id; without one, each protocol generates its own from `seed`. */
  readonly responseId: string | undefined
  /** The time of creation, in seconds. */
  readonly created: number
  readonly parts: ReadonlyArray<Part>
  /** Another model that goes on after some of the parts. */
  readonly fallback: Fallback | undefined
  readonly usage: Required<Usage>
  readonly finish: Finish
  /** The text of the request at which the completion ended. */
  readonly stopSequence: string | undefined
  /** How many equal completions are sent, where the protocol has choices. */
  readonly choices: number
  /** How many alternatives of each token are reported; `undefined` for no probabilities. */
  readonly topLogprobs: number | undefined
  readonly quirks: SimulatorQuirks
  readonly seed: Seed
}

const encoder = new TextEncoder()

/** Splits a text into the deltas that a model would send: words, each with the white space before it. */
export const words = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/gu) ?? []

/** Returns the whole text of a part. */
export const textOf = (part: Text | Reasoning): string => part.text ?? (part.deltas ?? []).join("")

/** Fills the text of reasoning that has only a summary, for protocols without summaries. */
export const withReasoningText = (part: Reasoning): Reasoning =>
  part.text === undefined && part.deltas === undefined ? { ...part, text: (part.summary ?? []).join("\n\n") } : part

/** Returns the deltas of a part's text, once even if the part is a flood. */
export const pieces = (part: Text | Reasoning): ReadonlyArray<string> => part.deltas ?? words(part.text ?? "")

/** Yields the deltas of all texts, once even if one is a flood. */
export const textPieces = function*(parts: ReadonlyArray<Part>): Generator<string> {
  for (const part of parts) if (part._tag === "Text") yield* pieces(part)
}

/** Yields the deltas of a part's text, without end if the part is a flood without a limit. */
export const textDeltas = function*(part: Text | Reasoning): Generator<string> {
  const deltas = pieces(part)
  const flood = part._tag === "Text" ? part.flood : undefined
  if (flood === undefined || deltas.length === 0) return yield* deltas
  const limit = flood.bytes ?? Infinity
  const sizes = deltas.map((delta) => encoder.encode(delta).length)
  let sent = 0
  while (sent < limit) {
    for (const [index, delta] of deltas.entries()) {
      yield delta
      sent += sizes[index] ?? 0
    }
  }
}

/** Returns whether a part never ends. */
export const isEndless = (part: Part): boolean =>
  part._tag === "Text" && part.flood !== undefined && part.flood.bytes === undefined

/** Returns the arguments of a tool call as they are written on the wire. */
export const argumentsOf = (call: ToolCall): string =>
  call.deltas?.join("") ?? call.rawArguments ?? JSON.stringify(call.arguments ?? {})

/** Splits JSON into pieces of 8 characters, as models send it. */
export const inPieces = (json: string): ReadonlyArray<string> => json.match(/[^]{1,8}/gu) ?? []

/** Returns the pieces in which the arguments of a tool call are sent. */
export const argumentDeltas = (call: ToolCall): ReadonlyArray<string> => call.deltas ?? inPieces(argumentsOf(call))

/** Groups neighbouring tool calls, whose deltas some dialects interleave. Other parts stay single. */
export const groupCalls = (
  parts: ReadonlyArray<Part>
): ReadonlyArray<Exclude<Part, ToolCall> | ReadonlyArray<ToolCall>> => {
  const groups: Array<Exclude<Part, ToolCall> | Array<ToolCall>> = []
  for (const part of parts) {
    const last = groups.at(-1)
    if (part._tag !== "ToolCall") groups.push(part)
    else if (Array.isArray(last)) last.push(part)
    else groups.push([part])
  }
  return groups
}

/** Orders the deltas of several tool calls: one call after the other, or interleaved. */
export const orderDeltas = <A>(lists: ReadonlyArray<ReadonlyArray<A>>, isInterleaved: boolean): ReadonlyArray<A> => {
  if (!isInterleaved) return lists.flat()
  const ordered: Array<A> = []
  const longest = Math.max(0, ...lists.map((list) => list.length))
  for (let round = 0; round < longest; round++) ordered.push(...lists.flatMap((list) => list.slice(round, round + 1)))
  return ordered
}

/** Returns the number of tokens of a part as the simulator counts them: its deltas, and one for the name of a tool. */
export const countTokens = (part: Part): number => {
  switch (part._tag) {
    case "Text":
      return pieces(part).length
    case "Reasoning":
      return countReasoning(part)
    case "ToolCall":
      return argumentDeltas(part).length + 1
    case "Refusal":
      return words(part.text).length
    case "WebSearch":
      return words(part.query).length
  }
}

const countReasoning = (part: Reasoning): number =>
  Math.max(pieces(part).length, (part.summary ?? []).flatMap(words).length)

const promptFields = ["messages", "input", "prompt", "system", "contents", "systemInstruction", "system_instruction"]

/** Estimates the tokens of a request. The providers' own rule of thumb for English is four characters a token. */
export const inputTokens = (request: Json.JsonObject): number =>
  Math.ceil(Json.texts(promptFields.map((field) => request[field] ?? null)).join("").length / 4)

const estimate = (request: Json.JsonObject, parts: ReadonlyArray<Part>): Usage => ({
  input: inputTokens(request),
  output: parts.reduce((total, part) => total + countTokens(part), 0),
  reasoning: parts.reduce((total, part) => total + (part._tag === "Reasoning" ? countReasoning(part) : 0), 0)
})

/** Creates the completion of a script for one request. */
export const make = (options: {
  readonly scripted: ScriptedCompletion
  readonly request: Json.JsonObject
  /** The requested model, wherever the request names it. */
  readonly model: string | undefined
  readonly quirks: SimulatorQuirks
  readonly seed: Seed
  readonly created: number
  readonly stopSequence?: string | undefined
  /** The default is 1. */
  readonly choices?: number | undefined
  readonly topLogprobs?: number | undefined
}): Completion => {
  const parts = options.scripted.parts ?? []
  const { fallback } = options.scripted
  // A call that the first model made is not to be run.
  const last = fallback === undefined ? parts : parts.slice(fallback.after ?? 0)
  const usage = options.scripted.usage ?? estimate(options.request, parts)
  return {
    request: options.request,
    model: options.scripted.model ?? (options.model || "simulated"),
    responseId: options.scripted.responseId,
    created: options.created,
    parts,
    fallback,
    usage: { cached: 0, cacheWrite: 0, reasoning: 0, ...usage },
    finish: options.scripted.finish ?? (last.some((part) => part._tag === "ToolCall") ? "tool-calls" : "stop"),
    stopSequence: options.stopSequence,
    choices: options.choices ?? 1,
    topLogprobs: options.topLogprobs,
    quirks: options.quirks,
    seed: options.seed
  }
}
