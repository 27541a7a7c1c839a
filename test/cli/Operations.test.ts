import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SimulatorServer from "../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder, jsonLines } from "./Command.ts"
import { type Options, sluice } from "./InProcess.ts"

const run = (args: ReadonlyArray<string>, options?: Options) => Effect.promise(() => sluice(args, options))

const wav = Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(40), Buffer.alloc(4000, 7)])
wav.writeUInt32LE(2000, 28)

describe("sluice embed", { timeout: 40_000 }, () => {
  it.live("prints one vector per line, with --simulate from the simulator", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run(
        ["embed", "--simulate", "--dimensions", "4", "hello world", "hello there"],
        { terminals: ["stderr"] }
      )
      assert.strictEqual(code, 0, stderr)
      const vectors = stdout.trimEnd().split("\n").map((line): unknown => JSON.parse(line))
      assert.strictEqual(vectors.length, 2)
      for (const vector of vectors) assert(Array.isArray(vector) && vector.length === 4)
      assert.match(stderr, /^The built-in simulator is used in place of OpenAI\./)
      assert.match(stderr, /2 vectors of 4 dimensions · 6 tokens · 1 request\n$/)
    }))

  it.live("sends the lines of stdin to the base URL, in the wire format of the provider", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { requireKey: "vo-key" } })
      const { code, stderr, stdout } = yield* run(
        `embed --provider voyageai --base-url ${simulator.url}/voyage/v1 --api-key-env MY_KEY --purpose query --dimensions 3 --json -`
          .split(" "),
        { env: { MY_KEY: "vo-key" }, input: "a\n\nb\n" }
      )
      assert.strictEqual(code, 0, stderr)
      const lines = jsonLines(stdout)
      assert.deepStrictEqual(lines.map(({ _tag, index }) => [_tag, index]), [
        ["Embedding", 0],
        ["Embedding", 1],
        ["Completed", undefined]
      ])
      const [request] = yield* simulator.requests
      assert.deepStrictEqual(request?.body, {
        model: "voyage-4",
        input: ["a", "b"],
        input_type: "query",
        output_dimension: 3
      })
    }))

  it.live("prints the vectors that arrived before a failure, and the failure as the last line", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { faults: [{ _tag: "ProviderError", kind: "permission", on: [2] }] }
      })
      const base = `${simulator.url}/mistral/v1`
      const { code, stderr, stdout } = yield* run(
        ["embed", "--provider", "mistral", "--base-url", base, "--json", "--dimensions", "2", "-"],
        { input: Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n") }
      )
      assert.strictEqual(code, 1)
      const lines = jsonLines(stdout)
      assert.strictEqual(lines.at(-1)?._tag, "PermissionDeniedError")
      assert.isAtLeast(lines.length, 9)
      assert.match(stderr, /^PermissionDeniedError: mistral\/mistral-embed does not allow this request/m)
    }))

  it.live("lists the providers that embed when one does not, and fails without a text", () =>
    Effect.gen(function*() {
      const [other, nothing] = yield* Effect.all([
        run(["embed", "--provider", "xai", "hi"]),
        run(["embed", "-"], { input: "\n" })
      ], { concurrency: 2 })
      assert.strictEqual(other.code, 2)
      assert.match(other.stderr, /^xai does not embed; these do: openai, /)
      assert.strictEqual(nothing.code, 2)
      assert.match(nothing.stderr, /^There is no text: stdin is empty/)
    }))
})

describe("sluice rerank", { timeout: 40_000 }, () => {
  it.live("prints score, index and document, the best first", () =>
    Effect.gen(function*() {
      const documents = ["nothing", "hello there", "hello world"]
      const [plain, json, wrong] = yield* Effect.all([
        run(["rerank", "--simulate", "--query", "hello world", "--top-n", "2", ...documents]),
        run(["rerank", "--simulate", "--query", "hello world", "--json", "-"], { input: documents.join("\n") }),
        run(["rerank", "--simulate", ...documents])
      ], { concurrency: 2 })
      assert.strictEqual(plain.code, 0, plain.stderr)
      assert.match(plain.stdout, /^0\.9\d*\t2\thello world\n0\.\d+\t1\thello there\n$/)
      assert.strictEqual(plain.stderr, "2 documents of 3 · 1 search unit\n")
      const lines = jsonLines(json.stdout)
      assert.deepStrictEqual(lines.map(({ _tag, index }) => [_tag, index]), [
        ["RankedDocument", 2],
        ["RankedDocument", 1],
        ["RankedDocument", 0],
        ["Completed", undefined]
      ])
      assert.strictEqual(wrong.code, 2)
    }))
})

