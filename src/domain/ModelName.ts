/**
 * Names of models, with and without the date of the snapshot, the vendor and the region.
 */

/** The parts of a model's name, for comparisons. */
export interface ModelName {
  /**
   * The name in lower case, without the path of a resource (`models/…`, `publishers/…`, an ARN) and without `:latest`.
   */
  readonly spelled: string
  /** `spelled` without region, version and date. */
  readonly base: string
  /** `base` without the vendor. */
  readonly tail: string
  /** The date of the snapshot, as `2026-08-22`. */
  readonly snapshot: string | undefined
  /** The region of an inference profile. */
  readonly region: string | undefined
  /** Whether the name is that of the newest snapshot (`-latest`). */
  readonly newest: boolean
}

const resource = /^(arn:[^/]*\/|(projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models\/|models\/)/
// Bedrock's inference profiles begin with their region.
const region = /^(us|us-gov|eu|apac|ap|au|jp|ca|sa|mx|global)\.(?=[a-z\d]+\.)/
// Bedrock puts the vendor before the name, and the version behind it.
const vendor = /^[a-z][a-z\d]*\.(?=[a-z])/
const version = /-(v\d+|v?\d+:\d+)(:\w+)?$/
const day = /[-@]((20\d\d)(\d\d)(\d\d)|(20\d\d)-(\d\d)-(\d\d))$/
const newest = /[-@](latest|default)$/

const dayOf = (name: string): string | undefined => {
  const [, , ...numbers] = day.exec(name) ?? []
  const [year, month = "", date = ""] = numbers.filter((number) => number !== undefined)
  return year === undefined || month < "01" || month > "12" || date < "01" || date > "31"
    ? undefined
    : `${year}-${month}-${date}`
}

/** Parses a name. */
export const parse = (name: string): ModelName => {
  const spelled = name.trim().toLowerCase().replace(resource, "").replace(/:latest$/, "")
  const where = region.exec(spelled)?.[1]
  const anywhere = where === undefined ? spelled : spelled.slice(where.length + 1)
  const unversioned = vendor.test(anywhere) ? anywhere.replace(version, "") : anywhere
  const snapshot = dayOf(unversioned)
  const undated = snapshot === undefined ? unversioned : unversioned.replace(day, "")
  const base = undated.replace(newest, "")
  return {
    spelled,
    base,
    tail: base.slice(base.lastIndexOf("/") + 1).replace(vendor, ""),
    snapshot,
    region: where,
    newest: base !== undated
  }
}

/** Returns how much two names differ in date, `latest` and region; `undefined` for different snapshots. */
const difference = (wanted: ModelName, known: ModelName): number | undefined => {
  if (wanted.snapshot !== undefined && known.snapshot !== undefined && wanted.snapshot !== known.snapshot)
    return undefined
  const dated = wanted.snapshot === known.snapshot ? 0 : known.snapshot === undefined ? 1 : 3
  const latest = wanted.newest === known.newest ? 0 : 1
  const where = wanted.region === known.region ? 0 : known.region === undefined ? 4 : 5
  return dated + latest + where
}

/**
 * Returns how far a known name is from a wanted one; `undefined` for the name of another model. 0 is the same name.
 * Below `nearly` the names differ only in case, path, region, version and date; below `suffix` one of them also has a
 * vendor; from `suffix` on the known name ends with the wanted one.
 */
export const distance = (wanted: ModelName, known: ModelName): number | undefined => {
  if (wanted.spelled === known.spelled) return 0
  const away = difference(wanted, known)
  if (away === undefined) return undefined
  if (wanted.base === known.base) return 1 + away
  if (wanted.tail === known.tail && (wanted.base === wanted.tail || known.base === known.tail)) return nearly + away
  return wanted.base.length > 2 && known.tail.endsWith(wanted.base) &&
      /[-/.:_]$/.test(known.tail.slice(0, -wanted.base.length))
    ? suffix + away
    : undefined
}

/**
 * The least distance of names that differ in more than case, path, region, version and date.
 */
export const nearly = 20

/** The least distance of names of which one is only the end of the other. */
export const suffix = 40
