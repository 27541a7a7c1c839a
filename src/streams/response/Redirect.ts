/**
 * Describes responses with a status that is neither a success nor an error, such as redirects.
 *
 * A redirect is never followed: the request, and with it the credentials, would go to a host that nobody chose.
 */

const base = "http://unknown.invalid"

/** Returns the address without path, query and user, which may hold secrets; `undefined` where it has no host. */
const hostOf = (location: string): string | undefined => {
  const url = URL.parse(location, base)
  if (url === null || url.host === "") return undefined
  return /^[a-z][a-z\d+.-]*:/i.test(location) ? `${url.protocol}//${url.host}` : url.host
}

/** Returns a sentence that names the host to which a response leads. */
export const describe = (status: number, location: string | undefined): string => {
  if (status < 300 || status > 399 || location === undefined)
    return `status ${status} is neither a response nor an error`
  const host = hostOf(location)
  if (host === undefined) return `status ${status} redirects to an address without a host`
  const target = host === new URL(base).host ? "another path of the same host" : host
  return `status ${status} redirects to ${target}, and redirects are not followed`
}
