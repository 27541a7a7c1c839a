/**
 * The provider of the benchmark: a process that sends prepared streams over loopback.
 *
 * A plain `net` server that writes slices of a body built before: `node:http` would spend more on writing chunks than a
 * client on reading them. It tells its port as a message, and answers a path with its own CPU time once its body is
 * there.
 */
import { createServer, type Socket } from "node:net"
import { chunks, slices } from "./lib/Chunks.ts"
import { fromPath, type Spec, toPath } from "./lib/Spec.ts"

// A body of more than this is made anew while it is sent: that experiment asks for memory, and not for speed.
const keptTokens = 1_000_000

const head = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n" +
    "x-request-id: req_0123456789abcdef\r\nrequest-id: req_0123456789abcdef\r\ntransfer-encoding: chunked\r\n\r\n"
)

const bodies = new Map<string, ReadonlyArray<Buffer>>()

const bodyOf = (spec: Spec): Iterable<Buffer> => {
  if (spec.tokens > keptTokens) return slices(spec)
  const name = toPath(spec)
  const known = bodies.get(name)
  if (known !== undefined) return known
  const made = [...(spec.interval > 0 ? chunks(spec) : slices(spec))]
  bodies.set(name, made)
  return made
}

const sendFast = (socket: Socket, body: Iterable<Buffer>, done: () => void): void => {
  const left = body[Symbol.iterator]()
  const pump = (): void => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      if (socket.destroyed) return
      if (!socket.write(next.value)) {
        socket.once("drain", pump)
        return
      }
    }
    done()
  }
  pump()
}

type Step = () => void

/** Steps once an interval, in 16 phases, so that a thousand streams do not all speak in the same moment. */
const makeWheel = (interval: number): (step: Step) => Step => {
  const phases = Array.from({ length: 16 }, () => new Set<Step>())
  const started = performance.now()
  let ticks = 0
  let joined = 0
  setInterval(() => {
    const due = Math.floor((performance.now() - started) / (interval / phases.length))
    for (; ticks < due; ticks++) for (const step of phases[ticks % phases.length] ?? []) step()
  }, Math.max(1, Math.floor(interval / phases.length)))
  return (step) => {
    const phase = phases[joined++ % phases.length]
    phase?.add(step)
    return () => phase?.delete(step)
  }
}

const wheels = new Map<number, ReturnType<typeof makeWheel>>()

const sendPaced = (socket: Socket, body: Iterable<Buffer>, interval: number, done: () => void): void => {
  const wheel = wheels.get(interval) ?? makeWheel(interval)
  wheels.set(interval, wheel)
  const left = body[Symbol.iterator]()
  let next = left.next()
  const leave = wheel(() => {
    if (socket.destroyed) return leave()
    if (next.done !== true) socket.write(next.value)
    next = left.next()
    if (next.done === true) {
      leave()
      done()
    }
  })
}

/** The length of the first request in the bytes, or undefined while it has not arrived whole. */
const requestEnd = (bytes: Buffer, headEnd: number): number | undefined => {
  const text = bytes.toString("latin1", 0, headEnd)
  const from = headEnd + 4
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  if (length !== undefined) return bytes.length >= from + Number(length) ? from + Number(length) : undefined
  if (!/\r\ntransfer-encoding: *chunked/i.test(text)) return from
  const last = bytes.indexOf("0\r\n\r\n", from)
  return last < 0 ? undefined : last + 5
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = Buffer.alloc(0)
  let busy = false
  const next = (): void => {
    if (busy) return
    const headEnd = pending.indexOf("\r\n\r\n")
    const end = headEnd < 0 ? undefined : requestEnd(pending, headEnd)
    if (end === undefined) return
    const spec = fromPath(pending.toString("latin1", pending.indexOf(" ") + 1, pending.indexOf(" HTTP/")))
    pending = pending.subarray(end)
    if (spec === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
      return
    }
    busy = true
    const done = (): void => {
      busy = false
      next()
    }
    socket.write(head)
    if (spec.interval > 0) sendPaced(socket, bodyOf(spec), spec.interval, done)
    else sendFast(socket, bodyOf(spec), done)
  }
  socket.on("error", () => socket.destroy())
  socket.on("data", (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data])
    next()
  })
})

server.listen({ port: 0, host: "127.0.0.1", backlog: 8192 }, () => {
  const address = server.address()
  process.send?.(typeof address === "object" ? address?.port : undefined)
})
process.on("message", (path) => {
  const spec = fromPath(String(path))
  if (spec !== undefined) bodyOf(spec)
  const { system, user } = process.cpuUsage()
  process.send?.((system + user) / 1000)
})
process.on("disconnect", () => process.exit(0))
