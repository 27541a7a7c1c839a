/**
 * The state of an item of a completion while its deltas arrive.
 */
import type { ItemStart } from "../../domain/ResponseEvent.ts"
import type { Citation, TokenLogprob } from "../../domain/ResponseItem.ts"
import { type Growing, Text } from "./Text.ts"

/** A part of a message that is being built. */
export class OpenContent {
  readonly refusal: boolean
  readonly citations: Array<Citation> = []
  /** The probabilities of its tokens; `undefined` where none came. */
  logprobs: Array<TokenLogprob> | undefined
  readonly growing: Growing

  constructor(refusal: boolean, growing: Growing = new Text()) {
    this.refusal = refusal
    this.growing = growing
  }

  get text(): string {
    return this.growing.toString()
  }
}

/** An item that is being built. Protocols may set `id`, `name` and `phase`. */
export class OpenItem {
  readonly index: number
  readonly type: ItemStart["type"]
  id: string | undefined
  name: string
  phase: string | undefined
  readonly content: Array<OpenContent> = []
  readonly reasoningParts: Array<Growing> = []
  readonly summaryParts: Array<Growing> = []
  #arguments: Text | undefined
  /** Whether its text is a plan for tools, and not reasoning. */
  isPlan = false
  done = false

  constructor(index: number, type: ItemStart["type"], id: string | undefined, name: string | undefined) {
    this.index = index
    this.type = type
    this.id = id
    this.name = name ?? ""
  }

  /** The raw reasoning, part by part. A server may number its parts from 1, which leaves holes. */
  get reasoning(): Array<string> {
    return this.reasoningParts.map(String)
  }

  /** The summaries of the reasoning, part by part. */
  get summary(): Array<string> {
    return this.summaryParts.map(String)
  }

  /** The input of a tool as it arrived. */
  get arguments(): string {
    return this.#arguments?.toString() ?? ""
  }

  get growingArguments(): Growing | undefined {
    return this.#arguments
  }

  appendArguments(delta: string): void {
    this.#arguments ??= new Text()
    this.#arguments.append(delta)
  }
}
