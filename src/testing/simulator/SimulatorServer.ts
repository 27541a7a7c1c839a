/**
 * The simulator on a real socket, with everything that only a socket can do: resets, wrong lengths, back-pressure.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import * as Engine from "./Engine.ts"
import { type Options as SimulatorOptions, Simulator } from "./Simulator.ts"
import type { Step } from "./Steps.ts"

/**
 * Options of a simulator on a socket.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends SimulatorOptions {
  /** The port. The default is any free port. */
  readonly port?: number | undefined
  /** The address to listen on. The default is `127.0.0.1`. */
  readonly host?: string | undefined
}

/**
 * The simulator cannot listen on its address, for example because the port is in use.
 *
 * @category errors
 * @since 0.1.0
 */
export class SimulatorListenError extends Schema.TaggedError<SimulatorListenError>()("SimulatorListenError", {
  /** The address. */
  host: Schema.String,
  /** The port; 0 for any free one. */
  port: Schema.Int,
  /** The error of the socket. */
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The simulator cannot listen on ${this.host}:${this.port}; choose another port, or leave it out for any free one`
  }
}

const listen = (server: Server, host: string, port: number): Effect.Effect<number, SimulatorListenError> =>
  Effect.callback((resume) => {
    const onError = (cause: Error) => resume(Effect.fail(new SimulatorListenError({ host, port, cause })))
    server.once("error", onError)
    server.listen(port, host, () => {
      server.off("error", onError)
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const readBody = (request: IncomingMessage, limit: number): Effect.Effect<Uint8Array | undefined> =>
  Effect.callback((resume) => {
    const pieces: Array<Buffer> = []
    let length = 0
    request.on("data", (piece: Buffer) => {
      length += piece.length
      if (length <= limit) pieces.push(piece)
    })
    request.on("end", () => resume(Effect.succeed(length > limit ? undefined : Buffer.concat(pieces))))
  })

const headersOf = (request: IncomingMessage): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ")
  }
  return headers
}

// Waits for the socket when its buffer is full, so that a client that does not read stops the writing.
const write = (response: ServerResponse, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (response.write(bytes)) {
      resume(Effect.void)
      return
    }
    const onDrain = () => resume(Effect.void)
    response.once("drain", onDrain)
    return Effect.sync(() => response.off("drain", onDrain))
  })

// A reset discards what the kernel does not have yet, so everything written has to be handed over first.
const flushed = (response: ServerResponse): Effect.Effect<void> =>
  Effect.callback((resume) => {
    response.flushHeaders()
    const { socket } = response
    if (socket === null || socket.writableLength === 0) resume(Effect.void)
    else socket.write("", () => resume(Effect.void))
  })

const finished = (response: ServerResponse): Effect.Effect<void> =>
  Effect.callback((resume) => {
    response.end(() => resume(Effect.void))
  })

const end = Effect.fnUntraced(
  function*(how: Extract<Step, { readonly _tag: "End" }>["how"], response: ServerResponse, socket: Socket) {
    if (how === "end") {
      yield* finished(response)
      // After a body that is shorter than its length, the connection cannot be used again.
      if (response.hasHeader("content-length")) socket.destroySoon()
      return
    }
    yield* flushed(response)
    if (how === "reset") socket.resetAndDestroy()
    else socket.destroySoon()
  }
)

const pause = (millis: number | undefined): Effect.Effect<void> =>
  millis === undefined ? Effect.never : millis > 0 ? Effect.sleep(millis) : Effect.void

const respond = Effect.fnUntraced(
  function*({ entry, response: planned }: Engine.Exchange, response: ServerResponse, socket: Socket) {
    const cut = Effect.map(Clock.currentTimeMillis, (now) => entry.ended("cut", now))
    yield* pause(planned.delayMillis)
    if (planned.connection !== "kept") {
      yield* cut
      if (planned.connection === "reset") socket.resetAndDestroy()
      else socket.destroy()
      return
    }
    response.writeHead(planned.status, planned.headers)
    response.flushHeaders()
    entry.status(planned.status)
    for (const step of planned.body()) {
      switch (step._tag) {
        case "Write":
          yield* write(response, step.bytes)
          entry.wrote(step.bytes.length)
          break
        case "Wait":
          yield* pause(step.millis)
          break
        case "End":
          yield* cut
          return yield* end(step.how, response, socket)
      }
    }
    entry.ended("completed", yield* Clock.currentTimeMillis)
    yield* finished(response)
  }
)

const handle = Effect.fnUntraced(
  function*(engine: Engine.Engine, connection: number, request: IncomingMessage, response: ServerResponse) {
    const bytes = yield* readBody(request, engine.maxRequestBytes)
    const exchange = yield* engine.receive({
      connection,
      method: request.method ?? "GET",
      path: (request.url ?? "/").replace(/[?#].*$/, ""),
      query: /\?([^#]*)/.exec(request.url ?? "")?.[1] ?? "",
      headers: headersOf(request),
      bytes
    })
    yield* respond(exchange, response, request.socket).pipe(
      Effect.onError((cause) =>
        Effect.map(
          Clock.currentTimeMillis,
          (now) => exchange.entry.ended(Cause.hasInterrupts(cause) ? "disconnected" : "cut", now)
        )
      )
    )
  }
)

/** Reports a failure of the simulator itself to the client, which would wait for ever otherwise. */
const reportDefect = (defect: unknown, response: ServerResponse): Effect.Effect<void> =>
  Effect.gen(function*() {
    yield* Effect.logError("The simulator failed", defect)
    if (response.headersSent) {
      response.destroy()
      return
    }
    const message = `The simulator failed: ${defect instanceof Error ? defect.message : String(defect)}`
    response.writeHead(500, { "content-type": "application/json" })
    response.end(JSON.stringify({ error: { message, type: "simulator_error", param: null, code: null } }))
  })

/**
 * Starts a simulator on a socket. Closing the scope ends every connection and every response.
 *
 * @category constructors
 * @since 0.1.0
 */
export const serve = Effect.fn("SimulatorServer.serve")(
  function*(options: Options = {}): Effect.fn.Return<Simulator["Service"], SimulatorListenError, Scope.Scope> {
    const engine = Engine.make(options)
    const clock = yield* Clock.Clock
    const run = yield* FiberSet.makeRuntime()
    const connections = new WeakMap<Socket, number>()
    const sockets = new Set<Socket>()

    const server = createServer((request, response) => {
      const fiber = run(
        handle(engine, connections.get(request.socket) ?? 0, request, response).pipe(
          Effect.catchDefect((defect) => reportDefect(defect, response))
        )
      )
      // This also runs after a complete response, when there is nothing to interrupt.
      response.once("close", () => fiber.interruptUnsafe())
    })
    // Stalls are scripted; Node's own limits must not end them.
    server.requestTimeout = 0
    server.timeout = 0
    server.on("connection", (socket: Socket) => {
      const connection = engine.journal.open(clock.currentTimeMillisUnsafe())
      connections.set(socket, connection)
      sockets.add(socket)
      socket.setNoDelay(true)
      // A broken connection shows as the end of the response. Without a listener the event would end the process.
      socket.on("error", () => {})
      socket.once("close", () => {
        sockets.delete(socket)
        engine.journal.close(connection, clock.currentTimeMillisUnsafe())
      })
      run(Effect.map(engine.refusesConnection(connection), (isRefused) => {
        if (isRefused) socket.destroy()
      }))
    })

    const host = options.host ?? "127.0.0.1"
    const port = yield* Effect.acquireRelease(
      listen(server, host, options.port ?? 0),
      () =>
        Effect.callback<void>((resume) => {
          for (const socket of sockets) socket.destroy()
          server.close(() => resume(Effect.void))
        })
    )
    return engine.service(`http://${host.includes(":") ? `[${host}]` : host}:${port}`)
  }
)

/**
 * Layer that provides a simulator on a socket for the lifetime of the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<Simulator, SimulatorListenError> =>
  Layer.effect(Simulator, serve(options))
