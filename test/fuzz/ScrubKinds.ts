/**
 * Texts whose secrets take time to find, for measuring how the time grows with the size of the text.
 */
import * as Secrets from "../../src/domain/Secrets.ts"

/** A text of each size, and what is done with it. */
export interface ScrubKind {
  /** What the text is. */
  readonly name: string
  /** Makes the function that is measured, for a text of so many characters. */
  readonly prepare: (size: number) => () => void
}

const key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
const long = `b${"a".repeat(32 * 1024)}`

const repeated = (words: string, size: number): string => words.repeat(Math.ceil(size / words.length)).slice(0, size)

const scrubbing = (name: string, secret: string, words: string): ScrubKind => ({
  name: `scrub: ${name}`,
  prepare: (size) => {
    const text = repeated(words, size)
    const scrub = Secrets.scrubber([secret])
    scrub("")
    return () => void scrub(text)
  }
})

const body = "{\"error\":{\"message\":\"The request is not valid, please check it.\"}}\n"

/** The kinds. */
export const scrubKinds: ReadonlyArray<ScrubKind> = [
  scrubbing("a text without the secret", key, body),
  scrubbing("a text of secrets", key, `You sent ${key}, which is wrong. `),
  scrubbing("a text of beginnings of the secret", key, `${key.slice(0, 20)}, `),
  scrubbing("a text that nearly is a secret of 32 KB", long, "a"),
  scrubbing("a text of line breaks", key, "\\n\n  "),
  {
    name: "find: an authorization of one token",
    prepare: (size) => {
      const headers = { authorization: `Bearer ${repeated("a", size)}` }
      return () => void Secrets.fromHeaders(headers)
    }
  },
  {
    name: "redact: a body of one credential",
    prepare: (size) => {
      const text = `{"id_token":"${repeated("a", size)}"}`
      return () => void Secrets.redactText(text)
    }
  }
]
