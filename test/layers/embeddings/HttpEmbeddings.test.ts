/**
 * Inputs divided into requests, put together in order, and nothing lost when one fails.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Schema, Stream } from "effect"
import { type EmbeddingBinding, Embeddings, ExchangeError, isProviderError, type ProviderDefinition } from "sluice"
import { definition as mistral } from "../../../src/domain/providers/Mistral.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as perplexity } from "../../../src/domain/providers/Perplexity.ts"
import { definition as voyage } from "../../../src/domain/providers/VoyageAi.ts"
import { definition as xAi } from "../../../src/domain/providers/XAi.ts"
import * as Asking from "../../support/Asking.ts"
import * as RawServer from "../../support/RawServer.ts"

const texts = (count: number) => Array.from({ length: count }, (_, index) => `text number ${index}`)

const inputsOf = (body: unknown): ReadonlyArray<string> =>
  typeof body === "object" && body !== null && "input" in body && Array.isArray(body.input) ? body.input : []

const withBinding = (binding: Partial<EmbeddingBinding>): ProviderDefinition => ({
  ...openAi,
  embeddings: [{ wireFormat: "openai", path: "/embeddings", ...binding }]
})

/** Returns a response whose vectors identify their texts. */
const responseTo = (inputs: ReadonlyArray<string>) =>
  JSON.stringify({
    object: "list",
    model: "m",
    data: inputs.map((text, index) => ({ index, embedding: [Number(text.split(" ").at(-1)), 1] })),
    usage: { prompt_tokens: inputs.length, total_tokens: inputs.length }
  })

const reply = ({ socket }: RawServer.Exchange, status: string, body: string) =>
  socket.write(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )

const failing = Effect.fnUntraced(function*<A, R>(effect: Effect.Effect<A, ExchangeError, R>) {
  const error = yield* Effect.flip(effect)
  assert(isProviderError(error))
  return error
})

