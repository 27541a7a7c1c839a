/**
 * JSON with well-formed text.
 */
import { assert, describe, it } from "@effect/vitest"
import * as JsonText from "../../../src/streams/json/JsonText.ts"

describe("JSON", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["the first half of a pair", "a\ud83d", "a\ufffd"],
    ["the second half of a pair", "\ude00b", "\ufffdb"],
    ["two halves in the wrong order", "\ude00\ud83d", "\ufffd\ufffd"],
    ["a whole pair", "\u{1f600}", "\u{1f600}"],
    ["a half before a whole pair", "\ud83d\ud83d\ude00", "\ufffd\u{1f600}"],
    ["a key", { "\ud83d": 1 }, { "\ufffd": 1 }],
    ["a nested text", [{ a: ["\udbff"] }], [{ a: ["\ufffd"] }]],
    ["the text of an escape", "\\ud83d", "\\ud83d"],
    ["the text of an escape after a backslash", "\\\\ud83d", "\\\\ud83d"],
    ["a backslash before a half", "\\\ud83d", "\\\ufffd"],
    ["JSON in a text", JSON.stringify({ a: "\\ud83d" }), JSON.stringify({ a: "\\ud83d" })],
    ["other escapes", "\n\u0000\"\\\ud800/", "\n\u0000\"\\\ufffd/"]
  ])("is written with U+FFFD for half a surrogate pair alone: %s", (_, value, expected) => {
    const text = JsonText.write(value) ?? ""
    assert.deepStrictEqual(JSON.parse(text), expected)
    assert.isTrue(text.isWellFormed())
  })

  it("is undefined for a value that JSON does not have", () => {
    assert.isUndefined(JsonText.write(undefined))
    assert.isUndefined(JsonText.write(() => 1))
  })
})
