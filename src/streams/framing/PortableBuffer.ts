/**
 * Does what Node's `Buffer` does, as far as it is used here, on runtimes without it.
 */
import type { Buffer, BufferConstructor, FromEncoding, ToEncoding } from "./Buffer.ts"
import { Utf8Count } from "./Utf8Count.ts"

const encoder = new TextEncoder()
// Like Node's, it keeps a byte order mark.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** The most characters that one call makes: each is an argument. */
const pieceLength = 8192

const latin1 = (bytes: Uint8Array): string => {
  let text = ""
  for (let at = 0; at < bytes.length; at += pieceLength) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceLength))
  }
  return text
}

/** Reads base64 as Node does: in both alphabets, to the first padding, past all other characters. */
const ofBase64 = (text: string): Uint8Array => {
  const digits = text.replace(/=.*$/s, "").replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]/g, "")
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0))
}

const bytesOf = (text: string, encoding: FromEncoding): Uint8Array =>
  encoding === "utf8" ? encoder.encode(text) : ofBase64(text)

/** Bytes with the conversions of `Buffer`. */
class PortableBuffer extends Uint8Array implements Buffer {
  get #view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength)
  }

  // `slice` and `map` of a typed array make one of the same class by this.
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array
  }

  override toString(encoding: ToEncoding = "utf8", start = 0, end: number = this.length): string {
    const bytes = start === 0 && end === this.length ? this : super.subarray(Math.max(0, start), Math.max(0, end))
    switch (encoding) {
      case "utf8":
        return decoder.decode(bytes)
      case "latin1":
        return latin1(bytes)
      case "base64":
        return btoa(latin1(bytes))
      case "hex":
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
    }
  }

  override subarray(start?: number, end?: number): PortableBuffer {
    return sharing(super.subarray(start, end))
  }

  override indexOf(value: number | string, from = 0): number {
    if (typeof value === "number") return super.indexOf(value, from)
    const [first, ...rest] = encoder.encode(value)
    if (first === undefined) return Math.min(from, this.length)
    for (let at = super.indexOf(first, from); at !== -1; at = super.indexOf(first, at + 1)) {
      if (rest.every((byte, index) => this[at + 1 + index] === byte)) return at
    }
    return -1
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end: number = this.length): number {
    const length = Math.max(0, Math.min(end - start, target.length - targetStart))
    target.set(super.subarray(start, start + length), targetStart)
    return length
  }

  compare(target: Uint8Array, start = 0, end: number = target.length): -1 | 0 | 1 {
    const length = end - start
    for (let at = 0; at < Math.min(this.length, length); at++) {
      const [own = 0, other = 0] = [this[at], target[start + at]]
      if (own !== other) return own < other ? -1 : 1
    }
    return this.length === length ? 0 : this.length < length ? -1 : 1
  }

  write(text: string, encoding: FromEncoding): number {
    const bytes = bytesOf(text, encoding).subarray(0, this.length)
    this.set(bytes)
    return bytes.length
  }

  swap32(): this {
    const view = this.#view
    for (let at = 0; at < this.length; at += 4) view.setUint32(at, view.getUint32(at, true))
    return this
  }

  readInt8(at: number): number {
    return this.#view.getInt8(at)
  }

  readInt16BE(at: number): number {
    return this.#view.getInt16(at)
  }

  readUInt16BE(at: number): number {
    return this.#view.getUint16(at)
  }

  readInt32BE(at: number): number {
    return this.#view.getInt32(at)
  }

  readUInt32BE(at: number): number {
    return this.#view.getUint32(at)
  }

  readBigInt64BE(at: number): bigint {
    return this.#view.getBigInt64(at)
  }
}

/** Returns the same bytes with the conversions. The memory may be shared, too, whatever the type says. */
const sharing = ({ buffer, byteOffset, length }: Uint8Array): PortableBuffer =>
  new PortableBuffer(buffer as ArrayBuffer, byteOffset, length)

const from = (
  source: string | Uint8Array | ArrayBufferLike,
  encoding?: FromEncoding | number,
  length?: number
): PortableBuffer =>
  typeof source === "string"
    ? sharing(bytesOf(source, typeof encoding === "string" ? encoding : "utf8"))
    : ArrayBuffer.isView(source)
    ? new PortableBuffer(source)
    : sharing(new Uint8Array(source, typeof encoding === "number" ? encoding : 0, length))

const concat = (all: ReadonlyArray<Uint8Array>): PortableBuffer => {
  const whole = new PortableBuffer(all.reduce((length, bytes) => length + bytes.length, 0))
  let at = 0
  for (const bytes of all) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

const alloc = (size: number): PortableBuffer => new PortableBuffer(size)

/** Makes such bytes. */
export const constructors: BufferConstructor = {
  alloc,
  allocUnsafe: alloc,
  allocUnsafeSlow: alloc,
  byteLength: (text) => {
    const count = new Utf8Count()
    count.add(text)
    return count.bytes
  },
  concat,
  from,
  isBuffer: (bytes) => bytes instanceof PortableBuffer
}
