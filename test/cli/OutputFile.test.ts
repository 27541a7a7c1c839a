/**
 * Writes to files, links, FIFOs and devices as they are, and replaces nothing but regular files.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  createReadStream,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as OutputFile from "../../src/cli/OutputFile.ts"

const folder = () => mkdtempSync(join(tmpdir(), "sluice-output-"))

const sound = Stream.make(Buffer.from("new "), Buffer.from("sound"))

const cut = Stream.concat(sound, Stream.fail("cut" as const))

const write = (name: string, bytes: Stream.Stream<Uint8Array, "cut"> = sound) =>
  Effect.provide(OutputFile.write(bytes, name), NodeServices.layer)

const text = (name: string) => readFileSync(name, "utf8")

const modeOf = (name: string) => statSync(name).mode & 0o777

describe("an output file", () => {
  it.live("is new, and alone in its folder", () =>
    Effect.gen(function*() {
      const cwd = folder()
      yield* write(join(cwd, "a.mp3"))
      assert.strictEqual(text(join(cwd, "a.mp3")), "new sound")
      assert.deepStrictEqual(readdirSync(cwd), ["a.mp3"])
    }))

  it.live.each([0o600, 0o640, 0o755])("is replaced with its mode %o, as a whole", (mode) =>
    Effect.gen(function*() {
      const cwd = folder()
      const name = join(cwd, "a.mp3")
      writeFileSync(name, "old sound, which was longer")
      chmodSync(name, mode)
      // A reader of the former file, as by another name.
      linkSync(name, join(cwd, "other"))
      yield* write(name)
      assert.strictEqual(text(name), "new sound")
      assert.strictEqual(modeOf(name), mode)
      assert.strictEqual(text(join(cwd, "other")), "old sound, which was longer")
      assert.deepStrictEqual(readdirSync(cwd), ["a.mp3", "other"])
    }))

  it.live("stays as it was when the sound is cut", () =>
    Effect.gen(function*() {
      const cwd = folder()
      const name = join(cwd, "a.mp3")
      writeFileSync(name, "old")
      assert.strictEqual(yield* Effect.flip(write(name, cut)), "cut")
      assert.strictEqual(text(name), "old")
      assert.deepStrictEqual(readdirSync(cwd), ["a.mp3"])
    }))

  it.live("is the target of a link, which stays a link", () =>
    Effect.gen(function*() {
      const cwd = folder()
      mkdirSync(join(cwd, "deep"))
      const [target, link] = [join(cwd, "deep", "target"), join(cwd, "link")]
      writeFileSync(target, "old")
      chmodSync(target, 0o600)
      symlinkSync("deep/target", link)
      yield* write(link)
      assert.isTrue(lstatSync(link).isSymbolicLink())
      assert.strictEqual(text(target), "new sound")
      assert.strictEqual(modeOf(target), 0o600)
    }))

  it.live("is made where a link to nothing points", () =>
    Effect.gen(function*() {
      const cwd = folder()
      symlinkSync("target", join(cwd, "link"))
      yield* write(join(cwd, "link"))
      assert.isTrue(lstatSync(join(cwd, "link")).isSymbolicLink())
      assert.strictEqual(text(join(cwd, "target")), "new sound")
    }))
})

describe.skipIf(process.platform !== "linux")("an output file that is none", () => {
  it.live("is a FIFO with a reader", () =>
    Effect.gen(function*() {
      const name = join(folder(), "pipe")
      execFileSync("mkfifo", [name])
      const read = new Promise<string>((resolve, reject) => {
        let found = ""
        createReadStream(name, "utf8").on("data", (piece) => {
          found += String(piece)
        }).on("end", () => resolve(found)).on("error", reject)
      })
      yield* write(name)
      assert.strictEqual(yield* Effect.promise(() => read), "new sound")
      assert.isTrue(lstatSync(name).isFIFO())
    }))

  it.live("is a device", () => write("/dev/null"))

  it.live.each<readonly [string, (cwd: string) => string, string]>([
    ["a full disk", () => "/dev/full", "ENOSPC"],
    ["a folder", (cwd) => cwd, "EISDIR"],
    ["a file in no folder", (cwd) => join(cwd, "none", "a.mp3"), "ENOENT"]
  ])("fails typed for %s", ([, nameOf, code]) =>
    Effect.gen(function*() {
      const cwd = folder()
      const name = nameOf(cwd)
      const error = yield* Effect.flip(write(name))
      assert(error !== "cut")
      assert.strictEqual(error._tag, "FailedError")
      assert.match(error.line ?? "", new RegExp(`^OutputError: ${name} cannot be written: \\w+ \\(${code}\\)$`))
      assert.deepStrictEqual(readdirSync(cwd), [])
    }))

  it.live(
    "fails typed for a pipe that its reader closes",
    () =>
      Effect.gen(function*() {
        const name = join(folder(), "pipe")
        execFileSync("mkfifo", [name])
        const reader = createReadStream(name)
        reader.once("data", () => reader.destroy())
        const endless = Stream.fromEffectRepeat(Effect.as(Effect.sleep(1), new Uint8Array(64 * 1024)))
        const error = yield* Effect.flip(write(name, endless))
        assert(error !== "cut")
        assert.match(error.line ?? "", /^OutputError: .* cannot be written: \w+ \(EPIPE\)$/)
      })
  )
})
