/**
 * Which provider a model's name means.
 *
 * @since 0.1.0
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

/**
 * Finds the definition that a provider's id or alias means.
 *
 * @category accessors
 * @since 0.1.0
 */
export const find = (
  definitions: ReadonlyArray<ProviderDefinition>,
  name: string
): Effect.Effect<ProviderDefinition, ConfigurationError> => {
  const found = named(definitions, name)
  return found === undefined
    ? Effect.fail(
      new ConfigurationError({
        reason: `There is no provider "${name}". Known are ${definitions.map(({ id }) => id).join(", ")}.`,
        setting: "provider",
        nearest: nearest(name, definitions.flatMap(names))
      })
    )
    : Effect.succeed(found)
}

const missing = (definition: ProviderDefinition): ConfigurationError =>
  new ConfigurationError({
    reason: definition.keyOptional
      ? `${definition.id} is not configured: set ${definition.baseUrlEnv.join(" or ")}.`
      : `${definition.id} is not configured: set ${definition.keyEnv.join(" or ")}.`,
    setting: definition.keyEnv[0] ?? definition.id
  })

/**
 * Makes the registry of the providers that are `offered`, which tells unknown names from names that are only not
 * configured by the `known` definitions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  offered: ReadonlyArray<Provider>,
  known: ReadonlyArray<ProviderDefinition>
): ProviderRegistry["Service"] => {
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
    const only = offered.length === 1 ? offered[0] : undefined
    const definition = asked.provider === undefined ? undefined : named(known, asked.provider)
    // With one provider, a name whose first part is no provider is that provider's own: org/model.
    if (definition === undefined && only !== undefined && typeof name === "string") {
      return { provider: only, model: name.trim() }
    }
    if (asked.provider === undefined) {
      return yield* new ConfigurationError({
        reason: offered.length === 0
          ? `No provider is configured: set one of ${known.flatMap(({ keyEnv }) => keyEnv.slice(0, 1)).join(", ")}.`
          : `"${asked.model}" does not say which provider it is of: name it ${
            offered.map(({ definition }) => `${definition.id}/${asked.model}`).join(" or ")
          }.`,
        setting: "model"
      })
    }
    const wanted = definition ?? (yield* find(known, asked.provider))
    const provider = offered.find((candidate) => candidate.definition.id === wanted.id)
    return provider === undefined ? yield* missing(wanted) : { provider, model: asked.model }
  })
  return { offered, resolve }
}
