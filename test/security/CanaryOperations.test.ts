/**
 * Nothing that a program keeps secret is printed by what is no chat over the first protocols either: embeddings,
 * rankings, transcripts, speech, lists of models, checks, the other protocols, and the ways to authorize without a
 * plain key.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigProvider, Duration, Effect, Exit, FileSystem, Layer, Path, Redacted, Stream } from "effect"
import type { HttpClient } from "effect/http"
import { generateKeyPairSync } from "node:crypto"
import {
  ChatModel,
  type Configure,
  Embeddings,
  HttpChatModel,
  HttpEmbeddings,
  HttpModelListing,
  HttpProviderCheck,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  Identity,
  KnownProviders,
  ModelListing,
  ProviderCheck,
  type ProviderDefinition,
  Reranker,
  SluiceConfig,
  Speech,
  Transcription,
  UndiciHttpClient
} from "sluice"
import { Cassette } from "sluice/testing"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"
import * as Raw from "../support/RawServer.ts"
import * as Watching from "./Watching.ts"

const {
  awsId,
  awsSession,
  check,
  checkAll,
  checkSecrets,
  completion,
  key,
  password,
  prompt,
  query,
  signed,
  tenant,
  user
} = Watching

const awsSecret = "aws-canar1-secret-key-that-never-travels"

const services = Layer.mergeAll(
  HttpChatModel.layer,
  HttpEmbeddings.layer,
  HttpReranker.layer,
  HttpTranscription.layer,
  HttpSpeech.layer,
  HttpModelListing.layer(),
  HttpProviderCheck.layer
)

type Services = Layer.Success<typeof services>

const definitionOf = (id: string): ProviderDefinition => {
  const found = KnownProviders.definitions.find((definition) => definition.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found
}

/** Identities of a program that has AWS keys in its environment, and nobody else's. */
const identities = Identity.layer().pipe(
  Layer.provide(
    ConfigProvider.layer(ConfigProvider.fromEnvRecord({
      AWS_ACCESS_KEY_ID: awsId,
      AWS_SECRET_ACCESS_KEY: awsSecret,
      AWS_SESSION_TOKEN: awsSession
    }))
  )
)

const settings: Partial<SluiceConfig.Settings> = { maxRetries: 0, proxy: "none" }

const layerOf = (
  definition: ProviderDefinition,
  options: Configure.ProviderSettings,
  client: Layer.Layer<HttpClient.HttpClient, unknown> = UndiciHttpClient.layer,
  more: Partial<SluiceConfig.Settings> = {}
) =>
  services.pipe(
    Layer.provide(SingleProvider.registry(definition)(options)),
    Layer.provide([client, identities]),
    Layer.provide(SluiceConfig.layer({ ...settings, ...more })),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))
  )

const bytes = new TextEncoder().encode(prompt)
const recording = { content: bytes, name: "a.wav" }
const streamed = { content: Stream.make(bytes.subarray(0, 5), bytes.subarray(5)), name: "a.wav", size: bytes.length }

interface Case {
  readonly name: string
  readonly call: Effect.Effect<unknown, unknown, Services>
  readonly provider: string
  readonly options?: Configure.ProviderSettings
  /** Which of the secrets travel, and so can be repeated. */
  readonly travels: ReadonlyArray<string>
  /** Whether there is content in what is sent. */
  readonly sends?: boolean
  /** The scenarios after which there is nothing wrong. */
  readonly passes?: ReadonlyArray<string>
}

const plain: Configure.ProviderSettings = { apiKey: Redacted.make(key) }
const inQuery: Configure.ProviderSettings = { ...plain, auth: { type: "query", name: "key" } }
const ask = ChatModel.complete({ model: "m", prompt })
const usual = [key, query, tenant]

