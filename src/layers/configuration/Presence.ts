/**
 * Whether a provider is configured, and what it lacks: told by names, so that nothing secret is read.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "./Address.ts"

/**
 * What the configuration has of a provider.
 *
 * **Details**
 *
 * `key` is the variable that the key is in, `identity` the one that tells of a cloud identity, `address` the one with the base
 * URL. `lacking` are the alternatives to set, one line of names for each thing that is missing: none when it can be asked.
 * It is `isNamed` when something was set for it, and `isAmbient` when that is there for other programs as well (a GitHub
 * token, AWS credentials) and so says nothing of what this one is to use.
 */
export interface Presence {
  readonly key: string | undefined
  readonly identity: string | undefined
  readonly address: string | undefined
  readonly lacking: ReadonlyArray<ReadonlyArray<string>>
  readonly isNamed: boolean
  readonly isAmbient: boolean
}

const isSet = (name: string): Effect.Effect<boolean> =>
  Effect.match(Config.option(Config.String(name)), {
    onSuccess: Option.match({ onNone: () => false, onSome: (value) => value.trim() !== "" }),
    onFailure: () => false
  })

const firstSet = Effect.fnUntraced(function*(
  names: ReadonlyArray<string>
): Effect.fn.Return<string | undefined> {
  for (const name of names) if (yield* isSet(name)) return name
  return undefined
})

/** Looks for a provider in the configuration. */
export const of = Effect.fnUntraced(function*(definition: ProviderDefinition): Effect.fn.Return<Presence> {
  const { baseUrl, baseUrlEnv, byKey = {}, keyEnv, keyOptional, variables = {} } = definition
  const key = yield* firstSet(keyEnv)
  const identity = key === undefined ? yield* firstSet(definition.identity?.env ?? []) : undefined
  const address = yield* firstSet(baseUrlEnv)
  const values: Record<string, string> = {}
  const decided = key === undefined ? {} : (byKey[key]?.variables ?? {})
  for (const [name, variable] of Object.entries(variables)) {
    const isKnown = name in decided
      ? decided[name] !== undefined
      : variable.default !== undefined || (yield* firstSet(variable.env)) !== undefined
    if (isKnown) values[name] = "set"
  }

  const lacking: Array<ReadonlyArray<string>> = []
  if (key === undefined && identity === undefined && !keyOptional) lacking.push(keyEnv)
  if (address === undefined) {
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
    lacking,
    isNamed: key !== undefined || identity !== undefined || (keyOptional && address !== undefined),
    isAmbient: !own && !(keyOptional && address !== undefined)
  }
})
