/**
 * The content blocks of one completion, for protocols that begin and stop them by an index.
 *
 * Text and reasoning are done when their block stops. A tool call waits for the end of the message as well: a block
 * that was cut off by a token limit stops like any other.
 */
import type { ResponseItem } from "../../domain/ResponseItem.ts"
import { isObject } from "../json/Json.ts"
import type { Assembly } from "./Assembly.ts"
import type { OpenItem } from "./OpenItem.ts"

/** A block that is being built. */
export interface OpenBlock {
  readonly item: OpenItem
  stopped: boolean
}

/** Returns whether the arguments of a tool call say nothing: there are none, or they are `{}` or `null`. */
export const isBlank = (input: string): boolean => /^\s*(\{\s*\}|null)?\s*$/.test(input)

/**
 * Returns the input of a tool as text: the deltas, or the input that its block began with (whole, from some servers). A
 * final `{}` or `null` does not replace that input.
 */
export const inputText = ({ arguments: written }: OpenItem, initial: unknown): string => {
  const isEmpty = initial === undefined || initial === null || (isObject(initial) && Object.keys(initial).length === 0)
  if (isEmpty || !isBlank(written)) return written
  return typeof initial === "string" ? initial : JSON.stringify(initial)
}

/** The blocks by index. `read` makes the item of a block that is done. */
export class OpenBlocks<Block extends OpenBlock> {
  readonly #assembly: Assembly
  readonly #read: (block: Block) => ResponseItem
  readonly #blocks = new Map<number, Block>()
  // Blocks of another kind than the block at their index, which some gateways send deltas for.
  readonly #companions = new Map<number, Block>()
  #held: Array<Block> = []

  constructor(assembly: Assembly, read: (block: Block) => ResponseItem) {
    this.#assembly = assembly
    this.#read = read
  }

  /** Returns the block at an index, unless it has stopped. */
  at(index: number): Block | undefined {
    const block = this.#blocks.get(index)
    return block?.stopped === true ? undefined : block
  }

  /** Begins a block. A block that never stopped is stopped when another takes its index. */
  begin(index: number, make: () => Block): Block {
    const before = this.at(index)
    if (before !== undefined) this.stopAt(index)
    const block = make()
    this.#blocks.set(index, block)
    return block
  }

  /**
   * Returns the block beside the one at an index that deltas of another kind belong to, and begins it with the first of
   * these. It stops with the block at that index.
   */
  companion(index: number, make: () => Block): Block {
    const before = this.#companions.get(index)
    if (before !== undefined) return before
    const block = make()
    this.#companions.set(index, block)
    return block
  }

  /** Ends the block at an index, and the one beside it. */
  stopAt(index: number): void {
    const companion = this.#companions.get(index)
    this.#companions.delete(index)
    if (companion !== undefined) this.stop(companion)
    const block = this.at(index)
    if (block !== undefined) this.stop(block)
  }

  /** Ends a block. */
  stop(block: Block): void {
    block.stopped = true
    if (block.item.type === "tool-call") this.#held.push(block)
    else this.#settle(block)
  }

  /** Makes the items of the tool calls that have stopped by another function than those at the end of the message. */
  settle(read: (block: Block) => ResponseItem): void {
    const held = this.#held
    this.#held = []
    for (const block of held) this.#assembly.done(block.item, read(block))
  }

  /** Ends the message: first the tool calls that have stopped are done, then the blocks that never stopped. */
  finish(): void {
    this.settle(this.#read)
    for (const block of this.#companions.values()) if (!block.stopped) this.#settle(block)
    for (const block of this.#blocks.values()) if (!block.stopped) this.#settle(block)
  }

  #settle(block: Block): void {
    this.#assembly.done(block.item, this.#read(block))
  }
}
