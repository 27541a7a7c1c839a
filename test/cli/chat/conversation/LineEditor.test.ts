import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { PassThrough } from "node:stream"
import * as LineEditor from "../../../../src/cli/chat/conversation/LineEditor.ts"

const terminal = () => {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80 })
  let shown = ""
  output.setEncoding("utf8").on("data", (text: string) => {
    shown += text
  })
  return { input, output, shown: () => shown }
}

/** Waits until a condition holds; every turn of the event loop can change it. */
const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const check = () => (holds() ? resume(Effect.void) : setImmediate(check))
    check()
  })

const line = (text: string): LineEditor.Input => ({ _tag: "Line", text })

describe("LineEditor", () => {
  it.live("reads lines, with the keys of readline and its history", () =>
    Effect.gen(function*() {
      const { input, output, shown } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      input.write("helo\u001b[Dl\r")
      assert.deepStrictEqual(yield* editor.read("> "), line("hello"))
      input.write("\u001b[A!\r")
      assert.deepStrictEqual(yield* editor.read("> "), line("hello!"))
      assert.include(shown(), "> hello!")
    }))

  it.live("keeps what is entered between two lines, in order, and shows it then", () =>
    Effect.gen(function*() {
      const { input, output, shown } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      input.write("one\rtwo\rthr")
      assert.deepStrictEqual(yield* editor.read("> "), line("one"))
      yield* until(() => input.readableLength === 0)
      assert.notInclude(shown(), "two")
      assert.deepStrictEqual(yield* editor.read("> "), line("two"))
      assert.include(shown(), "> two\n")
      const third = yield* Effect.forkChild(editor.read("> "), { startImmediately: true })
      yield* until(() => shown().includes("> thr"))
      input.write("ee\r")
      assert.deepStrictEqual(yield* Fiber.join(third), line("three"))
    }))

  it.live("drops what was entered and typed before a prompt for something that the user has not seen", () =>
    Effect.gen(function*() {
      const { input, output, shown } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      input.write("one\r\u001b[200~two\rthr")
      yield* until(() => input.readableLength === 0)
      // These keys are still in the terminal when the line is requested.
      const read = yield* Effect.forkChild(editor.read("Run? ", { isFresh: true }), { startImmediately: true })
      input.write("\u001b[201~ee\ryes\rye")
      yield* until(() => shown().includes("Run? "))
      assert.notMatch(shown(), /Run\? .*y/)
      input.write("no\r")
      assert.deepStrictEqual(yield* Fiber.join(read), line("no"))
    }))

  it.live("reads several lines that are pasted as one", () =>
    Effect.gen(function*() {
      const { input, output, shown } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      input.write("\u001b[200~one\rtwo\r\u001b[201~three\r")
      assert.deepStrictEqual(yield* editor.read("> "), line("one\ntwo\nthree"))
      assert.include(shown(), "\u001b[?2004h")
    }))

  it.live("reports Ctrl-C with and without a text, which it drops, and Ctrl-D", () =>
    Effect.gen(function*() {
      const { input, output } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      const enter = (keys: string) =>
        Effect.gen(function*() {
          const read = yield* Effect.forkChild(editor.read("> "), { startImmediately: true })
          input.write(keys)
          return yield* Fiber.join(read)
        })
      assert.deepStrictEqual(yield* enter("abc\u0003"), { _tag: "Interrupted", isEmpty: false })
      assert.deepStrictEqual(yield* enter("\u0003"), { _tag: "Interrupted", isEmpty: true })
      assert.deepStrictEqual(yield* enter("d\r"), line("d"))
      assert.deepStrictEqual(yield* enter("\u0004"), { _tag: "Ended" })
      assert.deepStrictEqual(yield* editor.read("> "), { _tag: "Ended" })
    }))

  it.live("reports Ctrl-C between two lines to who waits for it, and drops the lines that wait", () =>
    Effect.gen(function*() {
      const { input, output } = terminal()
      const editor = yield* LineEditor.make({ input, output })
      const interrupted = yield* Effect.forkChild(editor.interrupted, { startImmediately: true })
      input.write("too early\r\u0003")
      yield* Fiber.join(interrupted)
      input.write("next\r")
      assert.deepStrictEqual(yield* editor.read("> "), line("next"))
    }))

  it.live("ends with its input, and restores the terminal at the end of the scope", () =>
    Effect.gen(function*() {
      const { input, output, shown } = terminal()
      const modes: Array<boolean> = []
      Object.assign(input, { setRawMode: (mode: boolean) => modes.push(mode) })
      yield* Effect.scoped(Effect.gen(function*() {
        const editor = yield* LineEditor.make({ input, output })
        input.end("last\r")
        assert.deepStrictEqual(yield* editor.read("> "), line("last"))
        assert.deepStrictEqual(yield* editor.read("> "), { _tag: "Ended" })
      }))
      assert.deepStrictEqual([modes[0], modes.at(-1)], [true, false])
      assert.isTrue(shown().endsWith("\u001b[?2004l"))
      assert.deepStrictEqual([input.listenerCount("keypress"), output.listenerCount("resize")], [0, 0])
    }))
})
