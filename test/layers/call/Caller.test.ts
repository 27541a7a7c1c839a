/**
 * What is common to calls of every operation: address, key, ids, time limits, retries, error responses, cuts,
 * interruption.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Result } from "effect"
import type { CompletionError } from "sluice"
import type * as Net from "node:net"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as Body from "../../../src/layers/call/Body.ts"
import * as Caller from "../../../src/layers/call/Caller.ts"
import * as PlainRequest from "../../../src/layers/call/PlainRequest.ts"
import * as Resolution from "../../../src/layers/registry/Resolution.ts"
import type { Provider } from "../../../src/services/Provider.ts"
import { ProviderRegistry } from "../../../src/services/ProviderRegistry.ts"
import * as Providers from "../../support/Providers.ts"
import * as RawServer from "../../support/RawServer.ts"

const quick = {
  retryBase: Duration.millis(1),
  retryJitter: 0,
  idleTimeout: Duration.millis(200),
  headersTimeout: Duration.millis(200)
}

const head = (status: string, body: string, more: ReadonlyArray<string> = []) =>
  [`HTTP/1.1 ${status}`, "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`, ...more]
    .join("\r\n") + "\r\n\r\n"

const reply = (socket: Net.Socket, status: string, body: string, more: ReadonlyArray<string> = []) =>
  socket.write(head(status, body, more) + body)

const names = (value: unknown): Result.Result<ReadonlyArray<string>, string> =>
  typeof value === "object" && value !== null && "names" in value && Array.isArray(value.names)
    ? Result.succeed(value.names)
    : Result.fail("there are no names")

interface Options extends Partial<PlainRequest.PlainRequest> {
  readonly isRepeatable?: boolean
}

/** Calls a provider for its names. */
const namesOf = (provider: Provider, { isRepeatable = true, ...request }: Options = {}) =>
  Effect.flatMap(Caller.make, (caller) =>
    Caller.ofWhole(caller.one({
      operation: "list",
      target: { provider: provider.definition.id, model: undefined },
      headers: request.headers,
      isRepeatable,
      prepare: () => Effect.fromResult(PlainRequest.prepare(provider, { endpoint: { path: "/things" }, ...request })),
      decode: (response) => Effect.map(Body.jsonOf(response, names), Body.one)
    }))).pipe(Effect.provideService(ProviderRegistry, Resolution.make([provider], [definition])))

/** Serves a list of names, and calls for it. */
const list = Effect.fnUntraced(function*(
  respond: (exchange: RawServer.Exchange) => void,
  options: Options = {}
) {
  const server = yield* RawServer.serve(respond)
  const provider = yield* Providers.at(definition, server.url)
  const result = yield* namesOf(provider, options).pipe(Effect.provide(Providers.sockets(quick)), Effect.result)
  return { server, result }
})

const failureOf = <A>(result: Result.Result<A, CompletionError>): CompletionError => {
  assert(Result.isFailure(result))
  return result.failure
}

