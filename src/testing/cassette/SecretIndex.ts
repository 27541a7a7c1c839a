/**
 * The secrets of a recording, indexed by the beginnings of their spellings: the secrets that a text may contain are
 * found in time proportional to the text, however many there are.
 */
import { PrefixIndex } from "../../domain/secrets/PrefixIndex.ts"
import { needlesOf, searchedTexts } from "../../domain/secrets/SecretSearch.ts"
import { latin1 } from "./BytesText.ts"

const encoder = new TextEncoder()

/** Converts a text to one character a byte. */
export const toByteText = (text: string): string => latin1(encoder.encode(text))

/** Returns all spellings of a secret, with one character a byte. */
export const spellingsOf = (secret: string): ReadonlyArray<string> => needlesOf(secret).map(toByteText)

/** The secrets of a recording. */
export class SecretIndex {
  readonly #known = new Set<string>()
  readonly #byPrefix = new PrefixIndex<string>()

  /** Adds secrets and returns those that are new. */
  add(secrets: Iterable<string>): ReadonlyArray<string> {
    const added = [...new Set(secrets)].filter((secret) => !this.#known.has(secret))
    for (const secret of added) {
      this.#known.add(secret)
      for (const spelling of spellingsOf(secret)) this.#byPrefix.add(spelling, secret)
    }
    return added
  }

  /** Returns the secrets that any of the texts may contain, whole or cut off. */
  candidates(texts: Iterable<string>): ReadonlySet<string> {
    const found = new Set<string>()
    for (const text of texts) {
      for (const searched of searchedTexts(text)) this.#byPrefix.collect(searched, found)
    }
    return found
  }
}
