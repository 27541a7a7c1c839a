/**
 * The official clients embed, rank, transcribe and speak with the simulator: so it is what they take for the provider.
 */
import { GoogleGenAI } from "@google/genai"
import { Mistral } from "@mistralai/mistralai"
import { assert, describe, it } from "@effect/vitest"
import { CohereClient, CohereClientV2 } from "cohere-ai"
import { Effect } from "effect"
import Groq from "groq-sdk"
import { Ollama } from "ollama"
import OpenAI, { BadRequestError, toFile } from "openai"
import { collect, connecting, failure } from "./Driving.ts"

const norm = (vector: ReadonlyArray<number>) => Math.hypot(...vector)

const cosine = (left: ReadonlyArray<number>, right: ReadonlyArray<number>) =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0) / norm(left) / norm(right)

const texts = ["the cat sat on the mat", "a cat on a mat", "rates of interest rise"]

const wav = Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(40), Buffer.alloc(4000, 1)])
wav.writeUInt32LE(2000, 28)

describe("the openai package", () => {
  const connect = connecting((simulator) =>
    new OpenAI({ apiKey: "sk-test", baseURL: simulator.baseUrl("openai-chat"), maxRetries: 0 })
  )

  it.live("embeds, as numbers and as bytes, and finds what is near", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const create = (encoding_format?: "float" | "base64") =>
        Effect.promise(() =>
          client.embeddings.create({
            model: "text-embedding-3-small",
            input: texts,
            dimensions: 64,
            ...(encoding_format === undefined ? {} : { encoding_format })
          })
        )
      // The client asks for base64 by itself, and decodes it.
      const bytes = yield* create()
      const numbers = yield* create("float")
      assert.deepStrictEqual(
        bytes.data.map(({ embedding }) => embedding),
        numbers.data.map(({ embedding }) => embedding)
      )
      const [first = [], second = [], third = []] = bytes.data.map(({ embedding }) => embedding)
      assert.strictEqual(first.length, 64)
      assert.closeTo(norm(first), 1, 1e-5)
      assert.isAbove(cosine(first, second), cosine(first, third))
      assert.isAbove(bytes.usage.prompt_tokens, 0)
    }))

  it.live("is refused what OpenAI refuses", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const many = yield* failure(() =>
        client.embeddings.create({ model: "m", input: Array.from({ length: 2049 }, () => "a") })
      )
      assert.instanceOf(many, BadRequestError)
      assert.instanceOf(yield* failure(() => client.embeddings.create({ model: "m", input: "" })), BadRequestError)
    }))

  it.live("transcribes and translates a file, in each format and as a stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const file = yield* Effect.promise(() => toFile(wav, "talk.wav"))
      const json = yield* Effect.promise(() => client.audio.transcriptions.create({ model: "gpt-4o-transcribe", file }))
      assert.match(json.text, /^This is what was said in talk\.wav, take [\da-f]{8}\.$/)
      const verbose = yield* Effect.promise(() =>
        client.audio.transcriptions.create({
          model: "whisper-1",
          file,
          response_format: "verbose_json",
          timestamp_granularities: ["word", "segment"]
        })
      )
      assert.strictEqual(verbose.duration, 2)
      assert.strictEqual(verbose.words?.at(-1)?.end, 2)
      assert.strictEqual(verbose.segments?.length, 2)
      const srt = yield* Effect.promise(() =>
        client.audio.transcriptions.create({ model: "whisper-1", file, response_format: "srt" })
      )
      assert.match(srt, /^1\n00:00:00,000 --> 00:00:01,000\n/)
      const english = yield* Effect.promise(() => client.audio.translations.create({ model: "whisper-1", file }))
      assert.match(english.text, /in English/)
      const stream = yield* Effect.promise(() =>
        client.audio.transcriptions.create({ model: "gpt-4o-mini-transcribe", file, stream: true })
      )
      const events = yield* Effect.promise(() => collect(stream))
      const text = events.map((event) => (event.type === "transcript.text.delta" ? event.delta : "")).join("")
      const last = events.at(-1)
      assert(last?.type === "transcript.text.done")
      assert.strictEqual(last.text, text)
      assert.strictEqual(text, json.text)
    }))

  it.live("speaks, as a file and as samples", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const speak = (response_format: "wav" | "pcm" | "mp3") =>
        Effect.promise(async () => {
          const response = await client.audio.speech.create({
            model: "gpt-4o-mini-tts",
            voice: "alloy",
            input: "Hello there",
            response_format
          })
          return { type: response.headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) }
        })
      const wave = yield* speak("wav")
      assert.strictEqual(wave.type, "audio/wav")
      assert.strictEqual(wave.bytes.toString("latin1", 0, 4), "RIFF")
      assert.strictEqual(wave.bytes.readUInt32LE(40), wave.bytes.length - 44)
      assert.deepStrictEqual((yield* speak("pcm")).bytes, wave.bytes.subarray(44))
      assert.strictEqual((yield* speak("mp3")).bytes[0], 0xff)
    }))
})

describe("the groq-sdk package", () => {
  it.live("transcribes", () =>
    Effect.gen(function*() {
      const { client } = yield* connecting(({ url }) => new Groq({ apiKey: "gsk", baseURL: url, maxRetries: 0 }))()
      const file = yield* Effect.promise(() => toFile(wav, "talk.wav"))
      const transcript = yield* Effect.promise(() =>
        client.audio.transcriptions.create({ model: "whisper-large-v3", file, language: "en" })
      )
      assert.match(transcript.text, /talk\.wav/)
    }))
})