describe("a plain exchange", () => {
  it.live("is a GET with the key, the provider's headers, the caller's, an id and the query", () =>
    Effect.gen(function*() {
      const { result, server } = yield* list(({ socket }) => reply(socket, "200 OK", "{\"names\":[\"a\"]}"), {
        query: { after: "a b", limit: "2" },
        headers: { "x-own": "1" }
      })
      assert.deepStrictEqual(Result.getOrThrow(result), ["a"])
      const [exchange] = server.exchanges
      assert.match(exchange?.head ?? "", /^GET \/v1\/things\?after=a\+b&limit=2 HTTP/)
      assert.strictEqual(exchange?.header("authorization"), `Bearer ${Providers.key}`)
      assert.strictEqual(exchange?.header("x-own"), "1")
      assert.strictEqual(exchange?.header("accept"), "application/json")
      assert.match(exchange?.header("x-request-id") ?? "", /^[\da-f-]{36}$/)
      assert.isUndefined(exchange?.header("content-type"))
    }))

  it.live("is a POST when it has a body", () =>
    Effect.gen(function*() {
      const { server } = yield* list(({ socket }) => reply(socket, "200 OK", "{\"names\":[]}"), {
        json: { q: "ä" }
      })
      assert.match(server.exchanges[0]?.head ?? "", /^POST \/v1\/things HTTP/)
      assert.strictEqual(server.exchanges[0]?.header("content-type"), "application/json")
      assert.strictEqual(server.exchanges[0]?.body, "{\"q\":\"ä\"}")
    }))

  it.live("is tried again with the same id when the server fails, and says what failed before", () =>
    Effect.gen(function*() {
      let times = 0
      const { result, server } = yield* list(({ socket }) =>
        ++times < 3
          ? reply(socket, "503 Busy", "{\"error\":{\"message\":\"busy\"}}")
          : reply(socket, "400 Bad", "{\"error\":{\"message\":\"no\",\"param\":\"limit\"}}")
      )
      const failure = failureOf(result)
      assert(failure._tag === "InvalidRequestError")
      assert.strictEqual(failure.parameter, "limit")
      assert.deepStrictEqual(failure.attempts?.map(({ outcome, status }) => [outcome, status]), [
        ["OverloadedError", 503],
        ["OverloadedError", 503],
        ["InvalidRequestError", 400]
      ])
      assert.strictEqual(new Set(server.exchanges.map(({ header }) => header("x-request-id"))).size, 1)
    }))

  it.live("is not tried again when its body can be sent only once", () =>
    Effect.gen(function*() {
      const { result, server } = yield* list(({ socket }) => reply(socket, "503 Busy", "{}"), {
        json: {},
        isRepeatable: false
      })
      assert.strictEqual(failureOf(result)._tag, "OverloadedError")
      assert.strictEqual(server.exchanges.length, 1)
    }))

  it.live.each<readonly [string, string, ReadonlyArray<string>, string, string]>([
    ["a page", "<html>", [], "MalformedResponseError", "a page"],
    ["nothing", "", [], "MalformedResponseError", "empty"],
    ["another form", "{\"things\":[]}", [], "MalformedResponseError", "there are no names"],
    [
      "a failure inside a 200",
      "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"no\"}}",
      [],
      "AuthenticationError",
      "no"
    ]
  ])("fails typed when the answer is %s", ([, body, more, tag, detail]) =>
    Effect.gen(function*() {
      const { result } = yield* list(({ socket }) => reply(socket, "200 OK", body, more))
      const failure = failureOf(result)
      assert.strictEqual(failure._tag, tag)
      assert.include(failure.message, detail)
      assert.notInclude(failure.message, Providers.key)
    }))

  it.live("fails as cut when the body breaks off, at every byte, and is tried again", () =>
    Effect.gen(function*() {
      const body = "{\"names\":[\"a\",\"b\"]}"
      for (let at = 0; at < body.length; at++) {
        let times = 0
        const { result } = yield* list(({ socket }) => {
          if (++times > 1) return reply(socket, "200 OK", body)
          socket.write(head("200 OK", body) + body.slice(0, at), () => socket.destroy())
          return true
        })
        assert.deepStrictEqual(Result.getOrThrow(result), ["a", "b"], `cut at ${at}`)
        assert.strictEqual(times, 2)
      }
    }))

  it.live("fails when no head comes, and when the body falls silent", () =>
    Effect.gen(function*() {
      const late = yield* list(() => {})
      assert.strictEqual(failureOf(late.result)._tag, "RequestTimeoutError")
      const silent = yield* list(({ socket }) => socket.write(head("200 OK", "{\"names\":[]}") + "{"))
      assert.strictEqual(failureOf(silent.result)._tag, "StreamIdleTimeoutError")
    }), 20_000)

  it.live("closes its connection when it is interrupted", () =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const server = yield* RawServer.serve(({ socket }) => {
        socket.once("close", () => Deferred.doneUnsafe(closed, Exit.void))
        Deferred.doneUnsafe(asked, Exit.void)
      })
      const provider = yield* Providers.at(definition, server.url)
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(namesOf(provider))
        yield* Deferred.await(asked)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      }).pipe(Effect.provide(Providers.sockets(quick)))
    }))

  it.live("refuses headers that cannot be sent, before it sends anything", () =>
    Effect.gen(function*() {
      const { result, server } = yield* list(({ socket }) => reply(socket, "200 OK", "{}"), {
        headers: { "x-own": "a\nb" }
      })
      assert.strictEqual(failureOf(result)._tag, "InvalidRequestError")
      assert.strictEqual(server.exchanges.length, 0)
    }))
})
