/**
 * Finds whether requests to a host go past the proxy, by the list in `NO_PROXY`.
 *
 * @see https://everything.curl.dev/usingcurl/proxies/env.html
 */
import type * as Net from "node:net"

/** Returns whether a request to a host and port goes past the proxy. */
export type NoProxy = (hostname: string, port: number) => boolean

type Matcher = (hostname: string, address: string | undefined) => boolean

/** An entry with its port: `0` for all. An IPv6 address with a port is in brackets. */
const portOf = (entry: string): readonly [name: string, port: number] => {
  const [, name, port] = /^(\[.+\]|[^:]*):(\d+)$/.exec(entry) ?? []
  return name === undefined ? [entry, 0] : [name, Number(port)]
}

const withoutBrackets = (text: string): string => text.replace(/^\[(.+)\]$/, "$1")

/** The family of an IP address, as `BlockList` names it. */
const familyOf = (net: typeof Net, address: string): "ipv4" | "ipv6" | undefined => {
  const family = net.isIP(address)
  return family === 0 ? undefined : family === 4 ? "ipv4" : "ipv6"
}

/** Matches the addresses of a range, or a single one, however they are written; `undefined` for a name of a host. */
const addresses = (net: typeof Net, name: string): Matcher | undefined => {
  const [base = "", prefix, ...rest] = withoutBrackets(name).split("/").map(withoutBrackets)
  const family = familyOf(net, base)
  if (family === undefined || rest.length > 0) return undefined
  const most = family === "ipv4" ? 32 : 128
  const bits = prefix === undefined ? most : /^\d+$/.test(prefix) ? Number(prefix) : most + 1
  // A range that cannot be read matches nothing: it is no name of a host either.
  if (bits > most) return () => false
  const list = new net.BlockList()
  list.addSubnet(base, bits, family)
  return (_, address) => {
    const other = address === undefined ? undefined : familyOf(net, address)
    return address !== undefined && other !== undefined && list.check(address, other)
  }
}

/** Matches a host and those below it; `*.name` only those below it. */
const hosts = (name: string): Matcher => {
  const suffix = name.replace(/^\*?\./, "").replace(/\.$/, "")
  const withItself = !name.startsWith("*.")
  return (hostname) => (withItself && hostname === suffix) || hostname.endsWith(`.${suffix}`)
}

/**
 * Reads a list of hosts, separated by commas or white space: names (with all below them), `.name`, `*.name`, addresses,
 * ranges such as `10.0.0.0/8` and `fd00::/8`, each perhaps with a port, or `*` for all.
 */
export const parse = (list: string, net: typeof Net): NoProxy => {
  const entries = list.toLowerCase().split(/[,\s]+/).filter((entry) => entry !== "").map((entry) => {
    const [name, port] = portOf(entry)
    return { port, matches: name === "*" ? () => true : addresses(net, name) ?? hosts(name) }
  })
  return (hostname, port) => {
    const name = withoutBrackets(hostname.toLowerCase()).replace(/(?<=.)\.$/, "")
    const address = net.isIP(name) === 0 ? undefined : name
    return entries.some((entry) => (entry.port === 0 || entry.port === port) && entry.matches(name, address))
  }
}
