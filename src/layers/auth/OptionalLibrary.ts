/**
 * Loads libraries that are optional peers of the package.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { ConfigurationError } from "../../domain/CompletionError.ts"

const isMissing = (defect: unknown): boolean =>
  Predicate.hasProperty(defect, "code") &&
  (defect.code === "ERR_MODULE_NOT_FOUND" || defect.code === "MODULE_NOT_FOUND")

/**
 * Loads a library. Fails, when it is not installed, with the command that installs it: `packages` names more than one
 * where they belong together.
 */
export const load = <Library>(
  packages: string,
  library: () => Promise<Library>
): Effect.Effect<Library, ConfigurationError> =>
  Effect.catchDefect(Effect.promise(library), (defect) =>
    isMissing(defect)
      ? Effect.fail(
        new ConfigurationError({
          reason: `This way to authenticate needs a library that is not installed: npm install ${packages}`,
          setting: packages
        })
      )
      : Effect.die(defect))
