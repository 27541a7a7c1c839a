/**
 * Operations other than chat: each provider's limits and error responses, faults, and the same bytes from the same
 * seed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"

interface JsonResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
): Effect.Effect<JsonResponse> =>
  Effect.promise(async () => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body)
    })
    const text = await response.text()
    let json: Readonly<Record<string, unknown>> = {}
    try {
      json = JSON.parse(text)
    } catch {}
    return { status: response.status, headers: response.headers, text, json }
  })

const serve = (scenario: Scenario = {}, seed = 7) => SimulatorServer.serve({ scenario, seed })

const many = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`)

const content = (text: string) => ({ parts: [{ text }] })

/** Requests with one input more than the provider allows, and its error. */
const limits: ReadonlyArray<readonly [string, string, unknown, number, RegExp]> = [
  ["openai", "/v1/embeddings", { model: "m", input: many(2049) }, 400, /"param":"input"/],
  ["mistral", "/mistral/v1/embeddings", { model: "m", input: many(33) }, 400, /^\{"object":"error".*"code":"3210"/],
  ["voyage", "/voyage/v1/embeddings", { model: "m", input: many(1001) }, 400, /^\{"detail":"The batch size limit/],
  ["perplexity", "/perplexity/v1/embeddings", { model: "m", input: many(513) }, 400, /"error":/],
  ["qianwen", "/qianwen/compatible-mode/v1/embeddings", { model: "m", input: many(11) }, 400, /larger than 10/],
  [
    "dashscope",
    "/api/v1/services/embeddings/text-embedding/text-embedding",
    { model: "m", input: { texts: many(11) } },
    400,
    /"code":"InvalidParameter".*"request_id"/
  ],
  [
    "gemini",
    "/v1beta/models/m:batchEmbedContents",
    { requests: many(101).map((text) => ({ model: "models/m", content: content(text) })) },
    400,
    /"status":"INVALID_ARGUMENT"/
  ],
  [
    "vertexai",
    "/v1/projects/p/locations/l/publishers/google/models/m:predict",
    { instances: many(251).map((text) => ({ content: text })) },
    400,
    /250 instance/
  ],
  ["cohere", "/v2/embed", { model: "m", texts: many(97), input_type: "classification" }, 400, /^\{"id":.*"message":/],
  [
    "bedrock",
    "/model/cohere.embed-v4%3A0/invoke",
    { texts: many(97), input_type: "classification" },
    400,
    /^\{"message":/
  ],
  ["cloudflare", "/client/v4/accounts/a/ai/run/@cf/baai/bge-m3", { text: many(101) }, 400, /"success":false/]
]

const invalidRequests: ReadonlyArray<readonly [string, string, unknown, RegExp]> = [
  ["no model", "/v1/embeddings", { input: "a" }, /"param":"model"/],
  ["an empty text", "/v1/embeddings", { model: "m", input: [""] }, /'\$\.input' is invalid/],
  ["an unknown field", "/v1/embeddings", { model: "m", input: "a", purpose: "x" }, /Unknown parameter: 'purpose'/],
  ["another encoding", "/v1/embeddings", { model: "m", input: "a", encoding_format: "int8" }, /encoding_format/],
  [
    "only quantised vectors",
    "/perplexity/v1/embeddings",
    { model: "m", input: ["a"], encoding_format: "float" },
    /format/
  ],
  ["no purpose", "/v2/embed", { model: "m", texts: ["a"] }, /input_type/],
  ["no text", "/model/amazon.titan-embed-text-v2%3A0/invoke", {}, /inputText/],
  ["no purpose of Nova's", "/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke", {
    taskType: "SINGLE_EMBEDDING",
    singleEmbeddingParams: { text: { truncationMode: "NONE", value: "a" } }
  }, /embeddingPurpose/],
  ["another model in a batch", "/v1beta/models/m:batchEmbedContents", {
    requests: [{ model: "models/n", content: content("a") }]
  }, /must be the one of the batch/],
  ["no documents", "/v2/rerank", { model: "m", query: "q", documents: [] }, /must not be empty/],
  ["top_n where it is top_k", "/voyage/v1/rerank", { model: "m", query: "q", documents: ["a"], top_n: 1 }, /top_n/],
  ["no version", "/model/cohere.rerank-v3-5%3A0/invoke", { query: "q", documents: ["a"] }, /api_version/],
  ["no voice", "/v1/audio/speech", { model: "m", input: "a" }, /'voice'/],
  ["too long a text", "/v1/audio/speech", { model: "m", voice: "v", input: "a".repeat(4097) }, /string_too_long/],
  ["no form", "/v1/audio/transcriptions", { model: "m" }, /multipart/],
  ["no form of xAI's", "/v1/stt", {}, /^\{"code":"invalid-argument","error":"Invalid multipart form/],
  ["no text", "/v1/tts", { language: "en" }, /^\{"code":"invalid-argument","error":"text is required/],
  ["no language", "/v1/tts", { text: "a" }, /language is required/],
  ["too long a text of xAI's", "/v1/tts", { text: "a".repeat(15_001), language: "en" }, /15000/],
  ["too slow a voice", "/v1/tts", { text: "a", language: "en", speed: 0.6 }, /speed/],
  ["a codec as the format", "/v1/tts", { text: "a", language: "en", output_format: "mp3" }, /object/],
  ["an unknown codec", "/v1/tts", { text: "a", language: "en", output_format: { codec: "opus" } }, /codec: opus/],
  ["an unknown bit rate", "/v1/tts", { text: "a", language: "en", output_format: { bit_rate: 1 } }, /bit_rate/],
  ["a model of xAI's speech", "/v1/tts", { text: "a", language: "en", model: "m" }, /Unknown parameter: 'model'/],
  ["no model of OpenRouter's", "/api/v1/audio/speech", { input: "a" }, /^\{"success":false,.*"ZodError".*model/],
  ["another format", "/api/v1/audio/speech", { model: "m", input: "a", response_format: "wav" }, /response_format/],
  ["instructions", "/api/v1/audio/speech", { model: "m", input: "a", instructions: "b" }, /instructions/]
]

/** Forms with a file where it is written, and the error of the provider. */
const forms: ReadonlyArray<readonly [string, string, ReadonlyArray<readonly [string, string]>, number, RegExp]> = [
  ["Cohere's without a language", "/v2/audio/transcriptions", [["model", "m"], ["file", "a"]], 400, /field 'language'/],
  [
    "Cohere's with the language behind the file",
    "/v2/audio/transcriptions",
    [["model", "m"], ["file", "a"], ["language", "en"]],
    400,
    /^\{"id":.*missing required field 'language': form fields must appear before the file part/
  ],
  ["Cohere's without a file", "/v2/audio/transcriptions", [["model", "m"], ["language", "en"]], 400, /field 'file'/],
  [
    "Cohere's with another field",
    "/v2/audio/transcriptions",
    [["model", "m"], ["language", "en"], ["prompt", "a"], ["file", "a"]],
    400,
    /'prompt' is not a valid field/
  ],
  ["Cohere's", "/v2/audio/transcriptions", [["model", "m"], ["language", "en"], ["file", "a"]], 200, /^\{"text":"This/],
  ["xAI's without a file", "/v1/stt", [["language", "en"]], 400, /Either file or url/],
  ["xAI's with an empty file", "/v1/stt", [["file", ""]], 400, /empty/],
  ["xAI's with format only", "/v1/stt", [["format", "true"], ["file", "a"]], 400, /language is required/],
  [
    "xAI's with the language behind the file",
    "/v1/stt",
    [["format", "true"], ["file", "a"], ["language", "en"]],
    400,
    /language is required/
  ],
  ["xAI's with raw samples of no rate", "/v1/stt", [["audio_format", "pcm"], ["file", "a"]], 400, /sample_rate/],
  ["xAI's with another switch", "/v1/stt", [["diarize", "yes"], ["file", "a"]], 400, /diarize must be/],
  ["xAI's with a long term", "/v1/stt", [["keyterm", "a".repeat(51)], ["file", "a"]], 400, /key terms/],
  ["xAI's with a field of OpenAI's", "/v1/stt", [["prompt", "a"], ["file", "a"]], 400, /Unknown parameter: 'prompt'/],
  ["xAI's", "/v1/stt", [["file", "a"], ["prompt", "a"]], 200, /"duration":.*"words":\[/],
  ["xAI's of an address", "/v1/stt", [["url", "https://host.test/a.mp3"]], 200, /a\.mp3/]
]

const formOf = (entries: ReadonlyArray<readonly [string, string]>): FormData => {
  const form = new FormData()
  for (const [name, value] of entries) {
    if (name === "file") form.append(name, new Blob([value]), "talk.wav")
    else form.append(name, value)
  }
  return form
}

describe("the simulator's operations other than chat", () => {
  it.live.each(forms)("read a form: %s", ([, path, entries, status, words]) =>
    Effect.gen(function*() {
      const simulator = yield* serve()
      const response = yield* Effect.promise(async () => {
        const received = await fetch(`${simulator.url}${path}`, { method: "POST", body: formOf(entries) })
        return { status: received.status, text: await received.text() }
      })
      assert.strictEqual(response.status, status, response.text)
      assert.match(response.text, words)
    }))

  it.live("lists the voices of xAI", () =>
    Effect.gen(function*() {
      const simulator = yield* serve({ requireKey: "right" })
      const voices = (key: string) =>
        Effect.promise(async () => {
          const response = await fetch(`${simulator.url}/v1/tts/voices`, {
            headers: { authorization: `Bearer ${key}` }
          })
          return { status: response.status, text: await response.text() }
        })
      assert.include((yield* voices("right")).text, "{\"voice_id\":\"eve\",\"name\":\"Eve\"}")
      assert.match((yield* voices("wrong")).text, /^\{"code":"invalid-argument","error":"Incorrect API key/)
    }))

  it.live.each(limits)(
    "rejects more inputs than %s allows, with its message",
    ([, path, body, status, words]) =>
      Effect.gen(function*() {
        const simulator = yield* serve()
        const response = yield* post(`${simulator.url}${path}`, body)
        assert.strictEqual(response.status, status)
        assert.match(response.text, words)
      })
  )

  it.live.each(invalidRequests)("rejects %s", ([, path, body, words]) =>
    Effect.gen(function*() {
      const simulator = yield* serve()
      const response = yield* post(`${simulator.url}${path}`, body)
      assert.isAtLeast(response.status, 400)
      assert.match(response.text, words)
      if (path.startsWith("/model/"))
        assert.include(response.headers.get("x-amzn-errortype") ?? "", "ValidationException")
    }))

  it.live("requires the scenario's key in any provider's header, and its models", () =>
    Effect.gen(function*() {
      const simulator = yield* serve({ requireKey: "right", models: ["m"] })
      const embed = (headers: Readonly<Record<string, string>>, model = "m") =>
        Effect.map(post(`${simulator.url}/v1/embeddings`, { model, input: "a" }, headers), ({ status }) => status)
      assert.strictEqual(yield* embed({}), 401)
      assert.strictEqual(yield* embed({ authorization: "Bearer wrong" }), 401)
      assert.strictEqual(yield* embed({ authorization: "Bearer right" }), 200)
      assert.strictEqual(yield* embed({ "api-key": "right" }), 200)
      assert.strictEqual(yield* embed({ "x-goog-api-key": "right" }), 200)
      assert.strictEqual(yield* embed({ authorization: "Bearer right" }, "n"), 404)
      const cohere = yield* post(`${simulator.url}/model/n-rerank/invoke`, {
        api_version: 2,
        query: "q",
        documents: ["a"]
      }, {
        authorization: "Bearer right"
      })
      assert.strictEqual(cohere.status, 400)
      assert.include(cohere.text, "model identifier")
    }))

  it.live("rejects nothing with strictness off, and allows unknown fields in a dialect", () =>
    Effect.gen(function*() {
      const off = yield* serve({ strictness: "off" })
      const tooMany = yield* post(`${off.url}/mistral/v1/embeddings`, {
        model: "m",
        input: many(40),
        output_dimension: 2
      })
      assert.strictEqual(tooMany.status, 200)
      const dialect = yield* serve({ strictness: "dialect" })
      const unknown = yield* post(`${dialect.url}/v1/embeddings`, { model: "m", input: "a", dimensions: 2, own: 1 })
      assert.strictEqual(unknown.status, 200)
    }))

  it.live("returns the same bytes for the same seed and other bytes for another seed", () =>
    Effect.gen(function*() {
      const body = { model: "m", input: ["a b", "c"], dimensions: 4 }
      const once = Effect.fnUntraced(function*(seed: number) {
        const simulator = yield* serve({}, seed)
        const first = yield* post(`${simulator.url}/v1/embeddings`, body)
        const second = yield* post(`${simulator.url}/v1/embeddings`, body)
        assert.strictEqual(first.text, second.text)
        return first.text
      })
      assert.strictEqual(yield* once(7), yield* once(7))
      assert.notStrictEqual(yield* once(7), yield* once(8))
    }))

  it.live("applies the scenario's faults", () =>
    Effect.gen(function*() {
      const simulator = yield* serve({
        faults: [
          { _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 1500, on: [1] },
          { _tag: "Raw", text: "<html>", contentType: "text/html", on: [2] },
          { _tag: "Gzip", on: [3] }
        ]
      })
      const embed = post(`${simulator.url}/voyage/v1/embeddings`, { model: "m", input: ["a"], output_dimension: 2 })
      const limited = yield* embed
      assert.strictEqual(limited.status, 429)
      assert.strictEqual(limited.headers.get("retry-after-ms"), "1500")
      assert.property(limited.json, "detail")
      assert.strictEqual((yield* embed).text, "<html>")
      const zipped = yield* embed
      assert.strictEqual(zipped.headers.get("content-encoding"), "gzip")
      assert.property(zipped.json, "data")
      assert.strictEqual((yield* simulator.requests).length, 3)
    }))

  it.live("accepts only POST", () =>
    Effect.gen(function*() {
      const simulator = yield* serve()
      const response = yield* Effect.promise(() => fetch(`${simulator.url}/v1/embeddings`))
      assert.strictEqual(response.status, 405)
    }))
})
