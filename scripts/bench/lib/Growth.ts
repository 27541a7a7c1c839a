/** How the cost of a piece grows from the beginning of a text to its end. */

/** The part of the pieces that is the beginning, and the part that is the end. */
const part = 10

/** Measures passes over so many pieces each. */
export class Growth {
  readonly #pieces: number
  readonly #first: number
  #count = 0
  #mark = 0
  #start = Infinity
  #end = Infinity

  constructor(pieces: number) {
    this.#pieces = pieces
    this.#first = Math.floor(pieces / part)
  }

  /** Begins a pass. */
  begin(): void {
    this.#count = 0
    this.#mark = performance.now()
  }

  /** Takes note of a piece that has been read. */
  readonly read = (): void => {
    this.#count++
    if (this.#count === this.#first) this.#start = Math.min(this.#start, performance.now() - this.#mark)
    else if (this.#count === this.#pieces - this.#first) this.#mark = performance.now()
    else if (this.#count === this.#pieces) this.#end = Math.min(this.#end, performance.now() - this.#mark)
  }

  /** The pieces of this pass that have been read. */
  get count(): number {
    return this.#count
  }

  /** The cost of a piece of the last tenth over that of the first, each in the pass that others disturbed least. */
  get ratio(): number {
    return this.#end / this.#start
  }
}
