/**
 * The content blocks of one answer, for the protocols that begin and stop them by an index.
 *
 * Text and reasoning are done when their block stops. A tool call waits for the end of the message as well: a block that a
 * token limit cut off stops like any other.
 */
import type { Assembly } from "./Assembly.ts"
import type { OpenItem } from "./OpenItem.ts"
import type { ResponseItem } from "../../domain/ResponseItem.ts"

/** A block that is being built. */
export interface OpenBlock {
  readonly item: OpenItem
  stopped: boolean
}

/** The blocks by their index. `read` makes a block's item when the block is done. */
export class OpenBlocks<Block extends OpenBlock> {
  readonly #assembly: Assembly
  readonly #read: (block: Block) => ResponseItem
  readonly #blocks = new Map<number, Block>()
  #held: Array<Block> = []

  constructor(assembly: Assembly, read: (block: Block) => ResponseItem) {
    this.#assembly = assembly
    this.#read = read
  }

  /** The block that an index stands for, unless it has stopped. */
  at(index: number): Block | undefined {
    const block = this.#blocks.get(index)
    return block?.stopped === true ? undefined : block
  }

  /** Begins a block. One that never stopped stops where the next one takes its index. */
  begin(index: number, make: () => Block): Block {
    const before = this.at(index)
    if (before !== undefined) this.stop(before)
    const block = make()
    this.#blocks.set(index, block)
    return block
  }

  /** Ends a block. */
  stop(block: Block): void {
    block.stopped = true
    if (block.item.type === "tool-call") this.#held.push(block)
    else this.#settle(block)
  }

  /** Ends the message: the tool calls that stopped are done, and then what never stopped. */
  finish(): void {
    const ready = this.#held
    this.#held = []
    for (const block of ready) this.#settle(block)
    for (const block of this.#blocks.values()) if (!block.stopped) this.#settle(block)
  }

  #settle(block: Block): void {
    this.#assembly.done(block.item, this.#read(block))
  }
}
