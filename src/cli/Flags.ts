/**
 * Constructors of optional flags, shared by all commands.
 */
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"

/** Makes a flag optional: its value is `undefined` when it is not given. */
export const optional = <A>(flag: Flag.Flag<A>): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

/** Creates an optional flag whose value is a text. */
export const text = (name: string, metavar: string, description: string): Flag.Flag<string | undefined> =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), optional)

/** Creates an optional flag whose value is an integer. */
export const integer = (name: string, description: string): Flag.Flag<number | undefined> =>
  Flag.Int(name).pipe(Flag.withMetavar("N"), Flag.withDescription(description), optional)

/** Creates an optional flag whose value is one of a list of words. */
export const literal = <const Words extends ReadonlyArray<string>>(
  name: string,
  words: Words,
  description: string
): Flag.Flag<Words[number] | undefined> => Flag.Literals(name, words).pipe(Flag.withDescription(description), optional)

/** Creates a flag without a value: `true` when it is given, otherwise `false`. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))
