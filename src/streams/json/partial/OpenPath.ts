/**
 * Builds a JSON value in place, along the path of its open containers.
 */
import type * as Schema from "effect/Schema"

/** A key of an object, or an index of an array. */
export type Key = string | number

/** A container that grows. */
export type Container = Array<Schema.Json> | Record<string, Schema.Json>

/** Sets a value in a container. */
export const put = (container: Container, key: Key, value: Schema.Json): void => {
  // An assignment to `__proto__` would set the prototype.
  if (key === "__proto__") {
    Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true })
  } else (container as Record<Key, Schema.Json>)[key] = value
}

const has = (container: Schema.Json, key: Key): container is Schema.JsonObject =>
  typeof container === "object" && container !== null && Object.hasOwn(container, key)

/** A value whose open containers grow. */
export class OpenPath {
  /** The value so far; `undefined` before it has begun. */
  root: Schema.Json | undefined = undefined
  readonly #containers: Array<Container> = []
  /** The place in each open container at which the value is that is being read, or was read last. */
  readonly #keys: Array<Key> = []
  /** Whether the innermost place has a value that still grows, such as a text, or has none yet. */
  isGrowing = false

  /** The open containers, the outermost first. */
  get containers(): ReadonlyArray<Container> {
    return this.#containers
  }

  /** The number of open containers. */
  get depth(): number {
    return this.#containers.length
  }

  /** Whether the innermost open container is an array. */
  get isInArray(): boolean {
    return Array.isArray(this.#containers.at(-1))
  }

  /** Whether the outermost container is open and has nothing yet. */
  get isEmpty(): boolean {
    return this.depth === 1 && Object.keys(this.#containers[0] ?? {}).length === 0
  }

  /** Begins the value at a key of the innermost object. Returns whether the object has a value there already. */
  beginKey(key: string): boolean {
    const last = this.#containers.length - 1
    this.#keys[last] = key
    return Object.hasOwn(this.#containers[last] ?? {}, key)
  }

  /** Begins the next element of the innermost array. */
  beginElement(): void {
    const last = this.#containers.length - 1
    this.#keys[last] = (this.#containers[last] as Array<Schema.Json>).length
  }

  /** Sets the value at the innermost place. */
  set(value: Schema.Json): void {
    const last = this.#containers.length - 1
    const container = this.#containers[last]
    if (container === undefined) this.root = value
    else put(container, this.#keys[last] ?? "", value)
  }

  /** Sets a container at the innermost place, and opens it. */
  open(container: Container): void {
    this.set(container)
    this.#containers.push(container)
    this.#keys.push("")
  }

  /** Closes the innermost container. */
  close(): void {
    this.#containers.pop()
    this.#keys.pop()
  }

  /** Forgets the value, and closes everything. */
  clear(): void {
    this.root = undefined
    this.#containers.length = 0
    this.#keys.length = 0
    this.isGrowing = false
  }

  /** Returns the path of the value that is being read, or was read last. */
  path(): ReadonlyArray<Key> {
    return [...this.#keys]
  }

  /** Returns the value with copies of the open containers; everything else is shared. */
  snapshot(): Schema.Json | undefined {
    let copy = this.root
    for (let at = this.#containers.length - 1; at >= 0; at--) {
      const container = this.#containers[at] ?? []
      const shallow: Container = Array.isArray(container) ? [...container] : { ...container }
      if (at < this.#containers.length - 1) put(shallow, this.#keys[at] ?? "", copy ?? null)
      copy = shallow
    }
    return copy
  }

  /** Returns whether there is a value at a path that will not change any more. */
  isCompleteAt(path: ReadonlyArray<Key>): boolean {
    let value = this.root
    for (const [at, key] of path.entries()) {
      if (value === undefined || !has(value, key)) return false
      value = value[key]
      if (at >= this.depth || key !== this.#keys[at]) {
        // Off the open path everything is complete, as far as it exists.
        return path.slice(at + 1).every((next) => {
          if (value === undefined || !has(value, next)) return false
          value = value[next]
          return true
        })
      }
    }
    return value !== undefined && path.length === this.depth && !this.isGrowing
  }
}
