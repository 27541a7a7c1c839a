/**
 * Loads protocols by name, each when it is first needed.
 */
import * as Effect from "effect/Effect"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { Protocol } from "./Protocol.ts"

/** The modules of protocols. A bundle holds those that are named here, and no others. */
export type ProtocolModules = Readonly<Partial<Record<ProtocolName, () => Promise<{ readonly protocol: Protocol }>>>>

/** Returns a protocol, and loads its module the first time. A name without a module is a defect. */
export type LoadProtocol = (name: ProtocolName) => Effect.Effect<Protocol>

/** Makes the function that loads the protocols of these modules. */
export const make = (modules: ProtocolModules): LoadProtocol => {
  const loaded = new Map<ProtocolName, Effect.Effect<Protocol>>()
  const load: LoadProtocol = (name) => {
    const module = modules[name]
    if (module === undefined) return Effect.die(new Error(`The protocol ${name} is not among those of the layer`))
    return Effect.map(Effect.promise(module), ({ protocol }) => {
      loaded.set(name, Effect.succeed(protocol))
      return protocol
    })
  }
  return (name) => loaded.get(name) ?? load(name)
}
