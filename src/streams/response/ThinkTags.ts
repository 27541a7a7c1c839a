/**
 * Separates reasoning from text in a completion that has both in one text: `<think>…</think>` and then the text.
 */

/**
 * A splitter of one completion.
 *
 * **Details**
 *
 * `push` takes the next piece, cut anywhere. `end` is called after the last piece, and emits what was held back because
 * it might have been the beginning of a tag.
 */
export interface ThinkTags {
  readonly push: (piece: string) => void
  readonly end: () => void
}

/** Where the pieces go. */
export interface Sinks {
  readonly text: (piece: string) => void
  readonly reasoning: (piece: string) => void
}

const opening = "<think>"
const closing = "</think>"

/** Returns how many characters at the end of a text are the beginning of a tag. */
const heldBack = (text: string, tag: string): number => {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length
  }
  return 0
}

/**
 * Makes a splitter. `isOpen` is whether the completion begins inside the tags: the first tag was in the prompt.
 *
 * **Details**
 *
 * A tag counts where models put it: at the beginning, or right after other reasoning, white space apart. A later
 * `<think>` is text. Only the tags are removed: all that is outside of them is text, white space too, and all that is
 * inside is reasoning, to the end of the completion if the second tag never comes.
 */
export const make = (sinks: Sinks, isOpen = false): ThinkTags => {
  let state: "before" | "inside" | "after" = isOpen ? "inside" : "before"
  /** What may be the beginning of a tag. */
  let held = ""
  /** White space around the tags: it is outside of them, and goes before the text. */
  let space = ""

  const text = (piece: string): void => {
    if (space + piece !== "") sinks.text(space + piece)
    space = ""
  }

  const readBefore = (piece: string): string => {
    const rest = piece.trimStart()
    space += piece.slice(0, piece.length - rest.length)
    if (rest.startsWith(opening)) {
      state = "inside"
      return rest.slice(opening.length)
    }
    if (opening.startsWith(rest)) {
      held = rest
      return ""
    }
    state = "after"
    return rest
  }

  const readInside = (piece: string): string => {
    const end = piece.indexOf(closing)
    if (end >= 0) {
      if (end > 0) sinks.reasoning(piece.slice(0, end))
      state = "before"
      return piece.slice(end + closing.length)
    }
    const length = heldBack(piece, closing)
    held = piece.slice(piece.length - length)
    if (piece.length > length) sinks.reasoning(piece.slice(0, piece.length - length))
    return ""
  }

  const readAfter = (piece: string): string => {
    text(piece)
    return ""
  }

  return {
    push: (piece) => {
      let rest = held + piece
      held = ""
      while (rest !== "") {
        rest = state === "before" ? readBefore(rest) : state === "inside" ? readInside(rest) : readAfter(rest)
      }
    },
    end: () => {
      const rest = held
      held = ""
      if (state === "inside" && rest !== "") sinks.reasoning(rest)
      text(state === "inside" ? "" : rest)
      state = "after"
    }
  }
}
