/**
 * Which hosts `NO_PROXY` names.
 */
import { assert, describe, it } from "@effect/vitest"
import * as net from "node:net"
import * as NoProxy from "../../../src/layers/http/NoProxy.ts"

const rows: ReadonlyArray<readonly [list: string, host: string, port: number, isExempt: boolean]> = [
  ["", "host.test", 443, false],
  [" , ", "host.test", 443, false],
  ["*", "host.test", 443, true],
  ["a.test,*", "host.test", 443, true],
  ["*:80", "host.test", 443, false],
  ["*:443", "host.test", 443, true],
  ["host.test", "host.test", 443, true],
  ["HOST.test", "Host.Test", 443, true],
  ["host.test", "api.host.test", 443, true],
  ["host.test", "otherhost.test", 443, false],
  ["host.test", "host.test.", 443, true],
  ["host.test.", "host.test", 443, true],
  [".host.test", "api.host.test", 443, true],
  [".host.test", "host.test", 443, true],
  ["*.host.test", "api.host.test", 443, true],
  ["*.host.test", "host.test", 443, false],
  ["host.test:8080", "host.test", 443, false],
  ["host.test:8080", "api.host.test", 8080, true],
  ["a.test b.test\tc.test", "c.test", 443, true],
  ["10.0.0.1", "10.0.0.1", 443, true],
  ["10.0.0.1", "10.0.0.10", 443, false],
  ["10.0.0.1:80", "10.0.0.1", 443, false],
  ["10.0.0.0/8", "10.255.1.2", 443, true],
  ["10.0.0.0/8", "11.0.0.1", 443, false],
  ["10.1.2.3/8", "10.200.0.1", 443, true],
  ["10.0.0.0/8:80", "10.0.0.1", 443, false],
  ["10.0.0.0/8:443", "10.0.0.1", 443, true],
  ["10.0.0.0/33", "10.0.0.1", 443, false],
  ["10.0.0.0/x", "10.0.0.1", 443, false],
  ["10.0.0.0/8/8", "10.0.0.1", 443, false],
  ["0.0.0.0/0", "192.0.2.1", 443, true],
  ["0.0.0.0/0", "host.test", 443, false],
  ["10.0.0.0/8", "10.host.test", 443, false],
  ["::1", "[::1]", 443, true],
  ["[::1]", "[::1]", 443, true],
  ["[::1]:443", "[::1]", 443, true],
  ["[::1]:80", "[::1]", 443, false],
  ["0:0:0:0:0:0:0:1", "[::1]", 443, true],
  ["fd00::/8", "[fd12:3456::1]", 443, true],
  ["fd00::/8", "[fe80::1]", 443, false],
  ["[fd00::]/8", "[fd12::1]", 443, true],
  ["[fd00::/8]:443", "[fd12::1]", 443, true],
  ["fd00::/129", "[fd00::1]", 443, false],
  ["fd00::/8", "10.0.0.1", 443, false],
  ["10.0.0.0/8", "[::ffff:a00:1]", 443, true],
  ["127.0.0.1", "127.0.0.1", 11434, true]
]

describe("NO_PROXY", () => {
  it.each(rows)("%j names %s:%i: %s", (list, host, port, isExempt) => {
    assert.strictEqual(NoProxy.parse(list, net)(host, port), isExempt)
  })
})
