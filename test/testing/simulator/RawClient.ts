/**
 * An HTTP client that shows every chunk as the server wrote it, and how the connection ended.
 */
import { Effect } from "effect"
import { connect } from "node:net"

export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The data of each HTTP chunk, or the whole body where it has a length. */
  readonly chunks: ReadonlyArray<Buffer>
  readonly body: Buffer
  readonly text: string
  /** Whether the body came to its proper end: the last chunk, or all of its length. */
  readonly isWhole: boolean
  /** The code of the connection's error, if it had one. */
  readonly error: string | undefined
  readonly millis: number
}

const dechunk = (bytes: Buffer) => {
  const chunks: Array<Buffer> = []
  let rest = bytes
  for (;;) {
    const end = rest.indexOf("\r\n")
    if (end === -1) return { chunks, isWhole: false }
    const size = parseInt(rest.subarray(0, end).toString(), 16)
    if (size === 0) return { chunks, isWhole: true }
    const data = rest.subarray(end + 2, end + 2 + size)
    if (data.length > 0) chunks.push(data)
    if (data.length < size) return { chunks, isWhole: false }
    rest = rest.subarray(end + 2 + size + 2)
  }
}

const parse = (bytes: Buffer, error: string | undefined, millis: number): RawResponse => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) {
    return { status: 0, headers: {}, chunks: [], body: Buffer.alloc(0), text: "", isWhole: false, error, millis }
  }
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString().split("\r\n")
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()])
  )
  const rest = bytes.subarray(end + 4)
  const length = headers["content-length"]
  const { chunks, isWhole } = length === undefined
    ? dechunk(rest)
    : { chunks: rest.length === 0 ? [] : [rest], isWhole: rest.length >= Number(length) }
  const body = Buffer.concat(chunks)
  return {
    status: Number(statusLine.split(" ")[1]),
    headers,
    chunks,
    body,
    text: body.toString(),
    isWhole,
    error,
    millis
  }
}

/** Sends a request on a connection of its own and waits until that is closed, or until `timeoutMillis` passed. */
export const request = (url: string, options: {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMillis?: number
}): Effect.Effect<RawResponse> =>
  Effect.callback((resume) => {
    const { hostname, port } = new URL(url)
    const body = options.body === undefined
      ? ""
      : typeof options.body === "string"
      ? options.body
      : JSON.stringify(options.body)
    const began = performance.now()
    const pieces: Array<Buffer> = []
    let error: string | undefined
    const done = () => {
      socket.destroy()
      resume(Effect.succeed(parse(Buffer.concat(pieces), error, performance.now() - began)))
    }
    const socket = connect(Number(port), hostname, () => {
      const headers = {
        host: hostname,
        connection: "close",
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        ...options.headers
      }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")
      socket.write(`${options.method ?? "POST"} ${options.path} HTTP/1.1\r\n${lines}\r\n${body}`)
    })
    socket.on("data", (data) => pieces.push(data))
    socket.on("error", (cause: NodeJS.ErrnoException) => {
      error = cause.code
    })
    socket.on("close", done)
    if (options.timeoutMillis !== undefined) setTimeout(done, options.timeoutMillis)
    return Effect.sync(() => socket.destroy())
  })

export const chatBody = (more: object = {}) => ({
  model: "gpt-4o",
  stream: true,
  messages: [{ role: "user", content: "Hello" }],
  ...more
})

export const responsesBody = (more: object = {}) => ({ model: "gpt-4o", stream: true, input: "Hello", ...more })

export const messagesBody = (more: object = {}) => ({
  model: "claude-sonnet-4-5",
  stream: true,
  max_tokens: 1000,
  messages: [{ role: "user", content: "Hello" }],
  ...more
})

export const chat = (url: string, more: object = {}, options: { readonly timeoutMillis?: number } = {}) =>
  request(url, {
    path: "/v1/chat/completions",
    headers: { authorization: "Bearer sk-test" },
    body: chatBody(more),
    ...options
  })

export const responses = (url: string, more: object = {}, options: { readonly timeoutMillis?: number } = {}) =>
  request(url, {
    path: "/v1/responses",
    headers: { authorization: "Bearer sk-test" },
    body: responsesBody(more),
    ...options
  })

export const messages = (url: string, more: object = {}, options: { readonly timeoutMillis?: number } = {}) =>
  request(url, {
    path: "/v1/messages",
    headers: { "x-api-key": "sk-test", "anthropic-version": "2023-06-01" },
    body: messagesBody(more),
    ...options
  })

/** The data of each event, parsed where it is JSON. */
export const data = (text: string): ReadonlyArray<unknown> =>
  text.split(/\r\n\r\n|\n\n|\r\r/).flatMap((event) =>
    event.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data: ")).map((line) => {
      const data = line.slice(6)
      try {
        return JSON.parse(data)
      } catch {
        return data
      }
    })
  )

/** The name of each event. */
export const names = (text: string): ReadonlyArray<string> =>
  text.split("\n").filter((line) => line.startsWith("event: ")).map((line) => line.slice(7))
