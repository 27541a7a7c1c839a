/**
 * Finds models by the names that people give them.
 */
import * as Model from "../../domain/Model.ts"
import type { ModelInfo } from "../../domain/ModelInfo.ts"
import * as ModelName from "../../domain/ModelName.ts"
import { nearest as nearestOf } from "../../domain/Nearest.ts"

/**
 * Models that can be looked up.
 *
 * **Details**
 *
 * `find` answers the model that a name means, if it means only one. `nearest` answers what an unknown or ambiguous name may
 * have meant, as `provider/id`, at most three. `isNear` says whether a model of the same provider is there by this name, or by
 * one with another case, path, region, version or day.
 */
export interface Index {
  readonly all: ReadonlyArray<ModelInfo>
  readonly providerOf: (name: string) => string | undefined
  readonly find: (model: string | Model.Model) => ModelInfo | undefined
  readonly nearest: (model: string | Model.Model) => ReadonlyArray<string>
  readonly isNear: (info: ModelInfo) => boolean
}

interface Entry {
  readonly info: ModelInfo
  readonly names: ReadonlyArray<ModelName.ModelName>
}

const fullName = ({ id, provider }: ModelInfo): string => `${provider}/${id}`

/** The models whose names are the least away from the one that is asked for. */
const closest = (
  entries: ReadonlyArray<Entry>,
  asked: ModelName.ModelName
): { readonly away: number; readonly infos: ReadonlyArray<ModelInfo> } => {
  let away = Number.POSITIVE_INFINITY
  let infos: Array<ModelInfo> = []
  for (const { info, names } of entries) {
    for (const name of names) {
      const distance = ModelName.distance(asked, name)
      if (distance === undefined || distance > away) continue
      if (distance < away) infos = []
      away = distance
      if (infos.at(-1) !== info) infos.push(info)
    }
  }
  return { away, infos }
}

/** Makes an index. `providerOf` answers the id that a provider's name means. */
export const make = (
  all: ReadonlyArray<ModelInfo>,
  providerOf: (name: string) => string | undefined
): Index => {
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

  // Most programs only ask for names that are in the list as they are.
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
    const { away, infos: [first, ...others] } = closest(entriesOf(provider), ModelName.parse(id))
    // The same name at several providers is the first one's, as for ids; a part of a name must be one model's.
    const rivals = away < ModelName.nearly ? others.filter((other) => other.provider === first?.provider) : others
    return rivals.length === 0 ? first : undefined
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
    [id, ...aliases].some((name) => closest(entriesOf(provider), ModelName.parse(name)).away < ModelName.nearly)

  return { all, providerOf, find, nearest, isNear }
}
