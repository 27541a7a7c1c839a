/**
 * The entry point of every provider loads each of its protocols, and gets a completion over it.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { ChatModel, type Configure, type ProviderDefinition, type ProviderRegistry, SluiceConfig } from "sluice"
import { SimulatorHttpClient } from "sluice/testing"
import type { HttpClient } from "effect/http"
import * as DefaultModels from "../../../src/cli/call/DefaultModels.ts"
import * as Table from "./everyProvider/Table.ts"

interface EntryPoint {
  readonly definition: ProviderDefinition
  readonly layer: (
    options?: Configure.ProviderSettings
  ) => Layer.Layer<ChatModel | ProviderRegistry, unknown, HttpClient.HttpClient>
  readonly layerConfig: Layer.Layer<ChatModel | ProviderRegistry, unknown, HttpClient.HttpClient>
}

const folder = join(import.meta.dirname, "../../../src/layers/providers")

const modules: ReadonlyArray<EntryPoint> = await Promise.all(
  readdirSync(folder).map((file): Promise<EntryPoint> => import(join(folder, file)))
)

interface Case {
  readonly entry: EntryPoint
  readonly protocol: Configure.ProviderSettings["protocol"]
  readonly reach: Table.Reach
}

const cases = modules.flatMap((entry) =>
  entry.definition.protocols.map(({ protocol }, index): readonly [string, Case] => [
    `${entry.definition.id} over ${protocol} (${index})`,
    { entry, protocol, reach: Table.reach[`${entry.definition.id} protocols ${index}`] ?? {} }
  ])
)

const settings = Layer.merge(
  SluiceConfig.layer({ maxRetries: 0 }),
  ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))
)

/** The simulator does not see by the request which provider it is for, and so which further fields are allowed. */
const simulated = SimulatorHttpClient.layer({ scenario: { strictness: "dialect" } })

const complete = ({ entry: { definition, layer }, protocol, reach }: Case) =>
  ChatModel.complete({ model: reach.model ?? DefaultModels.of("chat", definition.id), prompt: "Hi" }).pipe(
    Effect.provide(
      layer({
        apiKey: Redacted.make("key-1"),
        baseUrl: definition.baseUrl === undefined ? "https://models.example/v1" : undefined,
        variables: reach.variables,
        auth: reach.auth,
        protocol
      }).pipe(Layer.provide(simulated), Layer.provide(settings))
    )
  )

describe("the entry point of a provider", () => {
  it.effect.each(cases)("%s", ([, given]) =>
    Effect.gen(function*() {
      const { ended } = given.entry.definition
      const exit = yield* Effect.exit(complete(given))
      if (ended !== undefined) return assert.strictEqual(exit._tag, "Failure")
      assert.isAbove((yield* exit).text.length, 10)
    }))

  it.effect.each(modules.map((entry): readonly [string, EntryPoint] => [entry.definition.id, entry]))(
    "%s: fails without a key, unless the provider needs none",
    ([, { definition, layerConfig }]) =>
      Effect.gen(function*() {
        // Servers of one's own have no address.
        const isUsable = definition.keyOptional && definition.id !== "openai-compatible"
        const exit = yield* Effect.exit(
          ChatModel.complete({ model: "m", prompt: "Hi" }).pipe(
            Effect.provide(layerConfig.pipe(Layer.provide(simulated), Layer.provide(settings)))
          )
        )
        assert.strictEqual(exit._tag, isUsable ? "Success" : "Failure")
      })
  )
})
