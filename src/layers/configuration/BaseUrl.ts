/**
 * Checks and completes the base URL of a provider.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "./Address.ts"
import { takeApart } from "./OperationUrl.ts"
import { unquoted } from "./PastedText.ts"

const isHttp = (url: URL | undefined): url is URL =>
  url !== undefined && (url.protocol === "http:" || url.protocol === "https:") && url.host !== ""

/**
 * Returns why an address is invalid. It does not repeat the address, which may hold a password or be a key in the wrong
 * place.
 */
const problemOf = (baseUrl: string): string => {
  const scheme = /^[a-z][a-z\d+.-]{0,9}:/i.exec(baseUrl)?.[0]
  if (baseUrl === "") return "it is empty"
  if (scheme === undefined) return "it does not begin with https:// or http://"
  return /^https?:$/i.test(scheme) ? "it cannot be read" : `it begins with ${scheme}`
}

const decodedUserinfo = (url: URL): string => {
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  } catch {
    return `${url.username}:${url.password}`
  }
}

/**
 * Returns `host`, `host:port` or `:port` as a URL like the provider's own. An address to listen at becomes that of this
 * machine.
 */
const withScheme = ({ baseUrl }: ProviderDefinition, address: string): string => {
  if (address === "" || baseUrl === undefined || address.includes("://")) return address
  const own = new URL(baseUrl)
  const [, host = "", port = "", path = ""] = /^(\[[^\]]*\]|[^:/]*)(:\d+)?(\/.*)?$/.exec(address) ?? []
  const at = host === "" || host === "0.0.0.0" || host === "[::]" ? own.hostname : host
  return `${own.protocol}//${at}${port === "" ? `:${own.port}` : port}${path}`
}

/**
 * A base URL that requests can be sent to.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckedBaseUrl {
  /** The URL, without user and password. */
  readonly baseUrl: string
  /**
   * What replaces the scheme and host of all the provider's addresses, where the base URL is a whole replacement of
   * them.
   */
  readonly root: string | undefined
  /** `user:password` where the URL has them: they are not part of an address that is printed. */
  readonly userinfo: string | undefined
  /** The values of the provider's variables that were in the path or the query, such as an API version. */
  readonly variables: Readonly<Record<string, string>>
}

/** Returns a path with the one that the SDK of the variable appends, unless it is there. */
const withAppended = (path: string, appended: string | undefined): string =>
  appended === undefined || path === "" || path.endsWith(appended) ? path : `${path}${appended}`

/**
 * Returns what stands before the provider's own path at the end of another path; `undefined` where it does not end so.
 */
const beforeOwn = (path: string, own: string, { otherBasePaths = [] }: ProviderDefinition): string | undefined => {
  if (path === "") return ""
  const end = [own, ...otherBasePaths].find((known) => known !== "" && path.endsWith(known))
  return end === undefined ? undefined : path.slice(0, -end.length)
}

/**
 * Checks a base URL and corrects frequent mistakes: quotes around it, slashes or the path of an operation at its end,
 * or only a host where the provider's own address has a path. The variables of that path are then needed.
 *
 * `source` is the environment variable that holds the base URL: its value means what it means to the SDK that reads it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const checkBaseUrl = (
  definition: ProviderDefinition,
  baseUrl: string,
  variables: Readonly<Record<string, string>> = {},
  source?: string
): Effect.Effect<CheckedBaseUrl, ConfigurationError> => {
  const pasted = unquoted(baseUrl)
  const given = definition.bareHosts === true ? withScheme(definition, pasted) : pasted
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!isHttp(url)) {
    return Effect.fail(
      new ConfigurationError({
        reason: `The base URL of ${definition.id} is not an http or https URL: ${
          problemOf(given)
        }. Give one like https://host/v1`,
        setting: "baseUrl"
      })
    )
  }
  const apart = takeApart(definition, url)
  const usual = Address.fill(Address.pathOf(definition.baseUrl ?? ""), { ...variables, ...apart.variables })
  const own = Result.getOrElse(usual, () => "")
  const path = apart.needsOwnPath
    ? `${apart.path}${own}`
    : withAppended(apart.path, source === undefined ? undefined : definition.appendedTo?.[source])
  if (path === "" && Result.isFailure(usual)) return Effect.fail(Address.unfilled(definition, usual.failure))
  const before = beforeOwn(path, own, definition)
  return Effect.succeed({
    baseUrl: `${url.origin}${path === "" ? own : path}${apart.search}`,
    root: before === undefined ? undefined : `${url.origin}${before}${apart.search}`,
    userinfo: url.username === "" && url.password === "" ? undefined : decodedUserinfo(url),
    variables: apart.variables
  })
}
