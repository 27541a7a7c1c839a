/**
 * Finds whether a provider is configured, and which variables it lacks. It reports names of variables, never their
 * values.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "./Address.ts"
import * as VariableLookup from "./VariableLookup.ts"

/** What the configuration has of a provider. */
export interface Presence {
  /** The variable that holds the key; `undefined` where none is set. */
  readonly key: string | undefined
  /** The variable that shows a cloud identity; `undefined` where none is set, or there is a key. */
  readonly identity: string | undefined
  /** The variable that holds the base URL; `undefined` where none is set. */
  readonly address: string | undefined
  /** Whether the service has ended, and there is no other base URL. */
  readonly hasEnded: boolean
  /**
   * For each thing that is missing, the variables of which one has to be set. Empty when the provider can be called.
   */
  readonly lacking: ReadonlyArray<ReadonlyArray<string>>
  /** Whether a variable of the provider is set. */
  readonly isNamed: boolean
  /**
   * Whether what is set serves other programs too (a GitHub token, AWS credentials), so that it does not choose a
   * provider.
   */
  readonly isAmbient: boolean
}

/** Returns what the configuration has of a provider. */
export const of = Effect.fnUntraced(function*(definition: ProviderDefinition): Effect.fn.Return<Presence> {
  const { baseUrl, baseUrlEnv, byKey = {}, keyEnv, keyOptional, variables = {} } = definition
  const key = yield* VariableLookup.firstName(keyEnv)
  const identity = key === undefined ? yield* VariableLookup.firstName(definition.identity?.env ?? []) : undefined
  const address = yield* VariableLookup.firstName(baseUrlEnv)
  const values: Record<string, string> = {}
  const decided = key === undefined ? {} : (byKey[key]?.variables ?? {})
  for (const [name, variable] of Object.entries(variables)) {
    const isKnown = name in decided
      ? decided[name] !== undefined
      : variable.default !== undefined || (yield* VariableLookup.firstName(variable.env)) !== undefined
    if (isKnown) values[name] = "set"
  }

  const lacking: Array<ReadonlyArray<string>> = []
  if (key === undefined && identity === undefined && !keyOptional) lacking.push(keyEnv)
  const hasEnded = definition.ended !== undefined && address === undefined
  if (hasEnded) lacking.push(baseUrlEnv)
  else if (address === undefined) {
    const missing = baseUrl === undefined ? undefined : Result.getFailure(Address.fill(baseUrl, values))
    if (missing === undefined) lacking.push(baseUrlEnv)
    else if (Option.isSome(missing)) lacking.push(variables[missing.value.name]?.env ?? [])
  }
  for (const variable of identity === undefined ? [] : Object.entries(variables)) {
    if (variable[1].neededWithoutKey === true && values[variable[0]] === undefined) lacking.push(variable[1].env)
  }
  const own = key !== undefined && byKey[key]?.isAmbient !== true
  return {
    key,
    identity,
    address,
    hasEnded,
    lacking,
    isNamed: key !== undefined || identity !== undefined || (keyOptional && address !== undefined),
    isAmbient: !own && !(keyOptional && address !== undefined)
  }
})
