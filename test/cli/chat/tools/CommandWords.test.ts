/**
 * How a command is split into words without a shell.
 */
import { assert, describe, it } from "@effect/vitest"
import * as CommandWords from "../../../../src/cli/chat/tools/CommandWords.ts"

describe("the words of a command", () => {
  it.each(
    [
      ["npx -y server .", ["npx", "-y", "server", "."]],
      ["  a \t b\n", ["a", "b"]],
      ["", []],
      ["a ''", ["a", ""]],
      ["'a b' \"c d\"e", ["a b", "c de"]],
      ["a\\ b 'c\\d' \"e\\\"f\"", ["a b", "c\\d", "e\"f"]],
      ["a 'it'\"'\"'s'", ["a", "it's"]],
      ["a $HOME `id` $(id) ; b | c > d & *", ["a", "$HOME", "`id`", "$(id)", ";", "b", "|", "c", ">", "d", "&", "*"]]
    ] as const
  )("of %j are %j", (command, words) => {
    assert.deepStrictEqual(CommandWords.split(command), [...words])
  })

  it.each(["'a", "\"a b", "a 'b\" c"])("of %j are none: a quote is not closed", (command) => {
    assert.isUndefined(CommandWords.split(command))
  })
})