describe("embeddings", () => {
  it.effect("are one request within the limit, as bytes where the provider writes them", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "text-embedding-3-small", inputs: texts(3), dimensions: 64 })
      assert.deepStrictEqual(response.embeddings.map(({ index }) => index), [0, 1, 2])
      assert.instanceOf(response.embeddings[0]?.vector, Float32Array)
      assert.strictEqual(response.dimensions, 64)
      assert.strictEqual(response.requests, 1)
      assert.strictEqual(response.model, "text-embedding-3-small")
      assert.isAbove(response.usage.inputTokens, 0)
      const [request] = yield* Asking.requests
      assert.deepStrictEqual(request?.body, {
        model: "text-embedding-3-small",
        input: texts(3),
        encoding_format: "base64",
        dimensions: 64
      })
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("are as many requests as the provider's limit makes necessary, in order, with their usage added up", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "mistral-embed", inputs: texts(70) })
      assert.deepStrictEqual(response.embeddings.map(({ index }) => index), texts(70).map((_, index) => index))
      assert.strictEqual(response.requests, 3)
      const requests = yield* Asking.requests
      assert.deepStrictEqual(requests.map(({ body }) => inputsOf(body).length).toSorted(), [32, 32, 6])
      const alone = yield* Embeddings.embed({ model: "mistral-embed", inputs: ["text number 69"] })
      assert.deepStrictEqual(response.embeddings[69]?.vector, alone.embeddings[0]?.vector)
      assert.strictEqual(
        response.usage.inputTokens,
        texts(70).reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
      )
    }).pipe(Effect.provide(Asking.inMemory(mistral))))

  it.effect("are divided by the size of their texts, too", () =>
    Effect.gen(function*() {
      const inputs = ["a".repeat(60), "b".repeat(60), "c".repeat(200), "d"] as const
      yield* Embeddings.embed({ model: "m", inputs, concurrency: 1 })
      const requests = yield* Asking.requests
      assert.deepStrictEqual(requests.map(({ body }) => inputsOf(body)), [
        [inputs[0], inputs[1]],
        [inputs[2]],
        [inputs[3]]
      ])
    }).pipe(Effect.provide(Asking.inMemory(withBinding({ maxBytes: 120 })))))

  it.effect("are requested at the endpoint of the options, in place of the definition's", () =>
    Effect.gen(function*() {
      yield* Embeddings.embed({ model: "m", inputs: ["a", "b"] })
      const requests = yield* Asking.requests
      assert.deepStrictEqual(requests.map(({ path }) => path), ["/v2/own/embeddings", "/v2/own/embeddings"])
    }).pipe(
      Effect.provide(Asking.inMemory(mistral, {
        provider: {
          baseUrl: "https://mistral.test/v2",
          operations: { embeddings: [{ wireFormat: "openai", path: "/own/embeddings", maxInputs: 1 }] }
        }
      }))
    ))

  it.effect("of nothing are nothing, without a request", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "m", inputs: [] })
      assert.deepStrictEqual(response.embeddings, [])
      assert.strictEqual(response.requests, 0)
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("are bytes where bytes are requested, and floats where the provider has only bytes", () =>
    Effect.gen(function*() {
      const quantised = yield* Embeddings.embed({ model: "pplx", inputs: ["a b"], encoding: "int8", dimensions: 64 })
      assert.instanceOf(quantised.embeddings[0]?.vector, Int8Array)
      const bits = yield* Embeddings.embed({ model: "pplx", inputs: ["a b"], encoding: "ubinary", dimensions: 64 })
      assert.strictEqual(bits.embeddings[0]?.vector.length, 8)
      assert.strictEqual(bits.dimensions, 64)
      const floats = yield* Embeddings.embed({ model: "pplx", inputs: ["a b"], dimensions: 64 })
      assert.deepStrictEqual(
        floats.embeddings[0]?.vector,
        Float32Array.from(quantised.embeddings[0]?.vector ?? [])
      )
      const error = yield* failing(Embeddings.embed({ model: "pplx", inputs: ["a"], encoding: "float" }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "encoding")
    }).pipe(Effect.provide(Asking.inMemory(perplexity))))

  it.effect("fail before anything is sent when the provider does not embed", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Embeddings.embed({ model: "grok", inputs: ["a"] }))
      assert(error._tag === "ConfigurationError")
      assert.include(error.message, "xai does not embed")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(xAi))))

  it.effect("are tried again when a request fails by the way", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "m", inputs: texts(40) })
      assert.strictEqual(response.embeddings.length, 40)
      assert.strictEqual((yield* Asking.requests).length, 3)
    }).pipe(
      Effect.provide(Asking.inMemory(mistral, {
        scenario: { faults: [{ _tag: "ProviderError", kind: "overloaded", on: [1] }] },
        settings: { retryBase: Duration.zero }
      }))
    ))

  it.effect("are refused for one text that is too long alone, which the error names, and all others are kept", () =>
    Effect.gen(function*() {
      const error = yield* failing(Embeddings.embed({ model: "m", inputs: texts(12), concurrency: 1 }))
      assert.strictEqual(error._tag, "ContextLengthExceededError")
      assert.deepStrictEqual(error.inputs, [5])
      assert.include(error.message, "input 5")
      assert.deepStrictEqual(
        error.embedded?.embeddings.map(({ index }) => index),
        [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
      )
    }).pipe(
      Effect.provide(Asking.inMemory(withBinding({ maxInputs: 4 }), {
        scenario: {
          // The second of three requests of four, then its first half, then the half of that: 4 and 5 are in it.
          faults: [{ _tag: "ProviderError", kind: "context-length", on: [2, 3, 5] }]
        }
      }))
    ))

  it.effect("do not fail for being too many at once: a request that is too much is divided", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "voyage-3.5", inputs: texts(8) })
      assert.deepStrictEqual(response.embeddings.map(({ index }) => index), [0, 1, 2, 3, 4, 5, 6, 7])
      assert.strictEqual(response.requests, 2)
    }).pipe(
      Effect.provide(Asking.inMemory(voyage, {
        scenario: {
          faults: [{
            _tag: "Status",
            status: 400,
            body: { detail: "Request failed. The max allowed tokens per submitted batch is 120000." },
            on: [1]
          }]
        }
      }))
    ))
})

