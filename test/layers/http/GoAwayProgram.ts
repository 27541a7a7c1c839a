/**
 * Calls an HTTP/2 server that ends its first session with a GOAWAY, and prints what it saw as JSON: a process apart,
 * because what node trusts is decided when a process starts.
 *
 * The frames are written by hand, since node's own server replaces a last stream of 0 by the last one that it knows.
 */
import { Effect, Layer, Logger } from "effect"
import { readFileSync } from "node:fs"
import * as Tls from "node:tls"
import * as UndiciHttpClient from "../../../src/layers/http/UndiciHttpClient.ts"
import * as OpenAiCompatible from "../../../src/layers/providers/OpenAiCompatible.ts"
import { ChatModel } from "../../../src/services/ChatModel.ts"
import * as SluiceConfig from "../../../src/services/SluiceConfig.ts"

const pem = (name: string) => readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url))

const types = { data: 0, headers: 1, settings: 4, goaway: 7, windowUpdate: 8 }
const flags = { ack: 1, endStream: 1, endHeaders: 4 }

const frame = (type: number, flag: number, stream: number, payload: Buffer = Buffer.alloc(0)) => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flag, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const uint32 = (...values: ReadonlyArray<number>) => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index))
  return bytes
}

const completion = Buffer.from(JSON.stringify({
  id: "x",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello" } }]
}))

// `:status: 200` and `content-type: application/json`, in HPACK.
const head = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, 16]), Buffer.from("application/json")])

/** Serves a session, and counts its requests in the last element. Sessions before `refusing` take no request. */
const serveSession = (socket: Tls.TLSSocket, refusing: number, requests: Array<number>) => {
  const session = requests.push(0) - 1
  let received = Buffer.alloc(0)
  let isOpen = false
  socket.on("error", () => {})
  socket.write(frame(types.settings, 0, 0))
  socket.write(frame(types.windowUpdate, 0, 0, uint32(1 << 24)))
  const onFrame = (type: number, flag: number, stream: number) => {
    if (type === types.settings && (flag & flags.ack) === 0) socket.write(frame(types.settings, flags.ack, 0))
    if (type === types.headers) {
      requests[session] = (requests[session] ?? 0) + 1
      socket.write(frame(types.windowUpdate, 0, stream, uint32(1 << 24)))
      if (session < refusing) setTimeout(() => socket.write(frame(types.goaway, 0, 0, uint32(0, 0))), 20)
    }
    if (session >= refusing && type <= types.headers && (flag & flags.endStream) !== 0) {
      socket.write(frame(types.headers, flags.endHeaders, stream, head))
      socket.write(frame(types.data, flags.endStream, stream, completion))
    }
  }
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, bytes])
    if (!isOpen) {
      const preface = 24
      if (received.length < preface) return
      isOpen = true
      received = received.subarray(preface)
    }
    while (received.length >= 9) {
      const length = received.readUIntBE(0, 3)
      if (received.length < 9 + length) return
      const [type, flag, stream] = [received.readUInt8(3), received.readUInt8(4), received.readUInt32BE(5)]
      received = received.subarray(9 + length)
      onFrame(type, flag, stream)
    }
  })
}

const serve = (refusing: number, requests: Array<number>) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const sockets = new Set<Tls.TLSSocket>()
      const server = Tls.createServer({ key: pem("key"), cert: pem("cert"), ALPNProtocols: ["h2"] }, (socket) => {
        sockets.add(socket)
        serveSession(socket, refusing, requests)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed({
          port: typeof address === "object" && address !== null ? address.port : 0,
          close: () => {
            for (const socket of sockets) socket.destroy()
            server.close()
          }
        }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** A call: how many sessions end, the characters of the prompt, and the retries. */
interface Case {
  readonly refusing: number
  readonly size: number
  readonly retries: number
}

const attempt = Effect.fnUntraced(function*({ refusing, retries, size }: Case) {
  const requests: Array<number> = []
  const { port } = yield* serve(refusing, requests)
  const outcome = yield* ChatModel.complete({ model: "m", prompt: "x".repeat(size) }).pipe(
    Effect.match({ onSuccess: ({ text }) => text, onFailure: ({ _tag }) => _tag }),
    Effect.provide(
      OpenAiCompatible.layer({ baseUrl: `https://localhost:${port}/v1` }).pipe(
        Layer.provide(UndiciHttpClient.layer),
        Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: retries })),
        Layer.merge(Logger.layer([]))
      )
    )
  )
  return { outcome, requests }
})

const cases: ReadonlyArray<Case> = JSON.parse(process.argv[2] ?? "[]")
const program = Effect.forEach(cases, (given) => Effect.scoped(attempt(given)))

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
