/**
 * The `LanguageModel` of `effect/ai` over each protocol, on a simulated provider.
 */
import { Effect, Layer, Redacted, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import type { HttpClient } from "effect/http"
import { EffectLanguageModel, type ProviderDefinition, SluiceConfig } from "sluice"
import { type Scenario, SimulatorHttpClient } from "sluice/testing"
import { definition as anthropic } from "../../../src/domain/providers/Anthropic.ts"
import { definition as bedrock } from "../../../src/domain/providers/Bedrock.ts"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as gemini } from "../../../src/domain/providers/Gemini.ts"
import { definition as ollama } from "../../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"

/** A provider's definition, a protocol of it, and a model. */
export type Target = readonly [protocol: string, definition: ProviderDefinition, model: string]

/** Chat Completions, where the protocol does not matter. */
export const chat: Target = ["openai-chat", openAi, "gpt-4.1"]

/** One provider for each protocol. */
export const protocols: ReadonlyArray<Target> = [
  chat,
  ["openai-responses", openAi, "gpt-4.1"],
  ["anthropic-messages", anthropic, "claude-haiku-4-5"],
  ["gemini", gemini, "gemini-2.5-flash"],
  ["gemini-interactions", gemini, "gemini-2.5-flash"],
  ["cohere", cohere, "command-a-03-2025"],
  ["ollama", ollama, "llama3.3"],
  ["bedrock-converse", bedrock, "anthropic.claude-haiku-4-5-20251001-v1:0"]
]

/** Provides the model over a protocol and an HTTP client. */
export const over = <R, E>(
  [protocol, definition, name]: Target,
  client: Layer.Layer<HttpClient.HttpClient | R, E>,
  options: Partial<EffectLanguageModel.Options> = {}
) =>
  EffectLanguageModel.layer({ model: { provider: definition.id, model: name }, ...options }).pipe(
    Layer.provideMerge(
      SingleProvider.layer(definition)({ apiKey: Redacted.make("key-1"), protocol: protocol as never })
    ),
    Layer.provideMerge(client),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.orDie
  )

/** Provides the model over a protocol, on a simulated provider. */
export const model = (
  target: Target,
  scenario: Scenario.Scenario,
  options: Partial<EffectLanguageModel.Options> = {}
) => over(target, SimulatorHttpClient.layer({ scenario }), options)

/** What the handlers did. */
export interface Ran {
  readonly name: string
  readonly parameters: unknown
}

/** Two tools. */
export const tools = Toolkit.make(
  Tool.make("weather", {
    description: "Returns the weather of a city.",
    parameters: Schema.Struct({ city: Schema.String, days: Schema.optionalKey(Schema.Int) }),
    success: Schema.Struct({ degrees: Schema.Finite })
  }),
  Tool.make("time", { description: "Returns the time.", success: Schema.String })
)

/** Handlers that record that they ran. */
export const handlers = (ran: Array<Ran>) =>
  tools.toLayer({
    weather: (parameters) =>
      Effect.sync(() => {
        ran.push({ name: "weather", parameters })
        return { degrees: 12 }
      }),
    time: (parameters) =>
      Effect.sync(() => {
        ran.push({ name: "time", parameters })
        return "12:30"
      })
  })
