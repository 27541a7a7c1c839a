import { assert, describe, it } from "@effect/vitest"
import { PartialJson } from "sluice"
import { Random } from "../../fuzz/Random.ts"
import { grows } from "../../support/Growing.ts"

/** Parses pieces; an error of the parser is returned. */
const parse = (pieces: Iterable<string>, options?: PartialJson.Options) => {
  const parser = PartialJson.make(options)
  try {
    for (const piece of pieces) parser.push(piece)
    return { parser, value: parser.end() }
  } catch (error) {
    assert.instanceOf(error, PartialJson.PartialJsonError)
    return { parser, error }
  }
}

const parsed = (text: string): unknown => {
  try {
    return [JSON.parse(text)]
  } catch {
    return "invalid"
  }
}

const cutAt = (text: string, sizes: ReadonlyArray<number>): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}

const characters = ["a", " ", "\"", "\\", "\n", "\u0001", "é", "😀", "\ud83d", "/", "\u2028"]
const keys = ["a", "b", "__proto__", "constructor", "ü\"\\"]
const scalars = [null, true, false, 0, -1.5, 1e300, 12, 1e-7]

/** A value of any kind, at most a few levels deep. */
const valueOf = (random: Random, depth = 0): unknown => {
  const kind = random.below(depth > 3 ? 4 : 8)
  if (kind < 2) return random.pickAny(scalars)
  if (kind < 4) return Array.from({ length: random.below(9) }, () => random.pickAny(characters)).join("")
  const items = Array.from({ length: random.below(5) }, () => valueOf(random, depth + 1))
  // `fromEntries` defines properties, `__proto__` too.
  return kind < 6 ? items : Object.fromEntries(items.map((item) => [random.pickAny(keys) ?? "a", item]))
}

const sizesOf = (random: Random): ReadonlyArray<number> =>
  Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(9))

const text = (value: unknown): string => JSON.stringify(value)

