/**
 * Names the definitions of a lowered schema, and lowers each once.
 */
import type { Out } from "./Keywords.ts"

/** A definition of the lowered schema. */
interface Definition {
  readonly name: string
  /** The definition; `undefined` while it is being lowered. */
  schema: Out | undefined
}

/** The definitions of one lowered schema, in the order in which they are first referred to. */
export class Definitions {
  readonly #known = new Map<string, Definition>()
  readonly #names = new Set<string>()

  /**
   * Returns the name of the definition that a reference of the original leads to, and lowers it the first time.
   * `onCycle` is called for a reference to a definition that is being lowered.
   */
  nameOf(reference: string, lower: () => Out, onCycle: () => void): string {
    const known = this.#known.get(reference)
    if (known !== undefined) {
      if (known.schema === undefined) onCycle()
      return known.name
    }
    const definition: Definition = { name: this.#free(reference), schema: undefined }
    this.#known.set(reference, definition)
    definition.schema = lower()
    return definition.name
  }

  /** Returns all definitions by name; `undefined` if there are none. */
  all(): Out | undefined {
    if (this.#known.size === 0) return undefined
    return Object.fromEntries([...this.#known.values()].map(({ name, schema }) => [name, schema ?? {}]))
  }

  /** Returns a name that is made of plain characters and not taken. */
  #free(reference: string): string {
    const last = reference.slice(reference.lastIndexOf("/") + 1)
    const plain = last.replaceAll(/[^\w.-]+/g, "_")
    const base = plain === "" || plain === "_" ? "root" : plain
    let name = base
    for (let count = 2; this.#names.has(name); count++) name = `${base}_${count}`
    this.#names.add(name)
    return name
  }
}
