/**
 * Providers at the address of a simulator.
 */
import type { ProviderDefinition } from "sluice"
import type { Endpoint } from "../../src/domain/Endpoint.ts"

/**
 * Replaces the hosts of a provider by the simulator's. The paths stay, and the provider's id becomes the first segment,
 * by which the simulator recognises it.
 */
export const hosted = (definition: ProviderDefinition, url: string): ProviderDefinition => {
  const at = (address: string) => address.replace(/^https?:\/\/[^/]+/, `${url}/${definition.id}`)
  const moved = <A extends Endpoint>(endpoint: A): A =>
    endpoint.baseUrl === undefined ? endpoint : { ...endpoint, baseUrl: at(endpoint.baseUrl) }
  const { baseUrl, baseUrlBy } = definition
  return {
    ...definition,
    // A service that ended is played like every other.
    ended: undefined,
    baseUrl: at(baseUrl ?? "https://host/v1"),
    ...(baseUrlBy === undefined ? {} : {
      baseUrlBy: {
        ...baseUrlBy,
        urls: Object.fromEntries(Object.entries(baseUrlBy.urls).map(([value, address]) => [value, at(address)]))
      }
    }),
    protocols: definition.protocols.map(moved),
    embeddings: definition.embeddings?.map(moved),
    rerank: definition.rerank?.map(moved),
    check: moved(definition.check),
    models: definition.models === undefined ? undefined : moved(definition.models)
  }
}
