/**
 * Removes `100 Continue` responses from what an HTTP/1.1 connection reads.
 *
 * A client has to ignore one that it did not ask for (RFC 9110, 15.2), and undici closes the connection instead.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
import type * as Undici from "@effect/platform-node/Undici"
import type { Socket } from "node:net"

const requestLine = /^[A-Z]+ [^\r\n]* HTTP\/1\.1\r\n/
const interim = /^HTTP\/1\.[01] 1\d\d/
const beginnings = ["HTTP/1.1 100", "HTTP/1.0 100"]

/** How many bytes of a response show its status. */
const statusBytes = 12

/** How many bytes of interim responses are kept at most. More are left to the parser, which rejects them. */
const mostHeld = 64 * 1024

const emptyLine = "\r\n\r\n"

/** Finds the `100 Continue` responses between a request and the head of its response. */
class ContinueFilter {
  #isAtHead = false
  #held: Buffer | undefined

  /** Records what is written: the head of a request is a text that begins with its request line. */
  written(chunk: unknown): void {
    if (typeof chunk === "string" && requestLine.test(chunk)) {
      this.#isAtHead = true
      this.#held = undefined
    }
  }

  /** Returns what is left of bytes that were read; `undefined` where that is nothing yet. */
  read(chunk: Buffer): Buffer | undefined {
    if (!this.#isAtHead) return chunk
    const passed: Array<Buffer> = []
    let rest = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = undefined
    while (rest.length > 0) {
      const status = rest.toString("latin1", 0, statusBytes)
      const isInterim = interim.test(status)
      const end = isInterim ? rest.indexOf(emptyLine) : -1
      if (end < 0) {
        const mayBeInterim = isInterim || beginnings.some((text) => text.startsWith(status))
        if (mayBeInterim && rest.length < mostHeld) {
          this.#held = rest
        } else {
          this.#isAtHead = false
          passed.push(rest)
        }
        break
      }
      // Other interim responses, such as 103 Early Hints, are for the parser, and a 100 may follow them.
      if (!status.endsWith(" 100")) passed.push(rest.subarray(0, end + emptyLine.length))
      rest = rest.subarray(end + emptyLine.length)
    }
    return passed.length === 0 ? undefined : passed.length === 1 ? passed[0] : Buffer.concat(passed)
  }
}

/** Removes `100 Continue` responses from what is read from a connection. */
const ignoreContinue = <A extends Socket>(socket: A): A => {
  const filter = new ContinueFilter()
  const { read, write } = socket
  return Object.assign(socket, {
    write(...parameters: Parameters<Socket["write"]>): boolean {
      filter.written(parameters[0])
      return Reflect.apply(write, socket, parameters)
    },
    read(size?: number): unknown {
      for (;;) {
        const chunk: unknown = Reflect.apply(read, socket, [size])
        if (!Buffer.isBuffer(chunk)) return chunk
        const left = filter.read(chunk)
        if (left !== undefined) return left
      }
    }
  })
}

/** The options of a pool, as an agent gives them to its factory. */
export interface PoolOptions extends Omit<Undici.Pool.Options, "connect"> {
  /** How connections are made: a function where they go through a proxy. */
  readonly connect?: Undici.buildConnector.BuildOptions | Undici.buildConnector.connector | undefined
}

/** Makes the pool of a host, whose HTTP/1.1 connections ignore `100 Continue`. */
export const makePool = (undici: typeof Undici, origin: string | URL, options: PoolOptions): Undici.Pool => {
  const { allowH2, connect } = options
  const connector = typeof connect === "function"
    ? connect
    : undici.buildConnector({ ...(allowH2 === undefined ? {} : { allowH2 }), ...connect })
  return new undici.Pool(origin, {
    ...options,
    connect: (to, done) =>
      connector(to, (...[error, socket]) => {
        if (error !== null) done(error, null)
        else done(null, "alpnProtocol" in socket && socket.alpnProtocol === "h2" ? socket : ignoreContinue(socket))
      })
  })
}
