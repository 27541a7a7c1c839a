/**
 * One conversation that goes through many providers and back. The simulator refuses what each of them would.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Prompt } from "effect/ai"
import { ChatModel, type CompletionRequest, KnownProviders, Replay } from "sluice"
import { Scenario, type ScriptedCompletion, SimulatorServer } from "sluice/testing"
import { model as modelAt, tools } from "../../support/Conversing.ts"

interface Leg {
  readonly provider: string
  readonly protocol: ScriptedCompletion.ProtocolId
  readonly model: string
  /** The ids of the two calls, as the provider makes them. Default: the simulator's. */
  readonly ids?: readonly [string, string]
  readonly hasSearch?: boolean
}

const legs: ReadonlyArray<Leg> = [
  { provider: "openai", protocol: "openai-responses", model: "gpt-5.4-mini", hasSearch: true },
  { provider: "anthropic", protocol: "anthropic-messages", model: "claude-sonnet-5", hasSearch: true },
  { provider: "gemini", protocol: "gemini", model: "gemini-3.8-flash" },
  { provider: "bedrock", protocol: "bedrock-converse", model: "us.meta.llama3-3-70b-instruct-v1:0" },
  { provider: "mistral", protocol: "openai-chat", model: "mistral-large-latest", ids: ["aB3456789", "cD3456789"] },
  {
    provider: "moonshot",
    protocol: "openai-chat",
    model: "kimi-k2.6",
    ids: ["functions.weather:0", "functions.time:1"]
  },
  { provider: "bedrock", protocol: "bedrock-converse", model: "mistral.mistral-large-2407-v1:0" },
  {
    provider: "openai-compatible",
    protocol: "openai-chat",
    model: "gateway",
    ids: [`call_${"x".repeat(78)}`, `call_${"y".repeat(78)}`]
  },
  { provider: "cohere", protocol: "cohere", model: "command-a-03-2025" },
  { provider: "ollama", protocol: "ollama", model: "qwen3" },
  { provider: "deepseek", protocol: "openai-chat", model: "deepseek-flash", ids: ["call_0", "call_1"] },
  { provider: "deepseek", protocol: "openai-chat", model: "deepseek-flash", ids: ["call_0", "call_1"] },
  { provider: "gemini", protocol: "gemini", model: "gemini-2.5-flash" },
  { provider: "bedrock", protocol: "bedrock-converse", model: "us.anthropic.claude-opus-4-7-v1" },
  { provider: "anthropic", protocol: "anthropic-messages", model: "claude-sonnet-5" },
  { provider: "openai", protocol: "openai-responses", model: "gpt-5.4-mini" }
]

const citation = { url: "https://a.test/", title: "A" }

const completionsOf = ({ hasSearch, ids }: Leg): ReadonlyArray<ScriptedCompletion.ScriptedCompletion> => [
  {
    parts: [
      { _tag: "Reasoning", text: "Let me think.", signature: "c2lnbmVk", encrypted: "ZW5jcnlwdGVk" },
      ...(hasSearch === true ? [{ _tag: "WebSearch" as const, query: "weather" }] : []),
      Scenario.text("I will look."),
      Scenario.toolCall("weather", { city: "Oslo" }, ids?.[0]),
      Scenario.toolCall("time", {}, ids?.[1])
    ]
  },
  { parts: [{ _tag: "Text", text: "It is sunny.", citations: [citation] }] }
]

/** A result with an image, and one of a failure. */
const resultsOf = (calls: ReadonlyArray<{ readonly id: string; readonly name: string }>) =>
  Prompt.fromMessages([Prompt.toolMessage({
    content: calls.map(({ id, name }) =>
      Prompt.toolResultPart({
        id,
        name,
        result: name === "time" ? "" : { sky: "blue" },
        isFailure: name === "time",
        providerExecuted: false,
        ...(name === "time" ? {} : {
          modelOutput: [
            Prompt.textPart({ text: "A picture of the sky:" }),
            Prompt.filePart({ mediaType: "image/png", data: "iVBORw0KGgo=" })
          ]
        })
      })
    )
  })])

