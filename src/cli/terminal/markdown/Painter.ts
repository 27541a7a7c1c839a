/**
 * Collects text with styles of a terminal.
 */

/** The styles of Markdown, as parameters of the escape sequence; none: empty. */
export const styles = { plain: "", marker: "2", heading: "1", list: "1", code: "36" } as const

/** Collects text with styles. */
export interface Painter {
  /** Adds a text in a style. */
  readonly add: (text: string, style: string) => void
  /** Returns what was added since the last call, with every style ended, so that other text may follow. */
  readonly take: () => string
}

const sequence = (style: string): string => `\u001b[${style}m`

/** Creates a painter. */
export const make = (): Painter => {
  let painted = ""
  let current = ""
  const change = (style: string): void => {
    if (style === current) return
    if (current !== "") painted += sequence("0")
    if (style !== "") painted += sequence(style)
    current = style
  }
  return {
    add: (text, style) => {
      if (text === "") return
      change(style)
      painted += text
    },
    take: () => {
      change("")
      const taken = painted
      painted = ""
      return taken
    }
  }
}
