/**
 * Calls that shall come one at a time: every provider is told so in its own words, or the request is refused. Nowhere
 * is it left out, or a caller who runs one tool after the other gets several calls at once.
 */
import { assert, describe, it } from "@effect/vitest"
import { Tool } from "effect/ai"
import { Result, Schema } from "effect"
import { CompletionRequest } from "sluice"
import { quirksOf } from "../../../src/domain/Quirks.ts"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { encodedBody } from "../../support/Encoding.ts"

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })

/** The model family decides what Converse can express. */
const converse = ["anthropic.claude-sonnet-4-5", "amazon.nova-pro", "amazon.nova-2-lite", "openai.gpt-oss-20b", "x.y"]

const rows = KnownProviders.definitions.flatMap((definition) =>
  definition.protocols.flatMap((binding) =>
    (binding.protocol === "bedrock-converse" ? converse : ["m"]).map(
      (model) => [`${definition.id}, ${binding.protocol} ${model}`, definition, binding, model] as const
    )
  )
)

const words = [
  "\"parallel_tool_calls\":false",
  "\"parallel_function_calling\":false",
  "\"disable_parallel_tool_use\":true"
]

describe("one call at a time", () => {
  it.each(rows)("is encoded or fails: %s", (_, definition, binding, model) => {
    const encode = (input: Partial<CompletionRequest.CompletionRequestInput>) =>
      encodedBody(byName[binding.protocol], CompletionRequest.make({ model, prompt: "Hi", ...input }), {
        provider: definition.id,
        model,
        stream: true,
        quirks: quirksOf({ ...definition.quirks, ...binding.quirks }, model)
      })
    const encoded = encode({ tools: [weather], parallelToolCalls: false })
    if (Result.isSuccess(encoded)) {
      const body = JSON.stringify(encoded.success)
      assert.isTrue(words.some((word) => body.includes(word)), body)
    } else if (encoded.failure.parameter !== "tools") {
      assert.strictEqual(encoded.failure.parameter, "parallelToolCalls")
      // What it does anyway may be requested, and a request without tools needs no limit.
      assert.isTrue(Result.isSuccess(encode({ tools: [weather], parallelToolCalls: true })))
      assert.isTrue(Result.isSuccess(encode({ tools: [weather], parallelToolCalls: false, toolChoice: "none" })))
      assert.isTrue(Result.isSuccess(encode({ parallelToolCalls: false })))
    }
  })
})
