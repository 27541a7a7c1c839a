/** Where a client puts what it has read: counts it and keeps nothing. */
import type { Expected } from "./Text.ts"

export interface Mark {
  readonly at: number
  readonly run: () => void
}

export class Sink {
  deltas = 0
  textLength = 0
  firstAt = 0
  inputTokens: number | undefined
  outputTokens: number | undefined
  readonly #marks: Array<Mark>
  #next = 1

  /** Marks are run while the stream is open, when their delta has arrived; they stand in order, and none before 1. */
  constructor(marks: ReadonlyArray<Mark> = []) {
    this.#marks = [...marks]
  }

  push(text: string): void {
    this.textLength += text.length
    if (++this.deltas === this.#next) this.#mark()
  }

  usage(input: number | undefined, output: number | undefined): void {
    this.inputTokens = input
    this.outputTokens = output
  }

  /** What is wrong with what was read. */
  problem(expected: Expected): string | undefined {
    const { deltas, inputTokens, outputTokens, textLength } = this
    const right = deltas === expected.deltas && textLength === expected.textLength &&
      inputTokens === expected.inputTokens && outputTokens === expected.outputTokens
    return right ?
      undefined :
      `wrong result: ${JSON.stringify({ deltas, textLength, inputTokens, outputTokens })} instead of ${
        JSON.stringify(expected)
      }`
  }

  #mark(): void {
    if (this.deltas === 1) this.firstAt = performance.now()
    if (this.#marks[0]?.at === this.deltas) this.#marks.shift()?.run()
    this.#next = this.#marks[0]?.at ?? -1
  }
}