describe("embeddings when a request fails for good", () => {
  const scenario = { faults: [{ _tag: "ProviderError" as const, kind: "permission" as const, on: [3] }] }

  it.effect("send no further one, and keep what was done on the error", () =>
    Effect.gen(function*() {
      const error = yield* failing(Embeddings.embed({ model: "m", inputs: texts(20), concurrency: 1 }))
      assert.strictEqual(error._tag, "PermissionDeniedError")
      assert.deepStrictEqual(error.inputs, [8, 9, 10, 11])
      assert.deepStrictEqual(error.embedded?.embeddings.map(({ index }) => index), [0, 1, 2, 3, 4, 5, 6, 7])
      assert.isAbove(error.embedded?.usage.inputTokens ?? 0, 0)
      assert.strictEqual((yield* Asking.requests).length, 3)
      assert.notInclude(JSON.stringify(error), "vector")
    }).pipe(Effect.provide(Asking.inMemory(withBinding({ maxInputs: 4 }), { scenario }))))

  it.effect("deliver what was done before the stream fails", () =>
    Effect.gen(function*() {
      const seen: Array<number> = []
      const error = yield* Effect.flip(
        Stream.runForEach(
          Embeddings.stream({ model: "m", inputs: texts(20), concurrency: 1 }),
          ({ embeddings }) => Effect.sync(() => seen.push(...embeddings.map(({ index }) => index)))
        )
      )
      assert.strictEqual(error._tag, "PermissionDeniedError")
      assert.deepStrictEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7])
    }).pipe(Effect.provide(Asking.inMemory(withBinding({ maxInputs: 4 }), { scenario }))))

  it.live("wait for those under way, and keep them too", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve((exchange) => {
        const inputs = inputsOf(JSON.parse(exchange.body))
        // The first fails at once, the others succeed after it.
        if (inputs[0] === "text number 0") reply(exchange, "403 No", "{\"error\":{\"message\":\"no\"}}")
        else setTimeout(() => reply(exchange, "200 OK", responseTo(inputs)), 50)
      })
      const error = yield* failing(
        Embeddings.embed({ model: "m", inputs: texts(30), concurrency: 3 }).pipe(
          Effect.provide(Asking.at(withBinding({ maxInputs: 5 }), server.url))
        )
      )
      assert.strictEqual(error._tag, "PermissionDeniedError")
      assert.deepStrictEqual(error.inputs, [0, 1, 2, 3, 4])
      assert.deepStrictEqual(error.embedded?.embeddings.map(({ index }) => index), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
      assert.strictEqual(server.exchanges.length, 3)
    }))

  it.effect("can be stored with all that was embedded, and the rest requested", () =>
    Effect.gen(function*() {
      const error = yield* failing(Embeddings.embed({ model: "m", inputs: texts(20), concurrency: 1 }))
      const json: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(ExchangeError)(error)))
      const read = yield* Schema.decodeUnknownEffect(ExchangeError)(json)
      assert(isProviderError(read))
      assert.deepStrictEqual(read.embedded?.embeddings, error.embedded?.embeddings)
      const rest = texts(20).slice(8)
      const response = yield* Embeddings.embed({ model: "m", inputs: rest })
      assert.strictEqual(response.embeddings.length, 12)
    }).pipe(Effect.provide(Asking.inMemory(withBinding({ maxInputs: 4 }), { scenario }))))
})

