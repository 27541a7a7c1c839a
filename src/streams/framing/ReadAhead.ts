/**
 * The interface through which whole events are read without the parser of a framing.
 */
import type { Buffer } from "./Buffer.ts"

/** Reads events that are whole in one chunk, before the parser of a framing does. */
export interface ReadAhead {
  /**
   * Reads events from `at` on, where one begins. Returns where the first event begins that it did not read. `position`
   * is how many bytes of the stream came before the chunk.
   */
  readonly read: (bytes: Buffer, at: number, position: number) => number
}
