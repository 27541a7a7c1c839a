/**
 * Finds models by exact and approximate names.
 */
import * as Model from "../../domain/Model.ts"
import type { ModelInfo } from "../../domain/ModelInfo.ts"
import * as ModelName from "../../domain/ModelName.ts"
import * as RegionalPrices from "./RegionalPrices.ts"
import { nearest as nearestOf } from "../../domain/Nearest.ts"

/** Models that can be looked up. */
export interface Index {
  /** All models. */
  readonly all: ReadonlyArray<ModelInfo>
  /** Returns the id of a provider by its id or alias. */
  readonly providerOf: (name: string) => string | undefined
  /** Returns the model of a name; `undefined` for an unknown or ambiguous name. */
  readonly find: (model: string | Model.Model) => ModelInfo | undefined
  /** Returns up to three models that an unknown or ambiguous name may refer to, as `provider/id`. */
  readonly nearest: (model: string | Model.Model) => ReadonlyArray<string>
  /**
   * Returns whether the provider has a model of this name, or of one with another case, path, region, version or day.
   */
  readonly isNear: (info: ModelInfo) => boolean
}

interface Entry {
  readonly info: ModelInfo
  readonly names: ReadonlyArray<ModelName.ModelName>
}

const fullName = ({ id, provider }: ModelInfo): string => `${provider}/${id}`

/** Returns the models whose names have the least distance to a requested one. */
const closest = (
  entries: ReadonlyArray<Entry>,
  requested: ModelName.ModelName
): { readonly distance: number; readonly infos: ReadonlyArray<ModelInfo> } => {
  let least = Number.POSITIVE_INFINITY
  let infos: Array<ModelInfo> = []
  for (const { info, names } of entries) {
    for (const name of names) {
      const distance = ModelName.distance(requested, name)
      if (distance === undefined || distance > least) continue
      if (distance < least) infos = []
      least = distance
      if (infos.at(-1) !== info) infos.push(info)
    }
  }
  return { distance: least, infos }
}

/** Makes an index. `providerOf` returns the id of a provider by its id or alias. */
export const make = (
  models: ReadonlyArray<ModelInfo>,
  providerOf: (name: string) => string | undefined
): Index => {
  const ofBedrock = new Map(models.filter(({ provider }) => provider === "bedrock").map((info) => [info.id, info]))
  const atBedrock = (id: string): ModelInfo | undefined => ofBedrock.get(id)
  const all = ofBedrock.size === 0 ? models : models.map((info) => RegionalPrices.of(info, info.id, atBedrock))
  const byName = new Map<string, ModelInfo>()
  const byId = new Map<string, ModelInfo>()
  const put = (map: Map<string, ModelInfo>, name: string, info: ModelInfo) => {
    if (!map.has(name)) map.set(name, info)
  }
  for (const info of all) {
    put(byName, fullName(info), info)
    put(byId, info.id, info)
  }
  // An alias never hides a model.
  for (const info of all) {
    for (const alias of info.aliases) {
      put(byName, `${info.provider}/${alias}`, info)
      put(byId, alias, info)
    }
  }

  // Most programs only look up exact names, so the names are parsed when an approximate one comes.
  let entries: ReadonlyMap<string, ReadonlyArray<Entry>> | undefined
  const entriesOf = (provider: string | undefined): ReadonlyArray<Entry> => {
    entries ??= Map.groupBy(
      all.map((info) => ({ info, names: [info.id, ...info.aliases].map(ModelName.parse) })),
      ({ info }) => info.provider
    )
    return provider === undefined ? [...entries.values()].flat() : (entries.get(provider) ?? [])
  }

  const parse = (model: string | Model.Model): { readonly provider: string | undefined; readonly id: string } => {
    if (typeof model !== "string") {
      return { provider: providerOf(model.provider) ?? model.provider, id: model.model.trim() }
    }
    const name = Model.parse(model.trim())
    const provider = name.provider === undefined ? undefined : providerOf(name.provider)
    return provider === undefined ? { provider, id: model.trim() } : { provider, id: name.model.trim() }
  }

  const find = (model: string | Model.Model): ModelInfo | undefined => {
    const { id, provider } = parse(model)
    const exact = provider === undefined ? byId.get(id) : byName.get(`${provider}/${id}`)
    if (exact !== undefined || id === "") return exact
    const { distance, infos: [first, ...others] } = closest(entriesOf(provider), ModelName.parse(id))
    // The same name at several providers is that of the first, as for ids. A part of a name must belong to one model.
    const rivals = distance < ModelName.nearly ? others.filter((other) => other.provider === first?.provider) : others
    return rivals.length > 0 || first === undefined ? undefined : RegionalPrices.of(first, id, atBedrock)
  }

  const near = (id: string, entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
    const { infos } = closest(entries, ModelName.parse(id))
    if (infos.length > 0) return infos.map(fullName)
    const names = Map.groupBy(entries, ({ info }) => info.id)
    return nearestOf(id, [...names.keys()]).flatMap((name) => (names.get(name) ?? []).slice(0, 1))
      .map(({ info }) => fullName(info))
  }

  const nearest = (model: string | Model.Model): ReadonlyArray<string> => {
    const { id, provider } = parse(model)
    if (id === "") return []
    const here = near(id, entriesOf(provider))
    return (here.length > 0 || provider === undefined ? here : near(id, entriesOf(undefined))).slice(0, 3)
  }

  const isNear = ({ aliases, id, provider }: ModelInfo): boolean =>
    [id, ...aliases].some((name) => closest(entriesOf(provider), ModelName.parse(name)).distance < ModelName.nearly)

  return { all, providerOf, find, nearest, isNear }
}
