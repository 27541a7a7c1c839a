/**
 * Where each scalar of a JSON text stands in its bytes.
 *
 * @since 0.1.0
 */

/**
 * One string, number, literal, empty object or empty array. `integer` is a number of digits alone.
 *
 * **Details**
 *
 * `path` joins keys and indexes with dots (`choices.0.delta.content`). `from` and `to` are the bytes of the value; those
 * of a string are without its quotes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Leaf {
  readonly path: string
  readonly kind: "string" | "integer" | "other"
  readonly from: number
  readonly to: number
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57

/**
 * Lists the scalars of the JSON text in `bytes` between `start` and `end`, in their order. The text must be valid JSON: it
 * is read once after it was parsed. Answers nothing when a key may be there twice, since then the places do not say
 * which value counts.
 *
 * @category decoding
 * @since 0.1.0
 */
export const leaves = (bytes: Buffer, start: number, end: number): ReadonlyArray<Leaf> | undefined => {
  const found: Array<Leaf> = []
  const paths = new Set<string>()
  let at = start
  let ambiguous = false

  const space = (): void => {
    while (at < end && isSpace(bytes[at])) at++
  }

  /** Reads a string whose opening quote is at `at`; leaves `at` behind its closing quote. */
  const string = (): readonly [number, number] => {
    const from = ++at
    while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    return [from, at++]
  }

  const leaf = (path: string, kind: Leaf["kind"], from: number, to: number): void => {
    if (paths.has(path)) ambiguous = true
    paths.add(path)
    found.push({ path, kind, from, to })
  }

  const value = (path: string): void => {
    space()
    const first = bytes[at]
    if (first === QUOTE) {
      const [from, to] = string()
      leaf(path, "string", from, to)
    } else if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      container(path, first === OPEN_OBJECT)
    } else {
      const from = at
      let digits = true
      for (
        let byte = bytes[at];
        at < end && byte !== COMMA && byte !== CLOSE_OBJECT && byte !== CLOSE_ARRAY;
        byte = bytes[++at]
      ) {
        if (isSpace(byte)) break
        digits &&= isDigit(byte)
      }
      leaf(path, digits ? "integer" : "other", from, at)
    }
    space()
  }

  const container = (path: string, isObject: boolean): void => {
    const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY
    const from = at++
    space()
    if (bytes[at] === close) {
      leaf(path, "other", from, ++at)
      return
    }
    for (let index = 0; at < end; index++) {
      space()
      let key = String(index)
      if (isObject) {
        const [keyFrom, keyTo] = string()
        key = bytes.toString("utf8", keyFrom, keyTo)
        // An escape can spell a key that is already there, and a dot a path.
        if (key.includes("\\") || key.includes(".")) ambiguous = true
        space()
        // The colon.
        at++
      }
      value(path === "" ? key : `${path}.${key}`)
      const separator = bytes[at++]
      if (separator !== COMMA) return
    }
  }

  value("")
  return ambiguous ? undefined : found
}
