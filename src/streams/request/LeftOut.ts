/**
 * Warns about options of a request for which a wire format has no field.
 */
import type { Warning } from "../../domain/ResponseEvent.ts"

/** Creates the warning about an option that is not sent. */
export const warning = (provider: string, parameter: string, reason = "has no field for it"): Warning => ({
  parameter,
  message: `${parameter} is left out: ${provider} ${reason}`
})

/** Returns a warning for each of the options that a request has. */
export const warnings = <Option extends string>(
  request: { readonly [Key in Option]?: unknown },
  provider: string,
  options: ReadonlyArray<Option> = []
): ReadonlyArray<Warning> =>
  options.filter((option) => request[option] !== undefined).map((option) => warning(provider, option))
