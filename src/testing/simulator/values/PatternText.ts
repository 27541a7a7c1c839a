/**
 * Creates a text that a regular expression matches, where the expression is simple: no look-around, no reference to a
 * group, no property of Unicode.
 */
import type { Seed } from "../Seed.ts"

/** A piece of a pattern. */
type Node =
  | { readonly _tag: "Characters"; readonly choices: ReadonlyArray<string> }
  | { readonly _tag: "Sequence"; readonly nodes: ReadonlyArray<Node> }
  | { readonly _tag: "Alternatives"; readonly nodes: ReadonlyArray<Node> }
  | { readonly _tag: "Repeat"; readonly node: Node; readonly minimum: number; readonly maximum: number }

/** The longest text that is created, in characters. */
const maximumLength = 10_000

const range = (from: number, to: number): ReadonlyArray<string> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => String.fromCharCode(from + index))

const printable = range(0x20, 0x7e)
const digits = range(0x30, 0x39)
const words = [...range(0x61, 0x7a), ...range(0x41, 0x5a), ...digits, "_"]

const without = (characters: ReadonlyArray<string>): ReadonlyArray<string> => {
  const excluded = new Set(characters)
  return printable.filter((character) => !excluded.has(character))
}

const classes: Readonly<Record<string, ReadonlyArray<string>>> = {
  d: digits,
  D: without(digits),
  w: words,
  W: without(words),
  s: [" "],
  S: without([" "])
}

const controls: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", "0": "\0" }

/** Stops the parsing of a pattern that is not simple. */
class Unsupported extends Error {}