const cases: ReadonlyArray<Case> = [
  {
    name: "embeddings",
    call: Embeddings.embed({ model: "m", inputs: [prompt, prompt] }),
    provider: "openai",
    travels: usual
  },
  {
    name: "embeddings with the key in the address",
    call: Embeddings.embed({ model: "gemini-embedding-001", inputs: [prompt] }),
    provider: "gemini",
    options: inQuery,
    travels: usual
  },
  {
    name: "rankings",
    call: Reranker.rerank({ model: "m", query: prompt, documents: [prompt, "b"] }),
    provider: "cohere",
    travels: usual
  },
  {
    name: "transcripts",
    call: Transcription.transcribe({ model: "whisper-1", file: recording }),
    provider: "openai",
    travels: usual
  },
  {
    name: "streamed transcripts of streamed recordings",
    call: Stream.runDrain(Transcription.stream({ model: "gpt-4o-transcribe", file: streamed })),
    provider: "openai",
    travels: usual
  },
  {
    name: "speech",
    call: Speech.speak({ model: "gpt-4o-mini-tts", input: prompt, voice: "alloy" }),
    provider: "openai",
    travels: usual
  },
  {
    name: "speech in events",
    call: Stream.runDrain(
      Speech.stream({ model: "gpt-4o-mini-tts", input: prompt, voice: "alloy", transport: "events" })
    ),
    provider: "openai",
    travels: usual
  },
  {
    name: "a list of models",
    call: ModelListing.use((listing) => listing.list("openai")),
    provider: "openai",
    travels: usual,
    sends: false,
    passes: ["JSON of the wrong shape"]
  },
  {
    name: "a check",
    call: ProviderCheck.use((checks) => checks.check("openai")),
    provider: "openai",
    travels: usual,
    sends: false,
    passes: ["JSON of the wrong shape"]
  },
  {
    name: "a check of a model",
    call: ProviderCheck.use((checks) => checks.check("openai", { model: "m" })),
    provider: "openai",
    travels: usual,
    sends: false
  },
  { name: "Gemini with the key in the address", call: ask, provider: "gemini", options: inQuery, travels: usual },
  { name: "Cohere", call: ask, provider: "cohere", travels: usual },
  { name: "Ollama", call: ask, provider: "ollama", travels: usual },
  {
    name: "text completions",
    call: ask,
    provider: "openai",
    options: { ...plain, protocol: "openai-completions" },
    travels: usual
  },
  {
    name: "Bedrock with AWS keys",
    call: ask,
    provider: "bedrock",
    options: {},
    travels: [query, tenant, awsId, awsSession]
  },
  {
    name: "Bedrock's rankings with AWS keys",
    call: Reranker.rerank({ model: "amazon.rerank-v1:0", query: prompt, documents: [prompt, "b"] }),
    provider: "bedrock",
    options: {},
    travels: [query, tenant, awsId, awsSession]
  },
  {
    name: "a token that is signed with the key",
    call: ask,
    provider: "zhipuai",
    options: { apiKey: Redacted.make(`${signed}-secret`), auth: { type: "signed-token" } },
    travels: [query, tenant]
  }
]

const refusal = (message: string) =>
  JSON.stringify({
    error: {
      message,
      type: `type ${message}`,
      code: `code-${message}`,
      param: message,
      details: [{ reason: message }]
    },
    message,
    detail: message
  })

const wrongShapes = (raw: string) =>
  JSON.stringify({
    data: [{ index: raw, embedding: raw, id: { raw } }],
    embeddings: { float: raw },
    results: [{ index: -1, relevance_score: raw, raw }],
    text: [completion, raw],
    candidates: raw,
    message: { content: { raw } },
    choices: raw,
    output: raw,
    usage: raw,
    content: completion
  })

interface Scenario {
  readonly name: string
  readonly answer: (socket: Raw.Exchange["socket"], echo: (spell: (secret: string) => string) => string) => void
  readonly settings?: Partial<SluiceConfig.Settings>
}

