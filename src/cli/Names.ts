/**
 * Resolves names on the command line. An unknown name is a wrong command line; the error lists the nearest known names.
 */
import * as Effect from "effect/Effect"
import { nearest } from "../domain/Nearest.ts"
import { type ProtocolName, protocolNames } from "../domain/ProviderDefinition.ts"
import { CommandLineError } from "./Failures.ts"

/** Returns the protocol with a name. */
export const protocol = (name: string): Effect.Effect<ProtocolName, CommandLineError> => {
  const wanted = name.trim().toLowerCase()
  const found = protocolNames.find((candidate) => candidate === wanted)
  if (found !== undefined) return Effect.succeed(found)
  const close = nearest(name, protocolNames)
  return Effect.fail(
    new CommandLineError({
      message: `There is no protocol "${name}". Known are ${protocolNames.join(", ")}.${
        close.length === 0 ? "" : ` Did you mean ${close.join(", ")}?`
      }`
    })
  )
}

/** Turns an error about a name into one of the command line, where the name came from a flag. */
export const asCommandLine = (error: { readonly message: string }): CommandLineError =>
  new CommandLineError({ message: error.message })
