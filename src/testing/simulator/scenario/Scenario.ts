/**
 * A script for the simulator: which answers it gives, to whom, how fast and how broken. It is plain JSON, so that a file
 * can hold it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { SimulatedIdentity } from "../identity/SimulatedIdentity.ts"
import {
  type Citation,
  type Finish,
  type Reasoning,
  type Refusal,
  ScriptedCompletion,
  type Text,
  type ToolCall
} from "./ScriptedCompletion.ts"
import { Chunking, Pace } from "./Delivery.ts"
import { Fault } from "./Fault.ts"
import { SimulatorQuirks } from "./SimulatorQuirks.ts"

/**
 * Schema for a scenario. Every field has a default; `{}` answers everything sensibly.
 *
 * **Details**
 *
 * Answers without `when` are a script: the first request gets the first, the next the second, and after the last either
 * it repeats or the script begins again (`repeat: "cycle"`). Answers with equal `when` are a script of their own, and win
 * over the others for the requests they match, in the order of the file.
 *
 * `requireKey` is a key that has to be presented, or `true` for any. `models` are the ones that exist, and what `GET
 * /models` lists. `strictness` says how closely requests are checked: `provider` like the provider that the protocol
 * comes from, `dialect` the same but for unknown parameters, which are let through, and `off` not at all.
 *
 * `pace`, `chunking`, `quirks` and `headers` are defaults for every answer; `faults` come on top of the answer's own, and
 * their `on` counts all requests from 1, but for those for tokens.
 *
 * `identity` adds the clouds' token endpoints, and says which tokens or signatures requests have to bring.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Scenario = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  seed: Schema.optionalKey(Schema.Int),
  requireKey: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.String])),
  models: Schema.optionalKey(Schema.Array(Schema.String)),
  strictness: Schema.optionalKey(Schema.Literals(["provider", "dialect", "off"])),
  completions: Schema.optionalKey(Schema.Array(ScriptedCompletion)),
  /** The former name of `completions`, read where that is missing. */
  answers: Schema.optionalKey(Schema.Array(ScriptedCompletion)),
  repeat: Schema.optionalKey(Schema.Literals(["last", "cycle"])),
  pace: Schema.optionalKey(Pace),
  chunking: Schema.optionalKey(Chunking),
  quirks: Schema.optionalKey(SimulatorQuirks),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  faults: Schema.optionalKey(Schema.Array(Fault)),
  identity: Schema.optionalKey(SimulatedIdentity)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Scenario = typeof Scenario.Type

/**
 * Decodes a scenario from the text of a JSON file. A field that does not exist is an error, so that a typing mistake does
 * not quietly script something else.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Scenario), { onExcessProperty: "error" })

/**
 * Creates a scenario that gives these answers in order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const script = (...completions: ReadonlyArray<ScriptedCompletion>): Scenario => ({ completions })

/**
 * Creates a part of visible text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (text: string, citations?: ReadonlyArray<Citation>): Text => ({
  _tag: "Text",
  text,
  ...(citations === undefined ? {} : { citations })
})

/**
 * Creates a part of reasoning.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reasoning = (text: string, details?: Omit<Reasoning, "_tag" | "text">): Reasoning => ({
  _tag: "Reasoning",
  text,
  ...details
})

/**
 * Creates the call of a tool that the client runs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toolCall = (name: string, input: Schema.Json, id?: string): ToolCall => ({
  _tag: "ToolCall",
  name,
  arguments: input,
  ...(id === undefined ? {} : { id })
})

/**
 * Creates a refusal.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (text: string): Refusal => ({ _tag: "Refusal", text })

export type { ScriptedCompletion, Finish }
