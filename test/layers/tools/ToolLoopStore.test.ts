/**
 * The stores: what is on the disk, and who may read it.
 */
import { assert, describe, it, vi } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Prompt, Toolkit } from "effect/ai"
import { ToolLoop, ToolLoopStore } from "sluice"
import { existsSync, mkdtempSync, promises, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { model, says } from "./Scripted.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "sluice-store-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const states = (loopId: string) => {
  const { layer } = model(says("Grüße"))
  const prompt = Prompt.make([{
    role: "user" as const,
    content: [
      Prompt.textPart({ text: "Hi" }),
      Prompt.filePart({ mediaType: "image/png", data: new Uint8Array([1, 2, 3]) }),
      Prompt.filePart({ mediaType: "image/png", data: new URL("https://example.com/a.png") })
    ]
  }])
  return Effect.map(
    ToolLoop.run({ model: "test/model", prompt, toolkit: Toolkit.empty, loopId }).pipe(Effect.provide(layer)),
    ({ state }) => state
  )
}

const modeOf = (path: string): number => statSync(path).mode & 0o777

const kinds = [
  ["file", (path: string) => Effect.succeed(ToolLoopStore.file(join(path, "states")))],
  ["sqlite", (path: string) => ToolLoopStore.sqlite(join(path, "loops.db"))]
] as const

describe("a store", () => {
  it.live.each(kinds)("reads what it wrote, replaces it, and removes it: %s", ([, open]) =>
    Effect.gen(function*() {
      const store = yield* open(yield* folder)
      assert.isUndefined(yield* store.load("loop"))
      const state = yield* states("loop")
      yield* store.save(state)
      assert.deepStrictEqual(yield* store.load("loop"), state)
      const next = { ...state, step: 9 }
      yield* store.save(next)
      assert.deepStrictEqual(yield* store.load("loop"), next)
      yield* store.remove("loop")
      yield* store.remove("loop")
      assert.isUndefined(yield* store.load("loop"))
    }).pipe(Effect.scoped))

  it.live.each(kinds)("keeps loops with any ids apart: %s", ([, open]) =>
    Effect.gen(function*() {
      const path = yield* folder
      const store = yield* open(path)
      const ids = ["a", "../a", "..", "a/b", "ä ö", "a%2Fb", "'; DROP TABLE tool_loops; --"]
      for (const id of ids) yield* store.save(yield* states(id))
      for (const id of ids) assert.strictEqual((yield* store.load(id))?.loopId, id)
      assert.isFalse(existsSync(join(path, "a.json")))
    }).pipe(Effect.scoped))

  it.live.each(kinds)("is for its owner alone: %s", ([, open]) =>
    Effect.gen(function*() {
      const path = yield* folder
      const store = yield* open(path)
      yield* store.save(yield* states("loop"))
      const files = readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name))
      const modes = files.map((file) => [statSync(file).isDirectory(), modeOf(file)] as const)
      assert.isAbove(modes.length, 0)
      for (const [isFolder, mode] of modes) assert.strictEqual(mode, isFolder ? 0o700 : 0o600)
    }).pipe(Effect.scoped))

  it.live("in a folder reports what it cannot read or write", () =>
    Effect.gen(function*() {
      const path = yield* folder
      writeFileSync(join(path, "loop.json"), "{\"version\":7}")
      const store = ToolLoopStore.file(path)
      const unreadable = yield* Effect.flip(store.load("loop"))
      assert.deepInclude(unreadable, { _tag: "ToolLoopStoreError", operation: "load", store: path })
      writeFileSync(join(path, "file"), "")
      const unwritable = yield* Effect.flip(ToolLoopStore.file(join(path, "file")).save(yield* states("loop")))
      assert.deepInclude(unwritable, { operation: "save", code: "EEXIST" })
    }).pipe(Effect.scoped))

  it.live("in a database reports what it cannot open", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const missing = yield* Effect.flip(ToolLoopStore.sqlite(join(path, "no", "loops.db")))
      assert.deepInclude(missing, { operation: "open", code: "ENOENT" })
      writeFileSync(join(path, "text"), "this is not a database at all".repeat(100))
      const text = yield* Effect.flip(ToolLoopStore.sqlite(join(path, "text")))
      assert.deepInclude(text, { _tag: "ToolLoopStoreError", operation: "open" })
      assert.match(text.message, /cannot be opened \(ERR_SQLITE_ERROR\): it is not a database/)
      assert.match(missing.message, /cannot be opened \(ENOENT\): check that the place exists/)
    }).pipe(Effect.scoped))

  it.live("in a database leaves nothing open when it cannot be opened", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const close = yield* Effect.acquireRelease(
        Effect.sync(() => vi.spyOn(DatabaseSync.prototype, "close")),
        (spy) => Effect.sync(() => spy.mockRestore())
      )
      writeFileSync(join(path, "text"), "this is not a database at all".repeat(100))
      const other = new DatabaseSync(join(path, "other"))
      other.exec("CREATE TABLE tool_loops (id TEXT)")
      other.close()
      for (const name of ["text", "other"]) {
        close.mockClear()
        const error = yield* Effect.flip(Effect.scoped(ToolLoopStore.sqlite(join(path, name))))
        assert.deepInclude(error, { _tag: "ToolLoopStoreError", operation: "open" })
        assert.strictEqual(close.mock.calls.length, 1)
      }
    }).pipe(Effect.scoped))

  it.live("in a folder makes it when it is missing, and only then", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "states")
      const store = ToolLoopStore.file(path)
      const make = yield* Effect.acquireRelease(
        Effect.sync(() => vi.spyOn(promises, "mkdir")),
        (spy) => Effect.sync(() => spy.mockRestore())
      )
      const state = yield* states("loop")
      for (const times of [1, 1, 1]) {
        yield* store.save(state)
        assert.strictEqual(make.mock.calls.length, times)
      }
      rmSync(path, { recursive: true })
      yield* store.save(state)
      assert.deepStrictEqual(yield* store.load("loop"), state)
    }).pipe(Effect.scoped))

  it.live("is what a loop stores in", () =>
    Effect.gen(function*() {
      const store = ToolLoopStore.file(yield* folder)
      const { layer } = model(says("Done."))
      const end = yield* ToolLoop.run({
        model: "test/model",
        prompt: "Hi",
        toolkit: Toolkit.empty,
        store: store.save
      }).pipe(Effect.provide(Layer.mergeAll(layer)))
      assert.deepStrictEqual(yield* store.load(end.state.loopId), end.state)
    }).pipe(Effect.scoped))
})
