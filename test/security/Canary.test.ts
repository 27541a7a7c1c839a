/**
 * Nothing that a program keeps secret is printed anywhere, whatever goes wrong and however a server repeats it; nor is
 * what was asked and answered.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, FileSystem, Layer, Path, Redacted, Stream } from "effect"
import { spawn } from "node:child_process"
import { ChatModel, type Configure, Providers, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as OpenAi from "sluice/openai"
import * as OpenAiCompatible from "sluice/openai-compatible"
import { Cassette } from "sluice/testing"
import * as Vllm from "sluice/vllm"
import * as Raw from "../support/RawServer.ts"
import {
  asItIs,
  check,
  checkAll,
  checkSecrets,
  completion,
  key,
  organization,
  password,
  project,
  prompt,
  query,
  repeated,
  repeatedBy,
  spelled,
  team,
  tenant,
  user,
  watch as watchCall
} from "./Watching.ts"

const configure = (server: { readonly port: number }): Configure.ProviderSettings => ({
  apiKey: Redacted.make(key),
  baseUrl: `http://${user}:${password}@127.0.0.1:${server.port}/v1?key=${encodeURIComponent(query)}&tenant=${tenant}`,
  headers: { "OpenAI-Organization": organization, "openai-project": project, "x-team-pass": team }
})

const acme = OpenAiCompatible.define({
  id: "acme",
  baseUrl: "http://acme.invalid/v1",
  keyEnv: ["ACME_KEY"],
  auth: { type: "header", name: "x-acme-pass" }
})

type Build = (options: Configure.ProviderSettings) => ReturnType<typeof OpenAi.layer>

const providers: ReadonlyArray<readonly [string, "chat" | "responses" | "anthropic", Build]> = [
  ["openai over chat", "chat", (options) => OpenAi.layer({ ...options, protocol: "openai-chat" })],
  ["openai over responses", "responses", OpenAi.layer],
  ["anthropic", "anthropic", Anthropic.layer],
  ["vllm", "chat", Vllm.layer],
  ["openai-compatible", "chat", OpenAiCompatible.layer],
  [
    "a provider of one's own",
    "chat",
    (options) => Providers.layer({ definitions: [acme], providers: { acme: options } })
  ]
]

type Wire = (typeof providers)[number][1]

const named = (name: string, value: object) => `event: ${name}\n${Raw.data({ type: name, ...value })}`

/** The beginning of a streamed answer in each language. */
const begun: Readonly<Record<Wire, string>> = {
  chat: Raw.delta(completion),
  responses: named("response.created", { response: { id: "r1", model: "m", output: [] } }) +
    named("response.output_item.added", {
      output_index: 0,
      item: { type: "message", id: "m1", role: "assistant", content: [] }
    }) +
    named("response.output_text.delta", { output_index: 0, content_index: 0, item_id: "m1", delta: completion }),
  anthropic: named("message_start", {
    message: {
      id: "m1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [],
      usage: { input_tokens: 1, output_tokens: 1 }
    }
  }) +
    named("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
    named("content_block_delta", { index: 0, delta: { type: "text_delta", text: completion } })
}

const refusal = (message: string, raw = message) =>
  JSON.stringify({ error: { message, type: `type ${key}`, code: `code-${key}`, param: `param-${key}` }, debug: raw })
const page = (raw: string) => `<html><body>${raw}</body></html>`
const errorEvent = (wire: Wire, message: string) =>
  wire === "chat"
    ? Raw.data({ error: { message, type: key, code: key, param: key } })
    : wire === "responses"
    ? named("error", { code: key, message, param: key })
    : named("error", { error: { type: key, message } })

/** A request, and what its server can repeat of it. */
interface Asked {
  readonly socket: Raw.Exchange["socket"]
  readonly wire: Wire
  readonly echo: (spell: (secret: string) => string) => string
  readonly raw: string
}

interface Scenario {
  readonly name: string
  readonly answer: (exchange: Asked) => void
  readonly settings?: Partial<SluiceConfig.Settings>
  readonly fails?: boolean
}

const stream = (socket: Raw.Exchange["socket"], text: string) =>
  socket.write(`${Raw.streamHead}${Raw.chunk(text)}${Raw.lastChunk}`)

const scenarios: ReadonlyArray<Scenario> = [
  ...spelled.map(([name, spell]): Scenario => ({
    name: `401 that repeats them ${name}`,
    answer: ({ socket, echo }) => socket.write(Raw.response(401, refusal(echo(spell)), repeated))
  })),
  {
    name: "401 that is only the key",
    answer: ({ socket }) => socket.write(Raw.response(401, key, { "content-type": "text/plain" }))
  },
  {
    name: "a page with 400",
    answer: ({ socket, raw }) => socket.write(Raw.response(400, page(raw), { "content-type": "text/html" }))
  },
  {
    name: "a page with 200",
    answer: ({ socket, raw }) =>
      socket.write(Raw.response(200, page(raw), { "content-type": "text/html", ...repeated }))
  },
  {
    name: "a page with 200 that is cut inside the key by the excerpt",
    answer: ({ socket, raw }) =>
      socket.write(Raw.response(200, `<p>${"x".repeat(480)}${raw}`, { "content-type": "text/event-stream" }))
  },
  {
    name: "a refusal whose connection breaks inside the key",
    answer: ({ socket }) => {
      socket.write(`HTTP/1.1 401 X\r\ncontent-length: 999\r\n\r\nYou sent ${key.slice(0, 15)}`)
      setTimeout(() => socket.destroy(), 20)
    }
  },
  {
    name: "an error in place of the answer",
    answer: ({ socket, raw }) => socket.write(Raw.response(200, refusal(raw)))
  },
  { name: "an error first in the stream", answer: ({ socket, wire, raw }) => stream(socket, errorEvent(wire, raw)) },
  ...spelled.map(([name, spell]): Scenario => ({
    name: `an error in the middle that repeats them ${name}`,
    answer: ({ socket, wire, echo }) => stream(socket, begun[wire] + errorEvent(wire, echo(spell)))
  })),
  {
    name: "a malformed event",
    answer: ({ socket, wire, raw }) => stream(socket, `${begun[wire]}data: {"x": "${completion} ${raw}\n\n`)
  },
  {
    name: "a malformed event that is cut",
    answer: ({ socket, wire, raw }) => stream(socket, `${begun[wire]}data: {"x": ${raw.slice(0, 20)}\n\n`)
  },
  {
    name: "an event of the wrong shape",
    answer: ({ socket, wire, raw }) =>
      stream(
        socket,
        begun[wire] + named("content_block_delta", { choices: raw, index: raw, delta: raw, response: raw }) +
          Raw.data({ choices: raw, text: completion })
      )
  },
  { name: "a cut stream", answer: ({ socket, wire }) => stream(socket, begun[wire]) },
  {
    name: "a broken connection",
    answer: ({ socket, wire }) => {
      socket.write(`${Raw.streamHead}${Raw.chunk(begun[wire])}`)
      setTimeout(() => socket.resetAndDestroy(), 20)
    }
  },
  {
    name: "silence",
    settings: { idleTimeout: Duration.millis(60) },
    answer: ({ socket, wire }) => socket.write(`${Raw.streamHead}${Raw.chunk(begun[wire])}`)
  },
  { name: "no headers in time", settings: { headersTimeout: Duration.millis(60) }, answer: () => {} },
  { name: "no HTTP", answer: ({ socket }) => socket.end(`${key}\r\n\r\n`) },
  { name: "a redirect", answer: ({ socket, raw }) => socket.write(Raw.response(307, page(raw), repeated)) },
  {
    name: "retries that run out",
    settings: { maxRetries: 2, retryBase: Duration.millis(1) },
    answer: ({ socket, raw }) => socket.write(Raw.response(429, refusal(raw), { ...repeated, "retry-after-ms": "1" }))
  },
  {
    name: "retries of lost connections",
    settings: { maxRetries: 2, retryBase: Duration.millis(1) },
    answer: ({ socket }) => socket.destroy()
  },
  {
    name: "a whole answer",
    fails: false,
    answer: ({ socket, wire }) => {
      const end: Readonly<Record<Wire, string>> = {
        chat: Raw.stop + Raw.done,
        responses: named("response.completed", { response: { id: "r1", model: "m", status: "completed", output: [] } }),
        anthropic: named("content_block_stop", { index: 0 }) +
          named("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } }) +
          named("message_stop", {})
      }
      socket.write(Raw.streamHead.replace("\r\n\r\n", `\r\nx-request-id: ${key}\r\nrequest-id: ${key}\r\n\r\n`))
      socket.write(`${Raw.chunk(begun[wire] + end[wire])}${Raw.lastChunk}`)
    }
  }
]

const watch = (build: Build, options: Configure.ProviderSettings, settings: Partial<SluiceConfig.Settings> = {}) =>
  watchCall(
    ChatModel.complete({ model: "m", prompt }).pipe(
      Effect.provide(
        build(options).pipe(
          Layer.provide(UndiciHttpClient.layer),
          Layer.provide(SluiceConfig.layer({ maxRetries: 0, proxy: "none", ...settings }))
        )
      )
    )
  )

describe.each(providers)("with %s, no secret and no content is printed after", (_, wire, build) => {
  it.live.each(scenarios)("$name", ({ answer, fails, settings }) =>
    Effect.gen(function*() {
      const server = yield* Raw.serve((exchange) => {
        const echo = (spell: (secret: string) => string) => repeatedBy(exchange, spell)
        answer({ socket: exchange.socket, wire, echo, raw: echo(asItIs) })
      })
      const seen = yield* watch(build, configure(server), settings)
      assert.strictEqual(Exit.isFailure(seen.exit), fails ?? true, String(seen.exit))
      assert.isTrue(Exit.isSuccess(seen.exit) || !Cause.hasDies(seen.exit.cause), String(seen.exit))
      // The secrets did travel.
      const head = server.exchanges[0]?.head ?? ""
      for (const secret of [organization, project, team, encodeURIComponent(query), tenant, key]) {
        assert.include(head, secret)
      }
      assert.include(server.exchanges[0]?.body ?? "", "SENTINEL-PROMPT")
      checkAll(seen)
    }), 5000)

  it.live("a refused connection", () =>
    Effect.gen(function*() {
      const server = yield* Effect.scoped(Raw.serve(() => {}))
      const seen = yield* watch(build, configure(server), { maxRetries: 1, retryBase: Duration.millis(1) })
      assert.isTrue(Exit.isFailure(seen.exit))
      checkAll(seen)
    }), 5000)

  it.live.each<readonly [string, Configure.ProviderSettings]>([
    ["a base URL that cannot be read", { baseUrl: `http://${user}:${password}@[host/v1?key=${query}` }],
    ["a base URL without a scheme", { baseUrl: `${user}:${password}@host/v1?key=${query}` }],
    ["a key in place of the base URL", { baseUrl: key }],
    ["a key that no header can carry", { apiKey: Redacted.make(`${key}\n${key}`) }],
    ["a header that HTTP cannot carry", { headers: { "x-team-pass": `${team}\n` } }]
  ])("%s", ([, options]) =>
    Effect.gen(function*() {
      const seen = yield* watch(build, { ...configure({ port: 9 }), ...options })
      assert.isTrue(Exit.isFailure(seen.exit) && Cause.squash(seen.exit.cause) instanceof Error)
      assert.strictEqual(
        Exit.isFailure(seen.exit) ? Object(Cause.squash(seen.exit.cause))._tag : "",
        "ConfigurationError"
      )
      checkAll(seen)
    }), 5000)

  it.live("a recording", () =>
    Effect.gen(function*() {
      const fileSystem = yield* FileSystem.FileSystem
      const path = (yield* Path.Path).join(yield* fileSystem.makeTempDirectoryScoped(), "cassette.json")
      const answers = (raw: string) => [
        Raw.response(401, refusal(raw), repeated),
        Raw.response(400, page(raw), { "content-type": "text/html" }),
        Raw.response(307, page(raw), repeated),
        `${Raw.streamHead}${Raw.chunk(begun[wire] + errorEvent(wire, raw))}${Raw.lastChunk}`
      ]
      let count = 0
      const server = yield* Raw.serve((exchange) =>
        void exchange.socket.write(answers(repeatedBy(exchange, asItIs))[count++] ?? "")
      )
      const model = build(configure(server)).pipe(
        Layer.provide(Cassette.layer({ path, mode: "record" })),
        Layer.provide(UndiciHttpClient.layer),
        Layer.provide(SluiceConfig.layer({ maxRetries: 0, proxy: "none" }))
      )
      const ask = Effect.exit(Stream.runDrain(ChatModel.stream({ model: "m", prompt })))
      yield* Effect.all([ask, ask, ask, ask]).pipe(Effect.provide(model))
      const bytes = yield* fileSystem.readFile(path)
      assert.strictEqual(server.exchanges.length, 4)
      checkSecrets("the cassette", Buffer.from(bytes).toString("latin1"))
      checkSecrets(
        "the cassette, decoded",
        JSON.stringify(JSON.parse(Buffer.from(bytes).toString()), (_, value: unknown) => value)
      )
    }).pipe(Effect.provide(NodeServices.layer)), 5000)
})

describe("a program that dies of a failure", () => {
  const run = (how: string, port: number) =>
    Effect.callback<{ readonly code: number | null; readonly output: string }>((resume) => {
      const child = spawn(process.execPath, [new URL("./Dying.ts", import.meta.url).pathname, how], {
        env: {
          ...process.env,
          OPENAI_API_KEY: key,
          OPENAI_ORG_ID: organization,
          OPENAI_PROJECT_ID: project,
          OPENAI_BASE_URL: configure({ port }).baseUrl,
          NO_COLOR: "1"
        }
      })
      let output = ""
      child.stdout.on("data", (bytes) => output += String(bytes))
      child.stderr.on("data", (bytes) => output += String(bytes))
      child.on("close", (code) => resume(Effect.succeed({ code, output })))
      return Effect.sync(() => child.kill())
    })

  it.live.each(["runMain", "runPromise", "throw"])(
    "prints neither secrets nor content: %s",
    (how) =>
      Effect.gen(function*() {
        let count = 0
        const server = yield* Raw.serve((exchange) => {
          const raw = repeatedBy(exchange, asItIs)
          if (count++ === 0) exchange.socket.write(Raw.response(503, refusal(raw), repeated))
          else stream(exchange.socket, `${begun.responses}data: {"x": "${completion} ${raw}\n\n`)
        })
        const { code, output } = yield* run(how, server.port)
        assert.strictEqual(code, 1, output)
        assert.include(output, "MalformedStreamError")
        check("what it printed", output)
      }),
    15_000
  )
})
