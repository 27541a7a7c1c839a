/**
 * Makes the layers of any single provider, with all protocols and cloud identities, for programs that learn only at run
 * time which provider it is.
 */
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Loading from "../../streams/protocols/Loading.ts"
import * as CatalogueModels from "./CatalogueModels.ts"
import * as ProviderLayer from "./ProviderLayer.ts"

const partsOf = ({ identity }: ProviderDefinition): ProviderLayer.Parts => ({
  protocols: Loading.modules,
  models: CatalogueModels.make,
  ...(identity === undefined ? {} : { identity: () => import("../auth/Identity.ts").then(({ layer }) => layer()) })
})

/** Makes the layer of a registry with one provider. Options that are left out come from the configuration. */
export const registry = (definition: ProviderDefinition) => ProviderLayer.registry(definition, partsOf(definition))

/** Makes the `layer` of a provider. Options that are left out come from the configuration. */
export const layer = (definition: ProviderDefinition) => ProviderLayer.layer(definition, partsOf(definition))
