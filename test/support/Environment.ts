/**
 * The environment of this process, for libraries that read it themselves.
 */
import { Effect } from "effect"

/** Sets variables (or, with `undefined`, removes them) for the scope of a test. */
export const set = (variables: Readonly<Record<string, string | undefined>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
      put(variables)
      return Object.fromEntries(before)
    }),
    (before) => Effect.sync(() => put(before))
  )

const put = (variables: Readonly<Record<string, string | undefined>>) => {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
