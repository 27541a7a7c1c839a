import { assert, describe, it } from "@effect/vitest"
import * as Transcript from "../../src/cli/chat/Transcript.ts"
import type { Terminals } from "../../src/cli/Output.ts"
import { stripVTControlCharacters } from "node:util"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"

const usage = {
  inputTokens: 48,
  cachedInputTokens: 16,
  cacheWriteInputTokens: 0,
  outputTokens: 30,
  reasoningOutputTokens: 9,
  totalTokens: 78
}

const events: ReadonlyArray<ResponseEvent> = [
  { _tag: "Created", responseId: "r", model: "m" },
  { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 0, delta: "Let me " },
  { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 0, delta: "think." },
  { _tag: "OutputTextDelta", outputIndex: 1, delta: "Hello" },
  {
    _tag: "OutputItemDone",
    outputIndex: 2,
    item: { _tag: "ToolCall", id: "c", name: "weather", arguments: { city: "Oslo" } }
  },
  { _tag: "OutputTextDelta", outputIndex: 3, delta: "." },
  {
    _tag: "Completed",
    responseId: "r",
    model: "m",
    finishReason: "tool-calls",
    finishReasonRaw: "tool_calls",
    usage,
    evidence: ["terminal-event"]
  }
]

const show = (terminals: Omit<Terminals, "cursor">, shown = events) => {
  const transcript = Transcript.make(terminals)
  const pieces = [...shown.flatMap((event, index) => transcript.add(event, 1000 + index * 100)), ...transcript.end()]
  const of = (to: Transcript.Piece["to"]) => pieces.filter((piece) => piece.to === to).map(({ text }) => text).join("")
  return {
    stdout: of("stdout"),
    stderr: of("stderr"),
    screen: pieces.map(({ text }) => text).join(""),
    line: transcript.line(1000)
  }
}

describe("Transcript", () => {
  it("writes warnings to stderr, each on a line of its own", () => {
    const warnings = [
      { parameter: "temperature", message: "temperature was left out: m takes no sampling parameters." },
      { parameter: "metadata", message: "metadata was left out." }
    ]
    const { stderr, stdout } = show({ stdout: false, stderr: false, colors: false }, [
      { _tag: "Created", responseId: "r", model: "m" },
      { _tag: "Warnings", warnings },
      { _tag: "OutputTextDelta", outputIndex: 0, delta: "Hello" }
    ])
    assert.strictEqual(stdout, "Hello\n")
    assert.strictEqual(stderr, `${warnings.map(({ message }) => message).join("\n")}\n`)
  })

  it("writes the text and one line end to a pipe, and no reasoning", () => {
    const { stderr, stdout } = show({ stdout: false, stderr: false, colors: true })
    assert.deepStrictEqual({ stdout, stderr }, {
      stdout: "Hello.\n",
      stderr: "Tool call: weather({\"city\":\"Oslo\"})\n"
    })
  })

  it("shows the reasoning on stderr where only that is a terminal", () => {
    const { stderr, stdout } = show({ stdout: false, stderr: true, colors: false })
    assert.deepStrictEqual({ stdout, stderr }, {
      stdout: "Hello.\n",
      stderr: "Let me think.\n\nTool call: weather({\"city\":\"Oslo\"})\n"
    })
  })

  it("dims the reasoning on a terminal and keeps notes off the lines of the text", () => {
    const { screen } = show({ stdout: true, stderr: true, colors: true })
    assert.strictEqual(
      screen,
      "\u001b[2mLet me \u001b[22m\u001b[2mthink.\u001b[22m\n\nHello\nTool call: weather({\"city\":\"Oslo\"})\n.\n"
    )
  })

  it("styles Markdown on a terminal with colours alone, and ends what it holds back", () => {
    const text = (deltas: ReadonlyArray<string>): ReadonlyArray<ResponseEvent> =>
      deltas.map((delta) => ({ _tag: "OutputTextDelta", outputIndex: 0, delta }))
    const shown = text(["# A\n*", "b", "* c", " **"])
    const plain = "# A\n*b* c **\n"
    assert.strictEqual(show({ stdout: false, stderr: true, colors: true }, shown).stdout, plain)
    assert.strictEqual(show({ stdout: true, stderr: true, colors: false }, shown).stdout, plain)
    const styled = show({ stdout: true, stderr: true, colors: true }, shown).stdout
    assert.include(styled, "\u001b[3mb\u001b[0m")
    assert.strictEqual(stripVTControlCharacters(styled), plain)
  })

  it("sends no control character of the model to a terminal", () => {
    const shown: ReadonlyArray<ResponseEvent> = [
      { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "\u001b]0;title\u0007" },
      { _tag: "OutputTextDelta", outputIndex: 1, delta: "\u001b[2J\ta\u009b1m\r\n" }
    ]
    assert.strictEqual(
      show({ stdout: true, stderr: true, colors: false }, shown).screen,
      "\\x1b]0;title\\x07\n\n\\x1b[2J\ta\\x9b1m\r\n"
    )
    assert.strictEqual(
      show({ stdout: false, stderr: false, colors: false }, shown).stdout,
      "\u001b[2J\ta\u009b1m\r\n"
    )
  })

  it("summarizes usage, finish reason, time to first token and tokens per second", () => {
    const { line } = show({ stdout: false, stderr: false, colors: false })
    assert.strictEqual(
      line,
      "48 tokens in (16 cached), 30 out (9 reasoning) · finish: tool-calls (tool_calls) · first token after 100 ms · 60.0 tokens/s"
    )
  })

  it("writes a refusal to stdout and a heading on stderr", () => {
    const { stderr, stdout } = show({ stdout: false, stderr: false, colors: false }, [
      { _tag: "RefusalDelta", outputIndex: 0, delta: "I can't " },
      { _tag: "RefusalDelta", outputIndex: 0, delta: "do that." }
    ])
    assert.deepStrictEqual({ stdout, stderr }, { stdout: "I can't do that.\n", stderr: "The model refuses:\n" })
  })

  it("adds no line end to a text that has one, nor to a completion without text", () => {
    const terminals = { stdout: false, stderr: false, colors: false }
    assert.strictEqual(
      show(terminals, [{ _tag: "OutputTextDelta", outputIndex: 0, delta: "Hello.\n" }]).stdout,
      "Hello.\n"
    )
    assert.strictEqual(show(terminals, []).stdout, "")
  })
})
