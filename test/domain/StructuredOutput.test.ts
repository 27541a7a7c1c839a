/**
 * The text of a completion as a value: what is restored, what is not repaired, and what an error may hold.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { StructuredOutput } from "sluice"

const City = Schema.Struct({
  name: Schema.String,
  founded: Schema.optionalKey(Schema.Int),
  mayor: Schema.optionalKey(Schema.NullOr(Schema.String)),
  position: Schema.Tuple([Schema.Finite, Schema.Finite]),
  districts: Schema.Record(Schema.String, Schema.Struct({ people: Schema.optionalKey(Schema.Int) }))
})

const completion = (text: string, more: Partial<StructuredOutput.CompletionText> = {}) => ({
  text,
  refusal: "",
  finishReason: "stop" as const,
  ...more
})

const failure = <A>(effect: Effect.Effect<A, StructuredOutput.InvalidOutputError>) =>
  Effect.map(Effect.flip(effect), ({ isRetryable, path, reason }) => ({ reason, path, isRetryable }))

const text = JSON.stringify({
  name: "Oslo",
  founded: null,
  mayor: null,
  position: { 0: 1, 1: 2.5 },
  districts: [{ key: "Frogner", value: { people: null } }]
})

const value = { name: "Oslo", mayor: null, position: [1, 2.5], districts: { Frogner: {} } }

describe("the text of a completion", () => {
  it.effect.each<[string, string]>([
    ["in the shape that a provider got", text],
    ["in the shape of the caller", JSON.stringify(value)],
    ["in a fence", `\n\`\`\`json\n${text}\n\`\`\`\n`]
  ])("is decoded %s", ([, written]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* StructuredOutput.decode(completion(written), City), value as never)
    }))

  it.effect("is restored and not checked with a JSON Schema", () =>
    Effect.gen(function*() {
      const schema = { type: "object", properties: { a: { type: "string" }, b: { type: "integer" } } }
      const decoded = yield* StructuredOutput.decode(completion("{\"a\":null,\"b\":\"x\"}"), schema)
      assert.deepStrictEqual(decoded, { b: "x" })
    }))

  it.effect.each<[string, StructuredOutput.CompletionText, object]>([
    ["a refusal", completion("", { refusal: "No." }), { reason: "refused", path: undefined, isRetryable: false }],
    ["a cut text", completion(text, { finishReason: "length" }), {
      reason: "cut",
      path: undefined,
      isRetryable: false
    }],
    ["no text", completion(" \n"), { reason: "empty", path: undefined, isRetryable: true }],
    ["no JSON", completion("Here: {}"), { reason: "malformed", path: undefined, isRetryable: true }],
    [
      "a depth that no model writes",
      completion("[".repeat(5_000) + "]".repeat(5_000)),
      { reason: "malformed", path: undefined, isRetryable: true }
    ],
    [
      "a wrong type",
      completion(JSON.stringify({ ...value, position: [1, "secret"] })),
      { reason: "mismatch", path: "$.position[1]", isRetryable: true }
    ],
    [
      "a wrong value under a name of the model's own",
      completion(JSON.stringify({ ...value, districts: { secret: { people: "secret" } } })),
      { reason: "mismatch", path: "$.districts.*.people", isRetryable: true }
    ]
  ])("fails for %s", ([, given, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* failure(StructuredOutput.decode(given, City)), expected as never)
      const error = yield* Effect.flip(StructuredOutput.decode(given, City))
      assert.notInclude(`${error.message}${JSON.stringify(error)}`, "secret")
    }))
})
