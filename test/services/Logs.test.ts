/**
 * Where the log lines of Sluice go, and at which level.
 */
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Layer, Logger, Redacted, References } from "effect"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { inspect } from "node:util"
import { ChatModel, Embeddings, SluiceConfig } from "sluice"
import * as OpenAi from "sluice/openai"
import { SimulatorHttpClient } from "sluice/testing"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import * as LogLines from "../../src/services/LogLines.ts"
import * as Command from "../cli/Command.ts"
import * as Asking from "../support/Asking.ts"
import { environment } from "../support/Recorder.ts"

const tsx = join(Command.root, "node_modules/tsx/dist/cli.mjs")
const program = fileURLToPath(new URL("./LogsProgram.ts", import.meta.url))

const runProgram = (env: Readonly<Record<string, string>> = {}) =>
  Effect.promise(() => Command.node([tsx, program], { cwd: Command.root, env }))

describe("the log lines of a process with the default loggers", { timeout: 60_000 }, () => {
  it.live("go to stderr, one line each, beside the program's own on stdout", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* runProgram()
      assert.strictEqual(code, 0, stderr)
      const [output, own, ...rest] = stdout.trimEnd().split("\n")
      assert.strictEqual(output, "the output")
      assert.match(own ?? "", /INFO .*a line of the program$/)
      assert.deepStrictEqual(rest, [])
      const lines = stderr.trimEnd().split("\n")
      assert.strictEqual(lines.length, 1, stderr)
      assert.match(
        lines[0] ?? "",
        /WARN .*retrying a request reason=OverloadedError status=503 provider=openai model=gpt-6-luna attempt=1 delayMs=1 /
      )
      assert.notInclude(stderr + stdout, "canary")
      assert.notInclude(stderr + stdout, "secret")
    }))

  it.live("are at a level that a variable sets", () =>
    Effect.gen(function*() {
      for (const level of ["None", "Error"]) {
        const { code, stderr, stdout } = yield* runProgram({ SLUICE_LOG_LEVEL: level })
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.include(stdout, "the output")
      }
    }))

  it.live("are not written by the command, whose error says the attempts, unless it is asked for them", () =>
    Effect.gen(function*() {
      const args = ["chat", "--base-url", "http://127.0.0.1:1/v1", "--model", "openai/m", "hi"]
      const env = { OPENAI_API_KEY: "sk-test", SLUICE_RETRY_BASE: "1 millis", SLUICE_MAX_RETRIES: "2" }
      const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
        Effect.promise(() => Command.sluice(args, { env: { ...env, ...more } }))
      const { code, stderr } = yield* run(args)
      assert.strictEqual(code, 1)
      assert.match(stderr, /^ConnectionError: .*after 3 attempts.*\n$/)
      for (
        const asked of [yield* run(["--log-level", "warn", ...args]), yield* run(args, { SLUICE_LOG_LEVEL: "Warn" })]
      ) {
        const lines = asked.stderr.trimEnd().split("\n")
        assert.deepStrictEqual(
          lines.map((line) => /retrying a request/.test(line)),
          [true, true, false],
          asked.stderr
        )
      }
    }))
})

/** A console that records what is written to it, on which of its two streams. */
const recording = () => {
  const lines: Array<readonly [stream: "stdout" | "stderr", text: string]> = []
  const write = (stream: "stdout" | "stderr") => (...values: ReadonlyArray<unknown>) => {
    lines.push([stream, values.map((value) => typeof value === "string" ? value : inspect(value)).join(" ")])
  }
  const unused = { ...globalThis.console, log: write("stdout"), error: write("stderr") }
  return { lines, console: unused }
}

const failingOnce = { scenario: { faults: [{ _tag: "ProviderError", kind: "server-error", on: [1] }] } } as const
const quick = { retryBase: "1 millis" } as const
const model = OpenAi.layer({ apiKey: Redacted.make("sk-test") }).pipe(
  Layer.provide(SimulatorHttpClient.layer(failingOnce))
)
const call = ChatModel.complete({ model: "m", prompt: "Hi" })

/** Runs a call that is retried once, and returns what was written where. */
const written = Effect.fnUntraced(function*(
  settings: SluiceConfig.SettingsInput,
  around: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = (effect) => effect
) {
  const { console, lines } = recording()
  yield* around(call).pipe(
    Effect.provide(Layer.provide(Layer.merge(model, SluiceConfig.layer({ ...quick, ...settings })), environment({}))),
    Effect.provideService(Console.Console, console),
    Effect.provideService(Logger.CurrentLoggers, new Set([Logger.defaultLogger]))
  )
  return lines
})

