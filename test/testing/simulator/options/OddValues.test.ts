import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Json } from "../../../../src/testing/simulator/Json.ts"
import * as DefaultCompletion from "../../../../src/testing/simulator/scenario/DefaultCompletion.ts"
import * as Seed from "../../../../src/testing/simulator/Seed.ts"
import * as WireProtocols from "../../../../src/testing/simulator/WireProtocols.ts"

const inner = [
  "allowed_tools",
  "allowedFunctionNames",
  "format",
  "function",
  "functionCallingConfig",
  "functionDeclarations",
  "json_schema",
  "jsonSchema",
  "mode",
  "name",
  "parameters",
  "responseJsonSchema",
  "schema",
  "stopSequences",
  "structure",
  "textFormat",
  "tool",
  "toolChoice",
  "tools",
  "toolSpec",
  "type"
]

const outer = [
  "format",
  "generation_config",
  "generationConfig",
  "include",
  "inferenceConfig",
  "max_tokens",
  "n",
  "options",
  "output_config",
  "outputConfig",
  "reasoning",
  "response_format",
  "seed",
  "stop",
  "stop_sequences",
  "text",
  "thinking",
  "tool_choice",
  "toolConfig",
  "tools",
  "top_logprobs"
]

/** Puts a value at every field, as it is, in a list, and below an object with every field. */
const bodies = (value: Json) => {
  const nested = Object.fromEntries(inner.map((name) => [name, value]))
  const typed = { ...nested, type: "json_schema", responseMimeType: "application/json", mime_type: "application/json" }
  return [value, [value], nested, typed, [typed], { ...typed, type: "function", function: nested }].map((one) =>
    Object.fromEntries(outer.map((name) => [name, one]))
  )
}

describe("the options of a request", () => {
  it.each(["__proto__", "constructor", "toString"])("may be a name that every object has: %s", (value) => {
    for (const protocol of Object.values(WireProtocols.byId)) {
      for (const body of bodies(value)) {
        const options = protocol.options(body)
        assert.isArray(DefaultCompletion.make({ options, seed: Seed.make(1), hasToolResult: false }).scripted.parts)
      }
    }
  })

  it.prop("of any form give a completion", [Schema.Json], ([value]) => {
    for (const protocol of Object.values(WireProtocols.byId)) {
      for (const body of bodies(value)) {
        const options = protocol.options(body)
        const { scripted } = DefaultCompletion.make({ options, seed: Seed.make(1), hasToolResult: false })
        assert.isArray(scripted.parts)
        assert.isAtLeast(options.choices, 1)
        assert.isString(JSON.stringify(scripted))
      }
    }
  })
})
