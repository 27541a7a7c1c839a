/**
 * One answer, worked out for one request: everything a protocol needs to write it, with every choice already made.
 *
 * @since 0.1.0
 */
import * as Json from "./Json.ts"
import type {
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

/**
 * @category models
 * @since 0.1.0
 */
export interface Turn {
  readonly request: Json.JsonObject
  readonly model: string
  readonly responseId: string | undefined
  readonly created: number
  readonly parts: ReadonlyArray<Part>
  readonly usage: Required<Usage>
  readonly finish: Finish
  readonly quirks: SimulatorQuirks
  readonly seed: Seed
}

const encoder = new TextEncoder()

/**
 * Cuts a text into the deltas that a model would send: words, each with the white space before it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const words = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/gu) ?? []

/**
 * Gives the whole text of a part.
 *
 * @category accessors
 * @since 0.1.0
 */
export const textOf = (part: Text | Reasoning): string => part.text ?? (part.deltas ?? []).join("")

/**
 * Gives the deltas of a part's text, without end if the part is a flood without a limit.
 *
 * @category accessors
 * @since 0.1.0
 */
export const textDeltas = function*(part: Text | Reasoning): Generator<string> {
  const deltas = part.deltas ?? words(part.text ?? "")
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

/**
 * Tells whether a part never ends.
 *
 * @category filtering
 * @since 0.1.0
 */
export const isEndless = (part: Part): boolean =>
  part._tag === "Text" && part.flood !== undefined && part.flood.bytes === undefined

/**
 * Gives the arguments of a call as they are written on the wire.
 *
 * @category accessors
 * @since 0.1.0
 */
export const argumentsOf = (call: ToolCall): string =>
  call.deltas?.join("") ?? call.rawArguments ?? JSON.stringify(call.arguments ?? {})

/**
 * Gives the pieces in which the arguments of a call are sent.
 *
 * @category accessors
 * @since 0.1.0
 */
export const argumentDeltas = (call: ToolCall): ReadonlyArray<string> =>
  call.deltas ?? argumentsOf(call).match(/[^]{1,8}/gu) ?? []

/**
 * Gathers neighbouring tool calls, which some dialects mix with each other, and leaves the other parts alone.
 *
 * @category mapping
 * @since 0.1.0
 */
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

/**
 * Orders the deltas of several calls: one call after the other, or in turns.
 *
 * @category mapping
 * @since 0.1.0
 */
export const orderDeltas = <A>(lists: ReadonlyArray<ReadonlyArray<A>>, inTurns: boolean): ReadonlyArray<A> => {
  if (!inTurns) return lists.flat()
  const ordered: Array<A> = []
  const longest = Math.max(0, ...lists.map((list) => list.length))
  for (let turn = 0; turn < longest; turn++) ordered.push(...lists.flatMap((list) => list.slice(turn, turn + 1)))
  return ordered
}

const countTokens = (part: Part): number => {
  switch (part._tag) {
    case "Text":
      return (part.deltas ?? words(part.text ?? "")).length
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
  Math.max((part.deltas ?? words(part.text ?? "")).length, (part.summary ?? []).flatMap(words).length)

// Four characters a token is what the providers themselves give as a rule of thumb for English.
const estimate = (request: Json.JsonObject, parts: ReadonlyArray<Part>): Usage => ({
  input: Math.ceil(
    Json.texts(
      ["messages", "input", "prompt", "system", "contents", "systemInstruction"].map((field) => request[field] ?? null)
    )
      .join("").length / 4
  ),
  output: parts.reduce((total, part) => total + countTokens(part), 0),
  reasoning: parts.reduce((total, part) => total + (part._tag === "Reasoning" ? countReasoning(part) : 0), 0)
})

/**
 * Creates the turn that gives an answer to a request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: {
  readonly answer: ScriptedCompletion
  readonly request: Json.JsonObject
  /** The model that was asked for, wherever the request names it. */
  readonly model: string | undefined
  readonly quirks: SimulatorQuirks
  readonly seed: Seed
  readonly created: number
}): Turn => {
  const parts = options.answer.parts ?? []
  const usage = options.answer.usage ?? estimate(options.request, parts)
  return {
    request: options.request,
    model: options.answer.model ?? (options.model || "simulated"),
    responseId: options.answer.responseId,
    created: options.created,
    parts,
    usage: { cached: 0, cacheWrite: 0, reasoning: 0, ...usage },
    finish: options.answer.finish ?? (parts.some((part) => part._tag === "ToolCall") ? "tool-calls" : "stop"),
    quirks: options.quirks,
    seed: options.seed
  }
}
