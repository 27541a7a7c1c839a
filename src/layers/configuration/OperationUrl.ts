/**
 * Takes the address of an operation apart, as the documentation or the portal of a provider shows it: the base URL, and
 * the values of variables in the path and in the query.
 */
import type { Endpoint } from "../../domain/Endpoint.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "./Address.ts"

/** An address without the parts that Sluice adds to it. */
export interface OperationUrl {
  /** The path without that of an operation, and without a slash at its end. */
  readonly path: string
  /**
   * Whether the operation has another base URL than most, so that the path of the usual one belongs behind `path`.
   */
  readonly needsOwnPath: boolean
  /** The query without the parameters that the provider's endpoints have: empty, or with its question mark. */
  readonly search: string
  /** The values of the provider's variables that were in the path or the query. */
  readonly variables: Readonly<Record<string, string>>
}

type Found = Record<string, string>

/** The endpoints of a provider's operations, those of whole responses included. */
const endpointsOf = (definition: ProviderDefinition): ReadonlyArray<Endpoint> => [
  ...definition.protocols,
  ...definition.protocols.flatMap(({ wholePath, ...binding }) =>
    wholePath === undefined ? [] : [{ ...binding, path: wholePath }]
  ),
  ...definition.embeddings ?? [],
  ...definition.rerank ?? [],
  ...definition.transcription ?? [],
  ...definition.speech ?? []
]

/** Returns the segments of a path that begins with a slash, without slashes at its end. */
const segmentsOf = (path: string): ReadonlyArray<string> => path.replace(/\/+$/, "").split("/").slice(1)

/** Returns the templates of a path: with its optional parts, and without them. */
const variantsOf = (path: string): ReadonlyArray<ReadonlyArray<string>> => {
  const withoutQuery = path.replace(/\[?\?.*$/, "")
  const variants = [withoutQuery.replaceAll(/[[\]]/g, ""), withoutQuery.replaceAll(/\[[^\]]*\]/g, "")]
  return [...new Set(variants)].map(segmentsOf)
}

const literal = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Returns whether a segment is one of a template, and puts the values of its variables into `found`. */
const matches = (template: string, segment: string, found: Found): boolean => {
  const parts = template.split(/\{\+?(\w+)\}/)
  const names = parts.filter((_, at) => at % 2 === 1)
  const pattern = parts.map((part, at) => at % 2 === 1 ? "(.+)" : literal(part)).join("")
  const values = new RegExp(`^${pattern}$`).exec(segment)
  if (values === null) return false
  for (const [at, name] of names.entries()) found[name] = decoded(values[at + 1] ?? "")
  return true
}

/**
 * Returns how many of the last segments of a path are those with which a template begins, or, where it is to be whole,
 * all of the template.
 */
const overlap = (
  segments: ReadonlyArray<string>,
  template: ReadonlyArray<string>,
  isWhole: boolean,
  found: Found
): number => {
  const most = Math.min(segments.length, template.length)
  for (let count = most; count >= (isWhole ? Math.max(1, template.length) : 1); count--) {
    const values: Found = {}
    if (segments.slice(-count).every((segment, at) => matches(template[at] ?? "", segment, values))) {
      Object.assign(found, values)
      return count
    }
  }
  return 0
}

/** Returns whether a template begins with a model that has slashes in its name, so that its beginning is not known. */
const isOpen = ([first]: ReadonlyArray<string>): boolean => first?.includes("{+") === true

/** The longest operation at the end of a path. */
interface Operation {
  /** How many segments it has. */
  readonly count: number
  /** Whether these include the path of the endpoint's own base URL. */
  readonly hasOwnBase: boolean
  /** The values in it. */
  readonly found: Found
}

const operationIn = (
  segments: ReadonlyArray<string>,
  endpoints: ReadonlyArray<Endpoint>
): Operation => {
  let longest: Operation = { count: 0, hasOwnBase: false, found: {} }
  for (const { baseUrl, path } of endpoints) {
    const before = segmentsOf(Address.pathOf(baseUrl ?? ""))
    for (const variant of variantsOf(path)) {
      const template = [...before, ...variant]
      if (isOpen(template)) continue
      const found: Found = {}
      const count = overlap(segments, template, true, found)
      if (count > longest.count) longest = { count, hasOwnBase: baseUrl !== undefined, found }
    }
  }
  return longest
}

/** Returns the parameters of the queries of endpoints, with the variables that they hold. */
const parametersOf = (endpoints: ReadonlyArray<Endpoint>): ReadonlyMap<string, string | undefined> =>
  new Map(
    endpoints.flatMap(({ path }) =>
      [...path.matchAll(/[?&]([\w-]+)=(?:\{\+?(\w+)\})?/g)].map(([, name = "", variable]) => [name, variable] as const)
    )
  )

const querySplit = (
  search: string,
  endpoints: ReadonlyArray<Endpoint>
): { readonly search: string; readonly found: Found } => {
  const parameters = parametersOf(endpoints)
  const found: Found = {}
  const rest = search.slice(1).split("&").filter((pair) => {
    const [name = "", value = ""] = pair.split("=").map(decoded)
    if (!parameters.has(name)) return pair !== ""
    const variable = parameters.get(name)
    if (variable !== undefined && value !== "") found[variable] = value
    return false
  })
  return { search: rest.length === 0 ? "" : `?${rest.join("&")}`, found }
}

/**
 * Takes from the end of a path what a protocol's path begins with: `/openai/v1` before `/v1/responses` is `/openai`.
 */
const withoutOverlap = (
  segments: ReadonlyArray<string>,
  { baseUrl, path }: Endpoint,
  found: Found
): ReadonlyArray<string> => {
  let rest = segments
  for (const template of baseUrl === undefined ? variantsOf(path) : []) {
    if (!isOpen(template)) rest = rest.slice(0, rest.length - overlap(rest, template, false, found))
  }
  return rest
}

/** Takes a URL apart. */
export const takeApart = (definition: ProviderDefinition, url: URL): OperationUrl => {
  const endpoints = endpointsOf(definition)
  const segments = segmentsOf(url.pathname)
  const { count, found, hasOwnBase } = operationIn(segments, endpoints)
  let rest: ReadonlyArray<string> = segments.slice(0, segments.length - count)
  if (!hasOwnBase) { for (const protocol of definition.protocols) rest = withoutOverlap(rest, protocol, found) }
  const query = querySplit(url.search, endpoints)
  return {
    path: rest.map((segment) => `/${segment}`).join("").replace(/\/+$/, ""),
    needsOwnPath: hasOwnBase,
    search: query.search,
    variables: Object.fromEntries(
      Object.entries({ ...found, ...query.found }).filter(([name]) => definition.variables?.[name] !== undefined)
    )
  }
}
