/**
 * The arguments of a call that comes piece by piece, each with the place that it belongs to (`$.operations[0].price`).
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc-args
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { type JsonObject, number, string } from "../../json/Json.ts"
import { Text } from "../../response/Text.ts"

type Step = string | number

interface Leaf {
  readonly type: "leaf"
  readonly value: Schema.Json | Text
  isOpen: boolean
}

type Container =
  | { readonly type: "object"; readonly entries: Map<string, Node> }
  | { readonly type: "array"; readonly entries: Array<Node> }

type Node = Leaf | Container

// More than any arguments need, and few enough to build them without overflowing the stack.
const mostSteps = 256
// About what a value takes up beside its text: a few letters of a path can ask for a hundred of them.
const nodeBytes = 64
// Elements that have no leaf of their own are never mentioned, so a list may go on behind some.
const mostSkipped = 100

const step = /\.([^.[\]]+)|\[(\d{1,9})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y

/** The steps from the arguments to a value in them; nothing where the path is none. */
const stepsOf = (path: string): ReadonlyArray<Step> | undefined => {
  if (!path.startsWith("$")) return undefined
  const steps: Array<Step> = []
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const found = step.exec(path)
    if (found === null) {
      step.lastIndex = 0
      return undefined
    }
    const [, name, index, single, double] = found
    steps.push(
      name ?? (index === undefined ? (single ?? double ?? "").replaceAll(/\\(.)/g, "$1") : Number(index))
    )
  }
  // The arguments themselves are an object, so the first step is a name.
  return steps.length === 0 || steps.length > mostSteps || typeof steps[0] !== "string" ? undefined : steps
}

const containerFor = (next: Step): Container =>
  typeof next === "string" ? { type: "object", entries: new Map() } : { type: "array", entries: [] }

const get = (container: Container, key: Step): Node | undefined =>
  container.type === "object"
    ? (typeof key === "string" ? container.entries.get(key) : undefined)
    : (typeof key === "number" ? container.entries[key] : undefined)

/** Puts a node into its place. Answers whether the place is one. */
const put = (container: Container, key: Step, node: Node): boolean => {
  if (container.type === "object") {
    if (typeof key !== "string") return false
    container.entries.set(key, node)
    return true
  }
  if (typeof key !== "number" || key > container.entries.length + mostSkipped) return false
  while (container.entries.length < key) container.entries.push({ type: "leaf", value: null, isOpen: false })
  container.entries[key] = node
  return true
}

const valueOf = (node: Node): Schema.Json => {
  switch (node.type) {
    case "leaf":
      return node.value instanceof Text ? node.value.toString() : node.value
    case "array":
      return node.entries.map(valueOf)
    case "object":
      // Not by assignment: a model may name a field `__proto__`.
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, valueOf(entry)]))
  }
}

/** The value of a piece; nothing when it has none that there can be. */
const given = (piece: JsonObject): Schema.Json | undefined => {
  if (piece.stringValue !== undefined) return string(piece.stringValue)
  if (piece.numberValue !== undefined) return number(piece.numberValue)
  if (piece.boolValue !== undefined) return typeof piece.boolValue === "boolean" ? piece.boolValue : undefined
  return "nullValue" in piece ? null : undefined
}

/** A container on the way to a leaf. */
interface Opened {
  readonly container: Container
  /** The place in it that the way goes through. */
  readonly key: Step
}

const sizeOf = (container: Container): number =>
  container.type === "object" ? container.entries.size : container.entries.length

/**
 * How many bytes the arguments of an answer's calls may still take up. It is overdrawn by one piece at most.
 *
 * @category models
 * @since 0.1.0
 */
export interface Allowance {
  left: number
}

/**
 * The arguments of one call.
 *
 * **Details**
 *
 * What the pieces are put together to is the value; the text that is made of them on the way is for those who want to see the
 * arguments grow. It is the JSON of the value as long as the pieces come in an order that JSON can be written in.
 *
 * @category models
 * @since 0.1.0
 */
export class PartialArguments {
  readonly #allowance: Allowance
  readonly #root = new Map<string, Node>()
  readonly #opened: Array<Opened> = []
  #leaf: { readonly path: string; readonly node: Leaf } | undefined
  #inOrder = true