const stored = (prompt: Prompt.Prompt): Prompt.Prompt =>
  Schema.decodeUnknownSync(Prompt.Prompt)(JSON.parse(JSON.stringify(Schema.encodeSync(Prompt.Prompt)(prompt))))

const definitionOf = (id: string) => {
  const found = KnownProviders.definitions.find((definition) => definition.id === id)
  return found ?? assert.fail(`no provider ${id}`)
}

/** The ids of the calls and the results of a request, wherever the protocol has them. */
const idsOf = (body: unknown): ReadonlyArray<string> =>
  [...JSON.stringify(body).matchAll(/"call_id":"([^"]*)"/g)].map(([, id]) => id ?? "")

const server = SimulatorServer.serve({
  seed: 11,
  scenario: { completions: legs.flatMap(completionsOf), repeat: "cycle" }
})

/** Has the conversation of all legs, one after the other. Returns the last prompt, and the ids of all calls. */
const converse = Effect.fnUntraced(function*(simulator: Effect.Success<typeof server>) {
  let prompt = Prompt.make([{ role: "system", content: "Be brief." }])
  const ids: Array<ReadonlyArray<string>> = []
  for (const [number, leg] of legs.entries()) {
    prompt = Prompt.concat(prompt, `Question ${number}: how is the weather?`)
    if (number === 5) prompt = Prompt.concat(prompt, [{ role: "system", content: "Be very brief." }])
    const baseUrl = `${simulator.baseUrl(leg.protocol)}`
    const layer = modelAt(definitionOf(leg.provider), baseUrl, {}, { protocol: leg.protocol })
    const complete = (input: Omit<CompletionRequest.CompletionRequestInput, "model">) =>
      ChatModel.complete({ ...input, model: `${leg.provider}/${leg.model}`, tools }).pipe(
        Effect.provide(layer),
        Effect.mapError((error) => new Error(`${number} ${leg.provider} ${leg.model}: ${error.message}`))
      )
    const first = yield* complete({ prompt })
    assert.strictEqual(first.toolCalls.length, 2, leg.provider)
    ids.push(first.toolCalls.map(({ id }) => id))
    prompt = stored(Prompt.concat(Prompt.concat(prompt, Replay.toPrompt(first.items)), resultsOf(first.toolCalls)))
    const second = yield* complete({ prompt })
    prompt = stored(Prompt.concat(prompt, Replay.toPrompt(second.items)))
  }
  return { prompt, ids }
})

describe("a conversation that goes through many providers and back", () => {
  it.live("is refused by none, and each gets the ids that it made", () =>
    Effect.gen(function*() {
      const simulator = yield* server
      const { ids } = yield* converse(simulator)
      const requests = yield* simulator.requests
      assert.deepStrictEqual(requests.map(({ status }) => status), requests.map(() => 200))
      const sent = idsOf(requests.at(-1)?.body)
      const [own] = ids
      assert.deepStrictEqual(sent.slice(0, 4), [...own ?? [], ...own ?? []])
      assert.deepStrictEqual(sent.slice(-4), [...ids.at(-1) ?? [], ...ids.at(-1) ?? []])
      // Each call has its result, and no two have the same id.
      assert.strictEqual(new Set(sent).size, legs.length * 2)
      assert.strictEqual(sent.length, legs.length * 4)
      assert.isTrue(sent.every((id) => id.length <= 64))
    }).pipe(Effect.scoped), 60_000)

  it.live("is the same bytes each time", () =>
    Effect.gen(function*() {
      const simulator = yield* server
      const { prompt } = yield* converse(simulator)
      for (const leg of legs) {
        const layer = modelAt(definitionOf(leg.provider), simulator.baseUrl(leg.protocol), {}, {
          protocol: leg.protocol
        })
        const again = ChatModel.complete({
          model: `${leg.provider}/${leg.model}`,
          tools,
          prompt: Prompt.concat(prompt, "And now?")
        }).pipe(Effect.provide(layer))
        yield* again
        yield* again
        const [before, after] = (yield* simulator.requests).slice(-2)
        assert.strictEqual(JSON.stringify(before?.body), JSON.stringify(after?.body), leg.provider)
      }
    }).pipe(Effect.scoped), 60_000)
})
