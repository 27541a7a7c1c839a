/**
 * `sluice providers`: every provider and the state of its key, but never a key.
 */
import { assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { definitions } from "../../src/domain/KnownProviders.ts"
import { emptyFolder, jsonLines } from "./Command.ts"
import { sluice } from "./InProcess.ts"

describe("sluice providers", { timeout: 40_000 }, () => {
  it("lists every provider with what it lacks", async () => {
    const { code, stderr, stdout } = await sluice(["providers", "--json"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    const lines = jsonLines(stdout)
    assert.deepStrictEqual(lines.map(({ id }) => id), definitions.map(({ id }) => id))
    for (const definition of definitions) {
      const line = lines.find(({ id }) => id === definition.id)
      assert.deepInclude(line, { aliases: [...definition.aliases], keys: [...definition.keyEnv], key: null })
      assert.strictEqual(line?.["keyState"], definition.keyOptional ? "optional" : "missing")
      assert.strictEqual(line?.["ready"], definition.keyOptional && definition.baseUrl !== undefined)
      assert.strictEqual(line?.["ended"], definition.ended?.date ?? null)
    }
    assert.deepInclude(lines[0], { id: "openai", missing: [["OPENAI_API_KEY"]], ready: false })
    assert.deepInclude(lines.find(({ id }) => id === "azure"), {
      missing: [
        ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "AZURE_TOKEN"],
        ["AZURE_OPENAI_RESOURCE_NAME", "AZURE_RESOURCE_NAME"]
      ]
    })
  })

  it("lists those that ended, with the date, until they have another base URL", async () => {
    const env = { GITHUB_API_KEY: "sk", AI21_API_KEY: "sk", AI21_API_BASE: "http://jamba.test/v1" }
    const [{ stdout }, json] = await Promise.all([
      sluice(["providers"], { env }),
      sluice(["providers", "--json"], { env })
    ])
    assert.match(stdout, /^github .* ended 2026-07-30: another base URL in GITHUB_API_BASE$/m)
    assert.match(stdout, /^ai21 +set \(AI21_API_KEY\) +openai-chat$/m)
    const lines = jsonLines(json.stdout)
    assert.deepInclude(lines.find(({ id }) => id === "github"), {
      ended: "2026-07-30",
      ready: false,
      missing: [["GITHUB_API_BASE"]]
    })
    assert.deepInclude(lines.find(({ id }) => id === "ai21"), { ended: "2026-08-09", ready: true, missing: [] })
  })

  it("prints which keys are set, in variables or in a .env, and never their values", async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, ".env"), "CO_API_KEY=canary-1\nXAI_API_KEY=canary-2\n")
    const env = {
      OPENAI_API_KEY: "canary-3",
      OPENAI_BASE_URL: "https://user:canary-4@host/v1?key=canary-5",
      VLLM_BASE_URL: "http://canary-6:8000/v1"
    }
    const [table, json] = await Promise.all([
      sluice(["providers"], { env, cwd: folder }),
      sluice(["providers", "--json"], { env, cwd: folder })
    ])
    assert.deepStrictEqual([table.code, table.stderr, json.code, json.stderr], [0, "", 0, ""])
    assert.notInclude(table.stdout + json.stdout, "canary")
    const lines = jsonLines(json.stdout)
    const line = (name: string) => lines.find(({ id }) => id === name)
    assert.deepInclude(line("openai"), {
      ready: true,
      keyState: "set",
      key: "OPENAI_API_KEY",
      address: "OPENAI_BASE_URL",
      missing: []
    })
    assert.deepInclude(line("xai"), { ready: true, keyState: "set", key: "XAI_API_KEY" })
    assert.deepInclude(line("vllm"), { ready: true, keyState: "optional", key: null, address: "VLLM_BASE_URL" })
    const [head, ...rows] = table.stdout.trimEnd().split("\n")
    assert.match(head ?? "", /^PROVIDER +KEY +ALSO CALLED +PROTOCOLS +TO SET$/)
    assert.lengthOf(rows, definitions.length)
    assert.match(
      table.stdout,
      /^openai +set \(OPENAI_API_KEY\) +gpt, chatgpt +openai-responses, openai-chat, openai-completions$/m
    )
    assert.match(table.stdout, /^groq +missing .* GROQ_API_KEY$/m)
    assert.match(table.stdout, /^jina +missing +jina-ai +\(embeddings, rerank\) +JINA_API_KEY/m)
    assert.deepInclude(line("mistral"), { operations: ["embeddings", "transcription", "speech"] })
    assert.match(table.stdout, /^vllm +optional \(VLLM_BASE_URL\)/m)
  })
})
