import { assert, describe, it } from "@effect/vitest"
import { Prompt } from "effect/ai"
import * as Result from "effect/Result"
import * as Problems from "../../../src/streams/request/Problems.ts"
import * as PromptParts from "../../../src/streams/request/PromptParts.ts"

const found = (): Problems.Problems => Problems.make({ provider: "p", model: "m", stream: false, quirks: {} })

const result = (value: unknown): Prompt.ToolResultPart =>
  Prompt.toolResultPart({ id: "c", name: "f", result: value, isFailure: false, providerExecuted: false })

describe("PromptParts", () => {
  it.each<[string | URL | Uint8Array, string, PromptParts.FileData]>([
    [new Uint8Array([1]), "a/b", { type: "base64", mediaType: "a/b", base64: "AQ==" }],
    ["AQ==", "a/b", { type: "base64", mediaType: "a/b", base64: "AQ==" }],
    ["iVBORw0KGgoAAA", "image/*", { type: "base64", mediaType: "image/png", base64: "iVBORw0KGgoAAA" }],
    ["data:c/d;base64,AQ==", "a/b", { type: "base64", mediaType: "c/d", base64: "AQ==" }],
    ["data:,H%C3%A9", "text/plain", { type: "base64", mediaType: "text/plain", base64: "SMOp" }],
    ["data:text/x,50%", "a/b", { type: "base64", mediaType: "text/x", base64: "NTAl" }],
    ["data:", "a/b", { type: "base64", mediaType: "a/b", base64: "" }],
    [new URL("https://h.test/x"), "a/b", { type: "url", mediaType: "a/b", url: "https://h.test/x" }],
    ["gs://bucket/x", "a/b", { type: "url", mediaType: "a/b", url: "gs://bucket/x" }],
    ["file-1", "a/b", { type: "id", mediaType: "a/b", id: "file-1" }],
    ["filename", "a/b", { type: "base64", mediaType: "a/b", base64: "filename" }]
  ])("reads the file %s", (data, mediaType, expected) => {
    assert.deepStrictEqual(PromptParts.fileData(Prompt.filePart({ mediaType, data })), expected)
  })

  it("writes a result as text, and refuses what is not JSON by the tool's name", () => {
    const problems = found()
    assert.deepStrictEqual(
      ["text", { a: 1 }, null, undefined, new Date(0)].map((value) => PromptParts.resultText(result(value), problems)),
      ["text", "{\"a\":1}", "null", "", "\"1970-01-01T00:00:00.000Z\""]
    )
    assert.deepStrictEqual(problems.encoded({}), Result.succeed({ body: {}, warnings: [] }))
    PromptParts.resultText(result(1n), problems)
    PromptParts.argumentsText(1n, "g", problems)
    const failure = Result.getOrThrow(Result.flip(problems.encoded({})))
    assert.deepStrictEqual(
      [failure.parameter, failure.detail],
      ["prompt", "the result of tool \"f\" is not JSON; give text or JSON"]
    )
  })
})
