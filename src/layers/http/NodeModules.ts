/**
 * Finds the modules of Node where the runtime has them. Bundlers do not see these names, so that code which needs a
 * module only on Node can be bundled for browsers.
 *
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
import * as Predicate from "effect/Predicate"

/** Returns whether the runtime has modules of Node. A browser has no `process`, whatever its type says. */
const hasModules = (): boolean => Predicate.hasProperty(globalThis.process, "getBuiltinModule")

/** Returns `node:crypto`; `undefined` on a runtime without it. */
export const crypto = () => hasModules() ? process.getBuiltinModule("node:crypto") : undefined

/** Returns `node:fs/promises`; `undefined` on a runtime without it. */
export const files = () => hasModules() ? process.getBuiltinModule("node:fs/promises") : undefined

/** Returns `node:net`; `undefined` on a runtime without it. */
export const net = () => hasModules() ? process.getBuiltinModule("node:net") : undefined

/** Returns `node:os`; `undefined` on a runtime without it. */
export const os = () => hasModules() ? process.getBuiltinModule("node:os") : undefined

/** Returns `node:sqlite`; `undefined` on a runtime without it. */
export const sqlite = () => hasModules() ? process.getBuiltinModule("node:sqlite") : undefined

/** Returns `node:stream`; `undefined` on a runtime without it. */
export const streams = () => hasModules() ? process.getBuiltinModule("node:stream") : undefined

/** Returns `node:zlib`; `undefined` on a runtime without it. */
export const zlib = () => hasModules() ? process.getBuiltinModule("node:zlib") : undefined

/** Returns a module that is there, or throws. */
export const required = <Module>(module: Module | undefined, name: string): Module => {
  if (module === undefined) throw new Error(`This runtime does not have the module ${name}`)
  return module
}
