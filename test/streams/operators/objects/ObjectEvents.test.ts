/**
 * The events of a value, over the events of a completion.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, type JsonSchema, type Schema } from "effect"
import * as ObjectEvents from "../../../../src/streams/operators/objects/ObjectEvents.ts"
import type { ReadOptions } from "../../../../src/streams/operators/objects/ObjectReader.ts"
import * as ObjectSchema from "../../../../src/streams/operators/objects/ObjectSchema.ts"
import { completed, created, done, message, text } from "../../../support/Events.ts"
import { grows } from "../../../support/Grows.ts"
import { arrays, collect } from "../Called.ts"

/** Reads a value that comes in pieces of so many characters. */
const read = (schema: JsonSchema.JsonSchema, json: unknown, size: number, options: ReadOptions = {}) => {
  const whole = JSON.stringify(json)
  const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []
  const events = arrays([created], ...pieces.map((piece) => [text(0, piece)]), [done(0, message(whole)), completed()])
  return Effect.map(
    collect(ObjectEvents.fromEvents(events, ObjectSchema.make<Schema.Codec<unknown>>(schema), options)),
    (all) => {
      const last = all.at(-1)
      return {
        value: last?._tag === "Value" ? last.value : assert.fail("there is no value"),
        partials: all.flatMap((event) => (event._tag === "Partial" ? [event.value as unknown] : [])),
        fields: all.flatMap((event) => (event._tag === "Field" ? [event.value] : []))
      }
    }
  )
}

const word = { type: "string" }
const pair = { type: "object", properties: { a: word, b: word }, required: ["b"] }
const open = { type: "object", properties: { p: pair, c: word }, required: ["p"] }

describe("the value so far", () => {
  it.effect.each([
    ["properties by pattern", { type: "object", patternProperties: { "^k": pair } }, {
      k1: { b: "1", a: null },
      k2: { b: "2", a: "x" }
    }],
    ["properties by pattern, as entries", { type: "object", patternProperties: { "^k": pair } }, [
      { key: "k1", value: { b: "1", a: null } },
      { key: "k2", value: { b: "2", a: "x" } }
    ]],
    ["keywords beside a reference", {
      $ref: "#/$defs/Open",
      properties: { d: word, e: pair },
      $defs: { Open: open }
    }, { c: null, p: { a: null, b: "1" }, d: null, e: { a: null, b: "2" }, k1: 1 }],
    ["keywords beside an alternative", {
      type: "object",
      properties: { k1: { anyOf: [open, { type: "null" }], properties: { d: word } } },
      required: ["k1"]
    }, { k1: { d: null, c: null, p: { a: null, b: "1" } } }],
    ["all of several schemas", {
      type: "object",
      properties: { k1: { allOf: [open, { properties: { p: { properties: { z: word } } } }] } },
      required: ["k1"]
    }, { k1: { c: null, p: { a: null, z: null, b: "1" } } }],
    ["other properties", { ...open, additionalProperties: pair }, {
      p: { a: null, b: "1" },
      c: null,
      otherProperties: [{ key: "k1", value: { a: null, b: "long text" } }, { key: "k2", value: { b: "2", a: "3" } }]
    }],
    ["a tuple with a rest", {
      type: "object",
      properties: { k1: { type: "array", prefixItems: [word, pair], items: pair, minItems: 1 } },
      required: ["k1"]
    }, { k1: { "0": "x", "1": { a: null, b: "1" }, rest: [{ a: null, b: "2" }] } }],
    ["a tuple that ends early", {
      type: "object",
      properties: { k1: { type: "array", prefixItems: [word, pair, pair], items: false, minItems: 1 } },
      required: ["k1"]
    }, { k1: { "0": "x", "1": { a: null, b: "1" }, "2": null } }]
  ] as ReadonlyArray<readonly [string, JsonSchema.JsonSchema, unknown]>)(
    "follows %s as the whole one does",
    ([, schema, json]) =>
      Effect.gen(function*() {
        for (const size of [1, 3, 1000]) {
          const { partials, value } = yield* read(schema, json, size)
          assert.notInclude(JSON.stringify(value), "null")
          partials.forEach((partial, at) => {
            const next = partials[at + 1] ?? value
            assert.isTrue(grows(partial, next), JSON.stringify([partial, next]))
          })
        }
      })
  )

  it.effect.each([
    ["by a pattern", { type: "object", patternProperties: { "^k": pair } }, { k1: { b: "1", a: null }, k2: {} }],
    ["beside a reference", { $ref: "#/$defs/Open", properties: { k1: pair }, $defs: { Open: open } }, {
      k1: { b: "1", a: null },
      p: { b: "1" }
    }],
    ["in a union", {
      type: "object",
      anyOf: [
        { type: "object", properties: { k1: pair, x: word }, required: ["k1", "x"] },
        { type: "object", properties: { k1: pair, y: word }, required: ["k1", "y"] }
      ]
    }, { k1: { b: "1", a: null }, x: null, y: "y" }]
  ] as ReadonlyArray<readonly [string, JsonSchema.JsonSchema, unknown]>)(
    "has parts as the whole one has them: %s",
    ([, inner, json]) =>
      Effect.gen(function*() {
        const { $defs } = inner
        const schema = {
          type: "object",
          properties: { in: inner, end: word },
          required: ["in", "end"],
          ...($defs === undefined ? {} : { $defs })
        }
        const { fields, value } = yield* read(schema, { in: json, end: "end" }, 1, { fields: [["in", "k1"], ["in"]] })
        const { in: part } = value as { readonly in: { readonly k1: unknown } }
        assert.deepStrictEqual(fields, [part.k1, part])
        assert.deepStrictEqual(part.k1, { b: "1" })
      })
  )
})
