/**
 * The base URL of a provider as it is given, and as it is used.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Address from "./Address.ts"

const isHttp = (url: URL | undefined): url is URL =>
  url !== undefined && (url.protocol === "http:" || url.protocol === "https:") && url.host !== ""

/** What is wrong with an address, without repeating it: it may hold a password, or be the key in the wrong place. */
const flawOf = (baseUrl: string): string => {
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

/** `host`, `host:port` or `:port` as a URL like the provider's own. An address to listen at is this machine. */
const withScheme = ({ baseUrl }: ProviderDefinition, address: string): string => {
  if (address === "" || baseUrl === undefined || address.includes("://")) return address
  const own = new URL(baseUrl)
  const [, host = "", port = "", path = ""] = /^(\[[^\]]*\]|[^:/]*)(:\d+)?(\/.*)?$/.exec(address) ?? []
  const at = host === "" || host === "0.0.0.0" || host === "[::]" ? own.hostname : host
  return `${own.protocol}//${at}${port === "" ? `:${own.port}` : port}${path}`
}

/** A path without the segments at its end with which another one begins: `/openai/v1` before `/v1/responses` is `/openai`. */
const withoutOverlap = (path: string, endpoint: string): string => {
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    if (endpoint === path.slice(at) || endpoint.startsWith(`${path.slice(at)}/`)) return path.slice(0, at)
  }
  return path
}

/**
 * A base URL that was checked.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckedBaseUrl {
  /** The base URL, without user and password and without a slash at its end. */
  readonly baseUrl: string
  /** The part of it that replaces the host of the provider's own address; `undefined` where it corresponds to no part of it. */
  readonly root: string | undefined
  /** User and password, as `user:password`; `undefined` where there are none. */
  readonly userinfo: string | undefined
}

/**
 * Checks a base URL, and mends what is often wrong with one: slashes or the endpoint at its end, or only a host where the
 * provider's own address has a path, whose variables are then needed.
 *
 * @category decoding
 * @since 0.1.0
 */
export const checkBaseUrl = (
  definition: ProviderDefinition,
  baseUrl: string,
  variables: Readonly<Record<string, string>> = {}
): Effect.Effect<CheckedBaseUrl, ConfigurationError> => {
  const given = definition.bareHosts === true ? withScheme(definition, baseUrl.trim()) : baseUrl.trim()
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!isHttp(url)) {
    return Effect.fail(
      new ConfigurationError({
        reason: `The base URL of ${definition.id} is not an http or https URL: ${
          flawOf(given)
        }. Give one like https://host/v1`,
        setting: "baseUrl"
      })
    )
  }
  const path = definition.protocols.filter((endpoint) => endpoint.baseUrl === undefined).reduce(
    (path, endpoint) => withoutOverlap(path, endpoint.path),
    url.pathname.replace(/\/+$/, "")
  ).replace(/\/+$/, "")
  const usual = Address.fill(Address.pathOf(definition.baseUrl ?? ""), variables)
  if (path === "" && Result.isFailure(usual)) return Effect.fail(Address.unfilled(definition, usual.failure))
  const own = Result.getOrElse(usual, () => "")
  const before = path === "" ? "" : own !== "" && path.endsWith(own) ? path.slice(0, -own.length) : undefined
  return Effect.succeed({
    baseUrl: `${url.origin}${path === "" ? own : path}${url.search}`,
    root: before === undefined ? undefined : `${url.origin}${before}${url.search}`,
    userinfo: url.username === "" && url.password === "" ? undefined : decodedUserinfo(url)
  })
}
