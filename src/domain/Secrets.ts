/**
 * Removes secrets of requests from logs, spans, errors and cassettes.
 *
 * The names cover every way in which a provider is authenticated: bearer keys, vendor headers, signed requests, keys in
 * the query, and the bodies of token exchanges. Names are not enough, since servers repeat what they were sent. So
 * `fromHeaders`, `fromUrl` and `fromBody` find the secret values too, and `scrub` removes them wherever they occur.
 *
 * @since 0.1.0
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as UrlParams from "effect/http/UrlParams"
import { fieldNames, headerNames, isHeader, isPublicHeader, isPublicQuery, isQuery, queryNames } from "./SecretNames.ts"
import { SecretSearch } from "./secrets/SecretSearch.ts"
import * as Spellings from "./secrets/Spellings.ts"

export { fieldNames, headerNames, queryNames }

/**
 * The replacement of a secret.
 *
 * @category models
 * @since 0.1.0
 */
export const mask = Spellings.mask

/**
 * Replaces the values of credential headers.
 *
 * @category redacting
 * @since 0.1.0
 */
export const redactHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isHeader(name) ? mask : value]))

/**
 * Replaces user and password, and the values of credential parameters in the query and the fragment of a URL.
 *
 * @category redacting
 * @since 0.1.0
 */
export const redactUrl = (url: string): string => {
  const hash = url.indexOf("#")
  const rest = UrlParams.redactUrl(hash === -1 ? url : url.slice(0, hash), queryNames)
  // A fragment is a query too in an OAuth redirect: `UrlParams.redactUrl("?…")` reads it as one.
  return hash === -1 ? rest : `${rest}#${UrlParams.redactUrl(`?${url.slice(hash + 1)}`, queryNames).slice(1)}`
}

// `"name": "value"` with any JSON string as the value, also inside a string that is itself JSON (one level of
// escaping).
const jsonField = new RegExp(
  `(\\\\?")(${fieldNames.join("|")})\\1(\\s*:\\s*)\\1((?:(?!\\1)(?:\\\\.|.))+)`,
  "gi"
)

