/**
 * Reads lines from a terminal, with editing and a history of lines.
 *
 * The terminal stays in raw mode between two lines, so that Ctrl-C comes as a key and not as a signal. What is typed
 * then is not shown, and is the beginning of the next line.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import process from "node:process"
import * as readline from "node:readline"
import { type Readable, Writable } from "node:stream"

/** What a user entered. */
export type Input =
  | {
    /** A line, or several that were pasted. */
    readonly _tag: "Line"
    /** The text without the last line end. */
    readonly text: string
  }
  | {
    /** Ctrl-C. */
    readonly _tag: "Interrupted"
    /** Whether nothing had been typed; else that is dropped. */
    readonly isEmpty: boolean
  }
  | {
    /** Ctrl-D, or the end of the input. */
    readonly _tag: "Ended"
  }

/** How a line is read. */
export interface ReadOptions {
  /**
   * Whether what was entered and typed before the prompt is dropped, so that it cannot confirm what the user has not
   * seen; default: `false`, it is read.
   */
  readonly isFresh?: boolean
}

/** Reads lines from a terminal. */
export class LineEditor extends Context.Service<LineEditor, {
  /** Shows a prompt and reads what the user enters. Interrupting it keeps what is typed for the next prompt. */
  readonly read: (prompt: string, options?: ReadOptions) => Effect.Effect<Input>
  /** Succeeds at the next Ctrl-C that comes while nothing is read. Lines that are waiting are dropped then. */
  readonly interrupted: Effect.Effect<void>
}>()("sluice/cli/chat/conversation/LineEditor") {}

/** The terminal of a line editor. */
export interface Terminal {
  /** Where keys come from. */
  readonly input: Readable
  /** Where the line is shown; its `columns` and `resize` events are those of the terminal. */
  readonly output: Writable & { readonly columns?: number }
}

/** Passes what is written on to a terminal while it is open. */
class Gate extends Writable {
  isOpen = false
  readonly #output: Terminal["output"]
  readonly #resized = () => this.emit("resize")

  constructor(output: Terminal["output"]) {
    super({ decodeStrings: false })
    this.#output = output
    output.on("resize", this.#resized)
  }

  get columns(): number {
    return this.#output.columns ?? Infinity
  }

  override _write(text: string | Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.isOpen) this.#output.write(text)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#output.off("resize", this.#resized)
    done(error)
  }
}

/** Turns on, and off, that a terminal marks what is pasted. */
const bracketedPaste = { on: "\u001b[?2004h", off: "\u001b[?2004l" }

/** The keys of readline that delete the line to the left and to the right of the cursor. */
const deleteLine = [{ ctrl: true, name: "e" }, { ctrl: true, name: "u" }]

/** The state of a line editor on a terminal. */
class Editing {
  readonly #gate: Gate
  readonly #lines: readline.Interface
  readonly #output: Terminal["output"]
  readonly #input: Readable
  /** What was entered while nothing was read. */
  #waiting: Array<Input> = []
  #reader: ((input: Input) => void) | undefined
  #listener: (() => void) | undefined
  #isPasting = false
  #pasted = ""
  #hasEnded = false

  constructor({ input, output }: Terminal) {
    this.#input = input
    this.#output = output
    this.#gate = new Gate(output)
    input.prependListener("keypress", this.#onKey)
    this.#lines = readline.createInterface({ input, output: this.#gate, terminal: true, historySize: 1000 })
    this.#lines.on("line", (line) => this.#onLine(line))
    this.#lines.on("SIGINT", () => this.#onInterrupt())
    this.#lines.on("SIGCONT", () => this.#onContinue())
    this.#lines.on("close", () => this.#onClose())
    output.write(bracketedPaste.on)
  }

  read(prompt: string, isFresh: boolean, resume: (input: Input) => void): () => void {
    if (isFresh) this.#drop()
    const next = this.#waiting.shift() ?? (this.#hasEnded ? { _tag: "Ended" as const } : undefined)
    if (next !== undefined) {
      this.#output.write(next._tag === "Line" ? `${prompt}${next.text}\n` : prompt)
      resume(next)
      return () => {}
    }
    this.#gate.isOpen = true
    this.#reader = resume
    this.#lines.setPrompt(prompt)
    this.#lines.prompt(true)
    return () => this.#stop()
  }

  listen(resume: () => void): () => void {
    this.#listener = resume
    return () => {
      this.#listener = undefined
    }
  }

  close(): void {
    this.#stop()
    this.#output.write(bracketedPaste.off)
    this.#input.off("keypress", this.#onKey)
    this.#lines.close()
    this.#gate.destroy()
  }

  #stop(): void {
    this.#reader = undefined
    this.#gate.isOpen = false
  }

  /** Drops the lines that are waiting, and what is typed. The rest of a paste is still one. */
  #drop(): void {
    this.#waiting = []
    this.#dropTyped()
  }

  #dropTyped(): void {
    this.#pasted = ""
    for (const key of deleteLine) this.#lines.write(null, key)
  }

  #enter(input: Input): void {
    const reader = this.#reader
    if (reader === undefined) this.#waiting.push(input)
    else {
      this.#stop()
      reader(input)
    }
  }

  readonly #onKey = (_: unknown, key: readline.Key | undefined): void => {
    if (key?.name === "paste-start") this.#isPasting = true
    if (key?.name === "paste-end") this.#isPasting = false
  }

  #onLine(line: string): void {
    const text = `${this.#pasted}${line}`
    this.#pasted = this.#isPasting ? `${text}\n` : ""
    if (!this.#isPasting) this.#enter({ _tag: "Line", text })
  }

  #onInterrupt(): void {
    const isEmpty = this.#lines.line === "" && this.#pasted === ""
    this.#isPasting = false
    if (this.#reader === undefined) {
      this.#drop()
      this.#listener?.()
    } else {
      this.#dropTyped()
      this.#output.write("\n")
      this.#enter({ _tag: "Interrupted", isEmpty })
    }
  }

  /** Goes on after Ctrl-Z and `fg`: readline pauses its input then. */
  #onContinue(): void {
    if (this.#reader === undefined) this.#lines.resume()
    else this.#lines.prompt(true)
  }

  #onClose(): void {
    this.#hasEnded = true
    if (this.#reader === undefined) return
    this.#output.write("\n")
    this.#enter({ _tag: "Ended" })
  }
}

/** Waits for a turn of the event loop. */
const turn = Effect.callback<void>((resume) => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

/** Waits until the editor has got the keys that the terminal holds: reading them takes a turn of the event loop. */
const settled = Effect.andThen(turn, turn)

/** Creates a line editor on a terminal, which is put back into its former mode at the end of the scope. */
export const make = (terminal: Terminal) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Editing(terminal)),
      (editing) => Effect.sync(() => editing.close())
    ),
    (editing) =>
      LineEditor.of({
        read: (prompt, { isFresh = false } = {}) =>
          Effect.callback<Input>((resume) => {
            const stop = editing.read(prompt, isFresh, (input) => resume(Effect.succeed(input)))
            return Effect.sync(stop)
          }).pipe((reading) => (isFresh ? Effect.andThen(settled, reading) : reading)),
        interrupted: Effect.callback<void>((resume) => {
          const stop = editing.listen(() => resume(Effect.void))
          return Effect.sync(stop)
        })
      })
  )

/** Layer that provides a line editor on the terminal of the process. */
export const layer: Layer.Layer<LineEditor> = Layer.effect(
  LineEditor,
  Effect.suspend(() => make({ input: process.stdin, output: process.stdout }))
)
