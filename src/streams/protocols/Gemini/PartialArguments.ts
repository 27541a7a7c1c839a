/**
 * Assembles the arguments of a tool call that comes in pieces, each with its path (`$.operations[0].price`).
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc-args
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

// The deepest path: more than any arguments need, and few enough for recursion.
const maxSteps = 256
// The memory of a value beside its text, in bytes, roughly: a short path can create a hundred values.
const nodeBytes = 64
// How many elements of a list may be skipped: elements without a leaf (`{}`, `[]`) have no piece.
const maxSkipped = 100

const step = /\.([^.[\]]+)|\[(\d{1,9})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y

/** Parses a path into its steps; `undefined` when it is not a path. */
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
  return steps.length === 0 || steps.length > maxSteps || typeof steps[0] !== "string" ? undefined : steps
}

const containerFor = (next: Step): Container =>
  typeof next === "string" ? { type: "object", entries: new Map() } : { type: "array", entries: [] }

const get = (container: Container, key: Step): Node | undefined =>
  container.type === "object"
    ? (typeof key === "string" ? container.entries.get(key) : undefined)
    : (typeof key === "number" ? container.entries[key] : undefined)

/** Puts a node into its place. Returns whether there is such a place. */
const put = (container: Container, key: Step, node: Node): boolean => {
  if (container.type === "object") {
    if (typeof key !== "string") return false
    container.entries.set(key, node)
    return true
  }
  if (typeof key !== "number" || key > container.entries.length + maxSkipped) return false
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
      // `fromEntries` and not assignment, since a model may name a field `__proto__`.
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, valueOf(entry)]))
  }
}

/** Returns the value of a piece; `undefined` when it has none. */
const valueOfPiece = (piece: JsonObject): Schema.Json | undefined => {
  if (piece.stringValue !== undefined) return string(piece.stringValue)
  if (piece.numberValue !== undefined) return number(piece.numberValue)
  if (piece.boolValue !== undefined) return typeof piece.boolValue === "boolean" ? piece.boolValue : undefined
  return "nullValue" in piece ? null : undefined
}

/** A container on the path to a leaf. */
interface Opened {
  readonly container: Container
  /** The place in the container that the path goes through. */
  readonly key: Step
}

const sizeOf = (container: Container): number =>
  container.type === "object" ? container.entries.size : container.entries.length

/** How many bytes the arguments of a response's tool calls may still take up. One piece may overdraw it. */
export interface Allowance {
  left: number
}

/**
 * The arguments of one tool call.
 *
 * **Details**
 *
 * `value` is the assembled value. The texts that `add` and `close` return are deltas for display: together they are the
 * JSON of the value, as long as the pieces come in an order in which JSON can be written.
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

  /** Whether no piece was added. */
  get isEmpty(): boolean {
    return this.#root.size === 0
  }

  /** Whether a string value continues in the next piece. */
  get isOpen(): boolean {
    return this.#leaf?.node.isOpen === true
  }

  /** The assembled value. */
  get value(): Schema.Json {
    return valueOf({ type: "object", entries: this.#root })
  }

  /** Adds a piece. Returns the delta of the JSON text; `undefined` for a piece that the protocol does not allow. */
  add(piece: JsonObject): string | undefined {
    const path = string(piece.jsonPath)
    const value = valueOfPiece(piece)
    if (path === undefined || value === undefined) return undefined
    this.#allowance.left -= path.length + (typeof value === "string" ? value.length : 0)
    const continues = piece.willContinue === true && typeof value === "string"
    const node = this.#leaf?.path === path ? this.#leaf.node : undefined
    if (typeof value === "string" && node?.value instanceof Text) {
      // The string had ended already: its value continues, but the JSON text cannot.
      if (!node.isOpen && value !== "") this.#inOrder = false
      const ended = node.isOpen && !continues ? "\"" : ""
      node.value.append(value)
      node.isOpen = continues
      return this.#inOrder ? `${JSON.stringify(value).slice(1, -1)}${ended}` : ""
    }
    const steps = stepsOf(path)
    if (steps === undefined) return undefined
    const ended = this.#endText()
    const leaf: Leaf = { type: "leaf", value: typeof value === "string" ? new Text(value) : value, isOpen: continues }
    const prefix = this.#place(steps, leaf)
    if (prefix === undefined) return undefined
    this.#leaf = { path, node: leaf }
    const text = JSON.stringify(value)
    return this.#inOrder ? `${ended}${prefix}${continues ? text.slice(0, -1) : text}` : ""
  }

  /** Ends the arguments. Returns the last delta of the JSON text. */
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

  /**
   * Puts a leaf into the tree. Returns the JSON text between the last leaf and this one; `undefined` without a place.
   */
  #place(steps: ReadonlyArray<Step>, leaf: Leaf): string | undefined {
    const root: Container = { type: "object", entries: this.#root }
    let container: Container = this.#opened[0]?.container ?? root
    let text = ""
    // The text of the path that this leaf shares with the last one was emitted already.
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
        // JSON text cannot reopen a container, or write a value twice.
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