// `name=value` in a form, and in the query of a URL, where the ampersand may be escaped.
const formField = new RegExp(`(^|[&?])((?:${fieldNames.join("|")})=)([^&\\s"]+)`, "gi")
// A scheme is short: looking for one from every dot of a long text would take its square.
const urlInText = /\b[a-z][a-z\d+.-]{0,30}:\/\/(?:\\u0026|\\\/|[^\s"'<>\\`])+/gi
const urlField = new RegExp(`((?:[?&#;]|\\\\u0026)(?:${queryNames.join("|")})=)([^&#;\\\\]+)`, "gi")
const userinfo = /^([a-z][a-z\d+.-]*:\/\/)([^/?#@]+)@/i

/**
 * Replaces the secrets of a text that are known by their names: credential fields of JSON and of forms, and the
 * credentials in URLs. The text may be cut off anywhere.
 *
 * @category redacting
 * @since 0.1.0
 */
export const redactText = (text: string, fill: (secret: string) => string = () => mask): string =>
  text.replace(
    jsonField,
    (_, quote: string, name: string, colon: string, value: string) =>
      `${quote}${name}${quote}${colon}${quote}${fill(value)}`
  ).replace(
    formField,
    (_, start: string, name: string, value: string) => `${start}${name}${fill(value)}`
  ).replace(urlInText, (url) =>
    url.replace(urlField, (_, name: string, value: string) => `${name}${fill(value)}`)
      .replace(userinfo, (_, scheme: string, user: string) => `${scheme}${fill(user)}@`))

const { worthwhile } = Spellings

const fromAuthorization = (value: string): ReadonlyArray<string> => {
  const space = value.indexOf(" ")
  if (space === -1) return [value]
  const scheme = value.slice(0, space).toLowerCase()
  const rest = value.slice(space + 1).trim()
  if (scheme === "basic") {
    const pair = Result.getOrElse(Base64.decodeString(rest), () => "")
    const colon = pair.indexOf(":")
    return colon === -1 ? [rest, pair] : [rest, pair, pair.slice(0, colon), pair.slice(colon + 1)]
  }
  // In a signed request, or any scheme with parameters, only credential and signature are secret.
  const parameters = rest.split(/[\s,;]/).flatMap((part) => {
    const equals = part.indexOf("=")
    if (equals === -1) return []
    const name = part.slice(0, equals).toLowerCase()
    const parameter = part.slice(equals + 1).replaceAll("\"", "")
    if (name === "credential") return [parameter, parameter.split("/", 1)[0] ?? ""]
    return name === "signature" || isQuery(name) ? [parameter] : []
  })
  return scheme.startsWith("aws4") ? parameters : [rest, ...parameters]
}

const fromCookie = (value: string): ReadonlyArray<string> =>
  value.split(";").map((part) => part.slice(part.indexOf("=") + 1).trim())

/**
 * Finds the secret values that a request or a response carries in its headers.
 *
 * @category accessors
 * @since 0.1.0
 */
export const fromHeaders = (headers: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  worthwhile(
    Object.entries(headers).flatMap(([name, value]) => {
      const key = name.toLowerCase()
      if (!isHeader(key)) return []
      if (key === "cookie" || key === "cookie2") return fromCookie(value)
      // Only the first part of a new cookie is its value; the others are attributes.
      if (key === "set-cookie" || key === "set-cookie2") return fromCookie(value).slice(0, 1)
      return key.endsWith("authorization") || key.endsWith("auth") ? fromAuthorization(value) : [value]
    })
  )

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return text
  }
}

/**
 * Finds the secret values that a URL carries in its user information, query and fragment.
 *
 * @category accessors
 * @since 0.1.0
 */
export const fromUrl = (url: string): ReadonlyArray<string> => {
  const user = userinfo.exec(url)?.[2]
  const parameters = [...url.matchAll(/[?&#;]([^=&#;?]+)=([^&#;]*)/g)]
    .flatMap(([, name = "", value = ""]) => isQuery(decoded(name)) ? [value, decoded(value)] : [])
  // Only the password is always a secret: the user is often a word.
  const password = user?.slice(user.indexOf(":") + 1)
  return worthwhile([...parameters, ...(password === undefined ? [] : [password, decoded(password)])])
}

/**
 * Finds the values of a request that may be secret: its credentials, and the values of headers and parameters that are
 * not known to be public.
 *
 * @category accessors
 * @since 0.1.0
 */
export const fromRequest = (headers: Readonly<Record<string, string>>, url: string): ReadonlyArray<string> =>
  worthwhile([
    ...fromHeaders(headers),
    ...fromUrl(url),
    ...Object.entries(headers).flatMap(([name, value]) => (isPublicHeader(name) || isHeader(name) ? [] : [value])),
    ...[...url.matchAll(/[?&#;]([^=&#;?]+)=([^&#;]*)/g)]
      .flatMap(([, name = "", value = ""]) => isPublicQuery(decoded(name)) ? [] : [value, decoded(value)])
  ])

/**
 * Finds the secret values in the credential fields and URLs of a text.
 *
 * @category accessors
 * @since 0.1.0
 */
export const fromBody = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  redactText(text, (secret) => {
    found.push(secret, decoded(secret), unescaped(secret))
    return secret
  })
  return worthwhile(found)
}

const unescaped = (text: string): string => {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}

/**
 * Returns the spellings of a secret: plain, in a URL, in JSON (nested up to four times), in HTML, in base64, in
 * hexadecimal digits, and with each character as a code of a URL or an entity of HTML.
 *
 * @category accessors
 * @since 0.1.0
 */
export const spellings = (value: string): ReadonlyArray<string> => Spellings.spellings(value)

/**
 * Creates a function that removes every occurrence of the secrets from a text, in any spelling, also across line
 * breaks, and the beginning of one: 16 characters, or half of a shorter one, but no less than 12; 8 at the end of the
 * text. Takes time in proportion to the text, however long the secrets are. The spellings are computed once, on the
 * first use.
 *
 * @category redacting
 * @since 0.1.0
 */
export const scrubber = (secrets: Iterable<string>): (text: string) => string => {
  let search: SecretSearch | undefined
  return (text) => (search ??= new SecretSearch(secrets)).replace(text, () => mask)
}

/**
 * Removes every occurrence of the secrets from a text, as `scrubber` does.
 *
 * @category redacting
 * @since 0.1.0
 */
export const scrub = (text: string, secrets: Iterable<string>): string => scrubber(secrets)(text)
