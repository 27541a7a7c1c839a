/**
 * Draws rows at the end of a terminal's output, and draws them again in place when they change.
 */

/** Rows that are on the screen. The cursor is at the beginning of the row below them. */
export class Redraw {
  readonly #height: number
  #shown: ReadonlyArray<string> = []

  /** `height` is the number of rows of the screen. What has left it at the top stays as it is. */
  constructor(height: number) {
    this.#height = height
  }

  /** Returns what to write to show these rows instead of those before. */
  draw(rows: ReadonlyArray<string>): string {
    const shown = this.#shown
    const reachable = Math.max(0, shown.length - this.#height + 1)
    let from = 0
    while (from < shown.length && shown[from] === rows[from]) from++
    if (from === shown.length && from === rows.length) return ""
    from = Math.max(from, reachable)
    this.#shown = rows
    const up = shown.length - from
    const added = rows.slice(from).map((row) => `${row}\n`).join("")
    return `${up === 0 ? "" : `\u001b[${up}A\u001b[J`}${added}`
  }

  /** Returns what to write to remove the rows. */
  clear(): string {
    return this.draw([])
  }
}
