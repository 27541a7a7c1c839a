/** A value is skipped only if parsing would accept it, and to where it ends. */
import { assert, describe, it } from "@effect/vitest"
import { ChunkViews } from "../../../src/streams/json/ByteRuns.ts"
import { skipValue } from "../../../src/streams/json/SkipValue.ts"
import { random } from "../../support/Decoding.ts"

const views = new ChunkViews()

/** Where the value ends that begins behind some bytes, and is followed by others. */
const endOf = (json: string, limit?: number): number => {
  const bytes = Buffer.from(`##${json},"more":1}##########`, "latin1")
  const end = skipValue(views.chunk(bytes), 2, limit === undefined ? bytes.length : limit + 2)
  return end < 0 ? -1 : end - 2
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const valid = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "12",
  "-1.5e-7",
  "1E+3",
  "\"\"",
  "\"a text that is longer than a word\"",
  "\"\\\"\\u00e9\\n\"",
  "\"\u00e9\u00e8\"",
  "{}",
  "[ ]",
  "{ \"a\" : [1, 2 ,{\"b\":null}] , \"c\":\"}\" }",
  "{\"content\":[{\"token\":\" the\",\"logprob\":-0.0012,\"bytes\":[32,116],\"top_logprobs\":[]}],\"refusal\":null}"
]

const invalid = [
  "nul",
  "True",
  "-",
  "01",
  "1.",
  ".5",
  "1e",
  "1e+",
  "+1",
  "NaN",
  "\"a\nb\"",
  "\"\\x\"",
  "\"\\u12\"",
  "[1,]",
  "[,1]",
  "[1 2]",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\":1,}",
  "{a:1}",
  "{\"a\":1]",
  "[1\n]"
]

describe("skipValue", () => {
  it.each(valid)("skips %s", (json) => {
    assert.isTrue(isJson(json))
    assert.strictEqual(endOf(json), json.length)
  })

  it.each(invalid)("rejects %j", (json) => {
    assert.notStrictEqual(endOf(json), json.length)
  })

  it("skips nothing that goes on behind the limit", () => {
    for (const json of valid) {
      for (let limit = 0; limit < json.length; limit++) {
        const end = endOf(json, limit)
        // Of a number, the digits so far are one, too: what follows is compared by the caller.
        assert.isTrue(end < 0 || (end <= limit && isJson(json.slice(0, end))), `${json} up to ${limit}`)
      }
    }
  })

  it("leaves what is nested deep to the parser", () => {
    assert.strictEqual(endOf("[".repeat(32) + "]".repeat(32)), 64)
    assert.strictEqual(endOf("[".repeat(33) + "]".repeat(33)), -1)
  })

  it("accepts nothing of changed values that parsing does not", () => {
    const numbers = random(9, 2 ** 31)
    const next = (bound: number) => (numbers.next().value ?? 0) % bound
    const bytes = "\"\\,:{}[]0-.eE+ntu \t\u0000\u001f\u00e9a"
    let accepted = 0
    for (let round = 0; round < 30_000; round++) {
      const json = valid[next(valid.length)] ?? ""
      const at = next(json.length + 1)
      const changed = json.slice(0, at) + (bytes[next(bytes.length)] ?? "") + json.slice(at + next(3))
      const end = endOf(changed)
      if (end < 0) continue
      const text = `${changed},"more":1}##########`.slice(0, end)
      assert.isTrue(isJson(text), JSON.stringify(text))
      accepted++
    }
    assert.isAbove(accepted, 3000)
  })
})
