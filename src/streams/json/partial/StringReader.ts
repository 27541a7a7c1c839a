/**
 * Reads the text of one JSON string, piece by piece: neither half an escape nor half of a surrogate pair is shown.
 */

/** What the character behind a backslash means; `\u` is read on its own. */
const escapes: Readonly<Record<string, string>> = {
  "\"": "\"",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t"
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff

const apostrophe = 0x27
const backslash = 0x5c

const digitOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** What stopped the reading of a piece. */
export type Stop = "end" | "quote" | "escape" | "control"

/** Reads strings, one after the other. */
export class StringReader {
  /** The text so far, as far as it can be shown. */
  text = ""
  /** Where in the piece the reading stopped. */
  index = 0
  /** The first half of a surrogate pair whose second has not come. */
  #held = ""
  /** How much of an escape has come: 0 none, 1 the backslash, 2 to 5 as many characters of `\uXXXX`. */
  #escape = 0
  #code = 0
  #quote = 0x22

  /** Begins a string that ends with a quote. */
  begin(quote: number): void {
    this.text = ""
    this.#held = ""
    this.#escape = 0
    this.#quote = quote
  }

  /** Returns the whole text, after its quote. */
  end(): string {
    return this.#held === "" ? this.text : this.text + this.#held
  }

  /** Adds a character that JSON does not have in a string. */
  addControl(character: string): void {
    this.#append(character)
  }

  #append(part: string): void {
    const whole = this.#held === "" ? part : this.#held + part
    if (isHighSurrogate(whole.charCodeAt(whole.length - 1))) {
      this.#held = whole.slice(-1)
      this.text += whole.slice(0, -1)
    } else {
      this.#held = ""
      this.text += whole
    }
  }

  /** Reads one character of an escape. Returns whether it may be there. */
  #readEscape(piece: string, index: number): boolean {
    if (this.#escape > 1) {
      const digit = digitOf(piece.charCodeAt(index))
      if (digit < 0) return false
      this.#code = this.#code * 16 + digit
      if (this.#escape++ === 5) {
        this.#append(String.fromCharCode(this.#code))
        this.#escape = 0
      }
      return true
    }
    const character = piece.charAt(index)
    if (character === "u") {
      this.#escape = 2
      this.#code = 0
      return true
    }
    const meant = Object.hasOwn(escapes, character)
      ? escapes[character]
      : character === "'" && this.#quote === apostrophe
      ? "'"
      : undefined
    if (meant === undefined) return false
    this.#append(meant)
    this.#escape = 0
    return true
  }

  /** Reads a piece from an index, up to the quote, an invalid character or the end of the piece. */
  read(piece: string, from: number): Stop {
    let start = from
    let index = from
    const { length } = piece
    while (index < length) {
      if (this.#escape > 0) {
        if (!this.#readEscape(piece, index)) return this.#stop(index, "escape")
        start = ++index
        continue
      }
      const code = piece.charCodeAt(index)
      if (code === this.#quote || code === backslash || code < 0x20) {
        if (index > start) this.#append(piece.slice(start, index))
        if (code === this.#quote) return this.#stop(index, "quote")
        if (code < 0x20) return this.#stop(index, "control")
        this.#escape = 1
        start = ++index
        continue
      }
      index++
    }
    if (index > start) this.#append(start === 0 ? piece : piece.slice(start))
    return this.#stop(index, "end")
  }

  #stop(index: number, stop: Stop): Stop {
    this.index = index
    return stop
  }
}
