/**
 * Whom a command asks for what is no chat, and the asking.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import type { CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { ProviderOptions } from "../../layers/configuration/Configure.ts"
import * as DotEnv from "../../layers/configuration/DotEnv.ts"
import * as Cohere from "../../layers/providers/definitions/Cohere.ts"
import * as OpenAi from "../../layers/providers/definitions/OpenAi.ts"
import * as OpenAiCompatible from "../../layers/providers/definitions/OpenAiCompatible.ts"
import * as Known from "../../layers/registry/Known.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import * as SingleProvider from "../../layers/registry/SingleProvider.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as Asking from "../Asking.ts"
import * as Choosing from "../Choosing.ts"
import { type CliFailure, CommandLineError, type FailedError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as DefaultModels from "./DefaultModels.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"

interface Target {
  readonly definition: ProviderDefinition
  readonly options: ProviderOptions
  readonly model: string
  readonly simulated: boolean
}

const does: Readonly<Record<DefaultModels.Operation, string>> = {
  embeddings: "embed",
  rerank: "rank documents",
  transcription: "transcribe",
  speech: "speak"
}

const can = (definition: ProviderDefinition, operation: DefaultModels.Operation): boolean =>
  (definition[operation]?.length ?? 0) > 0

const able = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  operation: DefaultModels.Operation
): Effect.fn.Return<ProviderDefinition, CommandLineError> {
  if (can(definition, operation)) return definition
  const others = Known.definitions.filter((other) => can(other, operation)).map(({ id }) => id)
  return yield* new CommandLineError({
    message: `${definition.id} does not ${does[operation]}; these do: ${others.join(", ")}`
  })
})

const resolve = Effect.fnUntraced(function*(
  flags: TargetFlags,
  operation: DefaultModels.Operation
): Effect.fn.Return<Target, ConfigurationError | CommandLineError> {
  const apiKey = flags.apiKeyEnv === undefined ? undefined : yield* Choosing.keyFrom(flags.apiKeyEnv)
  const key = apiKey === undefined ? {} : { apiKey }
  const given = flags.provider === undefined
    ? undefined
    : yield* Effect.mapError(Resolution.find(Known.definitions, flags.provider), Names.asCommandLine)
  if (flags.baseUrl !== undefined) {
    // Whoever gives an address knows whether a key is needed there.
    const definition = { ...(yield* able(given ?? OpenAiCompatible.definition, operation)), keyOptional: true }
    return {
      definition,
      options: { ...key, baseUrl: flags.baseUrl },
      model: flags.model ?? DefaultModels.of(operation, definition.id),
      simulated: false
    }
  }
  const configured = yield* Effect.filter(
    Known.definitions.filter((known) => can(known, operation)),
    Choosing.isConfigured
  )
  const fallback = operation === "rerank" ? Cohere.definition : OpenAi.definition
  const { definition, model } = given === undefined
    ? yield* Effect.mapError(Choosing.choose(flags.model, configured, fallback), Names.asCommandLine)
    : { definition: given, model: flags.model }
  yield* able(definition, operation)
  if (definition.baseUrl === undefined && !(yield* Choosing.anySet(definition.baseUrlEnv))) {
    return yield* new CommandLineError({
      message: `${definition.id} has no address of its own: give --base-url, or set ${
        definition.baseUrlEnv.join(" or ")
      }`
    })
  }
  return {
    definition,
    options: key,
    model: model ?? DefaultModels.of(operation, definition.id),
    simulated: configured.length === 0 && apiKey === undefined && !definition.keyOptional
  }
})

/** Where the simulator plays a provider: whose dialect is meant is the first part of the path. */
const playedAt = (url: string, { baseUrl = "", id }: ProviderDefinition): string =>
  `${url}/${id}${baseUrl.replaceAll(/[[\]{}]/g, "").replace(/^https?:\/\/[^/]*/, "")}`

const simulated = Effect.fnUntraced(
  function*(target: Target): Effect.fn.Return<Target, FailedError, Stdio.Stdio | Scope.Scope> {
    const simulator = yield* Asking.simulator(target.definition)
    const baseUrl = playedAt(simulator.url, target.definition)
    return { ...target, options: { ...target.options, baseUrl, apiKey: Redacted.make("simulated") } }
  }
)

/**
 * Asks the provider that the flags mean: `ask` is given the model, and has the operation.
 *
 * @category running
 * @since 0.1.0
 */
export const asking = <Service, A, R>(
  flags: TargetFlags,
  operation: DefaultModels.Operation,
  layer: Layer.Layer<Service, never, HttpClient.HttpClient | ProviderRegistry>,
  ask: (model: Model.Model) => Effect.Effect<A, CompletionError | CliFailure, R | Service>
) =>
  Effect.gen(function*() {
    const resolved = yield* resolve(flags, operation)
    const target = resolved.simulated ? yield* simulated(resolved) : resolved
    const able = Layer.provide(layer, SingleProvider.registry(target.definition)(target.options))
    return yield* Effect.provide(
      ask(Model.make(target.definition.id, target.model)),
      Asking.connected(able, target)
    )
  }).pipe(
    Effect.scoped,
    Effect.provide(DotEnv.layer()),
    (effect) => Asking.failing(effect, flags)
  )
