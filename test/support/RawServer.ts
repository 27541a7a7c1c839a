/**
 * A TCP server whose responses a test writes byte by byte, and which records when its connections end.
 *
 * It uses nothing of our code or of the simulator, so tests observe the socket itself.
 */
import { Effect } from "effect"
import * as Net from "node:net"

/** A request as it arrived, and the socket to respond on. */
export interface Exchange {
  readonly head: string
  readonly body: string
  readonly socket: Net.Socket
  readonly connection: number
  /** Returns a header, or `undefined`. */
  readonly header: (name: string) => string | undefined
}

export interface RawServer {
  readonly port: number
  readonly url: string
  readonly exchanges: ReadonlyArray<Exchange>
  /** When each connection ended (`performance.now()`), by the number of the connection. */
  readonly closed: ReadonlyMap<number, number>
  readonly open: () => number
  readonly mostOpen: () => number
}

const headers = (head: string) => (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "im").exec(head)?.[1]?.trim()

/**
 * Starts a server for the scope of a test. `onConnection` gets each connection before anything was read from it.
 * `records` says whether the server keeps its exchanges and when its connections ended.
 */
export const serve = (
  respond: (exchange: Exchange) => void,
  onConnection: (socket: Net.Socket) => void = () => {},
  records = true
) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Net.Server; readonly sockets: Set<Net.Socket>; readonly raw: RawServer }>(
      (resume) => {
        const sockets = new Set<Net.Socket>()
        const exchanges: Array<Exchange> = []
        const closed = new Map<number, number>()
        let connections = 0
        let mostOpen = 0
        const server = Net.createServer({ noDelay: true }, (socket) => {
          const connection = connections++
          sockets.add(socket)
          mostOpen = Math.max(mostOpen, sockets.size)
          onConnection(socket)
          let received = Buffer.alloc(0)
          socket.on("error", () => {})
          socket.on("close", () => {
            sockets.delete(socket)
            if (records) closed.set(connection, performance.now())
          })
          socket.on("data", (bytes) => {
            received = Buffer.concat([received, bytes])
            const end = received.indexOf("\r\n\r\n")
            if (end < 0) return
            const head = received.toString("latin1", 0, end)
            const length = Number(headers(head)("content-length") ?? 0)
            if (received.length < end + 4 + length) return
            const body = received.toString("utf8", end + 4, end + 4 + length)
            received = received.subarray(end + 4 + length)
            const exchange = { head, body, socket, connection, header: headers(head) }
            if (records) exchanges.push(exchange)
            respond(exchange)
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({
            server,
            sockets,
            raw: {
              port,
              url: `http://127.0.0.1:${port}/v1`,
              exchanges,
              closed,
              open: () => sockets.size,
              mostOpen: () => mostOpen
            }
          }))
        })
      }
    ),
    ({ server, sockets }) =>
      Effect.callback<void>((resume) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resume(Effect.void))
      })
  ).pipe(Effect.map(({ raw }) => raw))

export const streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

/** Encodes one chunk of a chunked body. */
export const chunk = (text: string | Buffer): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])
}

export const lastChunk = "0\r\n\r\n"

export const data = (value: unknown): string => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`

/** Creates an event of Chat Completions. */
export const delta = (content: string): string =>
  data({ id: "c1", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta: { content } }] })

export const stop = data({
  id: "c1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta: {}, finish_reason: "stop" }]
})

export const done = data("[DONE]")

/** A short, whole stream. */
export const whole = `${delta("Hel")}${delta("lo")}${stop}${done}`

/** Creates a response with a content length. */
export const response = (status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 ${status} X\r\n${
        Object.entries({
          "content-type": "application/json",
          ...headers,
          "content-length": String(Buffer.byteLength(body))
        })
          .map(([name, value]) => `${name}: ${value}\r\n`).join("")
      }\r\n`
    ),
    Buffer.from(body)
  ])
