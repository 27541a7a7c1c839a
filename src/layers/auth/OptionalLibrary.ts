/**
 * Loads libraries that are optional peers of the package.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** The codes of Node, Deno and Bun for a library that is not installed. */
const missing: ReadonlySet<unknown> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])

const isMissing = (defect: unknown): boolean => Predicate.hasProperty(defect, "code") && missing.has(defect.code)

/**
 * Loads the library of a name. Fails, when it is not installed, with the command that installs it: `packages` names
 * more than one where they belong together.
 *
 * The name is a variable and the comments are those of webpack, Vite and Turbopack: a bundler neither looks for the
 * library nor fails without it, and the bundle loads it from `node_modules` when it is needed.
 */
export const load = <Library>(name: string, packages = name): Effect.Effect<Library, ConfigurationError> =>
  Effect.catchDefect(
    Effect.promise((): Promise<Library> =>
      import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name)
    ),
    (defect) =>
      isMissing(defect)
        ? Effect.fail(
          new ConfigurationError({
            reason: `This way to authenticate needs a library that is not installed: npm install ${packages}`,
            setting: packages
          })
        )
        : Effect.die(defect)
  )