const minimum = (level: "Debug" | "Error" | "None" | "Warn") => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, References.MinimumLogLevel, level)

describe("the log lines", () => {
  it.live.each<readonly [string, ReturnType<typeof written>, number]>([
    ["are written by default", written({}), 1],
    ["follow the level of the program", written({}, minimum("Error")), 0],
    ["follow the level of a program that wants none", written({}, minimum("None")), 0],
    ["are written at their level", written({ logLevel: "Warn" }), 1],
    ["are not written below the level of the setting", written({ logLevel: "Error" }), 0],
    ["are not written where the setting is None", written({ logLevel: "None" }), 0],
    ["follow the setting where the program has another level", written({ logLevel: "Info" }, minimum("Error")), 1],
    ["follow the setting where the program writes more", written({ logLevel: "None" }, minimum("Debug")), 0]
  ])("%s", ([, run, count]) =>
    Effect.gen(function*() {
      const lines = yield* run
      assert.strictEqual(lines.length, count)
      for (const [stream, text] of lines) {
        assert.strictEqual(stream, "stderr")
        assert.notInclude(text, "\n")
      }
    }))

  it.live("follow the setting around one call", () =>
    Effect.gen(function*() {
      const quiet = SluiceConfig.layer({ logLevel: "None" })
      assert.deepStrictEqual(
        yield* written({ logLevel: "Debug" }, (effect) => Effect.orDie(Effect.provide(effect, quiet)) as never),
        []
      )
    }))

  it.live("go to the program's own loggers, with their facts as annotations", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const logger = Logger.make(({ fiber, logLevel, message }) => {
        const { delayMs, provider, reason } = fiber.getRef(References.CurrentLogAnnotations)
        seen.push([logLevel, message, reason, provider, delayMs])
      })
      const json: Array<string> = []
      const asJson = Logger.map(Logger.formatJson, (line) => {
        json.push(line)
      })
      const settings = SluiceConfig.layer({ ...quick, retryJitter: 0 })
      yield* Effect.provide(
        call,
        Layer.mergeAll(model, settings, Logger.layer([logger, asJson])).pipe(Layer.provide(environment({})))
      )
      assert.deepStrictEqual(seen, [["Warn", ["retrying a request"], "ServerError", "openai", 1]])
      assert.deepInclude(JSON.parse(json[0] ?? "{}").annotations, {
        reason: "ServerError",
        provider: "openai",
        attempt: 1
      })
    }))

  it.live("keep the annotations of the program", () =>
    Effect.gen(function*() {
      const lines = yield* written({}, (effect) => Effect.annotateLogs(effect, { job: "nightly run" }))
      assert.match(lines[0]?.[1] ?? "", /job="nightly run" reason=ServerError/)
    }))

  it.live("of what is left out of a request follow the setting", () =>
    Effect.gen(function*() {
      const embed = Embeddings.embed({ model: "text-embedding-3-small", inputs: ["a"], purpose: "query" })
      const lines = (settings: SluiceConfig.SettingsInput) =>
        Effect.gen(function*() {
          const { console, lines } = recording()
          yield* embed.pipe(
            Effect.provide(SluiceConfig.layer(settings)),
            Effect.provideService(Console.Console, console),
            Effect.provideService(Logger.CurrentLoggers, new Set([Logger.defaultLogger]))
          )
          return lines.map(([stream]) => stream)
        })
      assert.deepStrictEqual(yield* lines({}), ["stderr"])
      assert.deepStrictEqual(yield* lines({ logLevel: "Error" }), [])
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("of a level that is none are refused", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Effect.void, SluiceConfig.layer({ logLevel: "Loud" as never })))
      assert.strictEqual(error.setting, "logLevel")
      const variable = yield* Effect.flip(
        Effect.provide(
          Effect.void,
          Layer.provide(SluiceConfig.layer(), environment({ SLUICE_LOG_LEVEL: "loud" }))
        )
      )
      assert.include(variable.message, "SLUICE_LOG_LEVEL")
    }))

  it.effect("have facts that cannot make a second line", () =>
    Effect.gen(function*() {
      const { console, lines } = recording()
      yield* LogLines.write("Warn", "m", { a: "x\ny", b: undefined, c: "k=v" }, undefined).pipe(
        Effect.provideService(Console.Console, console),
        Effect.provideService(Logger.CurrentLoggers, new Set([Logger.defaultLogger]))
      )
      assert.match(lines[0]?.[1] ?? "", /: m a="x\\ny" c="k=v"$/)
    }))
})