/** Reads a pattern from its beginning to its end. */
class Parser {
  #position = 0
  #depth = 0
  readonly #pattern: string

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  read(): Node {
    const node = this.#alternatives()
    if (this.#position < this.#pattern.length) throw new Unsupported()
    return node
  }

  get #next(): string | undefined {
    return this.#pattern[this.#position]
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#position)) return false
    this.#position += text.length
    return true
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#position
    const found = expression.exec(this.#pattern)
    if (found === null) return undefined
    this.#position += found[0].length
    return found
  }

  #alternatives(): Node {
    const nodes = [this.#sequence()]
    while (this.#take("|")) nodes.push(this.#sequence())
    return nodes.length === 1 ? nodes[0] ?? { _tag: "Sequence", nodes: [] } : { _tag: "Alternatives", nodes }
  }

  #sequence(): Node {
    const nodes: Array<Node> = []
    // Anchors say nothing about the text where they are at its ends.
    this.#take("^")
    for (;;) {
      if (this.#next === undefined || this.#next === "|" || this.#next === ")") break
      if (this.#take("$")) {
        if (this.#next !== undefined && this.#next !== "|" && this.#next !== ")") throw new Unsupported()
        break
      }
      nodes.push(this.#repeated(this.#atom()))
    }
    return { _tag: "Sequence", nodes }
  }

  #repeated(node: Node): Node {
    const counts = this.#match(/\{(\d+)(,?)(\d*)\}|[*+?]/y)
    if (counts === undefined) return node
    this.#take("?")
    const [text, first, comma, last] = counts
    if (text === "*") return { _tag: "Repeat", node, minimum: 0, maximum: Infinity }
    if (text === "+") return { _tag: "Repeat", node, minimum: 1, maximum: Infinity }
    if (text === "?") return { _tag: "Repeat", node, minimum: 0, maximum: 1 }
    const minimum = Number(first)
    const maximum = comma === "" ? minimum : last === "" ? Infinity : Number(last)
    return { _tag: "Repeat", node, minimum, maximum }
  }

  #atom(): Node {
    if (this.#take("(")) return this.#group()
    if (this.#take("[")) return this.#class()
    if (this.#take(".")) return { _tag: "Characters", choices: words }
    if (this.#take("\\")) return { _tag: "Characters", choices: this.#escape() }
    const character = this.#next ?? ""
    if ("^*+?{}".includes(character)) throw new Unsupported()
    this.#position++
    return { _tag: "Characters", choices: [character] }
  }

  #group(): Node {
    if (this.#next === "?" && this.#match(/\?(:|<[A-Za-z_]\w*>)/y) === undefined) throw new Unsupported()
    if (++this.#depth > 64) throw new Unsupported()
    const node = this.#alternatives()
    this.#depth--
    if (!this.#take(")")) throw new Unsupported()
    return node
  }

  #escape(): ReadonlyArray<string> {
    const code = this.#match(/u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})/y)
    if (code !== undefined) return [String.fromCharCode(parseInt(code[1] ?? code[2] ?? "", 16))]
    const character = this.#next
    if (character === undefined) throw new Unsupported()
    this.#position++
    const choices = classes[character] ?? (controls[character] === undefined ? undefined : [controls[character]])
    if (choices !== undefined) return choices
    // Every other letter or digit means something: an end of a word, a group, a property.
    if (/[A-Za-z0-9]/.test(character)) throw new Unsupported()
    return [character]
  }

  #class(): Node {
    const isNegated = this.#take("^")
    const choices: Array<string> = []
    while (!this.#take("]")) {
      const first = this.#classMember()
      const hasRange = this.#next === "-" && this.#pattern[this.#position + 1] !== "]"
      if (!hasRange || first.length !== 1) {
        choices.push(...first)
        continue
      }
      this.#position++
      const [last = "", ...others] = this.#classMember()
      if (others.length > 0) throw new Unsupported()
      // The first hundred characters of a range are enough to choose from.
      const from = (first[0] ?? "").charCodeAt(0)
      choices.push(...range(from, Math.min(last.charCodeAt(0), from + 100)))
    }
    const chosen = isNegated ? without(choices) : choices
    if (chosen.length === 0) throw new Unsupported()
    return { _tag: "Characters", choices: chosen }
  }

  #classMember(): ReadonlyArray<string> {
    if (this.#take("\\")) return this.#escape()
    const character = this.#next
    if (character === undefined) throw new Unsupported()
    this.#position++
    return [character]
  }
}

/** The state of one text. `spare` is how many characters the repeats are to add to the shortest text. */
interface Writing {
  text: string
  spare: number
  readonly seed: Seed
}

const write = (node: Node, writing: Writing): void => {
  if (writing.text.length > maximumLength) throw new Unsupported()
  switch (node._tag) {
    case "Characters":
      writing.text += node.choices[writing.seed.between(0, node.choices.length - 1)] ?? ""
      return
    case "Sequence":
      for (const inner of node.nodes) write(inner, writing)
      return
    case "Alternatives": {
      const chosen = node.nodes[writing.seed.between(0, node.nodes.length - 1)]
      if (chosen !== undefined) write(chosen, writing)
      return
    }
    case "Repeat": {
      for (let count = 0; count < node.maximum && (count < node.minimum || writing.spare > 0); count++) {
        const before = writing.text.length
        write(node.node, writing)
        const added = writing.text.length - before
        if (count >= node.minimum) writing.spare -= added
        // Nothing repeated is still nothing.
        if (added === 0) return
      }
    }
  }
}

/**
 * Returns a text that matches a pattern and has a length between two bounds, or `undefined` where the pattern is not
 * simple or the bounds are not met.
 */
export const make = (pattern: string, seed: Seed, minimum: number, maximum: number): string | undefined => {
  try {
    const node = new Parser(pattern).read()
    const shortest: Writing = { text: "", spare: 0, seed }
    write(node, shortest)
    let text = shortest.text
    if (text.length < minimum) {
      const longer: Writing = { text: "", spare: minimum - text.length, seed }
      write(node, longer)
      text = longer.text
    }
    return text.length >= minimum && text.length <= maximum ? text : undefined
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}
