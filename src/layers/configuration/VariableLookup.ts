/**
 * Finds which of several configuration variables is set. A variable that is empty, or only white space or quotes, is
 * not set.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { unquoted } from "./PastedText.ts"

const read = (name: string): Effect.Effect<string | undefined, ConfigurationError> =>
  Effect.mapBoth(Config.option(Config.String(name)), {
    onSuccess: (value) => (Option.isSome(value) ? unquoted(value.value) || undefined : undefined),
    onFailure: () => new ConfigurationError({ reason: `${name} cannot be read`, setting: name })
  })

/** A variable that is set. */
export interface Variable {
  /** The name of the variable. */
  readonly name: string
  /** Its value, without white space and quotes around it. */
  readonly value: string
}

/** Returns the first variable that is set. Fails when a variable before it cannot be read. */
export const first = Effect.fnUntraced(function*(
  names: ReadonlyArray<string>
): Effect.fn.Return<Variable | undefined, ConfigurationError> {
  for (const name of names) {
    const value = yield* read(name)
    if (value !== undefined) return { name, value }
  }
  return undefined
})

/** Returns the value of the first variable that is set. Fails when a variable before it cannot be read. */
export const firstValue = (names: ReadonlyArray<string>): Effect.Effect<string | undefined, ConfigurationError> =>
  Effect.map(first(names), (found) => found?.value)

/** Returns the name of the first variable that is set. One that cannot be read counts as not set. */
export const firstName = Effect.fnUntraced(function*(
  names: ReadonlyArray<string>
): Effect.fn.Return<string | undefined> {
  for (const name of names) {
    const value = yield* Effect.orElseSucceed(read(name), () => undefined)
    if (value !== undefined) return name
  }
  return undefined
})