describe("embeddings over sockets", () => {
  it.live("learn the limit of a server that does not document it", () =>
    Effect.gen(function*() {
      const sizes: Array<number> = []
      const server = yield* RawServer.serve((exchange) => {
        const inputs = inputsOf(JSON.parse(exchange.body))
        sizes.push(inputs.length)
        if (inputs.length <= 8) reply(exchange, "200 OK", responseTo(inputs))
        else {
          reply(exchange, "422 No", `{"error":"batch size ${inputs.length} > maximum allowed batch size 8"}`)
        }
      })
      const response = yield* Embeddings.embed({ model: "m", inputs: texts(64), concurrency: 1 }).pipe(
        Effect.provide(Asking.at(withBinding({}), server.url))
      )
      assert.deepStrictEqual(
        response.embeddings.map(({ vector }) => vector[0]),
        texts(64).map((_, index) => index)
      )
      // Not one error response more than needed.
      assert.deepStrictEqual(sizes, [64, 32, 16, 8, 8, 8, 8, 8, 8, 8, 8])
    }))

  type SizeServer = readonly [
    name: string,
    status: string,
    sentence: (position: number) => string,
    requests: number
  ]

  it.live.each<SizeServer>([
    ["its position is named", "400 No", (at) => `Invalid 'input[${at}]': maximum input length is 8192 tokens.`, 9],
    // A server that counts from 1 names the wrong one.
    ["another is named", "400 No", (at) => `Invalid 'input[${at + 1}]': maximum input length is 8192 tokens.`, 17],
    ["none is named", "400 No", () => "Input length 851 exceeds maximum allowed token size 512", 15],
    ["the server reports its own failure", "500 No", () => "input is too large to process. increase the batch", 15]
  ])(
    "embed all but the inputs that are too long, where %s",
    ([, status, sentence, requests]) =>
      Effect.gen(function*() {
        const isTooLong = (text: string) => ["text number 3", "text number 13"].includes(text)
        const server = yield* RawServer.serve((exchange) => {
          const inputs = inputsOf(JSON.parse(exchange.body))
          const position = inputs.findIndex(isTooLong)
          if (position === -1) reply(exchange, "200 OK", responseTo(inputs))
          else reply(exchange, status, JSON.stringify({ error: { message: sentence(position) } }))
        })
        const error = yield* failing(
          Embeddings.embed({ model: "m", inputs: texts(24), concurrency: 1 }).pipe(
            Effect.provide(Asking.at(withBinding({ maxInputs: 8 }), server.url))
          )
        )
        assert.strictEqual(error._tag, "ContextLengthExceededError")
        assert.deepStrictEqual(error.inputs, [3, 13])
        assert.include(error.message, "inputs 3, 13")
        assert.deepStrictEqual(
          error.embedded?.embeddings.map(({ index, vector }) => [index, vector[0]]),
          texts(24).flatMap((text, index) => (isTooLong(text) ? [] : [[index, index]]))
        )
        // Nothing was retried, and the last request was as large as the first.
        assert.strictEqual(server.exchanges.length, requests)
        assert.strictEqual(inputsOf(JSON.parse(server.exchanges.at(-1)?.body ?? "")).length, 8)
      })
  )

  it.live.each<readonly [string, (first: number) => object, string]>([
    [
      "another dimension",
      (first) => ({ data: [{ embedding: first < 4 ? [1, 2] : [1, 2, 3] }] }),
      "have 2 dimensions, and those of a later one 3 dimensions"
    ],
    [
      "another model",
      (first) => ({ model: first < 4 ? "small" : "large", data: [{ embedding: [1, 2] }] }),
      "have 2 dimensions of small, and those of a later one 2 dimensions of large"
    ]
  ])(
    "fail for %s in a later response, and keep those of the first kind",
    ([, respond, detail]) =>
      Effect.gen(function*() {
        const server = yield* RawServer.serve((exchange) => {
          const [first] = inputsOf(JSON.parse(exchange.body))
          reply(exchange, "200 OK", JSON.stringify(respond(Number(first?.split(" ").at(-1)))))
        })
        const error = yield* failing(
          Embeddings.embed({ model: "m", inputs: texts(20), concurrency: 1 }).pipe(
            Effect.provide(Asking.at(withBinding({ maxInputs: 1 }), server.url))
          )
        )
        assert.strictEqual(error._tag, "MalformedResponseError")
        assert.include(error.detail ?? "", detail)
        assert.deepStrictEqual(error.inputs, [4])
        assert.deepStrictEqual(error.embedded?.embeddings.map(({ index }) => index), [0, 1, 2, 3])
        // The stream is one request ahead of the check, and sends no more.
        assert.isAtMost(server.exchanges.length, 7)
      })
  )

  it.live("are divided so that also the responses stay within their limit", () =>
    Effect.gen(function*() {
      const vector = Array.from({ length: 1536 }, (_, index) => -0.01234567891234567 - index / 1e9)
      const server = yield* RawServer.serve((exchange) => {
        const inputs = inputsOf(JSON.parse(exchange.body))
        reply(exchange, "200 OK", JSON.stringify({ data: inputs.map(() => ({ embedding: vector })) }))
      })
      const { embeddings } = yield* Embeddings.embed({ model: "m", inputs: texts(100) }).pipe(
        Effect.provide(Asking.at(withBinding({}), server.url, { settings: { maxResponseBytes: 1024 * 1024 } }))
      )
      assert.strictEqual(embeddings.length, 100)
      assert.isAtLeast(server.exchanges.length, 3)
    }))

  it.live("accept responses of which only some name their model", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve((exchange) => {
        const inputs = inputsOf(JSON.parse(exchange.body))
        const model = inputs[0] === "text number 1" ? { model: "m" } : {}
        reply(exchange, "200 OK", JSON.stringify({ ...model, data: [{ embedding: [1, 2] }] }))
      })
      const { model } = yield* Embeddings.embed({ model: "m", inputs: texts(4) }).pipe(
        Effect.provide(Asking.at(withBinding({ maxInputs: 1 }), server.url))
      )
      assert.strictEqual(model, "m")
    }))

  it.live("keep their order whichever response comes first, with no more requests at once than the limit", () =>
    Effect.gen(function*() {
      let open = 0
      let most = 0
      const server = yield* RawServer.serve((exchange) => {
        const inputs = inputsOf(JSON.parse(exchange.body))
        most = Math.max(most, ++open)
        const first = Number(inputs[0]?.split(" ").at(-1))
        // The later ones complete first.
        setTimeout(() => {
          open--
          reply(exchange, "200 OK", responseTo(inputs))
        }, 60 - first)
      })
      const response = yield* Embeddings.embed({ model: "m", inputs: texts(30), concurrency: 3 }).pipe(
        Effect.provide(Asking.at(withBinding({ maxInputs: 5 }), server.url))
      )
      assert.deepStrictEqual(
        response.embeddings.map(({ vector }) => vector[0]),
        texts(30).map((_, index) => index)
      )
      assert.isAtMost(most, 3)
      assert.strictEqual(response.usage.inputTokens, 30)
    }))

  it.live.each<readonly [string, string, string]>([
    ["a vector too few", "{\"data\":[{\"index\":0,\"embedding\":[1]}]}", "1 vectors for 2 inputs"],
    [
      "two of one input",
      "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
      "two vectors of input 0"
    ],
    [
      "one of an input that was not sent",
      "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":7,\"embedding\":[1]}]}",
      "not sent"
    ],
    [
      "a null for a number",
      "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,null]}]}",
      "no number"
    ],
    [
      "other lengths",
      "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1]}]}",
      "not all of one length"
    ],
    [
      "another length than requested",
      "{\"data\":[{\"embedding\":[1,2,3]},{\"embedding\":[1,2,3]}]}",
      "have 3 dimensions and not the 2"
    ],
    [
      "bytes that are no base64",
      "{\"data\":[{\"embedding\":\"AACAPwAAgD8=\"},{\"embedding\":\"AACA????gD8=\"}]}",
      "not base64"
    ],
    [
      "bytes of no float",
      "{\"data\":[{\"embedding\":\"AACAPwAAgD8=\"},{\"embedding\":\"AACAfwAAgD8=\"}]}",
      "no number"
    ],
    ["a page", "<html>", "a page"]
  ])("fail typed for %s", ([, body, detail]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve((exchange) => reply(exchange, "200 OK", body))
      const error = yield* failing(
        Embeddings.embed({ model: "m", inputs: ["a", "b"], dimensions: 2 }).pipe(
          Effect.provide(Asking.at(withBinding({}), server.url))
        )
      )
      assert.strictEqual(error._tag, "MalformedResponseError")
      assert.include(error.detail ?? "", detail)
      assert.deepStrictEqual(error.inputs, [0, 1])
    }))

  it.live("close every connection when they are interrupted", () =>
    Effect.gen(function*() {
      const all = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      let open = 0
      const server = yield* RawServer.serve(({ socket }) => {
        socket.once("close", () => {
          if (--open === 0) Deferred.doneUnsafe(closed, Exit.void)
        })
        if (++open === 3) Deferred.doneUnsafe(all, Exit.void)
      })
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(Embeddings.embed({ model: "m", inputs: texts(30), concurrency: 3 }))
        yield* Deferred.await(all)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      }).pipe(Effect.provide(Asking.at(withBinding({ maxInputs: 5 }), server.url)))
    }))
})
