import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { joinLines } from "../../../src/domain/secrets/LineBreaks.ts"
import { leastLength, SecretSearch } from "../../../src/domain/secrets/SecretSearch.ts"

// Few letters, so that texts repeat parts of themselves.
const repetitive = Schema.String.check(Schema.isPattern(/^[ab]{0,40}$/))
const secretOf = Schema.String.check(Schema.isPattern(/^[ab]{8,20}$/))

describe("a search for secrets", () => {
  it.prop(
    "finds each occurrence of a secret in texts that repeat themselves",
    [repetitive, secretOf],
    ([text, secret]) => {
      const covered = new Set<number>()
      for (const [from, to] of new SecretSearch([secret]).find(text)) {
        for (let at = from; at < to; at++) covered.add(at)
      }
      for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
        for (let inside = at; inside < at + secret.length; inside++) assert.isTrue(covered.has(inside))
      }
    }
  )

  it("returns parts in order that do not overlap", () => {
    assert.deepStrictEqual(new SecretSearch(["abababab"]).find("xabababababx"), [[1, 11]])
    assert.deepStrictEqual(new SecretSearch(["abcdefgh"]).find("abcdefgh abcdefgh"), [[0, 8], [9, 17]])
  })

  it("returns nothing for texts that are too short, and without secrets", () => {
    assert.deepStrictEqual(new SecretSearch(["abcdefgh"]).find("abcdefg"), [])
    assert.deepStrictEqual(new SecretSearch([]).find("abcdefgh"), [])
  })

  it("includes the line breaks within a secret", () => {
    assert.deepStrictEqual(new SecretSearch(["abcdefghijkl"]).find("1\nabcd\r\n  efgh\nijkl\n2"), [[2, 19]])
  })

  it.each([[8, 8], [11, 11], [12, 12], [20, 12], [26, 13], [32, 16], [500, 16]])(
    "takes of a secret of %i characters a beginning of %i",
    (length, least) => {
      assert.strictEqual(leastLength(length), least)
    }
  )

  // A search that goes back in the text takes hours for these, and this one a second.
  it.each([
    ["repeated", `b${"a".repeat(32_000)}`, "a".repeat(1_000_000)],
    ["nearly there", `${"a".repeat(32_000)}b`, "a".repeat(1_000_000)],
    ["of line breaks", "abcdefgh", "\\".repeat(500_000) + "\n".repeat(500_000)]
  ])("ends in a text that is %s", { timeout: 60_000 }, (_, secret, text) => {
    assert.isAtLeast(new SecretSearch([secret]).replace(text, () => "").length, 0)
  })
})

describe("the lines of a text", () => {
  it("are joined, and their characters found again", () => {
    const text = "ab\r\n  c\\nd\\\\re\n"
    const joined = joinLines(text)
    assert.strictEqual(joined?.text, "abcde")
    assert.deepStrictEqual([0, 1, 2, 3, 4].map((at) => text[joined?.original(at) ?? -1]).join(""), "abcde")
    assert.isUndefined(joinLines("one line"))
  })
})
