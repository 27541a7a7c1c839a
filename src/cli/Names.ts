/**
 * Names given on the command line: unknown ones are a wrong command line, and the nearest known ones are told.
 */
import * as Effect from "effect/Effect"
import { nearest } from "../domain/Nearest.ts"
import { type ProtocolName, protocolNames } from "../domain/ProviderDefinition.ts"
import { CommandLineError } from "./Failures.ts"

/** The protocol with a name. */
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

/** What is wrong with the configuration, when it came from the command line. */
export const asCommandLine = (error: { readonly message: string }): CommandLineError =>
  new CommandLineError({ message: error.message })
