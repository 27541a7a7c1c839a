/**
 * Gives every tool call of a response an id that no other call of the response has.
 *
 * Results are matched to calls by id, and the next request is refused where two calls share one. Servers omit ids, send
 * empty ones, and send one id for two calls (seen with DeepSeek, GLM and Kimi).
 */
import { nonEmpty } from "../json/Json.ts"
import type { Assembly } from "./Assembly.ts"
import * as CallIds from "./CallIds.ts"
import type { DecodeContext } from "./StreamDecoder.ts"

/** The ids of one response. */
export class UniqueCallIds {
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #taken = new Set<string>()
  #count = 0

  /** Ids of ours are derived from the id of the response, or else from that of its request. */
  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
  }

  /** Returns whether a call of the response has an id. */
  has(id: string): boolean {
    return this.#taken.has(id)
  }

  /** Takes the given id for the next call; one of ours where it is missing, empty or taken. */
  take(given: unknown): string {
    let number = this.#count++
    let id = nonEmpty(given)
    while (id === undefined || this.#taken.has(id)) id = CallIds.make(this.#response, number++)
    this.#taken.add(id)
    return id
  }

  /** Takes the id of a call that began without one; returns `undefined`, and takes none, where another call has it. */
  takeLater(given: string): string | undefined {
    if (this.#taken.has(given)) return undefined
    this.#taken.add(given)
    return given
  }

  get #response(): string | undefined {
    const { providerRequestId, requestId } = this.#context.error
    return this.#assembly.responseId ?? requestId ?? providerRequestId
  }
}
