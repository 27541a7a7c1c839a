/**
 * The operations other than chat with a simulator: in memory, with the test's clock, or on a socket.
 */
import { ConfigProvider, Duration, Effect, Layer, Logger, Redacted } from "effect"
import {
  type Configure,
  HttpEmbeddings,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  type ProviderDefinition,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import { type Scenario, Simulator, SimulatorHttpClient, SimulatorServer } from "sluice/testing"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"

/** Settings that retry without noticeable pauses. */
export const quick: Partial<SluiceConfig.Settings> = {
  proxy: "none",
  retryBase: Duration.millis(1),
  retryJitter: 0,
  maxRetries: 2
}

/** The layers of all operations but chat. */
export const operations = Layer.mergeAll(
  HttpEmbeddings.layer,
  HttpReranker.layer,
  HttpTranscription.layer,
  HttpSpeech.layer
)

const quiet = Layer.mergeAll(Logger.layer([]), ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))

export interface Options {
  readonly scenario?: Scenario.Scenario
  readonly settings?: Partial<SluiceConfig.Settings>
  readonly provider?: Configure.ProviderSettings
}

/** Provides the registry of a provider at its own address, a simulator in memory and settings. */
export const base = (definition: ProviderDefinition, options: Options = {}) =>
  SingleProvider.registry(definition)({ apiKey: Redacted.make("sk-test"), ...options.provider }).pipe(
    Layer.provideMerge(SimulatorHttpClient.layer({ scenario: options.scenario ?? {} })),
    Layer.provideMerge(SluiceConfig.layer({ ...quick, ...options.settings })),
    Layer.provideMerge(quiet),
    Layer.orDie
  )

/** Provides all operations of a provider at its own address, with a simulator in memory. */
export const inMemory = (definition: ProviderDefinition, options: Options = {}) =>
  Layer.provideMerge(operations, base(definition, options))

/** Provides all operations of a provider at an address. */
export const at = (definition: ProviderDefinition, baseUrl: string, options: Options = {}) =>
  operations.pipe(
    Layer.provideMerge(
      SingleProvider.registry(definition)({ apiKey: Redacted.make("sk-test"), baseUrl, ...options.provider })
    ),
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({ ...quick, ...options.settings })),
    Layer.provideMerge(quiet),
    Layer.orDie
  )

/** Starts a simulator on a socket. */
export const socket = (scenario: Scenario.Scenario = {}) => SimulatorServer.serve({ scenario })

/** Returns the requests that the simulator received. */
export const requests = Effect.flatMap(Simulator, (simulator) => simulator.requests)
