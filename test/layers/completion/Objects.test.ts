/**
 * Values that follow a schema, from a simulated provider over each protocol, in each form in which they are requested.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { ChatModel, type CompletionRequest, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
import { Scenario, Simulator, SimulatorHttpClient, SimulatorServer } from "sluice/testing"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as Speaking from "../interop/Speaking.ts"

const forms: ReadonlyArray<CompletionRequest.OutputForm> = ["schema", "tool", "json", "prompt"]

const City = Schema.Struct({
  name: Schema.String,
  nick: Schema.optionalKey(Schema.String),
  at: Schema.Tuple([Schema.Finite, Schema.Finite]),
  twins: Schema.Array(Schema.Struct({ name: Schema.String, since: Schema.Int }))
})

/** The forms that a protocol does not have, or that the simulator does not follow of itself. */
const without: Readonly<Record<string, ReadonlyArray<CompletionRequest.OutputForm>>> = {
  // They have no JSON mode without a schema.
  "anthropic-messages": ["json"],
  "bedrock-converse": ["json"],
  // It has no way to require a call, and the simulator calls nothing that is not required.
  ollama: ["tool"]
}

const cases = Speaking.protocols.flatMap((target) =>
  forms.filter((form) => without[target[0]]?.includes(form) !== true).map(
    (form): readonly [string, (typeof Speaking.protocols)[number], CompletionRequest.OutputForm] => [
      `${target[0]} by ${form}`,
      target,
      form
    ]
  )
)

const model = ([protocol, definition]: (typeof Speaking.protocols)[number]) =>
  SingleProvider.layer(definition)({ apiKey: Redacted.make("key-1"), protocol: protocol as never }).pipe(
    Layer.provide(SimulatorHttpClient.layer({})),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.orDie
  )

describe("a value from a provider", () => {
  it.effect.each(cases)("%s", ([, target, form]) => {
    const request = { model: { provider: target[1].id, model: target[2] }, prompt: "Which city?", form }
    return Effect.gen(function*() {
      const { value } = yield* ChatModel.completeObject({ ...request, schema: City })
      assert.isString(value.name)
      assert.lengthOf(value.at, 2)
      const events = yield* Stream.runCollect(ChatModel.streamObject({ ...request, schema: Schema.Array(City) }))
      const elements = events.filter(({ _tag }) => _tag === "Element")
      const last = events.at(-1)
      assert.lengthOf(last?._tag === "Value" ? last.value : [], elements.length)
    }).pipe(Effect.provide(model(target)))
  })

  it.live("comes in fewer pieces to a slow consumer", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      const live = OpenAi.layer({ apiKey: Redacted.make("key-1"), protocol: "openai-chat", baseUrl: `${url}/v1` })
      const partials = (pause: Effect.Effect<void>) =>
        ChatModel.streamObject({
          model: "gpt-4.1",
          prompt: "Go",
          schema: Schema.Struct({ items: Schema.Array(Schema.String) })
        })
          .pipe(
            Stream.filter(({ _tag }) => _tag === "Partial"),
            Stream.tap(() => pause),
            Stream.runCount,
            Effect.provide(live.pipe(
              Layer.provide(UndiciHttpClient.layer),
              Layer.provide(SluiceConfig.layer({ proxy: "none" }))
            ))
          )
      const slow = yield* partials(Effect.sleep(20))
      const fast = yield* partials(Effect.void)
      assert.isBelow(slow, fast)
    }).pipe(Effect.provide(SimulatorServer.layer({
      scenario: Scenario.script({
        parts: [Scenario.text(JSON.stringify({ items: Array.from({ length: 60 }, (_, index) => `item ${index}`) }))],
        pace: { tokensPerSecond: 300, timeToFirstTokenMillis: 1, jitter: 0 }
      })
    }))), 20_000)
})