const scenarios: ReadonlyArray<Scenario> = [
  ...Watching.spelled.map(([name, spell]): Scenario => ({
    name: `a refusal that repeats them ${name}`,
    answer: (socket, echo) => socket.write(Raw.response(401, refusal(echo(spell)), Watching.repeated))
  })),
  {
    name: "a page with 404",
    answer: (socket, echo) =>
      socket.write(Raw.response(404, `<p>${echo(Watching.asItIs)}`, { "content-type": "text/html" }))
  },
  {
    name: "a page with 200",
    answer: (socket, echo) =>
      socket.write(Raw.response(200, `<p>${completion} ${echo(Watching.asItIs)}`, { "content-type": "text/html" }))
  },
  {
    name: "JSON of the wrong shape",
    answer: (socket, echo) => socket.write(Raw.response(200, wrongShapes(echo(Watching.asItIs)), Watching.repeated))
  },
  {
    name: "an error with 200",
    answer: (socket, echo) => socket.write(Raw.response(200, refusal(echo(Watching.asItIs))))
  },
  {
    name: "JSON that breaks off",
    answer: (socket, echo) => {
      const body = JSON.stringify({ text: completion, sent: echo(Watching.asItIs) })
      socket.end(`HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n${body.slice(0, -5)}`)
    }
  },
  {
    name: "events that break off",
    answer: (socket, echo) =>
      socket.end(`${Raw.streamHead}${Raw.chunk(`data: {"type": "${completion}", "x": "${echo(Watching.asItIs)}\n\n`)}`)
  },
  {
    name: "a redirect",
    answer: (socket, echo) => socket.write(Raw.response(307, `<p>${echo(Watching.asItIs)}`, Watching.repeated))
  },
  { name: "no HTTP", answer: (socket) => socket.end(`${key}\r\n\r\n`) },
  { name: "no headers in time", settings: { headersTimeout: Duration.millis(60) }, answer: () => {} },
  {
    name: "retries that run out",
    settings: { maxRetries: 1, retryBase: Duration.millis(1) },
    answer: (socket, echo) =>
      socket.write(Raw.response(429, refusal(echo(Watching.asItIs)), { ...Watching.repeated, "retry-after-ms": "1" }))
  }
]

/** The address of a server, with everything in it that can be a secret. */
const addressOf = ({ port }: { readonly port: number }, provider: string) => {
  const signs = provider === "bedrock" ? "" : `${user}:${password}@`
  return `http://${signs}127.0.0.1:${port}?key2=${encodeURIComponent(query)}&token=${
    encodeURIComponent(query)
  }&tenant=${tenant}`
}

describe.each(cases)("with $name, no secret and no content is printed after", (given) => {
  const { call, options = plain, passes = [], provider, sends, travels } = given
  const definition = definitionOf(provider)

  it.live.each(scenarios)("$name", ({ answer, name, settings: more }) =>
    Effect.gen(function*() {
      const server = yield* Raw.serve((exchange) =>
        answer(exchange.socket, (spell) => Watching.repeatedBy(exchange, spell))
      )
      const layer = layerOf(definition, { ...options, baseUrl: addressOf(server, provider) }, undefined, more)
      const seen = yield* Watching.watch(Effect.provide(call, layer))
      assert.strictEqual(Exit.isSuccess(seen.exit), passes.includes(name), String(seen.exit))
      assert.isFalse(Exit.isFailure(seen.exit) && Cause.hasDies(seen.exit.cause), String(seen.exit))
      const [first] = server.exchanges
      const sent = `${first?.head ?? ""}\n${decodeURIComponent(first?.head ?? "")}`
      for (const secret of travels) assert.include(sent, secret)
      if (sends !== false) assert.match(first?.body ?? "", /SENTINEL-PROMPT/)
      checkAll(seen)
    }), 5000)

  it.live("a recording", () =>
    Effect.gen(function*() {
      const fileSystem = yield* FileSystem.FileSystem
      const path = (yield* Path.Path).join(yield* fileSystem.makeTempDirectoryScoped(), "cassette.json")
      let count = 0
      const server = yield* Raw.serve((exchange) => {
        const { answer } = scenarios[count++ * 4] ?? { answer: () => exchange.socket.destroy() }
        answer(exchange.socket, (spell) => Watching.repeatedBy(exchange, spell))
      })
      const layer = layerOf(
        definition,
        { ...options, baseUrl: addressOf(server, provider) },
        Cassette.layer({ path, mode: "record" }).pipe(
          Layer.provide(UndiciHttpClient.layer),
          Layer.provide(NodeServices.layer)
        )
      )
      const once = Effect.exit(call)
      yield* Effect.all([once, once]).pipe(Effect.provide(layer))
      const tape = yield* fileSystem.readFileString(path)
      assert.isAbove(server.exchanges.length, 0)
      checkSecrets("the cassette", tape)
    }).pipe(Effect.provide(NodeServices.layer)), 5000)
})

describe("a token from Google", () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  })
  const pem = privateKey.trim().split("\n")

  it.live.each<readonly [string, (body: string) => string]>([
    ["the assertion", (body) => JSON.stringify({ error: "invalid_grant", error_description: `wrong: ${body}` })],
    ["the key", () => JSON.stringify({ error: "invalid_grant", error_description: `wrong: ${privateKey}` })],
    ["a line of the key", () => JSON.stringify({ error: "invalid_grant", error_description: `wrong: ${pem[3]}` })]
  ])(
    "is asked for with nothing that is printed, though the endpoint repeats %s",
    ([, answer]) =>
      Effect.gen(function*() {
        const server = yield* Raw.serve(({ body, socket }) => void socket.write(Raw.response(400, answer(body))))
        const account = JSON.stringify({
          type: "service_account",
          private_key: privateKey,
          client_email: "a@b.test",
          token_uri: `http://127.0.0.1:${server.port}/token`
        })
        const layer = HttpChatModel.layer.pipe(
          Layer.provide(SingleProvider.registry(definitionOf("vertexai"))({ variables: { project: "p" } })),
          Layer.provide([UndiciHttpClient.layer, Identity.google({ credentials: Redacted.make(account) })]),
          Layer.provide(SluiceConfig.layer({ ...settings, tokenTimeout: Duration.seconds(2) })),
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))
        )
        const seen = yield* Watching.watch(Effect.provide(ask, layer))
        assert.isTrue(Exit.isFailure(seen.exit) && !Cause.hasDies(seen.exit.cause), String(seen.exit))
        assert.strictEqual(server.exchanges.length, 1)
        checkAll(seen)
        const all = [...seen.console, ...seen.structured, seen.exit].map(Watching.everything).join("\n")
        const assertion = new URLSearchParams(server.exchanges[0]?.body).get("assertion") ?? "none"
        for (const secret of [...pem.slice(1, -1), ...assertion.split(".")]) {
          assert.notInclude(all, secret)
          assert.notInclude(all, encodeURIComponent(secret))
        }
      }),
    10_000
  )
})

describe("what a program is told of an address", () => {
  it.live("does not hold the parameters of the address", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) => void socket.write(Raw.response(404, "{}")))
      const layer = layerOf(definitionOf("openai"), { ...plain, baseUrl: addressOf(server, "openai") })
      const error = yield* Effect.flip(
        ProviderCheck.use((checks) => checks.check("openai")).pipe(Effect.provide(layer))
      )
      check("the error", String(error))
      assert.include(String(error), `127.0.0.1:${server.port}`)
    }))
})
