/**
 * The completion that the simulator returns where none is scripted: it obeys the options of the request.
 */
import * as Completion from "../Completion.ts"
import type { OfferedTool, RequestOptions } from "../options/RequestOptions.ts"
import * as Seed from "../Seed.ts"
import * as SchemaValue from "../values/SchemaValue.ts"
import type { Part, ScriptedCompletion, Text, ToolCall } from "./ScriptedCompletion.ts"

const reasoning = "This reasoning is simulated. No model has produced it."

const text =
  "This text comes from a simulator, and no model wrote it. It is the same for every prompt, so tests can use it."

/** The default completion for one request. */
export interface DefaultCompletion {
  readonly scripted: ScriptedCompletion
  /** The text of the request at which the completion ended. */
  readonly stopSequence: string | undefined
}

/** Returns the tool to call: the first that may be called, unless the model is free and already has a result. */
const toolOf = ({ toolChoice, tools }: RequestOptions, hasToolResult: boolean): OfferedTool | undefined => {
  if (toolChoice.mode === "none" || toolChoice.mode === "auto" && hasToolResult) return undefined
  const { names } = toolChoice
  return names === undefined ? tools[0] : tools.find(({ name }) => names.includes(name))
}

/** Returns the text, or the JSON that is asked for in the pieces of arguments, since it may have no spaces. */
const textOf = ({ outputSchema }: RequestOptions, seed: Seed.Seed): Text => {
  if (outputSchema === undefined) return { _tag: "Text", text }
  const json = JSON.stringify(SchemaValue.make(outputSchema, seed))
  return { _tag: "Text", text: json, deltas: Completion.inPieces(json) }
}

const partsOf = (options: RequestOptions, hasToolResult: boolean, seed: Seed.Seed): ReadonlyArray<Part> => {
  const tool = toolOf(options, hasToolResult)
  // Ids differ by request; the content is the same for the same seed of a request.
  const values = options.seed === undefined ? seed : Seed.make(options.seed)
  const thinking: Part = {
    _tag: "Reasoning",
    // Protocols without summaries send this as the reasoning itself.
    summary: [reasoning],
    signature: seed.id("sig_", 32),
    encrypted: seed.id("enc_", 32)
  }
  // A model that has to call a tool writes nothing before, and one that has to write JSON writes it in the end.
  const hasText = tool === undefined || options.toolChoice.mode === "auto" && options.outputSchema === undefined
  const words = textOf(options, values)
  return [
    ...(options.reasons ? [thinking] : []),
    ...(hasText ? [words] : []),
    ...(tool === undefined
      ? []
      : [
        {
          _tag: "ToolCall",
          name: tool.name,
          arguments: SchemaValue.make(tool.schema ?? { type: "object" }, values)
        } as const
      ])
  ]
}

/** Cuts a part to the beginning of its text. */
const cutText = ({ deltas, ...part }: Text, text: string): Text => ({
  ...part,
  text,
  ...(deltas === undefined ? {} : { deltas: Completion.inPieces(text) })
})

/** Ends the parts before the first text at which the request stops. */
const stopAt = (
  parts: ReadonlyArray<Part>,
  stop: ReadonlyArray<string>
): { readonly parts: ReadonlyArray<Part>; readonly sequence: string | undefined } => {
  for (const [index, part] of parts.entries()) {
    if (part._tag !== "Text" || part.text === undefined) continue
    const whole = part.text
    const found = stop.map((sequence) => ({ sequence, at: whole.indexOf(sequence) })).filter(({ at }) => at !== -1)
    const [first] = found.toSorted((left, right) => left.at - right.at)
    if (first === undefined) continue
    const rest: ReadonlyArray<Part> = first.at === 0 ? [] : [cutText(part, whole.slice(0, first.at))]
    return { parts: [...parts.slice(0, index), ...rest], sequence: first.sequence }
  }
  return { parts, sequence: undefined }
}

const cutCall = (call: ToolCall, tokens: number, cutsArguments: boolean): ReadonlyArray<Part> => {
  // The name is one token.
  const deltas = Completion.argumentDeltas(call).slice(0, tokens - 1)
  return cutsArguments && tokens > 1 ? [{ _tag: "ToolCall", name: call.name, rawArguments: deltas.join("") }] : []
}

const cutPart = (part: Part, tokens: number, cutsArguments: boolean): ReadonlyArray<Part> => {
  if (tokens === 0) return []
  switch (part._tag) {
    case "Text":
      return [cutText(part, [...Completion.textDeltas(part)].slice(0, tokens).join(""))]
    case "Reasoning":
      return [{ ...part, summary: [Completion.words((part.summary ?? []).join("")).slice(0, tokens).join("")] }]
    case "ToolCall":
      return cutCall(part, tokens, cutsArguments)
    case "Refusal":
    case "WebSearch":
      return []
  }
}

/** Ends the parts after a number of tokens, and returns whether anything was left out. */
const limitTo = (
  parts: ReadonlyArray<Part>,
  { cutsArguments, maximumTokens = Infinity }: RequestOptions
): { readonly parts: ReadonlyArray<Part>; readonly isCut: boolean } => {
  let left = maximumTokens
  for (const [index, part] of parts.entries()) {
    const tokens = Completion.countTokens(part)
    if (tokens > left) return { parts: [...parts.slice(0, index), ...cutPart(part, left, cutsArguments)], isCut: true }
    left -= tokens
  }
  return { parts, isCut: false }
}

/**
 * Creates the default completion: reasoning, two sentences or the JSON that is asked for, and a call of the first tool
 * that may be called, unless the prompt already has its result. It repeats nothing of the prompt.
 */
export const make = (request: {
  readonly seed: Seed.Seed
  readonly options: RequestOptions
  readonly hasToolResult: boolean
}): DefaultCompletion => {
  const { hasToolResult, options, seed } = request
  const stopped = stopAt(partsOf(options, hasToolResult, seed), options.stop)
  const { isCut, parts } = limitTo(stopped.parts, options)
  const reasoned = parts.filter((part) => part._tag === "Reasoning")
  const sum = (list: ReadonlyArray<Part>) => list.reduce((total, part) => total + Completion.countTokens(part), 0)
  return {
    scripted: {
      parts,
      ...(isCut ? { finish: "length" } : {}),
      usage: {
        input: 48,
        cached: 16,
        output: sum(parts) * options.choices,
        reasoning: sum(reasoned) * options.choices
      },
      rateLimits: {
        requests: { limit: 1000, remaining: 999, resetMillis: 60 },
        tokens: { limit: 100_000, remaining: 99_912, resetMillis: 52 }
      }
    },
    stopSequence: isCut ? undefined : stopped.sequence
  }
}