describe("the cohere-ai package", () => {
  it.live("embeds and ranks", () =>
    Effect.gen(function*() {
      const { client } = yield* connecting(({ url }) => new CohereClientV2({ token: "co", baseUrl: `${url}/cohere` }))()
      const embedded = yield* Effect.promise(() =>
        client.embed({
          model: "embed-v4.0",
          texts,
          inputType: "search_document",
          embeddingTypes: ["float", "int8"],
          outputDimension: 256
        })
      )
      assert.strictEqual(embedded.embeddings.float?.length, 3)
      assert.strictEqual(embedded.embeddings.float?.[0]?.length, 256)
      assert.strictEqual(embedded.embeddings.int8?.[0]?.length, 256)
      assert.isAbove(embedded.meta?.billedUnits?.inputTokens ?? 0, 0)
      const ranked = yield* Effect.promise(() =>
        client.rerank({ model: "rerank-v3.5", query: "interest rates", documents: texts, topN: 2 })
      )
      assert.strictEqual(ranked.results[0]?.index, 2)
      assert.strictEqual(ranked.results.length, 2)
    }))
})

describe("the cohere-ai package, for audio", () => {
  const connect = connecting(({ url }) =>
    new CohereClient({ token: "co", environment: `${url}/cohere`, maxRetries: 0 }).audio.transcriptions
  )
  const named = (name: string) => new File([wav], name, { type: "audio/wav" })

  it.live("transcribes, and is refused another kind of file", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const request = { model: "cohere-transcribe-03-2026", language: "en", temperature: 0 }
      const { text } = yield* Effect.promise(() => client.create(named("talk.wav"), request))
      assert.match(text, /talk\.wav/)
      const other = yield* failure(() => client.create(named("talk.webm"), request))
      assert.include(String(other), "not supported")
    }))
})

describe("the openai package at OpenRouter", () => {
  const connect = connecting(({ url }) => new OpenAI({ apiKey: "or", baseURL: `${url}/api/v1`, maxRetries: 0 }))

  it.live("speaks, and is refused a format that OpenRouter does not have", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const request = { model: "x-ai/grok-voice-tts-1.0", voice: "eve", input: "Hello there" }
      const samples = yield* Effect.promise(() => client.audio.speech.create(request))
      assert.strictEqual(samples.headers.get("content-type"), "audio/pcm;rate=24000;channels=1")
      const refused = yield* failure(() => client.audio.speech.create({ ...request, response_format: "opus" }))
      assert(refused instanceof BadRequestError)
    }))
})

describe("the ollama package", () => {
  it.live("embeds", () =>
    Effect.gen(function*() {
      const { client } = yield* connecting(({ url }) => new Ollama({ host: url }))()
      const answer = yield* Effect.promise(() =>
        client.embed({ model: "mxbai-embed-large", input: texts, dimensions: 32 })
      )
      assert.deepStrictEqual(answer.embeddings.map(({ length }) => length), [32, 32, 32])
      assert.isAbove(answer.prompt_eval_count, 0)
    }))
})

describe("the @google/genai package", () => {
  it.live("embeds", () =>
    Effect.gen(function*() {
      const { client } = yield* connecting(({ url }) =>
        new GoogleGenAI({ apiKey: "AIza", httpOptions: { baseUrl: url } })
      )()
      const answer = yield* Effect.promise(() =>
        client.models.embedContent({
          model: "gemini-embedding-001",
          contents: texts,
          config: { taskType: "RETRIEVAL_DOCUMENT", outputDimensionality: 128 }
        })
      )
      assert.deepStrictEqual(answer.embeddings?.map(({ values }) => values?.length), [128, 128, 128])
    }))
})

describe("the @mistralai/mistralai package", () => {
  const connect = connecting(({ url }) =>
    new Mistral({ apiKey: "mi", serverURL: `${url}/mistral`, retryConfig: { strategy: "none" } })
  )

  it.live("embeds, and is told that there are too many", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const answer = yield* Effect.promise(() =>
        client.embeddings.create({ model: "mistral-embed", inputs: texts, outputDimension: 64 })
      )
      assert.deepStrictEqual(answer.data.map(({ embedding }) => embedding?.length), [64, 64, 64])
      const many = yield* failure(() =>
        client.embeddings.create({ model: "mistral-embed", inputs: Array.from({ length: 33 }, () => "a") })
      )
      assert.include(String(many), "3210")
    }))

  it.live("transcribes and speaks, whole and as a stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect()
      const file = { fileName: "talk.wav", content: wav }
      const transcript = yield* Effect.promise(() =>
        client.audio.transcriptions.complete({ model: "voxtral-mini-latest", file })
      )
      assert.match(transcript.text, /talk\.wav/)
      const stream = yield* Effect.promise(() =>
        client.audio.transcriptions.stream({ model: "voxtral-mini-latest", file })
      )
      const events = yield* Effect.promise(() => collect(stream))
      const text = events.map(({ data }) => (data.type === "transcription.text.delta" ? data.text : "")).join("")
      assert.strictEqual(text, transcript.text)
      const speech = {
        model: "voxtral-mini-tts",
        input: "Hello there",
        voiceId: "paul",
        responseFormat: "wav"
      } as const
      const whole = yield* Effect.promise(() => client.audio.speech.complete(speech))
      assert("audioData" in whole)
      const sounds = yield* Effect.promise(() => client.audio.speech.complete({ ...speech, stream: true }))
      assert(!("audioData" in sounds))
      const deltas = yield* Effect.promise(() => collect(sounds))
      const audio = Buffer.concat(
        deltas.map(({ data }) => Buffer.from(data.type === "speech.audio.delta" ? data.audioData : "", "base64"))
      )
      assert.strictEqual(audio.toString("base64"), whole.audioData)
    }))
})