describe("a partial JSON value", () => {
  it("is the value of JSON.parse at any pieces, and grows to it", () => {
    for (let seed = 0; seed < 1500; seed++) {
      const random = new Random(seed)
      const whole = text(valueOf(random))
      const parser = PartialJson.make()
      let before: unknown
      for (const piece of cutAt(whole, sizesOf(random))) {
        const kept = text(before)
        parser.push(piece)
        // A snapshot does not change any more.
        assert.strictEqual(text(before), kept)
        const now = parser.snapshot()
        if (before !== undefined) assert.isTrue(grows(before, now), `${text(before)} then ${text(now)}`)
        assert.strictEqual(text(now), text(parser.value))
        before = now
      }
      assert.strictEqual(text(parser.end()), text(JSON.parse(whole)))
      assert.isTrue(parser.isComplete)
    }
  })

  it("is refused where JSON.parse refuses a text, and nowhere else", () => {
    const inserted = [..."}],:\"1-.e[{t\\\u0001 \né", ""]
    for (let seed = 0; seed < 20_000; seed++) {
      const random = new Random(seed)
      const whole = text(valueOf(random))
      const cut = () => random.below(whole.length + 1)
      const mutated = whole.slice(0, cut()) + random.pickAny(inserted) + whole.slice(cut())
      const result = parse(cutAt(mutated, sizesOf(random)))
      assert.strictEqual(text("value" in result ? [result.value] : "invalid"), text(parsed(mutated)), mutated)
    }
  })

  it.each<readonly [string, ReadonlyArray<string>]>([
    ["a key appears with its value", ["{\"a", "\"", ":", " ", "\"", "x", "y\"", "}"]],
    ["a number has ended", ["{\"a\":1", "2", ".5", ",", "\"b\":", "-1", "}"]],
    ["a literal is whole", ["[tr", "ue", ",nul", "l]"]]
  ])("appears when %s", (name, pieces) => {
    const parser = PartialJson.make()
    const seen = pieces.map((piece) => {
      parser.push(piece)
      return text(parser.value)
    })
    assert.deepStrictEqual(
      seen,
      name.startsWith("a key")
        ? ["{}", "{}", "{}", "{}", "{\"a\":\"\"}", "{\"a\":\"x\"}", "{\"a\":\"xy\"}", "{\"a\":\"xy\"}"]
        : name.startsWith("a number")
        ? ["{}", "{}", "{}", "{\"a\":12.5}", "{\"a\":12.5}", "{\"a\":12.5}", "{\"a\":12.5,\"b\":-1}"]
        : ["[]", "[true]", "[true]", "[true,null]"]
    )
  })

  it("never shows half an escape or half of a surrogate pair", () => {
    const whole = "\"a\\u00e9\\n\\ud83d\\ude00😀\\ud83dx\""
    const parser = PartialJson.make()
    const seen = new Set<unknown>()
    for (const unit of whole.split("")) {
      parser.push(unit)
      seen.add(parser.value)
    }
    assert.deepStrictEqual([...seen], [
      "",
      "a",
      "aé",
      "aé\n",
      "aé\n😀",
      "aé\n😀😀",
      "aé\n😀😀\ud83dx"
    ])
  })

  it("can hide texts that have not ended", () => {
    const parser = PartialJson.make({ hideUnfinishedStrings: true })
    parser.push("{\"a\":\"x")
    assert.deepStrictEqual(parser.value, {})
    parser.push("\"")
    assert.deepStrictEqual(parser.value, { a: "x" })
  })

  it("shares what is finished between snapshots", () => {
    const parser = PartialJson.make()
    parser.push("{\"a\":{\"b\":[1,2]},\"c\":[{\"d\":\"x")
    const first = parser.snapshot() as { readonly a: unknown; readonly c: ReadonlyArray<unknown> }
    parser.push("y\"},{\"e\":1}]}")
    const second = parser.snapshot() as typeof first
    assert.strictEqual(first.a, second.a)
    assert.notStrictEqual(first.c, second.c)
    assert.deepStrictEqual<unknown>(first, { a: { b: [1, 2] }, c: [{ d: "x" }] })
    assert.deepStrictEqual<unknown>(second, { a: { b: [1, 2] }, c: [{ d: "xy" }, { e: 1 }] })
    assert.strictEqual<unknown>(parser.snapshot(), second)
  })

  it("knows which parts are complete", () => {
    const parser = PartialJson.make()
    const complete = (...paths: ReadonlyArray<PartialJson.Path>) => paths.map((path) => parser.isCompleteAt(path))
    assert.deepStrictEqual(complete([], ["a"]), [false, false])
    parser.push("{\"a\":{\"b\":1},\"c\":[\"x\",\"y")
    assert.deepStrictEqual(complete([], ["a"], ["a", "b"], ["a", "z"]), [false, true, true, false])
    assert.deepStrictEqual(complete(["c"], ["c", 0], ["c", 1], ["c", 2]), [false, true, false, false])
    parser.push("\"],\"d\":12")
    assert.deepStrictEqual(complete(["c"], ["c", 1], ["d"], []), [true, true, false, false])
    parser.push("}")
    assert.deepStrictEqual(complete(["d"], [], ["d", "e"], ["z"]), [true, true, false, false])
  })

  it("keeps __proto__ as a key, and reports keys that occur again", () => {
    const { parser, value } = parse(["{\"__proto__\":{\"x\":1},\"a\":[{\"b\":1,\"b\":", "{\"c\":2}}]}"])
    assert.deepStrictEqual(Object.keys(value ?? {}), ["__proto__", "a"])
    assert.isUndefined((value as Record<string, unknown>)["x"])
    assert.deepStrictEqual(parser.repeatedKeys, [["a", 0, "b"]])
    assert.deepStrictEqual((value as { a: unknown }).a, [{ b: { c: 2 } }])
  })

  it.each<readonly [string, PartialJson.Options, PartialJson.PartialJsonError["reason"], number]>([
    ["{\"a\":1}}", {}, "trailing", 7],
    ["[1] [", {}, "trailing", 4],
    ["{\"a\":01}", {}, "syntax", 6],
    ["[1.]", {}, "syntax", 2],
    ["[--1]", {}, "syntax", 1],
    ["{\"a\" 1}", {}, "syntax", 5],
    ["{a:1}", {}, "syntax", 1],
    ["[1,]", {}, "syntax", 3],
    ["[NaN]", {}, "syntax", 1],
    ["[trux]", {}, "syntax", 4],
    ["\"\\x\"", {}, "syntax", 2],
    ["\"\\u00g0\"", {}, "syntax", 5],
    ["\"a\nb\"", {}, "syntax", 2],
    ["'a'", {}, "syntax", 0],
    ["\ufeff[1]", {}, "syntax", 0],
    ["", {}, "unfinished", 0],
    ["  ", {}, "unfinished", 2],
    ["{\"a\":\"x", {}, "unfinished", 7],
    ["[", {}, "unfinished", 1],
    ["-", {}, "syntax", 0],
    ["[".repeat(10_000), {}, "too-deep", 128],
    ["{\"a\":[{}]}", { maxDepth: 2 }, "too-deep", 6],
    ["[1,2,3]", { maxLength: 5 }, "too-large", 5]
  ])("fails where %j (%j) is not JSON", (whole, options, reason, position) => {
    for (const pieces of [[whole], whole.split("")]) {
      const { error, parser } = parse(pieces, options)
      assert.deepInclude(error, { _tag: "PartialJsonError", reason, position })
      assert.throws(() => parser.push("1"), error?.message)
      assert.throws(() => parser.end(), error?.message)
    }
  })

  it("does not repeat the text in an error", () => {
    const { error } = parse(["{\"secret\": hidden}"])
    assert.notMatch(JSON.stringify(error) + String(error), /secret|hidden/)
  })
})

