/**
 * What a dialect of JSON Schema accepts: the columns of the table in `Dialects`.
 */
import type * as Schema from "effect/Schema"

/**
 * What happens to a keyword: it is kept, written into the description, left out, or kept where a test passes and
 * otherwise written into the description.
 */
export type Handling = "keep" | "describe" | "drop" | ((value: Schema.Json) => boolean)

/** The largest schema that a dialect accepts. A limit that is absent does not exist, or is not known. */
export interface Limits {
  /** Objects inside each other. */
  readonly depth?: number
  /** Properties of all objects. */
  readonly properties?: number
  /** Values of all enumerations. */
  readonly enumValues?: number
  /** Characters of all names of properties and values of enumerations. */
  readonly characters?: number
  /** Characters of one enumeration that has more than this number of texts. */
  readonly longEnum?: { readonly values: number; readonly characters: number }
  /** Optional properties of one schema. */
  readonly optional?: number
  /** Unions of one schema, counting lists of types. */
  readonly unions?: number
}

/** The limits on all schemas of a request that are enforced. */
export interface RequestLimits {
  /** Strict tools. */
  readonly tools: number
  /** Optional properties. */
  readonly optional: number
  /** Unions. */
  readonly unions: number
}

/** Rules for servers that take schemas as they are. Only the root is changed. */
export interface RootRules {
  readonly lowering: "root"
  /** What the root must be: an object without alternatives, or anything. */
  readonly root: "object" | "any"
  /** Keywords that are left out everywhere. */
  readonly without?: ReadonlyArray<string>
  /** Whether objects that say nothing about other properties forbid them. Default `false`. */
  readonly closes?: true
}

/** Rules for servers that take a part of JSON Schema. The whole schema is written anew. */
export interface WholeRules {
  readonly lowering: "whole"
  /** What the root must be: an object without alternatives, or anything. */
  readonly root: "object" | "any"
  /** References: kept, kept where they do not lead back to themselves, or replaced by what they name. */
  readonly references: "keep" | "acyclic" | "inline"
  /** A description beside a reference: kept, kept with the reference as the only alternative, or merged into a copy. */
  readonly beside: "keep" | "wrap" | "inline"
  /** Optional properties: not required, or required and nullable. */
  readonly optional: "omit" | "nullable"
  /** `additionalProperties`: kept, always `false`, or unknown. */
  readonly additional: "keep" | "closed" | "none"
  /** Objects with any keys: kept, or lists of their entries. */
  readonly records: "keep" | "entries"
  /** Tuples: `prefixItems`, or objects with the properties "0", "1" and so on. */
  readonly tuples: "keep" | "object"
  /** Alternatives: with a description beside them, or alone. */
  readonly unions: "described" | "alone"
  /** `oneOf`: kept, or written as `anyOf`. */
  readonly oneOf: "keep" | "anyOf"
  /** `allOf`: kept, or merged. */
  readonly allOf: "keep" | "merge"
  /** Null: a type, or the keyword `nullable`. */
  readonly nulls: "type" | "nullable"
  /** Values of enumerations: anything, scalars, or texts that are not empty. */
  readonly enums: "any" | "scalars" | "texts"
  /** Constants: `const`, or enumerations of one value. */
  readonly constants: "keep" | "enum"
  /** Schemas that allow every value: kept, or refused. */
  readonly anything: "keep" | "refuse"
  /** The formats by type. Others are written into the description. Default: all. */
  readonly formats?: Readonly<Record<string, ReadonlyArray<string>>>
  /** What happens to keywords. Default: `otherKeywords`. */
  readonly keywords: Readonly<Record<string, Handling>>
  /** What happens to keywords that have no row. */
  readonly otherKeywords: "keep" | "drop"
  /** The largest schema. Default: none is too large. */
  readonly limits?: Limits
}

/** The rules of one use of a dialect. */
export type Rules = RootRules | WholeRules

/** The rules of a dialect, by what a schema is for and whether it is enforced. */
export interface Dialect {
  /** The parameters of a tool. */
  readonly tool: Rules
  /** The parameters of a strict tool. */
  readonly strictTool: Rules
  /** An output schema. */
  readonly output: Rules
  /** A strict output schema. */
  readonly strictOutput: Rules
  /** Whether the server has a field for strict tools. Default `true`. */
  readonly strictTools?: false
  /** The limits on all schemas of a request that are enforced. Default: none. */
  readonly request?: RequestLimits
}
