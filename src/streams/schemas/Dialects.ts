/**
 * The table of dialects: what each provider accepts of JSON Schema.
 *
 * A new fact about a provider is a new value here.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs
 * @see https://docs.claude.com/en/docs/build-with-claude/structured-outputs
 * @see https://ai.google.dev/api/caching#Schema
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 * @see https://console.groq.com/docs/structured-outputs
 * @see https://platform.moonshot.ai/docs/api/chat
 * @see https://docs.x.ai/docs/guides/function-calling
 */
import type * as Schema from "effect/Schema"
import type { SchemaDialect } from "../../domain/SchemaDialect.ts"
import type { Dialect, Handling, RootRules, WholeRules } from "./Rules.ts"

/** Schemas as they are. */
const asGiven: RootRules = { lowering: "root", root: "any" }

/** Schemas as they are, with a root that is an object: every provider requires it of parameters. */
const ofObject: RootRules = { lowering: "root", root: "object" }

const rows = (handling: Handling, keywords: ReadonlyArray<string>): Readonly<Record<string, Handling>> =>
  Object.fromEntries(keywords.map((keyword) => [keyword, handling]))

/** What no enforcing dialect has. Models read it in the description. */
const described = rows("describe", [
  "contains",
  "contentEncoding",
  "contentMediaType",
  "dependencies",
  "dependentRequired",
  "dependentSchemas",
  "else",
  "examples",
  "if",
  "maxContains",
  "maxLength",
  "maxProperties",
  "minContains",
  "minLength",
  "minProperties",
  "not",
  "patternProperties",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
  "uniqueItems"
])

const bounds = ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]

const strictFormats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]

/** Returns whether a pattern looks neither ahead nor behind. */
const isPlainPattern = (pattern: Schema.Json): boolean => typeof pattern === "string" && !/\(\?(<?[=!])/.test(pattern)

/** OpenAI's strict mode. */
const openAiStrict: WholeRules = {
  lowering: "whole",
  root: "object",
  references: "keep",
  beside: "wrap",
  optional: "nullable",
  additional: "closed",
  records: "entries",
  tuples: "object",
  unions: "described",
  oneOf: "anyOf",
  allOf: "merge",
  nulls: "type",
  enums: "scalars",
  constants: "keep",
  anything: "refuse",
  formats: { string: strictFormats },
  keywords: {
    ...described,
    ...rows("keep", [...bounds, "maxItems", "minItems", "title"]),
    default: "describe",
    pattern: isPlainPattern
  },
  otherKeywords: "drop",
  limits: {
    depth: 10,
    properties: 5_000,
    enumValues: 1_000,
    characters: 120_000,
    longEnum: { values: 250, characters: 15_000 }
  }
}

/** Groq's strict mode: OpenAI's, of which the patterns and bounds are not known to be accepted. */
const groqStrict: WholeRules = {
  ...openAiStrict,
  keywords: { ...openAiStrict.keywords, ...rows("describe", [...bounds, "maxItems", "minItems", "pattern"]) }
}

/** What Anthropic compiles to a grammar. */
const anthropicStrict: WholeRules = {
  ...openAiStrict,
  root: "any",
  references: "acyclic",
  beside: "inline",
  optional: "omit",
  formats: { string: [...strictFormats, "uri"] },
  keywords: {
    ...described,
    ...rows("describe", [...bounds, "maxItems", "pattern"]),
    ...rows("keep", ["default", "title"]),
    minItems: (value) => value === 0 || value === 1
  },
  // A single schema fails at the numbers that a request may have in several.
  limits: { optional: 23, unions: 15 }
}

const bedrockStrict: WholeRules = { ...anthropicStrict, root: "object", limits: {} }

/** The part of OpenAPI 3.0 that Gemini takes. */
const geminiOpenApi: WholeRules = {
  ...openAiStrict,
  root: "any",
  references: "inline",
  beside: "inline",
  optional: "omit",
  additional: "none",
  unions: "alone",
  nulls: "nullable",
  enums: "texts",
  constants: "enum",
  anything: "keep",
  formats: { string: ["date-time"], number: ["float", "double"], integer: ["int32", "int64"] },
  keywords: {
    ...described,
    ...rows("keep", [
      "maxItems",
      "maxLength",
      "maxProperties",
      "maximum",
      "minItems",
      "minLength",
      "minProperties",
      "minimum",
      "pattern",
      "propertyOrdering"
    ]),
    ...rows("describe", ["default", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"])
  },
  limits: {}
}

/** The part of JSON Schema that Gemini takes. */
const geminiJson: WholeRules = {
  ...openAiStrict,
  root: "any",
  optional: "omit",
  additional: "keep",
  records: "keep",
  tuples: "keep",
  enums: "any",
  constants: "enum",
  anything: "keep",
  keywords: {
    ...described,
    ...rows("keep", ["maxItems", "maximum", "minItems", "minimum", "propertyOrdering", "title"]),
    ...rows("describe", ["default", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "pattern"])
  },
  limits: {}
}

/** Moonshot's flavored JSON Schema. */
const moonshot: WholeRules = {
  lowering: "whole",
  root: "object",
  references: "keep",
  beside: "keep",
  optional: "omit",
  additional: "keep",
  records: "keep",
  tuples: "keep",
  unions: "described",
  oneOf: "keep",
  allOf: "keep",
  nulls: "type",
  enums: "any",
  constants: "keep",
  anything: "keep",
  keywords: rows("drop", ["$schema"]),
  otherKeywords: "keep"
}

const everywhere = (rules: WholeRules): Dialect => ({
  tool: { ...rules, root: "object" },
  strictTool: { ...rules, root: "object" },
  output: rules,
  strictOutput: rules
})

const withoutAdditional: RootRules = { ...ofObject, without: ["additionalProperties"] }

/** The dialects by name. */
export const dialects: Readonly<Record<SchemaDialect, Dialect>> = {
  "json-schema": {
    tool: ofObject,
    strictTool: { ...ofObject, closes: true },
    output: asGiven,
    strictOutput: asGiven
  },
  "openai-compatible": { tool: ofObject, strictTool: openAiStrict, output: asGiven, strictOutput: openAiStrict },
  openai: { tool: ofObject, strictTool: openAiStrict, output: ofObject, strictOutput: openAiStrict },
  groq: { tool: ofObject, strictTool: groqStrict, output: ofObject, strictOutput: groqStrict },
  anthropic: {
    tool: ofObject,
    strictTool: { ...anthropicStrict, root: "object" },
    output: anthropicStrict,
    strictOutput: anthropicStrict,
    request: { tools: 20, optional: 24, unions: 16 }
  },
  bedrock: { tool: ofObject, strictTool: bedrockStrict, output: bedrockStrict, strictOutput: bedrockStrict },
  gemini: everywhere(geminiOpenApi),
  "gemini-json": everywhere(geminiJson),
  moonshot: { ...everywhere(moonshot), strictTools: false },
  xai: { tool: withoutAdditional, strictTool: withoutAdditional, output: ofObject, strictOutput: openAiStrict }
}