describe("a lenient parser", () => {
  it.each<readonly [string, unknown, ReadonlyArray<PartialJson.Repair["kind"]>]>([
    ["```json\n{\"a\":1}\n```", { a: 1 }, ["fence", "fence"]],
    ["Here is [the] list: [1, 2]. Good luck!", [1, 2], ["prose", "prose"]],
    ["Use {x} or {\"y\"}: {\"a\":[]}", { a: [] }, ["prose"]],
    ["{'a': 'it\\'s', \"b\": \"it's\"}", { a: "it's", b: "it's" }, ["single-quotes", "single-quotes"]],
    ["{\"a\": 1, // one\n /* two * / **/ \"b\": 2,\n}", { a: 1, b: 2 }, ["comment", "comment", "trailing-comma"]],
    ["[[1,],]", [[1]], ["trailing-comma", "trailing-comma"]],
    ["{\"a\":\"x\ny\"}", { a: "x\ny" }, ["control-character"]],
    ["{\"a\":\"// no comment, no ```\"}", { a: "// no comment, no ```" }, []]
  ])("reads %j", (whole, expected, kinds) => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const { error, parser, value } = parse(cutAt(whole, [size]), { lenient: true })
      assert.isUndefined(error)
      assert.deepStrictEqual<unknown>(value, expected)
      assert.deepStrictEqual(parser.repairs.map(({ kind }) => kind), kinds)
    }
  })

  it.each(["no value here", "", "{\"a\": yes}", "[1, 2", "[1 2]", "{\"a\":1 / 2}", "{,}", "[,]"])(
    "fails with %j",
    (whole) => {
      for (const size of [1, 1000]) assert.isDefined(parse(cutAt(whole, [size]), { lenient: true }).error)
    }
  )

  it("reads whatever JSON has for objects and arrays without a repair", () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = new Random(seed)
      const whole = text([valueOf(random)])
      const { parser, value } = parse(cutAt(whole, sizesOf(random)), { lenient: true })
      assert.strictEqual(text(value), text(JSON.parse(whole)))
      assert.deepStrictEqual(parser.repairs, [])
    }
  })
})
