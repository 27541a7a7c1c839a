/**
 * Talks to a TLS server of its own and prints what it saw as JSON: a process apart, because what node trusts is decided
 * when a process starts.
 */
import { Duration, Effect, Fiber, Layer, Stream } from "effect"
import { readFileSync } from "node:fs"
import * as Http2 from "node:http2"
import * as Https from "node:https"
import type { Socket } from "node:net"
import * as UndiciHttpClient from "../../../src/layers/http/UndiciHttpClient.ts"
import * as OpenAiCompatible from "../../../src/layers/providers/OpenAiCompatible.ts"
import { ChatModel } from "../../../src/services/ChatModel.ts"
import * as SluiceConfig from "../../../src/services/SluiceConfig.ts"
import * as Raw from "../../support/RawServer.ts"

const pem = (name: string) => readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url))
const tls = { key: pem("key"), cert: pem("cert") }

const seen = {
  sessions: 0,
  requests: 0,
  protocols: new Set<string>(),
  cancelled: 0,
  cancelledSoon: 0,
  mostStreams: 0,
  open: 0
}

/** What both kinds of requests and responses can do. */
interface Request {
  readonly httpVersion: string
  on(event: "aborted", listener: () => void): unknown
}

interface Response {
  setHeader(name: string, value: string): unknown
  write(text: string): unknown
  end(): unknown
  on(event: "close", listener: () => void): unknown
}

/** Writes a delta every 20 ms, ten times, and the end. */
const respond = (request: Request, response: Response) => {
  seen.requests++
  seen.open++
  seen.mostStreams = Math.max(seen.mostStreams, seen.open)
  seen.protocols.add(request.httpVersion)
  response.setHeader("content-type", "text/event-stream")
  let count = 0
  const timer = setInterval(() => {
    if (count++ < 10) response.write(Raw.delta(`${count} `))
    else {
      clearInterval(timer)
      response.write(Raw.stop + Raw.done)
      response.end()
    }
  }, 20)
  response.on("close", () => {
    clearInterval(timer)
    seen.open--
  })
  // A stream that is reset without an error code is closed by node only when its own side has ended.
  request.on("aborted", () => {
    clearInterval(timer)
    seen.cancelled++
    response.end()
  })
}

const serve = (http2: boolean) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      const server = http2 ? Http2.createSecureServer(tls, respond) : Https.createServer(tls, respond)
      server.on("secureConnection", (socket) => {
        seen.sessions++
        sockets.add(socket)
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

const stream = ChatModel.stream({ model: "m", prompt: "hi" })

const read = Stream.runFold(
  stream,
  () => "",
  (text, event) => event._tag === "OutputTextDelta" ? text + event.delta : text
)

const model = (port: number, connections: number) =>
  OpenAiCompatible.layer({ baseUrl: `https://localhost:${port}/v1` }).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      maxRetries: 0,
      connectionsPerHost: connections,
      idleTimeout: Duration.seconds(3)
    }))
  )

const together = Effect.all(Array.from({ length: 20 }, () => Effect.result(read)), { concurrency: "unbounded" })

/** Looks every few milliseconds until it is so, and gives up after two seconds. */
const until = (isSo: () => boolean) =>
  Effect.gen(function*() {
    for (let left = 400; left > 0 && !isSo(); left--) yield* Effect.sleep(5)
  })

const interrupting = Effect.gen(function*() {
  const fibers = yield* Effect.all(
    Array.from({ length: 20 }, () => Effect.forkChild(Effect.result(read), { startImmediately: true }))
  )
  yield* until(() => seen.open === 20)
  yield* Fiber.interruptAll(fibers.filter((_, index) => index % 4 === 0))
  yield* until(() => seen.cancelled === 5)
  seen.cancelledSoon = seen.cancelled
  return yield* Effect.all(fibers.filter((_, index) => index % 4 !== 0).map(Fiber.join))
})

const program = Effect.gen(function*() {
  const how = process.argv[2]
  const { port } = yield* serve(how !== "http1")
  const results = yield* Effect.provide(
    how === "interrupting" ? interrupting : together,
    model(port, how === "http1" ? 3 : 1)
  )
  yield* Effect.sleep(50)
  return { ...seen, protocols: [...seen.protocols], results }
})

process.stdout.write(JSON.stringify(await Effect.runPromise(Effect.scoped(program))))
