/**
 * `sluice models`: the catalogue, and the list of a server.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as RawServer from "../support/RawServer.ts"
import { jsonLines } from "./Command.ts"
import { type Options, sluice } from "./InProcess.ts"

const models = (args: ReadonlyArray<string>, options?: Options) => sluice(["models", ...args], options)

describe("sluice models", { timeout: 40_000 }, () => {
  it("lists a provider's models by an alias of it, as a table and as JSON", async () => {
    const [table, json] = await Promise.all([
      models(["--provider", "claude"]),
      models(["--provider", "claude", "--json"])
    ])
    assert.deepStrictEqual([table.code, table.stderr, json.code, json.stderr], [0, "", 0, ""])
    const lines = jsonLines(json.stdout)
    assert.isAbove(lines.length, 10)
    assert.deepStrictEqual([...new Set(lines.map((line) => line["provider"]))], ["anthropic"])
    const [head, ...rows] = table.stdout.trimEnd().split("\n")
    assert.match(head ?? "", /^MODEL +KIND +CONTEXT +OUTPUT +\$ IN +\$ CACHED +\$ OUT +ENDS +CAN$/)
    assert.deepStrictEqual(rows.map((row) => row.split(" ")[0]), lines.map(({ id }) => `anthropic/${String(id)}`))
    assert.match(
      rows.join("\n"),
      /^anthropic\/claude-3-haiku-20240307 +chat +200000 +4096 +0\.25 +0\.03 +1\.25 +tools vision$/m
    )
  })

  it("finds models by their names, and suggests the nearest for a wrong one", async () => {
    const [found, wrong] = await Promise.all([
      models(["--json", "gpt-4o", "bedrock/claude-sonnet-4-5"]),
      models(["openai/gpt-4oo"])
    ])
    assert.deepStrictEqual(
      jsonLines(found.stdout).map(({ id, provider }) => `${String(provider)}/${String(id)}`),
      ["openai/gpt-4o", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"]
    )
    assert.deepStrictEqual([wrong.code, wrong.stdout], [2, ""])
    assert.match(wrong.stderr, /"openai\/gpt-4oo" is not one that is known.*Did you mean openai\/gpt-4o,/)
  })

  it("lists only the models of a kind, with the changes of the configuration", async () => {
    const { code, stdout } = await models(["--kind", "rerank", "--json"], {
      env: {
        SLUICE_MODELS: JSON.stringify([{ provider: "house", id: "sorter", kind: "rerank", prices: { input: 3 } }])
      }
    })
    assert.strictEqual(code, 0)
    const lines = jsonLines(stdout)
    assert.deepStrictEqual([...new Set(lines.map(({ kind }) => kind))], ["rerank"])
    assert.deepInclude(lines.at(-1), { provider: "house", id: "sorter", prices: { input: 3 } })
  })

  it("fails when the configuration is wrong", async () => {
    const { code, stderr, stdout } = await models([], { env: { SLUICE_MODELS: "nonsense" } })
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, /^ConfigurationError: SLUICE_MODELS is not a list of models/)
  })

  it("prints a note when no model of a provider is known", async () => {
    const { code, stderr, stdout } = await models(["--provider", "vllm"])
    assert.deepStrictEqual([code, stdout], [0, ""])
    assert.match(stderr, /No such model of vllm is known\. With --live/)
  })

  it.live("lists the models that a provider has, with what is known of them", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) =>
        socket.write(
          RawServer.response(200, JSON.stringify({ data: [{ id: "gpt-4o" }, { id: "gpt-99", max_model_len: 7 }] }))
        )
      )
      const env = { OPENAI_API_KEY: "sk-canary-0123456789", OPENAI_BASE_URL: server.url, SLUICE_PROXY: "none" }
      const one = yield* Effect.promise(() => models(["--provider", "openai", "--live", "--json"], { env }))
      assert.deepStrictEqual([one.code, one.stderr], [0, ""])
      assert.deepStrictEqual(
        jsonLines(one.stdout).map(({ available, contextWindow, id }) => [id, available, contextWindow]),
        [["gpt-4o", true, 128_000], ["gpt-99", true, 7]]
      )
      // Without a provider, each configured provider is listed.
      const all = yield* Effect.promise(() => models(["--live"], { env }))
      assert.strictEqual(all.code, 0, all.stderr)
      assert.lengthOf(all.stdout.trimEnd().split("\n"), 3)
      assert.notInclude(all.stdout + all.stderr + one.stdout, "canary")
    }))

  it.live("fails when a provider fails, and still lists the models of the others", () =>
    Effect.gen(function*() {
      const good = yield* RawServer.serve(({ socket }) =>
        socket.write(RawServer.response(200, `{"data":[{"id":"m"}]}`))
      )
      const bad = yield* RawServer.serve(({ socket }) =>
        socket.write(RawServer.response(401, `{"error":{"message":"no","code":"invalid_api_key"}}`))
      )
      const env = {
        OPENAI_API_KEY: "sk-1",
        OPENAI_BASE_URL: bad.url,
        GROQ_API_KEY: "sk-2",
        GROQ_BASE_URL: good.url,
        AZURE_API_KEY: "sk-3",
        XAI_API_KEY: "sk-4",
        XAI_BASE_URL: "nonsense",
        SLUICE_PROXY: "none"
      }
      const { code, stderr, stdout } = yield* Effect.promise(() => models(["--live", "--json"], { env }))
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(jsonLines(stdout).map(({ id, provider }) => [provider, id]), [["groq", "m"]])
      assert.match(stderr, /^AuthenticationError: openai rejects the credentials/m)
      assert.match(stderr, /^ConfigurationError: azure needs to know its resource/m)
      assert.match(stderr, /^ConfigurationError: The base URL of xai is not/m)
    }))

  it("fails when no provider is configured", async () => {
    const [unconfigured, withoutList] = await Promise.all([
      models(["--live"], { env: { GITHUB_TOKEN: "for-other-programs-too" } }),
      models(["--live", "--provider", "perplexity"], { env: { PPLX_API_KEY: "sk-1" } })
    ])
    assert.deepStrictEqual([unconfigured.code, unconfigured.stdout, withoutList.code, withoutList.stdout], [
      1,
      "",
      1,
      ""
    ])
    assert.match(unconfigured.stderr, /^ConfigurationError: No provider is configured/)
    assert.match(withoutList.stderr, /^ConfigurationError: perplexity has no list of its models/)
  })
})
