/**
 * Secrets are removed from every part of a cassette.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Redacted } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { cassettePath, consume, type Handler, read, serve, services, withCassette, withReplay } from "./Loopback.ts"

const canary = "sk-canary/7Tq+é\"9w=="
// A header can only contain Latin-1.
const canaryKey = "sk-canary-0123456789abcdefghij"

const isCanary = /canary|N1Rxe|c2stY2FuYXJ5|stY2FuYXJ5|Y2FuYX|0123456789abcdef/i

/** Records exchanges and returns the file and the replayed responses. */
const record = (
  handler: Handler,
  ...requests: ReadonlyArray<(url: string) => HttpClientRequest.HttpClientRequest>
) =>
  Effect.gen(function*() {
    const path = yield* cassettePath
    const url = yield* serve(handler)
    const recorded = yield* Effect.forEach(requests, (request) => consume(request(url))).pipe(
      withCassette({ path, mode: "record" })
    )
    const text = yield* read(path)
    assert.notMatch(text, isCanary)
    const replayed = yield* Effect.forEach(requests, (request) => consume(request(url))).pipe(
      withReplay({ path, timing: "instant" })
    )
    assert.deepStrictEqual(
      replayed.map(({ chunks, status }) => [status, chunks.map((chunk) => chunk.length)]),
      recorded.map(({ chunks, status }) => [status, chunks.map((chunk) => chunk.length)])
    )
    return { text, recorded, replayed }
  })

const ok: Handler = (_request, response) => void response.end("ok")

/** Sends the text in chunks of a size in bytes, each in a packet of its own. */
const inChunksOf = (size: number, text: string): Handler => (_request, response) => {
  const bytes = Buffer.from(text)
  const send = (start: number) => {
    if (start >= bytes.length) return void response.end()
    response.write(bytes.subarray(start, start + size))
    setTimeout(() => send(start + size), 8)
  }
  send(0)
}

const withKey = (url: string) => HttpClientRequest.post(url).pipe(HttpClientRequest.bearerToken(canaryKey))

