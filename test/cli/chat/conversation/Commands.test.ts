import { assert, describe, it } from "@effect/vitest"
import * as Commands from "../../../../src/cli/chat/conversation/Commands.ts"

describe("Commands", () => {
  it("parses a command with its argument", () => {
    const cases: ReadonlyArray<readonly [string, Commands.Parsed]> = [
      ["/exit", { _tag: "Command", name: "exit", argument: "" }],
      ["/model  groq/x ", { _tag: "Command", name: "model", argument: "groq/x" }],
      ["/system Be brief.\nAnd kind.", { _tag: "Command", name: "system", argument: "Be brief.\nAnd kind." }],
      ["/save my file.json", { _tag: "Command", name: "save", argument: "my file.json" }],
      ["hello /exit", { _tag: "Text" }],
      [" /exit", { _tag: "Text" }]
    ]
    for (const [line, expected] of cases) assert.deepStrictEqual(Commands.parse(line), expected, line)
  })

  it("says what to enter in place of a line that cannot be run", () => {
    const cases: ReadonlyArray<readonly [string, RegExp]> = [
      ["/sav x", /^There is no command \/sav\. Did you mean \/save\?/],
      ["/usr/bin", /^There is no command \/usr\/bin\. \/help lists the commands\. .* with a space before it\.$/],
      ["/", /^There is no command \/\./],
      ["/load", /^\/load needs the name of a file: \/load FILE$/]
    ]
    for (const [line, expected] of cases) {
      const parsed = Commands.parse(line)
      assert.match(parsed._tag === "Problem" ? parsed.message : "", expected, line)
    }
  })

  it("lists the commands within the width of the terminal", () => {
    for (const name of ["model", "system", "save", "load", "help", "exit"])
      assert.include(Commands.help(80), `/${name}`)
    for (const width of [40, 80]) {
      for (const line of Commands.help(width).split("\n")) assert.isAtMost(line.length, width)
    }
    assert.strictEqual(Commands.help(undefined).trimEnd().split("\n").length, 6)
  })
})
