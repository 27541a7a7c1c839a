/**
 * The many ways in which one model is named: with and without the day of its snapshot, its maker, its region.
 */

/**
 * A model's name, taken apart.
 *
 * **Details**
 *
 * `spelled` is the name in small letters, without the path of a resource (`models/…`, `publishers/…`, an ARN) and without
 * what only says that it is the newest (`:latest`). `base` is that without region, version and day; `tail` is `base` without
 * the maker. All of them are only for comparing.
 */
export interface ModelName {
  readonly spelled: string
  readonly base: string
  readonly tail: string
  readonly snapshot: string | undefined
  readonly region: string | undefined
  readonly newest: boolean
}

const resource = /^(arn:[^/]*\/|(projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models\/|models\/)/
// Bedrock's inference profiles begin with where they run.
const region = /^(us|us-gov|eu|apac|ap|au|jp|ca|sa|mx|global)\.(?=[a-z\d]+\.)/
// Bedrock puts the maker before the name, and the version behind it.
const maker = /^[a-z][a-z\d]*\.(?=[a-z])/
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

/**
 * Takes a name apart.
 */
export const parse = (name: string): ModelName => {
  const spelled = name.trim().toLowerCase().replace(resource, "").replace(/:latest$/, "")
  const where = region.exec(spelled)?.[1]
  const anywhere = where === undefined ? spelled : spelled.slice(where.length + 1)
  const unversioned = maker.test(anywhere) ? anywhere.replace(version, "") : anywhere
  const snapshot = dayOf(unversioned)
  const undated = snapshot === undefined ? unversioned : unversioned.replace(day, "")
  const base = undated.replace(newest, "")
  return {
    spelled,
    base,
    tail: base.slice(base.lastIndexOf("/") + 1).replace(maker, ""),
    snapshot,
    region: where,
    newest: base !== undated
  }
}

/** How little one name says that the other does not: nothing, or `undefined` when they name different snapshots. */
const apart = (asked: ModelName, known: ModelName): number | undefined => {
  if (asked.snapshot !== undefined && known.snapshot !== undefined && asked.snapshot !== known.snapshot)
    return undefined
  const dated = asked.snapshot === known.snapshot ? 0 : known.snapshot === undefined ? 1 : 3
  const latest = asked.newest === known.newest ? 0 : 1
  const where = asked.region === known.region ? 0 : known.region === undefined ? 4 : 5
  return dated + latest + where
}

/**
 * How far a known name is from the one that is asked for, or `undefined` when it is another model's. 0 is the same name,
 * below `nearly` it is the same but for case, path, region, version and day; below `suffix` one has a maker before it, and
 * above the known one ends with what is asked for.
 */
export const distance = (asked: ModelName, known: ModelName): number | undefined => {
  if (asked.spelled === known.spelled) return 0
  const away = apart(asked, known)
  if (away === undefined) return undefined
  if (asked.base === known.base) return 1 + away
  if (asked.tail === known.tail && (asked.base === asked.tail || known.base === known.tail)) return nearly + away
  return asked.base.length > 2 && known.tail.endsWith(asked.base) &&
      /[-/.:_]$/.test(known.tail.slice(0, -asked.base.length))
    ? suffix + away
    : undefined
}

/**
 * The distances from which on more is missing than region, version and day: the maker; and from `suffix` on, the beginning
 * of the name.
 */
export const nearly = 20
export const suffix = 40
