/**
 * Lowers the schemas of many tools for every dialect. What is sent passes a checker that knows nothing of the source,
 * and values that follow it are restored to the values of the original.
 */
import { assert, describe, it } from "@effect/vitest"
import { Tool } from "effect/ai"
import { Equal, Result } from "effect"
import type { SchemaDialect } from "../../../src/domain/SchemaDialect.ts"
import * as Restore from "../../../src/domain/schemas/Restore.ts"
import * as Problems from "../../../src/streams/request/Problems.ts"
import * as RequestSchemas from "../../../src/streams/request/RequestSchemas.ts"
import { check, type Dialect } from "../../support/schemas/Check.ts"
import { corpus, type Entry } from "../../support/schemas/Corpus.ts"
import { isObject, isValid, type Json, type JsonObject, shape } from "../../support/schemas/Validate.ts"

const dialects: ReadonlyArray<Dialect & SchemaDialect> = [
  "openai",
  "anthropic",
  "gemini",
  "gemini-json",
  "bedrock",
  "groq",
  "moonshot"
]

const write = ({ name, schema }: Entry, dialect: SchemaDialect, use: "tool" | "output") => {
  const problems = Problems.make({ provider: "p", model: "m", stream: true, quirks: {} })
  const schemas = RequestSchemas.make(dialect, problems)
  const out = use === "output"
    ? schemas.output({ schema, strict: true })
    : schemas.tool(Tool.dynamic(name, { parameters: schema as never }).annotate(Tool.Strict, true))
  return Result.map(problems.encoded({}), (encoded) => ({ out: out as JsonObject, encoded }))
}

const written = new Map<string, ReturnType<typeof write>>()

/** Encodes an entry once. */
const encode = (entry: Entry, dialect: SchemaDialect, use: "tool" | "output"): ReturnType<typeof write> => {
  const key = `${entry.name} ${dialect} ${use}`
  const before = written.get(key) ?? write(entry, dialect, use)
  written.set(key, before)
  return before
}

/** Leaves out what is null: an optional property that may be null comes as null where it is absent. */
const withoutNull = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(withoutNull)
    : isObject(value)
    ? Object.fromEntries(
      Object.entries(value).filter(([, entry]) => entry !== null).map(([name, entry]) => [name, withoutNull(entry)])
    )
    : value

describe("the schemas", () => {
  it("are two hundred, of different names, and have values", () => {
    assert.isAtLeast(corpus.length, 200)
    assert.strictEqual(new Set(corpus.map(({ name }) => name)).size, corpus.length)
    const invalid = corpus.filter(({ samples, schema }) => !samples.every((sample) => isValid(schema, schema, sample)))
    assert.deepStrictEqual(invalid.map(({ name }) => name), [])
    assert.isAtLeast(corpus.filter(({ samples }) => samples.length > 0).length, 190)
  })
})

describe.each(dialects)("the dialect %s", (dialect) => {
  it("refuses only what it cannot take, by the name of the tool and the path", () => {
    const refused = corpus.flatMap((entry) => {
      const encoded = encode(entry, dialect, "tool")
      if (Result.isSuccess(encoded)) return []
      const { _tag, detail, parameter } = encoded.failure
      assert.deepStrictEqual([_tag, parameter], ["InvalidRequestError", "tools"])
      assert.match(detail ?? "", new RegExp(`tool "${entry.name}", "#[^"]*" `))
      return [entry.name]
    })
    const expected = corpus.filter(({ refusedBy }) => refusedBy.includes(dialect)).map(({ name }) => name)
    assert.deepStrictEqual(refused, expected)
    assert.isAtLeast(corpus.length - refused.length, 180)
  })

  it.each(["tool", "output"] as const)("accepts what is sent as the schema of a %s", (use) => {
    const wrong = corpus.flatMap((entry) => {
      const encoded = encode(entry, dialect, use)
      const found = Result.isSuccess(encoded) ? check(dialect, encoded.success.out, use) : []
      return found.length === 0 ? [] : [`${entry.name}: ${found.join(", ")}`]
    })
    assert.deepStrictEqual(wrong, [])
  })

  it("has values that are restored to those of the caller", () => {
    let count = 0
    const wrong = corpus.flatMap((entry) => {
      const encoded = encode(entry, dialect, "tool")
      if (Result.isFailure(encoded)) return []
      const { encoded: { reshapedTools }, out } = encoded.success
      return entry.samples.flatMap((sample) => {
        const sent = shape(out, out, sample)
        const schema = reshapedTools?.get(entry.name)
        const restored = schema === undefined ? sent : Restore.restore(schema, sent)
        count++
        return isValid(out, out, sent) && isValid(entry.schema, entry.schema, restored) &&
            Equal.equals(withoutNull(restored), withoutNull(sample))
          ? []
          : [`${entry.name}: ${JSON.stringify({ sample, sent, restored, out }).slice(0, 900)}`]
      })
    })
    assert.deepStrictEqual(wrong, [])
    assert.isAtLeast(count, 250)
  })

  it("gets the same bytes every time", () => {
    for (const entry of corpus.slice(0, 60)) {
      assert.strictEqual(
        JSON.stringify(encode(entry, dialect, "tool")),
        JSON.stringify(write({ ...entry, schema: structuredClone(entry.schema) }, dialect, "tool"))
      )
    }
  })
})