describe("sluice transcribe", { timeout: 40_000 }, () => {
  it.live("prints the text, subtitles, or events", () =>
    Effect.gen(function*() {
      const cwd = emptyFolder()
      writeFileSync(join(cwd, "talk.wav"), wav)
      const [plain, subtitles, events] = yield* Effect.all([
        run(["transcribe", "--simulate", "--language", "en", "talk.wav"], { cwd }),
        run(["transcribe", "--simulate", "--model", "openai/whisper-1", "--format", "srt", "talk.wav"], { cwd }),
        run(["transcribe", "--simulate", "--json", "talk.wav"], { cwd })
      ], { concurrency: 2 })
      assert.strictEqual(plain.code, 0, plain.stderr)
      assert.match(plain.stdout, /^This is what was said in talk\.wav, take [\da-f]{8}\.\n$/)
      assert.match(subtitles.stdout, /^1\n00:00:00,000 --> 00:00:01,000\n/)
      const lines = jsonLines(events.stdout)
      assert.strictEqual(lines.at(-1)?._tag, "TranscriptCompleted")
      assert.isAbove(lines.length, 4)
    }))

  it.live("needs a language of Cohere, and none of xAI", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({})
      const cwd = emptyFolder()
      writeFileSync(join(cwd, "talk.wav"), wav)
      const at = (provider: string, path: string) => [
        "transcribe",
        "--provider",
        provider,
        "--base-url",
        `${simulator.url}${path}`
      ]
      const [without, named, xai] = yield* Effect.all([
        run([...at("cohere", "/v2"), "talk.wav"], { cwd }),
        run([...at("cohere", ""), "--language", "en", "talk.wav"], { cwd }),
        run([...at("xai", "/v1"), "talk.wav"], { cwd })
      ], { concurrency: 2 })
      assert.strictEqual(without.code, 1)
      assert.match(without.stderr, /^InvalidRequestError: [^\n]*language/m)
      assert.strictEqual(named.code, 0, named.stderr)
      assert.match(named.stdout, /^This is what was said in talk\.wav/)
      assert.strictEqual(xai.code, 0, xai.stderr)
      assert.match(xai.stderr, /2 s · en/)
      const paths = (yield* simulator.requests).map(({ path }) => path).toSorted()
      assert.deepStrictEqual(paths, ["/v1/stt", "/v2/audio/transcriptions"])
    }))

  it.live("fails for a missing file before any request is sent", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["transcribe", "nothing.mp3"])
      assert.strictEqual(code, 1)
      assert.strictEqual(stderr, "InputError: nothing.mp3 cannot be read: NotFound\n")
    }))
})

describe("sluice speak", { timeout: 40_000 }, () => {
  it.live("writes a file in the format of its extension, or to stdout", () =>
    Effect.gen(function*() {
      const cwd = emptyFolder()
      const [file, stdout, both] = yield* Effect.all([
        run(["speak", "--simulate", "--output", "hello.wav", "--json", "--voice", "echo", "Hello", "there"], { cwd }),
        run(["speak", "--simulate", "--format", "pcm", "-"], { cwd, input: "Hello there" }),
        run(["speak", "--simulate", "--json", "Hello"], { cwd })
      ], { concurrency: 2 })
      assert.strictEqual(file.code, 0, file.stderr)
      const bytes = readFileSync(join(cwd, "hello.wav"))
      assert.strictEqual(bytes.toString("latin1", 0, 4), "RIFF")
      assert.deepStrictEqual(jsonLines(file.stdout), [{ _tag: "Completed", file: "hello.wav", bytes: bytes.length }])
      assert.strictEqual(stdout.code, 0, stdout.stderr)
      assert.isAbove(stdout.stdout.length, 1000)
      assert.strictEqual(both.code, 2)
    }))

  it.live("speaks with xAI in a language, and with OpenRouter in its formats", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({})
      const cwd = emptyFolder()
      const at = (provider: string, path: string) => [
        "speak",
        "--provider",
        provider,
        "--base-url",
        `${simulator.url}${path}`
      ]
      const [xai, openRouter, other] = yield* Effect.all([
        run([...at("xai", "/v1"), "--language", "de", "--output", "xai.wav", "Hallo"], { cwd }),
        run([...at("openrouter", ""), "--output", "openrouter.mp3", "Hello"], { cwd }),
        run([...at("openrouter", "/api/v1"), "--output", "openrouter.flac", "Hello"], { cwd })
      ], { concurrency: 2 })
      assert.strictEqual(xai.code, 0, xai.stderr)
      assert.strictEqual(readFileSync(join(cwd, "xai.wav")).toString("latin1", 0, 4), "RIFF")
      assert.strictEqual(openRouter.code, 0, openRouter.stderr)
      assert.strictEqual(other.code, 1)
      assert.match(other.stderr, /^InvalidRequestError: [^\n]*mp3, pcm, and not flac/m)
      assert.deepStrictEqual(readdirSync(cwd).toSorted(), ["openrouter.mp3", "xai.wav"])
      const bodies = (yield* simulator.requests).map(({ body }) => body)
      assert.deepInclude(bodies, { text: "Hallo", language: "de", output_format: { codec: "wav" } })
      assert.deepInclude(bodies, {
        model: "x-ai/grok-voice-tts-1.0",
        input: "Hello",
        voice: "eve",
        response_format: "mp3"
      })
    }))

  it.live("leaves no file behind when the sound is cut", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { faults: [{ _tag: "Cut", after: 9000, how: "reset" }] }
      })
      const cwd = emptyFolder()
      const { code, stderr } = yield* run(
        ["speak", "--base-url", simulator.baseUrl("openai-chat"), "--output", "hello.wav", "Hello there"],
        { cwd }
      )
      assert.strictEqual(code, 1)
      assert.match(stderr, /^IncompleteStreamError: /m)
      assert.deepStrictEqual(readdirSync(cwd), [])
    }))
})