describe("the secrets of a cassette", () => {
  it.live.each([
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "cookie",
    "x-amz-security-token",
    "openai-organization",
    "x-some-gateway-token"
  ])("are not in the header %s", (name) =>
    Effect.gen(function*() {
      const { text } = yield* record(ok, (url) =>
        HttpClientRequest.post(url).pipe(HttpClientRequest.setHeader(name, `Bearer ${canaryKey}`)))
      assert.include(text, `"${name}": "REDACTED"`)
    }).pipe(Effect.provide(services)))

  it.live("are not in the URL: query, user information, and values wrapped in Redacted", () =>
    Effect.gen(function*() {
      const { text } = yield* record(
        ok,
        (url) => HttpClientRequest.get(`${url}/a?alt=sse&key=${encodeURIComponent(canary)}`),
        (url) => HttpClientRequest.get(`${url}/b?X-Amz-Signature=${canaryKey}&X-Amz-Credential=${canaryKey}%2Fa`),
        (url) => HttpClientRequest.get(`${url}/c`, { urlParams: { odd: Redacted.make(canaryKey) } }),
        (url) => HttpClientRequest.get(`${url}/d?echo=${canaryKey}`).pipe(HttpClientRequest.bearerToken(canaryKey))
      )
      assert.include(text, "/a?alt=sse&key=REDACTED")
      assert.include(text, "/c?odd=REDACTED")
      assert.include(text, "/d?echo=REDACTED")
    }).pipe(Effect.provide(services)))

  it.live("are not in the request's body", () =>
    Effect.gen(function*() {
      const { text } = yield* record(
        ok,
        (url) =>
          HttpClientRequest.post(url, {
            body: HttpBody.jsonUnsafe({
              mcp_servers: [{ authorization_token: canary, url: `https://mcp.test/?api_key=${canaryKey}` }],
              input: `my key is ${canary} and ${encodeURIComponent(canary)}`,
              nested: JSON.stringify({ again: canary }),
              image: Buffer.from(`..${canary}..`).toString("base64")
            })
          }),
        (url) =>
          HttpClientRequest.post(url, {
            body: HttpBody.urlParams({ grant_type: "refresh_token", refresh_token: canary, client_secret: canaryKey })
          })
      )
      assert.include(text, "refresh_token=REDACTED")
    }).pipe(Effect.provide(services)))

  it.live.each([1, 3, 7, 16, 1000])(
    "are not in a response that contains them in chunks of %i bytes",
    (size) =>
      Effect.gen(function*() {
        const echo = [
          `Incorrect API key provided: ${canaryKey}.`,
          encodeURIComponent(canaryKey),
          Buffer.from(`user:${canaryKey}`).toString("base64"),
          `é${canaryKey}é`
        ].join(" ")
        const { replayed } = yield* record(inChunksOf(size, echo), withKey)
        const text = Buffer.from(replayed.flatMap(({ chunks }) => chunks).join(""), "latin1").toString()
        assert.include(text, "Incorrect API key provided: xxxxxxxx")
        assert.isTrue(text.endsWith("é"))
      }).pipe(Effect.provide(services))
  )

  it.live("are not in the response's headers", () =>
    record((_request, response) => {
      response.writeHead(200, {
        "set-cookie": `session=${canaryKey}; Path=/`,
        location: `https://host.test/?sig=${canaryKey}`,
        "x-echo": `you sent ${canaryKey}`
      }).end("ok")
    }, withKey).pipe(Effect.provide(services)))

  it.live("are not in the response that issued them when a later request used them", () =>
    Effect.gen(function*() {
      const token: Handler = (request, response) =>
        void response.end(
          request.url === "/token"
            ? JSON.stringify({ access_token: canaryKey, expires_in: 3599, unusual: canaryKey })
            : "ok"
        )
      const { replayed } = yield* record(token, (url) => HttpClientRequest.post(`${url}/token`), withKey)
      assert.include(replayed[0]?.chunks.join(""), `"expires_in":3599`)
    }).pipe(Effect.provide(services)))

  it.live("are not in the message of a failure", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const request = HttpClientRequest.get(`http://user:${canaryKey}@127.0.0.1:1/?key=${canaryKey}`)
      yield* Effect.exit(HttpClient.execute(request)).pipe(withCassette({ path, mode: "record" }))
      assert.notMatch(yield* read(path), isCanary)
    }).pipe(Effect.provide(services)))

  it.live("prevent the storing of a compressed response that contains them", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const compressed = (text: string) =>
        serve((_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text)))
      const harmless = withKey(yield* compressed("nothing"))
      yield* consume(harmless).pipe(withCassette({ path, mode: "record" }))
      const before = yield* read(path)
      const url = yield* compressed(`your key ${canaryKey} is wrong`)
      const exit = yield* consume(withKey(url)).pipe(withCassette({ path, mode: "record" }), Effect.exit)
      assert.isTrue(exit._tag === "Failure")
      assert.include(String(exit), "a compressed response contains a secret")
      assert.strictEqual(yield* read(path), before)
    }).pipe(Effect.provide(services)))

  const echo = Buffer.from(`your key ${canaryKey} is wrong`)

  it.live.each([
    { what: "gzip, twice", encoding: "gzip, gzip", body: gzipSync(gzipSync(echo)) },
    { what: "brotli in gzip", encoding: "br, gzip", body: gzipSync(brotliCompressSync(echo)) },
    { what: "an identity before gzip", encoding: "identity,gzip", body: gzipSync(echo) },
    { what: "an undeclared gzip", encoding: undefined, body: gzipSync(echo) },
    { what: "an undeclared gzip in gzip", encoding: undefined, body: gzipSync(gzipSync(echo)) },
    { what: "a gzip of which one is declared", encoding: "gzip", body: gzipSync(gzipSync(echo)) },
    { what: "an undeclared deflate", encoding: undefined, body: deflateSync(echo) },
    { what: "an undeclared zstd", encoding: undefined, body: zstdCompressSync(echo) },
    {
      what: "a gzip that is cut",
      encoding: "gzip",
      body: gzipSync(Buffer.concat([echo, Buffer.alloc(9)])).subarray(0, -9)
    },
    { what: "a gzip that is too large to inspect", encoding: "gzip", body: gzipSync(Buffer.alloc(300 * 1024 * 1024)) }
  ])("prevent the storing of $what", ({ body, encoding }) =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response) =>
        void response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(body)
      )
      const exit = yield* consume(withKey(url)).pipe(withCassette({ path, mode: "record" }), Effect.exit)
      assert.include(String(exit), "a compressed response contains a secret")
      const fileSystem = yield* FileSystem.FileSystem
      assert.isFalse(yield* fileSystem.exists(path))
    }).pipe(Effect.provide(services)))

  it.live("allow a compressed response without secrets, whatever its encoding", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response) =>
        void response.writeHead(200, { "content-encoding": "gzip, gzip" }).end(gzipSync(gzipSync("nothing")))
      )
      yield* consume(withKey(url)).pipe(withCassette({ path, mode: "record" }))
      assert.include(yield* read(path), "base64")
    }).pipe(Effect.provide(services)))

  it.live("do not affect matching: a replay with another key finds the same exchange", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve(ok)
      const request = (key: string) =>
        HttpClientRequest.post(`${url}/?key=${key}`, {
          body: HttpBody.jsonUnsafe({ authorization_token: key, n: key })
        })
      yield* consume(request(canaryKey)).pipe(withCassette({ path, mode: "record" }))
      const { chunks } = yield* consume(request("another-fake-key")).pipe(withReplay({ path }))
      assert.deepStrictEqual(chunks, ["ok"])
    }).pipe(Effect.provide(services)))
})
