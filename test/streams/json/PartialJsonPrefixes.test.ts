/**
 * Holds the value of every prefix of generated texts to `JSON.parse`, by a reader of its own that closes what is open.
 */
import { assert, describe, it } from "@effect/vitest"
import { PartialJson } from "sluice"
import * as CheckJson from "../../fuzz/CheckJson.ts"
import * as JsonTexts from "../../fuzz/JsonTexts.ts"
import { Random } from "../../fuzz/Random.ts"

/** A token, and whether its end has been seen. */
interface Token {
  readonly text: string
  readonly isEnded: boolean
}

const tokens = (prefix: string): ReadonlyArray<Token> =>
  Array.from(prefix.matchAll(/"(?:[^"\\]|\\.)*"?\\?|[{}[\]:,]|[^\s{}[\]:,"]+/gs), ({ 0: text, index }) => ({
    text,
    isEnded: text.startsWith("\"") ? /^"(?:[^"\\]|\\.)*"$/s.test(text) : index + text.length < prefix.length
  }))

/** Ends a text that was cut: without half an escape, and without half a surrogate pair. */
const closed = (text: string): string => {
  const escapes = text.match(/\\(?:u[0-9a-fA-F]{4}|[^u])|[^\\]|\\.*/gs) ?? []
  const last = escapes.at(-1) ?? ""
  if (/^\\(?:u.{0,3})?$/s.test(last)) escapes.pop()
  const end = escapes.at(-1) ?? ""
  if (/^(?:\\u[dD][89abAB]..|[\ud800-\udbff])$/.test(end)) escapes.pop()
  return `${escapes.join("")}"`
}

/** Returns the JSON text of what a prefix has; `undefined` where that is nothing. */
const completed = (prefix: string): string | undefined => {
  const closers: Array<string> = []
  let text = ""
  // The separator and the key that wait for a value.
  let pending = ""
  let isKey = false
  for (const { isEnded, text: token } of tokens(prefix)) {
    const isName: boolean = isKey && token.startsWith("\"")
    if (token === "}" || token === "]") {
      text += closers.pop() ?? ""
      isKey = false
    } else if (token === ",") {
      pending = ","
      isKey = closers.at(-1) === "}"
    } else if (token === ":" || isName) {
      if (!isEnded && isName) break
      pending += token
      isKey = isKey && !isName
    } else if (token === "{" || token === "[") {
      text += pending + token
      pending = ""
      closers.push(token === "{" ? "}" : "]")
      isKey = token === "{"
    } else if (token.startsWith("\"")) {
      text += pending + (isEnded ? token : closed(token))
      pending = ""
    } else {
      const isWhole = isEnded || /^(?:true|false|null)$/.test(token)
      if (!isWhole) break
      text += pending + token
      pending = ""
    }
  }
  return text === "" ? undefined : text + closers.toReversed().join("")
}

describe("a prefix of a JSON text", () => {
  it("is read by the test as one would write it", () => {
    const cases: ReadonlyArray<readonly [string, string | undefined]> = [
      ["", undefined],
      ["{\"a", "{}"],
      ["{\"a\": ", "{}"],
      ["{\"a\":1", "{}"],
      ["{\"a\":1,", "{\"a\":1}"],
      ["[tru", "[]"],
      ["[true", "[true]"],
      ["[\"x\\u00", "[\"x\"]"],
      ["[\"x\\ud83d", "[\"x\"]"],
      ["[{\"a\":[\"\\\\", "[{\"a\":[\"\\\\\"]}]"]
    ]
    for (const [prefix, expected] of cases) assert.strictEqual(completed(prefix), expected)
  })

  it("has the value of JSON.parse of what is there, closed", () => {
    for (let seed = 0; seed < 1500; seed++) {
      const whole = JsonTexts.make(new Random(seed))
      const parser = PartialJson.make()
      for (let length = 1; length <= whole.length; length++) {
        const prefix = whole.slice(0, length)
        parser.push(whole.charAt(length - 1))
        const expected = completed(prefix)
        assert.deepStrictEqual(parser.value, expected === undefined ? undefined : JSON.parse(expected), prefix)
      }
    }
  })
})

describe("a mutated JSON text", () => {
  it("is read as JSON.parse reads it at any pieces, or refused with a typed error", () => {
    // 100,000 of them: npm run fuzz:json
    for (let seed = 0; seed < 4000; seed++) assert.isUndefined(CheckJson.checkCase(seed), `seed ${seed}`)
  })
})
