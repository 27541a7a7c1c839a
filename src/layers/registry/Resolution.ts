/**
 * Resolves the name of a model to a provider.
 */
import * as Effect from "effect/Effect"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import { nearest } from "../../domain/Nearest.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as Ended from "../configuration/Ended.ts"

const names = (definition: ProviderDefinition): ReadonlyArray<string> => [definition.id, ...definition.aliases]

const named = (definitions: ReadonlyArray<ProviderDefinition>, name: string): ProviderDefinition | undefined => {
  const wanted = name.trim().toLowerCase()
  return definitions.find((definition) => names(definition).some((known) => known.toLowerCase() === wanted))
}

/** Finds a definition by the provider's id or alias. Fails with the nearest names for an unknown one. */
export const find = (
  definitions: ReadonlyArray<ProviderDefinition>,
  name: string
): Effect.Effect<ProviderDefinition, ConfigurationError> => {
  const found = named(definitions, name)
  const close = nearest(name, definitions.flatMap(names))
  const known = close.length > 0 ? "" : ` Known are ${definitions.map(({ id }) => id).join(", ")}.`
  return found === undefined
    ? Effect.fail(
      new ConfigurationError({
        reason: `There is no provider "${name}".${known}`,
        setting: "provider",
        nearest: close
      })
    )
    : Effect.succeed(found)
}

/** Creates the error of a provider that is not configured. One variable of each list in `names` has to be set. */
export const lacking = (
  definition: ProviderDefinition,
  names: ReadonlyArray<ReadonlyArray<string>>
): ConfigurationError =>
  new ConfigurationError({
    reason: `${definition.id} is not configured: set ${
      names.map((alternatives) => alternatives.join(" or ")).join(", and ")
    }.`,
    setting: names[0]?.[0] ?? definition.id
  })

const missing = (definition: ProviderDefinition): ConfigurationError =>
  Ended.problem(definition) ?? lacking(definition, [definition.keyOptional ? definition.baseUrlEnv : definition.keyEnv])

/** What else is known of the providers, by their ids. */
export interface Circumstances {
  /** Why some are not offered although a variable of theirs is set. Default: none. */
  readonly unready?: ReadonlyMap<string, ConfigurationError> | undefined
  /** Those that are offered only because of variables that serve other programs too. Default: none. */
  readonly ambient?: ReadonlySet<string> | undefined
  /** The models whose prices and limits budgets use. Default: none. */
  readonly models?: ProviderRegistry["Service"]["models"]
}

/**
 * Makes the registry of the providers that are `offered`. By the `known` definitions it distinguishes unknown names
 * from those of providers that are not configured. A model name without a provider belongs to the only provider that is
 * not ambient.
 */
export const make = (
  offered: ReadonlyArray<Provider>,
  known: ReadonlyArray<ProviderDefinition>,
  { ambient, models, unready }: Circumstances = {}
): ProviderRegistry["Service"] => {
  // Every call resolves a name.
  const byName = new Map(
    known.toReversed().flatMap((definition) =>
      names(definition).map((name) => [name.toLowerCase(), definition] as const)
    )
  )
  const chosen = offered.filter(({ definition }) => ambient?.has(definition.id) !== true)
  const candidates = chosen.length === 0 ? offered : chosen
  const only = candidates.length === 1 ? candidates[0] : undefined
  const offeredOf = (wanted: ProviderDefinition): Effect.Effect<Provider, ConfigurationError> => {
    const provider = offered.find((candidate) => candidate.definition.id === wanted.id)
    return provider === undefined ? Effect.fail(unready?.get(wanted.id) ?? missing(wanted)) : Effect.succeed(provider)
  }

  const resolve = Effect.fnUntraced(function*(
    name: string | Model.Model
  ): Effect.fn.Return<{ readonly provider: Provider; readonly model: string }, ConfigurationError> {
    const parsed = typeof name === "string" ? Model.parse(name.trim()) : name
    if (parsed.model.trim() === "") {
      return yield* new ConfigurationError({
        reason: "The request names no model: give one like openai/gpt-5",
        setting: "model"
      })
    }
    const definition = parsed.provider === undefined
      ? undefined
      : byName.get(parsed.provider.trim().toLowerCase())
    // With one provider, a name whose first part is not a provider is a name of that provider's: org/model.
    if (definition === undefined && only !== undefined && typeof name === "string") {
      return { provider: only, model: name.trim() }
    }
    if (parsed.provider === undefined) {
      // When the only provider with a variable set is not ready, the reason for that is the problem to solve.
      const [problem, ...others] = candidates.length === 0 ? [...(unready?.values() ?? [])] : []
      if (problem !== undefined && others.length === 0) return yield* problem
      return yield* new ConfigurationError({
        reason: candidates.length === 0
          ? `No provider is configured: set a key, such as ${
            known.flatMap(({ keyEnv }) => keyEnv.slice(0, 1)).slice(0, 3).join(" or ")
          }.`
          : `"${parsed.model}" does not say which provider it is of: name it ${
            candidates.map(({ definition }) => `${definition.id}/${parsed.model}`).join(" or ")
          }.`,
        setting: "model"
      })
    }
    return {
      provider: yield* offeredOf(definition ?? (yield* find(known, parsed.provider))),
      model: parsed.model
    }
  })
  return { models, offered, provider: (name) => Effect.flatMap(find(known, name), offeredOf), resolve }
}
