/**
 * What a scenario in progress remembers of its requests: the models that they named, and the responses that it stores.
 */
import type { Completion } from "./Completion.ts"
import type { JsonObject } from "./Json.ts"

/** A response of the Responses API that the client may retrieve again. */
export interface StoredResponse {
  readonly id: string
  /** The body of the request. */
  readonly request: JsonObject
  /** Returns an equal completion on every call. */
  readonly completion: () => Completion
  /** How often it has been retrieved; a response in the background is complete the second time. */
  polls: number
  isCancelled: boolean
}

/** The memory of a scenario in progress. */
export interface Memory {
  /** Returns the models that valid requests have named, in order. */
  readonly models: () => ReadonlyArray<string>
  readonly addModel: (model: string) => void
  readonly store: (response: StoredResponse) => void
  readonly find: (id: string) => StoredResponse | undefined
  /** Removes a response, and returns whether there was one. */
  readonly remove: (id: string) => boolean
}

const maximumModels = 100

const maximumResponses = 256

/** Creates an empty memory. The oldest responses are forgotten first. */
export const make = (): Memory => {
  const models = new Set<string>()
  const responses = new Map<string, StoredResponse>()
  return {
    models: () => [...models],
    addModel: (model) => {
      if (model !== "" && models.size < maximumModels) models.add(model)
    },
    store: (response) => {
      responses.delete(response.id)
      responses.set(response.id, response)
      const [oldest] = responses.keys()
      if (responses.size > maximumResponses && oldest !== undefined) responses.delete(oldest)
    },
    find: (id) => responses.get(id),
    remove: (id) => responses.delete(id)
  }
}
