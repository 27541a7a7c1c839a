/**
 * Which provider a model's name means.
 */
import * as Effect from "effect/Effect"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import { nearest } from "../../domain/Nearest.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Provider } from "../../services/Provider.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"

const names = (definition: ProviderDefinition): ReadonlyArray<string> => [definition.id, ...definition.aliases]

const named = (definitions: ReadonlyArray<ProviderDefinition>, name: string): ProviderDefinition | undefined => {
  const wanted = name.trim().toLowerCase()
  return definitions.find((definition) => names(definition).some((known) => known.toLowerCase() === wanted))
}

/** Finds the definition that a provider's id or alias means. */
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

/** That a provider is not configured, and what to set: one of each of these lists of names. */
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
  lacking(definition, [definition.keyOptional ? definition.baseUrlEnv : definition.keyEnv])

/** What else is known of the providers: why some cannot be asked yet, and which are there by chance. */
export interface Circumstances {
  readonly unready?: ReadonlyMap<string, ConfigurationError> | undefined
  readonly ambient?: ReadonlySet<string> | undefined
}

/**
 * Makes the registry of the providers that are `offered`, which tells unknown names from names that are only not
 * configured by the `known` definitions. A bare model name means the only provider that is not there by chance.
 */
export const make = (
  offered: ReadonlyArray<Provider>,
  known: ReadonlyArray<ProviderDefinition>,
  { ambient, unready }: Circumstances = {}
): ProviderRegistry["Service"] => {
  // Every call asks for a name.
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
    const asked = typeof name === "string" ? Model.parse(name.trim()) : name
    if (asked.model.trim() === "") {
      return yield* new ConfigurationError({
        reason: "The request names no model: give one like openai/gpt-5",
        setting: "model"
      })
    }
    const definition = asked.provider === undefined ? undefined : byName.get(asked.provider.trim().toLowerCase())
    // With one provider, a name whose first part is no provider is that provider's own: org/model.
    if (definition === undefined && only !== undefined && typeof name === "string") {
      return { provider: only, model: name.trim() }
    }
    if (asked.provider === undefined) {
      // What keeps the only one that was meant from being asked is what is to be mended.
      const [flaw, ...others] = candidates.length === 0 ? [...(unready?.values() ?? [])] : []
      if (flaw !== undefined && others.length === 0) return yield* flaw
      return yield* new ConfigurationError({
        reason: candidates.length === 0
          ? `No provider is configured: set a key, such as ${
            known.flatMap(({ keyEnv }) => keyEnv.slice(0, 1)).slice(0, 3).join(" or ")
          }.`
          : `"${asked.model}" does not say which provider it is of: name it ${
            candidates.map(({ definition }) => `${definition.id}/${asked.model}`).join(" or ")
          }.`,
        setting: "model"
      })
    }
    return { provider: yield* offeredOf(definition ?? (yield* find(known, asked.provider))), model: asked.model }
  })
  return { offered, provider: (name) => Effect.flatMap(find(known, name), offeredOf), resolve }
}
