import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import * as Target from "../../src/cli/call/Target.ts"

const unset = {
  provider: undefined,
  model: undefined,
  baseUrl: undefined,
  apiKeyEnv: undefined,
  protocol: undefined,
  system: undefined,
  simulate: false,
  json: false,
  prompt: ["hi"]
}

type Flags = Partial<Record<"provider" | "model" | "baseUrl" | "apiKeyEnv" | "protocol", string>> & {
  readonly simulate?: boolean
}

const resolve = (flags: Flags, environment: Readonly<Record<string, string>> = {}, maySimulate = false) =>
  Target.resolve({ ...unset, ...flags }, "chat", maySimulate).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(environment))
  )

interface Facts {
  readonly provider: string
  readonly model: string
  readonly protocol: string | undefined
  readonly simulated: boolean
}

const facts = (flags: Flags, environment?: Readonly<Record<string, string>>, maySimulate?: boolean) =>
  Effect.map(resolve(flags, environment, maySimulate), ({ definition, model, protocol, simulated }): Facts => ({
    provider: definition.id,
    model,
    protocol,
    simulated
  }))

const both = { OPENAI_API_KEY: "one", ANTHROPIC_API_KEY: "two" }

describe("Target", () => {
  it.effect.each<readonly [string, ReadonlyArray<string>]>([
    ["one", ["one"]],
    ["one, two,", ["one", "two"]]
  ])("has the keys in the variable of --api-key-env: %s", ([value, keys]) =>
    Effect.gen(function*() {
      const { options: { apiKey, apiKeys } } = yield* resolve({ apiKeyEnv: "MY_KEY", provider: "openai" }, {
        MY_KEY: value
      })
      const given: ReadonlyArray<unknown> = Array.isArray(apiKeys) ? apiKeys : [apiKey]
      assert.deepEqual<ReadonlyArray<unknown>>(
        given.map((key) => Redacted.isRedacted(key) ? Redacted.value(key) : key),
        keys
      )
    }))

  it.effect("is the simulator where that is allowed, nothing is named and no key is configured", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* facts({}, {}, true), { provider: "openai", simulated: true })
      assert.deepInclude(yield* facts({}, { OPENAI_API_KEY: " " }, true), { provider: "openai", simulated: true })
      assert.deepInclude(yield* facts({}, { GROQ_API_KEY: "one" }, true), { provider: "groq", simulated: false })
      const named: ReadonlyArray<readonly [Flags, string]> = [
        [{ provider: "claude" }, "ANTHROPIC_API_KEY"],
        [{ model: "groq/x" }, "GROQ_API_KEY"],
        [{ model: "x" }, "OPENAI_API_KEY"],
        [{ protocol: "anthropic-messages" }, "ANTHROPIC_API_KEY"]
      ]
      for (const [flags, setting] of named) {
        const error = yield* Effect.flip(resolve(flags, {}, true))
        assert.deepInclude(error, { _tag: "ConfigurationError", setting })
        assert.include(error.message, setting)
      }
      const error = yield* Effect.flip(resolve({}))
      assert.match(error.message, /^No API key is configured: set OPENAI_API_KEY, .*--simulate/)
    }))

  it.effect("is the simulator with --simulate, with the provider or protocol of the flags", () =>
    Effect.gen(function*() {
      const simulated = (flags: Flags, environment?: Readonly<Record<string, string>>) =>
        facts({ ...flags, simulate: true }, environment)
      const openai = { provider: "openai", model: "gpt-6-luna", protocol: "openai-responses", simulated: true }
      assert.deepStrictEqual(yield* simulated({}), openai)
      assert.deepStrictEqual(yield* simulated({}, { OPENAI_API_KEY: " " }), openai)
      assert.deepStrictEqual(yield* simulated({ protocol: "openai-chat" }), { ...openai, protocol: "openai-chat" })
      const anthropic = {
        provider: "anthropic",
        model: "claude-haiku-5-5",
        protocol: "anthropic-messages",
        simulated: true
      }
      assert.deepStrictEqual(yield* simulated({ protocol: "anthropic-messages" }), anthropic)
      assert.deepStrictEqual(yield* simulated({ provider: "claude" }), anthropic)
      assert.deepStrictEqual(yield* simulated({ model: "anthropic/x" }), { ...anthropic, model: "x" })
      assert.deepStrictEqual(yield* simulated({}, { ANTHROPIC_API_KEY: "one" }), anthropic)
      assert.deepInclude(yield* simulated({ provider: "azure" }), { provider: "azure", simulated: true })
      const error = yield* Effect.flip(resolve({ simulate: true, baseUrl: "http://host/v1" }))
      assert.strictEqual(error._tag, "CommandLineError")
    }))

  it.effect("is neither a provider that ended nor the simulator in its place, unless there is a base URL", () =>
    Effect.gen(function*() {
      for (const environment of [{}, { AI21_API_KEY: "one" }, { AI21_API_KEY: "one", OPENAI_API_KEY: "two" }]) {
        for (const flags of [{ provider: "ai21" }, { model: "ai21/jamba-mini" }]) {
          const error = yield* Effect.flip(resolve(flags, environment))
          assert.strictEqual(error._tag, "ConfigurationError")
          assert.match(error.message, /AI21 ended on 2026-08-09/)
        }
      }
      const jamba = yield* facts({ provider: "ai21", baseUrl: "http://jamba.test/v1" })
      assert.deepInclude(jamba, { provider: "ai21", simulated: false })
      const variable = { AI21_API_KEY: "one", AI21_API_BASE: "http://jamba.test/v1" }
      assert.deepInclude(yield* facts({ provider: "ai21" }, variable), { provider: "ai21", simulated: false })
    }))

  it.effect("is the first provider with a key, or the one that is named", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* facts({}, both), { provider: "openai", simulated: false })
      assert.deepInclude(yield* facts({}, { ANTHROPIC_API_KEY: "two" }), { provider: "anthropic", simulated: false })
      assert.deepInclude(yield* facts({ model: "anthropic/claude-x" }, both), {
        provider: "anthropic",
        model: "claude-x"
      })
      assert.deepInclude(yield* facts({ provider: "openai", model: "org/x" }, both), {
        provider: "openai",
        model: "org/x"
      })
      assert.deepInclude(yield* facts({ model: "org/x" }, { OPENAI_API_KEY: "one" }), { model: "org/x" })
      assert.deepInclude(yield* facts({ provider: "vllm" }), { provider: "vllm", model: "default", simulated: false })
    }))

  it.effect("is no other provider when the named one has no key", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(resolve({ provider: "openai" }, { ANTHROPIC_API_KEY: "two" }))
      assert.deepInclude(error, { _tag: "ConfigurationError", setting: "OPENAI_API_KEY" })
      const target = yield* facts({ provider: "openai", apiKeyEnv: "MY_KEY" }, { MY_KEY: "mine" })
      assert.deepInclude(target, { provider: "openai", simulated: false })
    }))

  it.effect("is the server at a base URL, with the named key and no other", () =>
    Effect.gen(function*() {
      const environment = { ...both, MY_KEY: "mine" }
      const target = yield* resolve({ baseUrl: "http://host/v1", apiKeyEnv: "MY_KEY" }, environment)
      assert.deepInclude(target, { model: "default", protocol: "openai-chat", simulated: false })
      assert.strictEqual(target.definition.id, "openai-compatible")
      assert.isTrue(target.definition.keyOptional)
      assert.isTrue(Redacted.isRedacted(target.options.apiKey))

      const messages = yield* resolve({ baseUrl: "http://host/v1", protocol: "anthropic-messages" }, environment)
      assert.deepStrictEqual(messages.definition.keyEnv, ["OPENAI_COMPATIBLE_API_KEY"])
      const spoken = messages.definition.protocols.find(({ protocol }) => protocol === "anthropic-messages")
      assert.deepStrictEqual(spoken?.auth, { type: "header", name: "x-api-key" })

      const lines = yield* resolve({ baseUrl: "http://host", protocol: "ollama" }, environment)
      assert.deepInclude(lines, { protocol: "ollama", simulated: false })
      assert.deepInclude(lines.definition, { id: "openai-compatible", keyEnv: ["OPENAI_COMPATIBLE_API_KEY"] })
      assert.deepInclude(lines.definition.protocols[0], { protocol: "ollama", path: "/api/chat" })

      const openai = yield* resolve({ baseUrl: "http://host/v1", provider: "openai" }, environment)
      assert.deepInclude(openai, { model: "gpt-6-luna", protocol: "openai-responses" })
    }))

  it.effect("is a wrong command line when a name is unknown or ambiguous", () =>
    Effect.gen(function*() {
      const problems: ReadonlyArray<readonly [Flags, RegExp]> = [
        [{ protocol: "openai-chta" }, /no protocol "openai-chta".*Did you mean openai-chat/],
        [{ provider: "anthropc" }, /no provider "anthropc".*Did you mean anthropic/],
        [{ provider: "anthropic", protocol: "openai-chat" }, /anthropic does not support the protocol openai-chat/],
        [{ provider: "openai-compatible" }, /give --base-url/],
        [{ model: "openai-compatible/x" }, /give --base-url/],
        [{ apiKeyEnv: "NO_SUCH_KEY" }, /NO_SUCH_KEY is not set/],
        [{ model: "gpt-5" }, /ambiguous: use openai\/gpt-5 or anthropic\/gpt-5/],
        [{ model: "opena/gpt-5" }, /no provider "opena".*Did you mean openai/]
      ]
      for (const [flags, expected] of problems) {
        const error = yield* Effect.flip(resolve(flags, both))
        assert.strictEqual(error._tag, "CommandLineError", error.message)
        assert.match(error.message, expected)
      }
    }))

  it.effect("is not the simulator when the provider of the model is unknown", () =>
    Effect.gen(function*() {
      const problems: ReadonlyArray<readonly [Flags, RegExp]> = [
        [{ model: "foo/bar" }, /no provider "foo"\. Known are openai, anthropic/],
        [{ model: "opena/gpt-5" }, /no provider "opena".*Did you mean openai/],
        [{ model: "cluade/x" }, /no provider "cluade".*Did you mean claude/]
      ]
      for (const [flags, expected] of problems) {
        const error = yield* Effect.flip(resolve(flags))
        assert.strictEqual(error._tag, "CommandLineError", error.message)
        assert.match(error.message, expected)
      }
      assert.deepInclude(yield* facts({ protocol: "cohere", simulate: true }), {
        provider: "cohere",
        protocol: "cohere",
        simulated: true
      })
      assert.deepInclude(yield* facts({ model: "bar", simulate: true }), { model: "bar", simulated: true })
      assert.deepInclude(yield* facts({ model: "foo/bar", provider: "openai", simulate: true }), {
        model: "foo/bar",
        simulated: true
      })
      assert.deepInclude(yield* facts({ model: "foo/bar", baseUrl: "http://host/v1" }), { model: "foo/bar" })
    }))
})
