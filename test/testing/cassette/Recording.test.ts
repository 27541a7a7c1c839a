/**
 * How a cassette writes its file while it records: one write an exchange, one recorder a file, and nothing lost.
 */
import { NodeHttpClient, NodePath, NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, FileSystem, Layer, PlatformError, Scope } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { spawnSync } from "node:child_process"
import { hostname } from "node:os"
import * as Cassette from "../../../src/testing/cassette/Cassette.ts"
import { cassettePath, consume, read, serve, services, withCassette, withReplay } from "./Loopback.ts"

const post = (url: string, n: number, headers: Readonly<Record<string, string>> = {}) =>
  HttpClientRequest.post(url, { body: HttpBody.jsonUnsafe({ n }), headers })

const echo = serve((_request, response, body) => void response.end(`response to ${body}`))

/** Builds a recording cassette in a scope, and returns its client. */
const open = (path: string, scope: Scope.Scope, mode: Cassette.Mode = "record") =>
  Effect.map(
    Layer.buildWithScope(
      Cassette.layer({ path, mode }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeServices.layer]), Layer.fresh),
      scope
    ),
    (context) => Effect.provideContext(context)
  )

const exchanges = (path: string) => Effect.map(read(path), (text) => JSON.parse(text).exchanges)

const info = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.stat(path))

describe("a recording cassette", () => {
  it.live("appends each exchange to the same file, which is whole after each", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* echo
      const record = Effect.gen(function*() {
        yield* consume(post(url, 1))
        const [first, { ino }] = [yield* read(path), yield* info(path)]
        for (const n of [2, 3]) {
          yield* consume(post(url, n))
          assert.strictEqual((yield* exchanges(path)).length, n)
          assert.deepStrictEqual((yield* info(path)).ino, ino)
          assert.isTrue((yield* read(path)).startsWith(first.slice(0, first.lastIndexOf("\n    }"))))
        }
      })
      yield* record.pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual((yield* exchanges(path)).length, 3)
    }).pipe(Effect.provide(services)))

  it.live("is readable by its owner only", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* echo
      yield* Effect.forEach([1, 2], (n) => consume(post(url, n))).pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual((yield* info(path)).mode & 0o777, 0o600)
    }).pipe(Effect.provide(services)))

  it.live("replays concurrent equal requests in the order of the requests, not of the responses", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      let requests = 0
      const url = yield* serve((_request, response) => {
        const number = ++requests
        setTimeout(() => response.end(`response ${number}`), number === 1 ? 150 : 0)
      })
      const both = Effect.gen(function*() {
        const client = yield* HttpClient.HttpClient
        const first = yield* Effect.forkChild(client.execute(post(url, 0)), { startImmediately: true })
        yield* Effect.sleep(50)
        yield* consume(post(url, 0))
        const response = yield* Fiber.join(first)
        return yield* response.text
      })
      yield* both.pipe(withCassette({ path, mode: "record" }))
      const replayed = yield* Effect.all([consume(post(url, 0)), consume(post(url, 0))]).pipe(withReplay({ path }))
      assert.deepStrictEqual(replayed.map(({ chunks }) => chunks.join("")), ["response 1", "response 2"])
    }).pipe(Effect.provide(services)))

  it.live(
    "takes no more work for an exchange after many others, each with headers of its own",
    () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const url = yield* echo
        const batch = (from: number) =>
          Effect.gen(function*() {
            // CPU time, since other processes change how long it takes.
            const start = process.cpuUsage()
            for (let n = from; n < from + 50; n++) {
              yield* consume(post(url, n, { "x-trace": `trace-${n}-${"0123456789abcdef".repeat(2)}` }))
            }
            const { system, user } = process.cpuUsage(start)
            return system + user
          })
        const times = yield* Effect.forEach([0, 50, 100, 150, 200, 250], batch).pipe(
          withCassette({ path, mode: "record" })
        )
        // The first batch warms up. A recording that is rewritten takes five times as long for the last one.
        assert.isBelow(times.at(-1) ?? Infinity, 3 * (times[1] ?? 0), times.join(", "))
        assert.strictEqual((yield* exchanges(path)).length, 300)
      }).pipe(Effect.provide(services)),
    60_000
  )

  it.live("removes a value from earlier exchanges when a later request uses it as a key", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const token = "token-0123456789-abcdefghij"
      const url = yield* serve((request, response) =>
        void response.end(request.url === "/token" ? `{"unusual":"${token}"}` : "ok")
      )
      const record = Effect.gen(function*() {
        yield* consume(HttpClientRequest.post(`${url}/token`))
        assert.include(yield* read(path), token)
        yield* consume(HttpClientRequest.post(url).pipe(HttpClientRequest.bearerToken(token)))
        assert.notInclude(yield* read(path), token)
        yield* consume(HttpClientRequest.post(`${url}/token`))
        assert.notInclude(yield* read(path), token)
      })
      yield* record.pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual((yield* exchanges(path)).length, 3)
    }).pipe(Effect.provide(services)))

  it.live("keeps its exchanges, and records on, after one of them could not be written", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* echo
      const fileSystem = yield* FileSystem.FileSystem
      let isFull = false
      const noSpace = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "writeAll" })
      // A large write fails after its beginning, as on a full disk.
      const full: FileSystem.FileSystem = {
        ...fileSystem,
        open: (name, options) =>
          Effect.map(fileSystem.open(name, options), (file) =>
            // The other members read the position of the derived object, so the write has to do the same.
            Object.create(file, {
              writeAll: {
                value(this: FileSystem.File, bytes: Uint8Array) {
                  return isFull && bytes.length > 40
                    ? Effect.andThen(file.writeAll.call(this, bytes.subarray(0, 40)), Effect.fail(noSpace))
                    : file.writeAll.call(this, bytes)
                }
              }
            }))
      }
      const cassette = Cassette.layer({ path, mode: "record" }).pipe(
        Layer.provide(
          Layer.mergeAll(NodeHttpClient.layerUndici, NodePath.layer, Layer.succeed(FileSystem.FileSystem, full))
        ),
        Layer.fresh
      )
      const failed = yield* Effect.gen(function*() {
        yield* consume(post(url, 1))
        isFull = true
        const exit = yield* Effect.exit(consume(post(url, 2)))
        isFull = false
        yield* consume(post(url, 3))
        return exit
      }).pipe(Effect.provide(cassette, { local: true }))
      const error = Exit.isFailure(failed) ? Cause.squash(failed.cause) : undefined
      assert.instanceOf(error, Cassette.CassetteError)
      assert.strictEqual(error.reason, "Unwritable")
      const bodies = (yield* exchanges(path)).map((exchange: { readonly request: { readonly body: unknown } }) =>
        exchange.request.body
      )
      assert.deepStrictEqual(bodies, [{ text: "{\"n\":1}" }, { text: "{\"n\":3}" }])
    }).pipe(Effect.provide(services)))
})

