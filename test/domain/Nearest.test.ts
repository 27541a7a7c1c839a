import { assert, describe, it } from "@effect/vitest"
import { nearest } from "../../src/domain/Nearest.ts"

const providers = ["openai", "gpt", "chatgpt", "anthropic", "claude", "vllm", "openai-compatible", "OpenRouter"]

describe("nearest", () => {
  it.each<readonly [string, ReadonlyArray<string>]>([
    ["opanai", ["openai"]],
    ["opneai", ["openai"]],
    ["OPENAI", ["openai", "openai-compatible"]],
    ["antropic", ["anthropic"]],
    ["claud", ["claude"]],
    ["vlm", ["vllm"]],
    ["openrouter", ["OpenRouter"]],
    ["openr", ["openai", "OpenRouter"]],
    ["gp", ["gpt"]],
    ["", []],
    ["something else entirely", []]
  ])("of %j is %j", (name, expected) => {
    assert.deepStrictEqual(nearest(name, providers), expected)
  })

  it("puts the closest first, and names no more than three", () => {
    assert.deepStrictEqual(nearest("gpt-4o", ["gpt-4", "gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-5"]), [
      "gpt-4o",
      "gpt-4",
      "gpt-4o-mini"
    ])
  })

  it("keeps the order of names that are as close", () => {
    assert.deepStrictEqual(nearest("abc", ["abd", "abe", "xyz"]), ["abd", "abe"])
  })

  it("finds a name by its beginning, whatever the case, and none by a single letter", () => {
    assert.deepStrictEqual(nearest("GPT", ["gpt-4o-mini-transcribe"]), ["gpt-4o-mini-transcribe"])
    assert.deepStrictEqual(nearest("gpt", ["GPT-4o-mini-transcribe"]), ["GPT-4o-mini-transcribe"])
    assert.deepStrictEqual(nearest("ab", ["abcdefghij"]), [])
  })

  it("has nothing to say when nothing is known", () => {
    assert.deepStrictEqual(nearest("openai", []), [])
  })
})
