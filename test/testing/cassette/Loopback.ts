/**
 * Fixtures of the cassette's tests: a server on loopback, a temporary folder, and clients.
 */
import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Path, Result, Stream } from "effect"
import { HttpClient, type HttpClientRequest } from "effect/http"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import * as Cassette from "../../../src/testing/cassette/Cassette.ts"

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** Starts a server for the scope of the test and returns its URL. */
export const serve = (handler: Handler) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      new Promise<{ readonly url: string; readonly close: () => void }>((resolve) => {
        const server = createServer((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk) => chunks.push(chunk))
          request.on("end", () => handler(request, response, Buffer.concat(chunks).toString()))
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = address !== null && typeof address === "object" ? address.port : 0
          resolve({
            url: `http://127.0.0.1:${port}`,
            close: () => {
              server.closeAllConnections()
              server.close()
            }
          })
        })
      })
    ),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ url }) => url))

/** Returns the path of a cassette in a temporary folder. */
export const cassettePath = Effect.gen(function*() {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  return path.join(yield* fileSystem.makeTempDirectoryScoped(), "cassettes", "test.json")
})

export const services = NodeServices.layer

/** Runs an effect with a cassette around a real client, and closes the cassette. */
export const withCassette = (options: Cassette.Options) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(
    effect,
    Cassette.layer(options).pipe(
      Layer.provide([NodeHttpClient.layerUndici, NodeServices.layer]),
      Layer.fresh
    ),
    { local: true }
  )

/** Runs an effect with a cassette that only replays. */
export const withReplay = (options: Cassette.ReplayOptions) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Cassette.layerReplay(options).pipe(Layer.provide(NodeServices.layer)), { local: true })

/** Reads a response to its end and returns status, chunks, and the failure if there is one. */
export const consume = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function*() {
    const response = yield* HttpClient.execute(request)
    const chunks: Array<string> = []
    const result = yield* response.stream.pipe(
      Stream.runForEach((bytes) => Effect.sync(() => chunks.push(Buffer.from(bytes).toString("latin1")))),
      Effect.result
    )
    return {
      status: response.status,
      contentType: response.headers["content-type"],
      chunks,
      failure: Result.isFailure(result) ? result.failure.reason._tag : undefined,
      code: Result.isFailure(result) ? codeOf(result.failure.reason.cause) : undefined
    }
  })

export const codeOf = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined

export const read = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.readFileString(path))
