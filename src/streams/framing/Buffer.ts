/**
 * Bytes with the conversions that decoders need: Node's `Buffer` where the runtime has it, and else the same over
 * `Uint8Array`, for browsers and edge runtimes.
 */
import * as PortableBuffer from "./PortableBuffer.ts"

/** The encodings of texts that bytes are made of. */
export type FromEncoding = "utf8" | "base64"

/** The encodings of texts that bytes are written as. */
export type ToEncoding = FromEncoding | "latin1" | "hex"

/** The part of Node's `Buffer` that is used. */
export interface Buffer extends Uint8Array {
  /** Returns the text of the bytes from `start` to `end`. Default: all, as UTF-8. */
  toString(encoding?: ToEncoding, start?: number, end?: number): string
  /** Returns the bytes from `start` to `end`, which share the memory. */
  subarray(start?: number, end?: number): Buffer
  /** Copies the bytes from `start` to `end` into others, and returns how many there are. */
  copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number
  /** Returns 0 where the bytes are those of another from `start` to `end`, and else -1 or 1, for their order. */
  compare(target: Uint8Array, start?: number, end?: number): -1 | 0 | 1
  /** Writes the bytes of a text, as many as have room, and returns how many there are. */
  write(text: string, encoding: FromEncoding): number
  /** Reverses the order of the bytes in each word of four. */
  swap32(): Buffer
  /** Returns where a byte, or the bytes of a text in UTF-8, first stand at or after a position; -1 if nowhere. */
  indexOf(value: number | string, from?: number): number
  /** Returns the integer at a position. */
  readInt8(at: number): number
  /** Returns the integer at a position, its highest byte first. */
  readInt16BE(at: number): number
  /** Returns the integer at a position, its highest byte first. */
  readUInt16BE(at: number): number
  /** Returns the integer at a position, its highest byte first. */
  readInt32BE(at: number): number
  /** Returns the integer at a position, its highest byte first. */
  readUInt32BE(at: number): number
  /** Returns the integer at a position, its highest byte first. */
  readBigInt64BE(at: number): bigint
}

/** The part of the constructor of Node's `Buffer` that is used. */
export interface BufferConstructor {
  /** Returns bytes that are zero. */
  alloc(size: number): Buffer
  /** Returns bytes that may have any value. */
  allocUnsafe(size: number): Buffer
  /** Returns bytes that may have any value, in memory of their own. */
  allocUnsafeSlow(size: number): Buffer
  /** Returns how many bytes a text has in UTF-8. */
  byteLength(text: string): number
  /** Returns the bytes of several in one. */
  concat(all: ReadonlyArray<Uint8Array>): Buffer
  /** Returns the bytes of a text, in UTF-8 by default. */
  from(text: string, encoding?: FromEncoding): Buffer
  /** Returns a copy of bytes. */
  from(bytes: Uint8Array): Buffer
  /** Returns the bytes of a memory, which they share. */
  from(memory: ArrayBufferLike, offset?: number, length?: number): Buffer
  /** Returns whether bytes have these conversions. */
  isBuffer(bytes: Uint8Array): bytes is Buffer
}

// A browser has none, whatever its type says.
const native: BufferConstructor | undefined = globalThis.Buffer

/** Makes bytes. */
export const Buffer: BufferConstructor = native ?? PortableBuffer.constructors