  constructor(allowance: Allowance) {
    this.#allowance = allowance
  }

  get isEmpty(): boolean {
    return this.#root.size === 0
  }

  /** Whether a text is to go on in the next piece. */
  get isOpen(): boolean {
    return this.#leaf?.node.isOpen === true
  }

  get value(): Schema.Json {
    return valueOf({ type: "object", entries: this.#root })
  }

  /** Takes a piece. Answers what it adds to the text, or nothing when it is not what the protocol says. */
  add(piece: JsonObject): string | undefined {
    const path = string(piece.jsonPath)
    const value = given(piece)
    if (path === undefined || value === undefined) return undefined
    this.#allowance.left -= path.length + (typeof value === "string" ? value.length : 0)
    const goesOn = piece.willContinue === true && typeof value === "string"
    const node = this.#leaf?.path === path ? this.#leaf.node : undefined
    if (typeof value === "string" && node?.value instanceof Text) {
      // A text that had ended goes on all the same, but no JSON was ever written so.
      if (!node.isOpen && value !== "") this.#inOrder = false
      const ended = node.isOpen && !goesOn ? "\"" : ""
      node.value.append(value)
      node.isOpen = goesOn
      return this.#inOrder ? `${JSON.stringify(value).slice(1, -1)}${ended}` : ""
    }
    const steps = stepsOf(path)
    if (steps === undefined) return undefined
    const ended = this.#endText()
    const leaf: Leaf = { type: "leaf", value: typeof value === "string" ? new Text(value) : value, isOpen: goesOn }
    const way = this.#place(steps, leaf)
    if (way === undefined) return undefined
    this.#leaf = { path, node: leaf }
    const text = JSON.stringify(value)
    return this.#inOrder ? `${ended}${way}${goesOn ? text.slice(0, -1) : text}` : ""
  }

  /** Ends the arguments. Answers what that adds to the text. */
  close(): string {
    const text = `${this.#endText()}${this.#closeTo(0)}`
    return this.#inOrder ? text : ""
  }

  #endText(): string {
    const node = this.#leaf?.node
    if (node === undefined || !node.isOpen) return ""
    node.isOpen = false
    return "\""
  }

  #closeTo(depth: number): string {
    let text = ""
    while (this.#opened.length > depth) text += this.#opened.pop()?.container.type === "array" ? "]" : "}"
    return text
  }

  /** Puts a leaf into the tree. Answers the text between the last leaf and this one; nothing where there is no such place. */
  #place(steps: ReadonlyArray<Step>, leaf: Leaf): string | undefined {
    const root: Container = { type: "object", entries: this.#root }
    let container: Container = this.#opened[0]?.container ?? root
    let text = ""
    // As far as the way is that of the last leaf, all is written.
    let isNew = false
    for (const [depth, key] of steps.entries()) {
      const isLast = depth === steps.length - 1
      const before = get(container, key)
      if (before?.type === "leaf" && !isLast) return undefined
      const size = sizeOf(container)
      if (before === undefined || isLast) {
        if (!put(container, key, isLast ? leaf : containerFor(steps[depth + 1] ?? ""))) return undefined
        this.#allowance.left -= nodeBytes * (typeof key === "number" ? Math.max(1, key + 1 - size) : 1)
      }
      const opened = this.#opened[depth]
      if (isNew || isLast || opened?.key !== key) {
        // What was closed does not open again in JSON, and nothing is written twice.
        if (before !== undefined) this.#inOrder = false
        if (!isNew) text += this.#closeTo(depth + 1)
        isNew = true
        const open = opened === undefined ? (container.type === "array" ? "[" : "{") : ""
        const skipped = typeof key === "number" ? "null,".repeat(Math.max(0, key - size)) : ""
        text += `${open}${size === 0 ? "" : ","}${skipped}${typeof key === "string" ? `${JSON.stringify(key)}:` : ""}`
        this.#opened[depth] = { container, key }
      }
      const next = get(container, key)
      if (next === undefined || next.type === "leaf") return text
      container = next
    }
    return undefined
  }
}
