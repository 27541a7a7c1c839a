/**
 * Schemas that stand in a prompt, which the simulator follows as a model would.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../../src/testing/simulator/SimulatorServer.ts"
import { isValid, type JsonObject } from "../../../support/schemas/Validate.ts"
import * as Raw from "../RawClient.ts"

const schema: JsonObject = {
  type: "object",
  properties: { city: { enum: ["Oslo", "Rome"] }, days: { type: "integer" } },
  required: ["city", "days"],
  additionalProperties: false
}

const content = (system: string, more: JsonObject = {}) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* SimulatorServer.serve()
    const messages = [{ role: "system", content: system }, { role: "user", content: "hi" }]
    const { text } = yield* Raw.chat(baseUrl("openai-chat"), { messages, stream: false, ...more })
    return String(JSON.parse(text).choices[0].message.content)
  })

describe("a schema in the prompt", () => {
  it.live("is followed, with JSON mode and without", () =>
    Effect.gen(function*() {
      const prompt = `Be brief.\n\nAnswer only with JSON that matches this JSON Schema:\n${
        JSON.stringify(schema)
      }\nThanks.`
      for (const more of [{}, { response_format: { type: "json_object" } }]) {
        assert.isTrue(isValid(schema, schema, JSON.parse(yield* content(prompt, more))))
      }
    }))

  it.live("is nothing that only looks like one", () =>
    Effect.gen(function*() {
      const text = yield* content("hello")
      for (
        const prompt of [
          "What is a JSON Schema? {",
          "JSON Schema: [1]",
          "JSON Schema:\n{\"a\": nothing}",
          "{\"type\":1}"
        ]
      ) {
        assert.strictEqual(yield* content(prompt), text, prompt)
      }
    }))
})
