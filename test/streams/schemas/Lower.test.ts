/**
 * The facts about dialects by rows: what one schema of a property becomes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { SchemaDialect } from "../../../src/domain/SchemaDialect.ts"
import { dialects } from "../../../src/streams/schemas/Dialects.ts"
import { lower } from "../../../src/streams/schemas/Lower.ts"
import type { JsonObject } from "../../support/schemas/Validate.ts"

const text = { type: "string" }
const number = { type: "number" }

const rows: ReadonlyArray<
  readonly [what: string, schema: JsonObject, becomes: ReadonlyArray<readonly [SchemaDialect, unknown]>]
> = [
  ["the length of a text", { ...text, minLength: 2, description: "Name" }, [
    ["openai", { ...text, description: "Name (minLength: 2)" }],
    ["anthropic", { ...text, description: "Name (minLength: 2)" }],
    ["gemini", { ...text, description: "Name", minLength: 2 }],
    ["moonshot", { ...text, description: "Name", minLength: 2 }]
  ]],
  ["a bound", { type: "integer", exclusiveMinimum: 0 }, [
    ["openai", { type: "integer", exclusiveMinimum: 0 }],
    ["groq", { type: "integer", description: "exclusiveMinimum: 0" }],
    ["gemini", { type: "integer", minimum: 1 }]
  ]],
  ["a format", { ...text, format: "uri" }, [
    ["openai", { ...text, description: "format: uri" }],
    ["anthropic", { ...text, format: "uri" }],
    ["gemini", { ...text, description: "format: uri" }],
    ["gemini-json", { ...text, description: "format: uri" }]
  ]],
  ["a constant", { const: 3 }, [
    ["openai", { type: "integer", const: 3 }],
    ["gemini", { type: "integer", description: "one of: 3" }],
    ["gemini-json", { type: "integer", enum: [3] }]
  ]],
  ["foreign and empty values", { ...text, enum: ["", "a", 1] }, [
    ["openai", { ...text, enum: ["", "a"] }],
    ["gemini", { ...text, description: "one of: \"\", \"a\"" }]
  ]],
  ["a union with a description", { anyOf: [text, number, { type: "null" }], description: "Both", title: "T" }, [
    ["openai", { anyOf: [text, number, { type: "null" }], description: "Both", title: "T" }],
    ["gemini", {
      anyOf: [
        { ...text, description: "Both", nullable: true },
        { ...number, description: "Both", nullable: true }
      ]
    }]
  ]],
  ["a type beside a union", { ...text, anyOf: [{ const: "a" }, { pattern: "^b" }] }, [
    ["moonshot", { anyOf: [{ ...text, const: "a" }, { ...text, pattern: "^b" }] }]
  ]],
  ["an object with any keys", { type: "object", additionalProperties: number }, [
    ["openai", {
      type: "array",
      description: "an object, as the list of its entries",
      items: {
        type: "object",
        properties: { key: text, value: number },
        required: ["key", "value"],
        additionalProperties: false
      }
    }],
    ["gemini-json", { type: "object", additionalProperties: number }]
  ]],
  ["a tuple", { type: "array", items: [text, number], minItems: 2 }, [
    ["anthropic", {
      type: "object",
      description: "a list, as an object of its positions",
      properties: { 0: text, 1: number },
      required: ["0", "1"],
      additionalProperties: false
    }],
    ["moonshot", { type: "array", prefixItems: [text, number], minItems: 2 }]
  ]],
  ["a tuple of equals", { type: "array", prefixItems: [number, number], minItems: 2, maxItems: 2 }, [
    ["openai", { type: "array", items: number, minItems: 2, maxItems: 2 }],
    ["gemini", { type: "array", items: number, minItems: 2, maxItems: 2 }]
  ]]
]

describe("a property is written", () => {
  const cases = rows.flatMap(([what, schema, becomes]) =>
    becomes.map(([dialect, expected]) => [`${what} in ${dialect}`, dialect, schema, expected] as const)
  )
  it.each(cases)("%s", (_, dialect, schema, expected) => {
    const root = { type: "object", properties: { p: schema }, required: ["p"] }
    const lowered = lower(root, dialects[dialect].strictTool)
    assert(Result.isSuccess(lowered))
    assert.deepStrictEqual(Object(lowered.success.schema["properties"]).p, expected)
  })
})

describe("a schema that cannot be written", () => {
  it.each<readonly [SchemaDialect, JsonObject, string]>([
    ["openai", { type: "object", properties: { a: {} } }, "#/properties/a"],
    ["anthropic", { type: "object", properties: { a: { $ref: "#" } } }, "#/properties/a"],
    ["json-schema", { type: "array" }, "#"],
    ["gemini", { type: "object", properties: { a: { items: { $ref: "#/x" } } } }, "#/properties/a/items"]
  ])("in %s is a problem with its path", (dialect, schema, path) => {
    const lowered = lower(schema, dialects[dialect].strictTool)
    assert(Result.isFailure(lowered))
    assert.strictEqual(lowered.failure.path, path)
  })
})
