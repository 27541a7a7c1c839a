import { assert, describe, it } from "@effect/vitest"
import { stripVTControlCharacters } from "node:util"
import * as Markdown from "../../../../src/cli/terminal/markdown/Markdown.ts"
import { Random } from "../../../fuzz/Random.ts"

const styled = (pieces: ReadonlyArray<string>): string => {
  const markdown = Markdown.make()
  return pieces.map(markdown.push).join("") + markdown.flush()
}

/** Writes styles as tags: `<1>bold</>`. Adjacent pieces of one style are joined. */
const tagged = (pieces: ReadonlyArray<string>): string => {
  const parts: Array<{ readonly style: string; text: string }> = []
  // Odd parts are styles.
  // oxlint-disable-next-line no-control-regex
  const split = `\u001b[0m${styled(pieces)}`.split(/\u001b\[([\d;]+)m/)
  for (let index = 1; index < split.length; index += 2) {
    const [style = "", text = ""] = split.slice(index)
    const last = parts.at(-1)
    if (last?.style === style) last.text += text
    else if (text !== "") parts.push({ style, text })
  }
  return parts.map(({ style, text }) => (style === "0" ? text : `<${style}>${text}</>`)).join("")
}

const whole = (text: string): string => tagged([text])

describe("Markdown", () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ["a heading", "## A *b*\ntext", "<2>##</><1> A </><2>*</><1;3>b</><2>*</>\ntext"],
    ["no heading", "#hash ####### x", "#hash ####### x"],
    [
      "emphasis",
      "a *b* _c_ **d** __e__",
      "a <2>*</><3>b</><2>*</> <2>_</><3>c</><2>_</> <2>**</><1>d</><2>**</> <2>__</><1>e</><2>__</>"
    ],
    [
      "both kinds at once",
      "***a*** **b *c***",
      "<2>***</><1;3>a</><2>***</> <2>**</><1>b </><2>*</><1;3>c</><2>***</>"
    ],
    ["no emphasis", "2 * 3 * 4, snake_case_name, * , a** b", "2 * 3 * 4, snake_case_name, * , a** b"],
    ["escapes", "\\*a\\* \\\\ \\`", "\\*a\\* \\\\ \\`"],
    ["what a line leaves open", "**a\nb *c\nd `e\nf", "<2>**</><1>a</>\nb <2>*</><3>c</>\nd <2>`</><36>e</>\nf"],
    ["code spans", "`a*b*` ``c`d``", "<2>`</><36>a*b*</><2>`</> <2>``</><36>c`d</><2>``</>"],
    ["lists", "- a\n  * b\n12. c\n1) d\n+ e", "<1>-</> a\n  <1>*</> b\n<1>12.</> c\n<1>1)</> d\n<1>+</> e"],
    ["no lists", "-a 1.5 1234567890. x\n*a*", "-a 1.5 1234567890. x\n<2>*</><3>a</><2>*</>"],
    ["a heading in a list", "- # a", "<1>-</> <2>#</><1> a</>"],
    ["quotes", "> > *a*", "<2>></> <2>></> <2>*</><3>a</><2>*</>"],
    ["tables", "| *a* | `b` |\n|---|---|\n", "| *a* | `b` |\n|---|---|\n"],
    [
      "code",
      "```js\n*a* # b\n\n``\n```\n*c*",
      "<2>```js</>\n<36>*a* # b</>\n\n<36>``</>\n<2>```</>\n<2>*</><3>c</><2>*</>"
    ],
    ["longer fences", "~~~~ x\n~~~\n  ~~~~~  \nb", "<2>~~~~ x</>\n<36>~~~</>\n<36>  </><2>~~~~~  </>\nb"],
    ["a code span like a fence", "```a``` *b*", "<2>```a```</> <2>*</><3>b</><2>*</>"],
    ["code to the end", "```\na\n", "<2>```</>\n<36>a</>\n"]
  ]
  it.each(cases)("styles %s", (_, text, expected) => {
    assert.strictEqual(whole(text), expected)
  })

  it("returns text at once, and only markers later", () => {
    const { flush, push } = (() => {
      const markdown = Markdown.make()
      return { push: (text: string) => stripVTControlCharacters(markdown.push(text)), flush: () => markdown.flush() }
    })()
    const steps: ReadonlyArray<readonly [string, string]> = [
      ["Hel", "Hel"],
      ["lo **", "lo "],
      ["you", "**you"],
      ["**", ""],
      [".\n", "**.\n"],
      ["#", ""],
      ["# ", "## "],
      ["a\n`", "a\n"],
      ["``", "```"],
      ["js\n``", "js\n"],
      ["`", ""],
      ["\n1", "```\n"],
      ["2", ""]
    ]
    for (const [given, expected] of steps) assert.strictEqual(push(given), expected, JSON.stringify(given))
    assert.strictEqual(flush(), "12")
    assert.strictEqual(flush(), "")
  })

  it("goes on in a block of code after what is held was returned", () => {
    const markdown = Markdown.make()
    const text = markdown.push("```\na\n") + markdown.flush() + markdown.push("```\n*b*") + markdown.flush()
    assert.include(text, "\u001b[3mb\u001b[0m")
  })

  it("loses no character, and looks the same however the text is cut", () => {
    const random = new Random(15)
    const atoms = [..."* ** _ ` ``` ~~~ # - 1. > | \\ a b. 日本 \r".split(" "), " ", "\n"]
    for (let round = 0; round < 2000; round++) {
      const pieces = Array.from(
        { length: random.below(30) },
        () => `${random.pickAny(atoms)}${random.oneIn(2) ? "" : random.pickAny(atoms)}`
      )
      const text = pieces.join("")
      assert.strictEqual(stripVTControlCharacters(styled(pieces)), text)
      assert.strictEqual(tagged([...text]), tagged([text]))
      assert.strictEqual(tagged(pieces), tagged([text]))
    }
  })

  // A time that grows with the square of the length would be an hour.
  it.each(["*", "_a", "`", "#", "~", "1", "\\", "> ", "```\n", "a"])("reads 800,000 characters of %j", (unit) => {
    const text = unit.repeat(800_000 / unit.length)
    const pieces = Array.from({ length: text.length / 8 }, (_, index) => text.slice(8 * index, 8 * index + 8))
    assert.strictEqual(stripVTControlCharacters(styled(pieces)), text)
  })
})
