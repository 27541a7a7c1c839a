/**
 * Inputs divided within limits, in order, and refusals that a smaller request may escape.
 */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import {
  ContextLengthExceededError,
  InvalidRequestError,
  RateLimitedError
} from "../../../src/domain/CompletionError.ts"
import * as Batches from "../../../src/streams/embeddings/Batches.ts"

const texts = Schema.Array(Schema.String.check(Schema.isMaxLength(30))).check(Schema.isMaxLength(60))
const most = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))

const refusal = (detail: string, more: { status?: number; code?: string } = {}) =>
  new InvalidRequestError({ provider: "p", status: 400, detail, ...more })

describe("batches", () => {
  it.prop("hold all inputs in order, and keep the limits", [texts, most, most], ([inputs, maxInputs, tens]) => {
    const maxBytes = tens * 10
    const batches = Batches.divide(inputs, { maxInputs, maxBytes })
    assert.deepStrictEqual<ReadonlyArray<unknown>>(batches.flatMap((batch) => batch.inputs), inputs)
    assert.deepStrictEqual(batches.flatMap(Batches.places), inputs.map((_, index) => index))
    for (const batch of batches) {
      assert.isAtLeast(batch.inputs.length, 1)
      assert.isAtMost(batch.inputs.length, maxInputs)
      const bytes = batch.inputs.reduce((sum, input) => sum + Buffer.byteLength(String(input)), 0)
      if (batch.inputs.length > 1) assert.isAtMost(bytes, maxBytes)
    }
  })

  it("are halved until one input is left", () => {
    const [batch] = Batches.divide(["a", "b", "c"], { maxInputs: 9, maxBytes: 99 })
    assert(batch !== undefined)
    const halves = Batches.halve(batch)
    assert.deepStrictEqual(halves?.map(({ first, inputs }) => [first, inputs]), [[0, ["a", "b"]], [2, ["c"]]])
    assert.isUndefined(halves === undefined ? undefined : Batches.halve(halves[1]))
  })

  it.each([
    new ContextLengthExceededError({ provider: "p", status: 400 }),
    refusal("", { status: 413 }),
    refusal("Requested 300123 tokens, max 300000 tokens per request", { code: "max_tokens_per_request" }),
    refusal("Request failed. The max allowed tokens per submitted batch is 120000. Your batch has 130000 tokens."),
    refusal("Too many inputs in request, split into more batches.", { code: "3210" }),
    refusal("batch size is invalid, it should not be larger than 10.: input.contents"),
    refusal("* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"),
    refusal("batch size 64 > maximum allowed batch size 32")
  ])("that were too much are told by their refusal: %s", (error) => {
    assert.isTrue(Batches.isTooMuch(error))
  })

  it.each([
    refusal("'input' is invalid"),
    refusal("Unknown parameter: 'dimensions'."),
    new RateLimitedError({ provider: "p", status: 429, detail: "Too many requests" }),
    // Not even sent.
    new InvalidRequestError({ provider: "p", detail: "batch size" })
  ])("that were refused for another reason are not asked for again: %s", (error) => {
    assert.isFalse(Batches.isTooMuch(error))
  })
})