describe("a second recorder of the same file", () => {
  it.live.each(["record", "auto"] as const)(
    "fails in mode %s while the first one records, which loses nothing",
    (mode) =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const url = yield* echo
        const scope = yield* Effect.scope
        const first = yield* Scope.fork(scope)
        const provide = yield* open(path, first)
        yield* consume(post(url, 1)).pipe(provide)
        const error = yield* Effect.flip(open(path, scope, mode))
        assert.strictEqual(error.reason, "Locked")
        assert.include(error.message, path)
        yield* Effect.forEach([2, 3, 4], (n) => consume(post(url, n)), { concurrency: "unbounded" }).pipe(provide)
        yield* Scope.close(first, Exit.void)
        assert.strictEqual((yield* exchanges(path)).length, 4)
        // The lock is released with the layer.
        yield* consume(post(url, 5)).pipe(withCassette({ path, mode: "record" }))
        assert.strictEqual((yield* exchanges(path)).length, 1)
      }).pipe(Effect.provide(services))
  )

  it.live("takes over the lock of a process that has ended", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* echo
      const fileSystem = yield* FileSystem.FileSystem
      yield* consume(post(url, 1)).pipe(withCassette({ path, mode: "record" }))
      const { pid } = spawnSync(process.execPath, ["--version"])
      yield* fileSystem.writeFileString(`${path}.lock`, JSON.stringify({ pid, host: hostname() }))
      yield* consume(post(url, 2)).pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual((yield* exchanges(path)).length, 1)
      assert.isFalse(yield* fileSystem.exists(`${path}.lock`))
    }).pipe(Effect.provide(services)))
})
