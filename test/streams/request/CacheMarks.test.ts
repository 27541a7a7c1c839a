import { assert, describe, it } from "@effect/vitest"
import * as CacheMarks from "../../../src/streams/request/CacheMarks.ts"
import * as Problems from "../../../src/streams/request/Problems.ts"

const context = { provider: "test", model: "claude-x", stream: false, quirks: {} }

/** Blocks with marks of these lifetimes; `undefined` for a mark without one, and `null` for no mark. */
const blocks = (...lifetimes: ReadonlyArray<string | undefined | null>) =>
  lifetimes.map((ttl, at) => {
    const text = { type: "text", text: String(at) }
    const mark = ttl === undefined ? { type: "ephemeral" } : { type: "ephemeral", ttl }
    return ttl === null ? text : Object.assign(text, { cache_control: mark })
  })

const fit = (
  system: ReadonlyArray<string | undefined | null>,
  user: ReadonlyArray<string | undefined | null>,
  automatic?: ReadonlyArray<string | undefined>
) => {
  const problems = Problems.make(context)
  const body = { system: blocks(...system), messages: [{ role: "user", content: blocks(...user) }], x: 1 }
  const fitted = CacheMarks.fit(body, "cache_control", { most: 4, model: "claude-x", automatic }, problems)
  const { success } = problems.encoded({}) as { readonly success: Problems.EncodedRequest }
  return { body, fitted, warnings: success.warnings.map(({ message }) => message) }
}

const marksOf = (body: unknown): ReadonlyArray<string> =>
  [...JSON.stringify(body).matchAll(/"cache_control":\{"type":"ephemeral"(?:,"ttl":"(\w+)")?\}/g)]
    .map(([, ttl]) => ttl ?? "")

describe("cache marks", () => {
  it("that fit are left alone", () => {
    const { body, fitted, warnings } = fit(["1h", null], [undefined, "5m"], [undefined])
    assert.strictEqual(fitted, body)
    assert.deepStrictEqual(warnings, [])
  })

  it.each<
    readonly [
      what: string,
      system: ReadonlyArray<string | undefined | null>,
      user: ReadonlyArray<string | undefined | null>,
      automatic: ReadonlyArray<string | undefined>,
      expected: ReadonlyArray<string>,
      warning: RegExp
    ]
  >([
    ["more than four: the last four are kept", ["1h"], ["1h", null, "5m", "5m", "5m"], [], [
      "1h",
      "5m",
      "5m",
      "5m"
    ], /first 1 of 5 .* at most 4/],
    ["four and an automatic one", ["5m"], ["5m", "5m", "5m"], ["5m"], ["5m", "5m", "5m"], /first 1 of 4/],
    ["a longer lifetime after a shorter one", ["5m"], ["1h"], [], ["1h", "1h"], /longer/],
    ["a longer lifetime after one without", [undefined], [null, "1h", "5m"], [], ["1h", "1h", "5m"], /longer/],
    ["a longer automatic lifetime", ["5m"], [undefined], ["1h"], ["1h", "1h"], /longer/]
  ])("%s", (_, system, user, automatic, expected, warning) => {
    const { fitted, warnings } = fit(system, user, automatic)
    assert.deepStrictEqual(marksOf(fitted), expected)
    assert.lengthOf(warnings, 1)
    assert.match(warnings[0] ?? "", warning)
    assert.strictEqual(fitted["x"], 1)
  })

  it("inside results count, and blocks of marks are removed whole", () => {
    const problems = Problems.make(context)
    const point = { cachePoint: { type: "default" } }
    const body = {
      messages: [{ content: [{ text: "a" }, point, { text: "b" }, point] }],
      tools: [{ toolSpec: {} }, point]
    }
    assert.deepStrictEqual<unknown>(CacheMarks.fit(body, "cachePoint", { most: 2, model: "m" }, problems), {
      messages: body.messages,
      tools: [{ toolSpec: {} }]
    })
    const nested = { messages: [{ content: [{ type: "tool_result", content: blocks("5m"), cache_control: {} }] }] }
    assert.deepStrictEqual<unknown>(CacheMarks.fit(nested, "cache_control", { most: 1, model: "m" }, problems), {
      messages: [{ content: [{ type: "tool_result", content: blocks(null), cache_control: {} }] }]
    })
  })
})
