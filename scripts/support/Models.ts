/**
 * Provides the models of the scripts: those of every provider with a key in the environment or in `.env`, and the
 * simulator where there is no key or `--simulate` is set.
 */
import { Console, Effect, Layer, Redacted } from "effect"
import { DotEnv, ProviderRegistry, Providers, SluiceConfig, UndiciHttpClient } from "sluice"
import { type Scenario, Simulator, SimulatorServer } from "sluice/testing"

const live = Providers.layerConfig.pipe(
  Layer.provide(UndiciHttpClient.layer),
  Layer.provide(SluiceConfig.layer()),
  DotEnv.load()
)

const paced: Scenario.Scenario = { pace: { timeToFirstTokenMillis: 200, tokensPerSecond: 30, jitter: 0.5 } }

const simulated = (scenario: Scenario.Scenario) =>
  Layer.unwrap(Effect.gen(function*() {
    const simulator = yield* Simulator
    const apiKey = Redacted.make("simulated")
    const like = (protocol: "openai-responses" | "openai-chat" | "anthropic-messages") => ({
      apiKey,
      baseUrl: simulator.baseUrl(protocol)
    })
    return Providers.layer({
      providers: {
        openai: like("openai-responses"),
        anthropic: like("anthropic-messages"),
        vllm: like("openai-chat"),
        "openai-compatible": like("openai-chat")
      }
    })
  })).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({ proxy: "none" })),
    Layer.provide(SimulatorServer.layer({ scenario }))
  )

const isConfigured = ProviderRegistry.use(({ offered }) => Effect.succeed(offered.length > 0)).pipe(
  Effect.provide(live)
)

/** Layer that provides the models. `scenario` is what the simulator plays. */
export const layer = (simulate: boolean, scenario: Scenario.Scenario = paced) =>
  Layer.unwrap(Effect.gen(function*() {
    if (!simulate && (yield* isConfigured)) return live
    yield* Console.error(simulate ? "Using the simulator." : "No API key is configured: using the simulator.")
    return simulated(scenario)
  }))

const defaults = ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5"]

/** The default models of the providers that are configured. */
export const small = ProviderRegistry.use(({ offered }) =>
  Effect.succeed(defaults.filter((model) => offered.some(({ definition }) => model.startsWith(`${definition.id}/`))))
)
