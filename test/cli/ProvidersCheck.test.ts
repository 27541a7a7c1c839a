/**
 * `sluice providers --check`: which keys are right, what is wrong with the others, and never a key.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SimulatorServer } from "sluice/testing"
import * as RawServer from "../support/RawServer.ts"
import * as Command from "./Command.ts"
import { type Options, sluice } from "./InProcess.ts"

const check = (args: ReadonlyArray<string>, options?: Options) =>
  Effect.promise(() => sluice(["providers", "--check", ...args], options))

describe("sluice providers --check", { timeout: 90_000 }, () => {
  it.live("prints whether the key of each configured provider is accepted, in the order of the list", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { requireKey: "sk-canary-right" } })
      const baseUrl = simulator.baseUrl("openai-chat")
      const env = {
        // The last in the list is the first here.
        MISTRAL_API_KEY: "sk-canary-right",
        MISTRAL_BASE_URL: baseUrl,
        XAI_API_KEY: "sk-canary-lost",
        XAI_BASE_URL: "http://127.0.0.1:1/v1",
        GROQ_API_KEY: "sk-canary-wrong",
        GROQ_BASE_URL: baseUrl,
        AZURE_API_KEY: "sk-canary-homeless",
        OPENAI_API_KEY: "sk-canary-right",
        OPENAI_BASE_URL: baseUrl,
        // Is there for other programs too.
        GITHUB_TOKEN: "canary",
        SLUICE_PROXY: "none"
      }
      const [text, json] = yield* Effect.all([check([], { env }), check(["--json"], { env })], { concurrency: 2 })
      assert.deepStrictEqual([text.code, text.stderr, json.code, json.stderr], [1, "", 1, ""])
      assert.notInclude(text.stdout + json.stdout, "canary")

      const lines = text.stdout.trimEnd().split("\n")
      assert.lengthOf(lines, 5)
      assert.match(lines[0] ?? "", /^openai {3}ok {6}\d+ ms$/)
      assert.match(lines[1] ?? "", /^azure {4}failed {2}ConfigurationError: .*AZURE_OPENAI_RESOURCE_NAME/)
      assert.match(lines[2] ?? "", /^groq {5}failed {2}AuthenticationError: groq rejects the credentials/)
      assert.match(lines[3] ?? "", /^xai {6}failed {2}ConnectionError: xai /)
      assert.match(lines[4] ?? "", /^mistral {2}ok {6}\d+ ms$/)

      const objects = Command.jsonLines(json.stdout)
      assert.deepStrictEqual(
        objects.map(({ error, id, ok }) => [id, ok, error === null ? null : Object(error)._tag]),
        [
          ["openai", true, null],
          ["azure", false, "ConfigurationError"],
          ["groq", false, "AuthenticationError"],
          ["xai", false, "ConnectionError"],
          ["mistral", true, null]
        ]
      )
      assert.isAtLeast(Number(objects[0]?.["latencyMs"]), 0)
      assert.isNull(objects[1]?.["latencyMs"])
      assert.deepInclude(objects[3]?.["error"], { isRetryable: true, retryAfterMs: null })
    }))

  it.live("checks the named provider alone, and exits with 0 when it succeeds", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) => socket.write(RawServer.response(200, "[]")))
      const env = {
        GITHUB_TOKEN: "ghp_canary",
        GITHUB_API_BASE: server.url,
        OPENAI_API_KEY: "sk-unused",
        SLUICE_PROXY: "none"
      }
      const { code, stderr, stdout } = yield* check(["--provider", "github-models"], { env })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.match(stdout, /^github {2}ok {6}\d+ ms\n$/)
      assert.strictEqual(server.exchanges[0]?.header("authorization"), "Bearer ghp_canary")
    }))

  it.live("fails when no provider is configured, or the named one has no key", () =>
    Effect.gen(function*() {
      const [unconfigured, keyless] = yield* Effect.all([
        check([], { env: { GITHUB_TOKEN: "for-other-programs-too" } }),
        check(["--provider", "groq", "--json"])
      ], { concurrency: 2 })
      assert.deepStrictEqual([unconfigured.code, unconfigured.stdout], [1, ""])
      assert.match(unconfigured.stderr, /^ConfigurationError: No provider is configured: name one with --provider\.\n$/)
      assert.deepStrictEqual([keyless.code, keyless.stderr], [1, ""])
      const [line] = Command.jsonLines(keyless.stdout)
      assert.deepInclude(line, { id: "groq", name: "Groq", ok: false })
      assert.include(JSON.stringify(line), "GROQ_API_KEY")
    }))

  it.live("prints the finished checks and exits with 130 on Ctrl-C while another check hangs", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve()
      const silent = yield* RawServer.serve(() => {})
      const env = {
        OPENAI_API_KEY: "sk-1",
        OPENAI_BASE_URL: simulator.baseUrl("openai-chat"),
        GROQ_API_KEY: "sk-2",
        GROQ_BASE_URL: silent.url,
        SLUICE_PROXY: "none"
      }
      const { code, stdout } = yield* Effect.promise(() =>
        Command.sluice(["providers", "--check"], { env, onStdout: (child) => child.kill("SIGINT") })
      )
      assert.strictEqual(code, 130)
      assert.match(stdout, /^openai {2}ok {6}\d+ ms\n$/)
      assert.strictEqual(silent.open(), 0)
    }))
})
