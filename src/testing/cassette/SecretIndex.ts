/**
 * The secrets of a recording, indexed by the beginnings of their spellings: the secrets that a text may contain are
 * found in time proportional to the text, however many there are.
 */
import * as Secrets from "../../domain/Secrets.ts"
import { latin1 } from "./BytesText.ts"
import { forEachWindow, windowLength } from "./TextWindows.ts"

const encoder = new TextEncoder()

/** Converts a text to one character a byte. */
export const toByteText = (text: string): string => latin1(encoder.encode(text))

/** Returns all spellings of a secret, with one character a byte. */
export const spellingsOf = (secret: string): ReadonlyArray<string> => Secrets.spellings(secret).map(toByteText)

/** The secrets of a recording. */
export class SecretIndex {
  readonly #known = new Set<string>()
  readonly #byPrefix = new Map<number, Array<{ readonly prefix: string; readonly secret: string }>>()

  /** Adds secrets and returns those that are new. */
  add(secrets: Iterable<string>): ReadonlyArray<string> {
    const added = [...new Set(secrets)].filter((secret) => !this.#known.has(secret))
    for (const secret of added) {
      this.#known.add(secret)
      for (const prefix of new Set(spellingsOf(secret).map((spelling) => spelling.slice(0, windowLength)))) {
        forEachWindow(prefix, (hash) => {
          const entries = this.#byPrefix.get(hash) ?? []
          entries.push({ prefix, secret })
          this.#byPrefix.set(hash, entries)
        })
      }
    }
    return added
  }

  /** Returns the secrets that any of the texts may contain, whole or cut off at the end. */
  candidates(texts: Iterable<string>): ReadonlySet<string> {
    const found = new Set<string>()
    for (const text of texts) {
      forEachWindow(text, (hash, position) => {
        for (const { prefix, secret } of this.#byPrefix.get(hash) ?? []) {
          if (text.startsWith(prefix, position)) found.add(secret)
        }
      })
    }
    return found
  }
}
