#!/usr/bin/env node
/**
 * The entry point of the `sluice` command. It loads nothing on a Node that is too old: the libraries would fail there,
 * with an error about themselves.
 */
import process from "node:process"

const version = process.versions.node
const [major = 0, minor = 0] = version.split(".").map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`Sluice needs Node 22.19 or later; this is ${version}.\n`)
  process.exitCode = 1
} else {
  const { start } = await import("./Start.ts")
  start()
}
