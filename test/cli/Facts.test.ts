/**
 * What `sluice providers` and `sluice models` list agrees with the facts about the providers, and so do their pages.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Model } from "sluice"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as DefaultModels from "../../src/cli/call/DefaultModels.ts"
import * as EndingModel from "../../src/cli/call/EndingModel.ts"
import { jsonLines, root } from "./Command.ts"
import { sluice } from "./InProcess.ts"
import * as Facts from "./Facts.ts"

const page = (id: string): string => readFileSync(join(root, `docs/providers/${id}.md`), "utf8")

const operations = ["chat", "embeddings", "rerank", "transcription", "speech"] as const

describe("the facts about providers", { timeout: 60_000 }, () => {
  it("are those of sluice providers and of the pages", async () => {
    const lines = jsonLines((await sluice(["providers", "--json"])).stdout)
    const lineOf = (id: string) => lines.find((line) => line["id"] === id) ?? assert.fail(`${id} is not listed`)
    for (const [id, facts] of Object.entries(Facts.providers)) {
      const line = lineOf(id)
      const host = /^https:\/\/([^/]+)/.exec(String(line["baseUrl"]))?.[1]
      assert.strictEqual(host, facts.host, id)
      assert.deepStrictEqual([Object(line["keys"])[0], line["ended"]], [facts.key, facts.ended ?? null], id)
      assert.include(page(id), facts.host)
      assert.include(page(id), facts.ended ?? facts.key)
      for (const operation of operations) {
        const expected = facts[operation]
        const found = Object(line["defaultModels"])[operation]
        if (expected !== undefined) assert.strictEqual(found, expected, `${id} ${operation}`)
        if (facts.ended !== undefined) assert.isUndefined(found, id)
      }
      if (facts.chat !== undefined && id !== "qianwen") assert.include(page(id), facts.chat)
    }
    for (const [id, protocol, address] of Facts.protocols) {
      assert.include(lineOf(id)["protocols"], protocol, id)
      assert.include(page(id), `| chat: \`${protocol}\` | \`${address}\``)
    }
    for (const [id, variable] of Facts.variables) {
      const { baseUrls, keys } = lineOf(id)
      assert.include([keys, baseUrls].flat(), variable, id)
      assert.include(page(id), variable)
    }
  })

  it("are those of sluice models, with limits, prices and ends", async () => {
    const { code, stdout } = await sluice(["models", "--json"])
    assert.strictEqual(code, 0)
    const lines = jsonLines(stdout)
    const lineOf = (provider: string, id: string) =>
      lines.find((line) => line["provider"] === provider && line["id"] === id) ?? assert.fail(`${provider}/${id}`)
    for (const [provider, id, date] of Facts.ends) {
      assert.deepInclude(Object(lineOf(provider, id)["dates"]), { deprecated: date }, id)
    }
    for (const [provider, id, contextWindow, maxOutputTokens, ...prices] of Facts.models) {
      const line = lineOf(provider, id)
      assert.deepInclude(line, { contextWindow, maxOutputTokens }, id)
      const { cachedInput, input, output } = Object(line["prices"])
      if (prices.length > 0) assert.deepStrictEqual([input, cachedInput, output], prices, id)
    }
    for (const { provider, dates } of lines) {
      const ended = Facts.providers[String(provider)]?.ended
      if (ended !== undefined) assert.deepInclude(Object(dates), { deprecated: ended })
    }
    const table = await sluice(["models", "openai/gpt-5-mini"])
    assert.match(table.stdout, /ENDS[\s\S]* 2026-12-11 /)
  })
})

describe("the default models", () => {
  const today = Date.parse("2026-11-29")

  it.effect.each<readonly [string, string, string, RegExp | undefined]>([
    ["2026-11-29", "openai", "gpt-4o-mini-tts", /openai\/gpt-4o-mini-tts ends on 2027-01-06/],
    ["2026-11-01", "openai", "gpt-4o-mini-tts", undefined],
    ["2026-11-06", "openai", "gpt-4o-mini-tts", undefined],
    ["2026-11-07", "openai", "gpt-4o-mini-tts", /ends on/],
    ["2027-01-07", "openai", "gpt-4o-mini-tts", /ended on 2027-01-06/],
    ["2026-11-29", "openai", "gpt-6-luna", undefined],
    ["2026-11-29", "vllm", "default", undefined]
  ])(
    "are warned about 60 days before their end: on %s %s/%s",
    ([day, provider, model, expected]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse(day))
        const warning = yield* EndingModel.warning(Model.make(provider, model))
        if (expected === undefined) assert.isUndefined(warning)
        else assert.match(warning ?? "", expected)
      })
  )

  it.effect("do not end soon, but for OpenAI's last one of speech", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(today)
      const ending: Array<string> = []
      for (const provider of Object.keys(Facts.providers)) {
        for (const model of Object.values(DefaultModels.allOf(provider))) {
          if ((yield* EndingModel.warning(Model.make(provider, model))) !== undefined) ending.push(model)
        }
      }
      assert.deepStrictEqual(ending, ["gpt-4o-mini-tts"])
    }))
})
