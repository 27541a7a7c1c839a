/**
 * A script for the simulator: which completions it returns, to which requests, how fast, and with which faults. A
 * scenario is plain JSON, so that a file can hold it.
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
import { ProviderLimits } from "./ProviderLimits.ts"
import { SimulatorQuirks } from "./SimulatorQuirks.ts"

/**
 * Schema for a scenario. Every field has a default; `{}` returns the default completion to every valid request.
 *
 * **Details**
 *
 * Completions without `when` form a script: the first request gets the first one, the next request the second.
 * Completions with equal `when` form a script of their own, which wins for the requests that it matches, in the order
 * of the file.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Scenario = Schema.Struct({
  /** A name for people. */
  name: Schema.optionalKey(Schema.String),
  /** The seed of all ids, sizes and jitter. The default is 0. */
  seed: Schema.optionalKey(Schema.Int),
  /** The key that requests need, or `true` for any key. The default is false. */
  requireKey: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.String])),
  /**
   * The models that exist, which the model lists return. The default is every model, and a list of `simulated` and
   * those that were asked for.
   */
  models: Schema.optionalKey(Schema.Array(Schema.String)),
  /**
   * How strictly requests are validated: `provider` as the provider that the protocol comes from (the default),
   * `dialect` the same but with unknown parameters allowed, `off` not at all.
   */
  strictness: Schema.optionalKey(Schema.Literals(["provider", "dialect", "off"])),
  /** The scripted completions. The default is the default completion for every request. */
  completions: Schema.optionalKey(Schema.Array(ScriptedCompletion)),
  /** The former name of `completions`, read where that is missing. */
  answers: Schema.optionalKey(Schema.Array(ScriptedCompletion)),
  /** What follows the last completion of a script: the same one again (the default), or the whole script. */
  repeat: Schema.optionalKey(Schema.Literals(["last", "cycle"])),
  /** The pace of completions without their own. The default takes no time. */
  pace: Schema.optionalKey(Pace),
  /** The chunk sizes of completions without their own. The default is one write an event. */
  chunking: Schema.optionalKey(Chunking),
  /** The quirks of all completions and error responses. The default is none. */
  quirks: Schema.optionalKey(SimulatorQuirks),
  /** Headers of every response. The default is none. */
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Faults in addition to the completions' own. Their `on` counts all requests from 1, except those for tokens. */
  faults: Schema.optionalKey(Schema.Array(Fault)),
  /** The rate limits, whose headers replace those of completions. The default is none. */
  limits: Schema.optionalKey(ProviderLimits),
  /** The clouds' token endpoints, and the credentials that requests need. The default is none. */
  identity: Schema.optionalKey(SimulatedIdentity)
})

/**
 * A script for the simulator.
 *
 * @category models
 * @since 0.1.0
 */
export type Scenario = typeof Scenario.Type

/**
 * Decodes a scenario from JSON. Fails with a `SchemaError` on a field that does not exist, so that a typing mistake
 * does not silently script something else.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Scenario), { onExcessProperty: "error" })

/**
 * Creates a scenario that returns completions in order.
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
 * Creates a call of a tool that the client runs.
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
 * Creates a refusal: the model declines.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (text: string): Refusal => ({ _tag: "Refusal", text })

export type { ScriptedCompletion, Finish }
