/**
 * Stores for the states of tool loops: a folder with a file a loop, and a SQLite database.
 *
 * States hold prompts, completions and results of tools. Files are for their owner alone. One process at a time may run
 * a loop: a store does not keep two from it.
 *
 * **Example** (A loop that survives a crash)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Toolkit } from "effect/ai"
 * import { ToolLoop, ToolLoopStore } from "sluice"
 *
 * const store = ToolLoopStore.file("loops")
 * const request = { model: "openai/gpt-5.4-mini", toolkit: Toolkit.empty, store: store.save }
 *
 * // Continues what an earlier process began, or begins it.
 * export const task = (loopId: string, prompt: string) =>
 *   Effect.flatMap(store.load(loopId), (state) =>
 *     state === undefined
 *       ? ToolLoop.run({ ...request, prompt, loopId })
 *       : ToolLoop.resumeRun(state, request))
 * ```
 *
 * @since 0.2.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { FileHandle } from "node:fs/promises"
import type { StatementSync } from "node:sqlite"
import { ToolLoopStoreError } from "../../domain/errors/ToolErrors.ts"
import { StateFromText, type ToolLoopState } from "../../domain/ToolLoopState.ts"
import * as NodeModules from "../http/NodeModules.ts"

/**
 * A store of states.
 *
 * @category models
 * @since 0.2.0
 */
export interface LoopStore {
  /** Writes the state of a loop in place of the one before. It is on the disk when this ends. */
  readonly save: (state: ToolLoopState) => Effect.Effect<void, ToolLoopStoreError>
  /** Reads the state of a loop by its id; `undefined` where there is none. */
  readonly load: (loopId: string) => Effect.Effect<ToolLoopState | undefined, ToolLoopStoreError>
  /** Removes the state of a loop, if there is one. */
  readonly remove: (loopId: string) => Effect.Effect<void, ToolLoopStoreError>
}

type Files = NonNullable<ReturnType<typeof NodeModules.files>>
type Operation = ToolLoopStoreError["operation"]
type Statements = Readonly<Record<"insert" | "select" | "erase", StatementSync>>

/** SQLite's code of a file that is not a database (`SQLITE_NOTADB`). */
const notDatabase = 26

const failure = (operation: Operation, store: string) => (cause: unknown): ToolLoopStoreError =>
  new ToolLoopStoreError({
    operation,
    store,
    ...(Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? { code: cause.code } : {}),
    reason: Predicate.hasProperty(cause, "errcode") && cause.errcode === notDatabase
      ? "it is not a database. Name another file."
      : "check that the place exists, that it may be read and written, and that there is space."
  })

const unsupported = (store: string, missing: string): ToolLoopStoreError =>
  new ToolLoopStoreError({ operation: "open", store, reason: `this runtime has no ${missing}.` })

const encode = (state: ToolLoopState, store: string) =>
  Effect.mapError(
    Schema.encodeEffect(StateFromText)(state),
    () => new ToolLoopStoreError({ operation: "save", store, reason: "the state has what is not JSON" })
  )

const decode = (text: string, store: string) =>
  Effect.mapError(Schema.decodeEffect(StateFromText)(text), () =>
    new ToolLoopStoreError({
      operation: "load",
      store,
      reason: "what is there is not a state of a tool loop, or of another version"
    }))

const isMissing = (cause: unknown): boolean => Predicate.hasProperty(cause, "code") && cause.code === "ENOENT"

/**
 * Creates a store in a folder, which is made when the first state is written: a file a loop, named after its id. A file
 * is replaced as a whole, and is on the disk before the loop goes on. Needs Node's file system.
 *
 * @category constructors
 * @since 0.2.0
 */
export const file = (folder: string): LoopStore => {
  const attempt = <A>(
    operation: Operation,
    run: (files: Files) => Promise<A>
  ): Effect.Effect<A, ToolLoopStoreError> => {
    const files = NodeModules.files()
    return files === undefined
      ? Effect.fail(unsupported(folder, "file system of Node"))
      : Effect.tryPromise({ try: () => run(files), catch: failure(operation, folder) })
  }
  const opened = (path: string, flags: string) => attempt("save", (files) => files.open(path, flags, 0o600))
  const using = (handle: ReturnType<typeof opened>, run: (handle: FileHandle) => Promise<void>) =>
    Effect.acquireUseRelease(
      handle,
      (handle) => attempt("save", () => run(handle)),
      (handle) => Effect.promise(() => handle.close())
    )
  const pathOf = (loopId: string): string => `${folder}/${encodeURIComponent(loopId)}.json`

  const write = (path: string, text: string) =>
    Effect.gen(function*() {
      const draft = `${path}.draft`
      const create = opened(draft, "w")
      const make = attempt("save", (files) => files.mkdir(folder, { recursive: true, mode: 0o700 }))
      yield* using(
        Effect.catch(create, () => Effect.andThen(make, create)),
        (handle) => handle.writeFile(text).then(() => handle.sync())
      )
      yield* attempt("save", (files) => files.rename(draft, path))
      // Makes the new name durable, where the system can: Windows has no folders to open.
      if (process.platform !== "win32") yield* using(opened(folder, "r"), (handle) => handle.sync())
    })

  return {
    // A state that is half written would not be one: what has begun ends.
    save: (state) =>
      Effect.flatMap(encode(state, folder), (text) => Effect.uninterruptible(write(pathOf(state.loopId), text))),
    load: (loopId) =>
      Effect.flatMap(
        attempt("load", (files) =>
          files.readFile(pathOf(loopId), "utf8").catch((cause: unknown) => {
            if (isMissing(cause)) return undefined
            throw cause
          })),
        (text) => text === undefined ? Effect.succeed(undefined) : decode(text, folder)
      ),
    remove: (loopId) => attempt("remove", (files) => files.rm(pathOf(loopId), { force: true }))
  }
}

const schema = "CREATE TABLE IF NOT EXISTS tool_loops (loop_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT"

const insert = "INSERT INTO tool_loops VALUES (?, ?) ON CONFLICT (loop_id) DO UPDATE SET state = excluded.state"

const attempting = (path: string) => <A>(operation: Operation, run: () => A): Effect.Effect<A, ToolLoopStoreError> =>
  Effect.try({ try: run, catch: failure(operation, path) })

const open = Effect.fnUntraced(function*(path: string): Effect.fn.Return<Statements, ToolLoopStoreError, Scope.Scope> {
  const sqlite = NodeModules.sqlite()
  const files = NodeModules.files()
  if (sqlite === undefined || files === undefined) return yield* unsupported(path, "node:sqlite")
  const attempt = attempting(path)
  // The database's further files get the mode of the first.
  yield* Effect.tryPromise({
    try: () => files.open(path, "a", 0o600).then((handle) => handle.close()),
    catch: failure("open", path)
  })
  // The first statement reads the file, and may fail when the database is open already.
  const database = yield* Effect.acquireRelease(
    attempt("open", () => new sqlite.DatabaseSync(path, { timeout: 5000 })),
    (database) => Effect.sync(() => database.close())
  )
  return yield* attempt("open", () => {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`)
    return {
      insert: database.prepare(insert),
      select: database.prepare("SELECT state FROM tool_loops WHERE loop_id = ?"),
      erase: database.prepare("DELETE FROM tool_loops WHERE loop_id = ?")
    }
  })
})

/**
 * Opens a store in a SQLite database: one row a loop in the table `tool_loops`. The database is made when it is
 * missing, and closed with the scope. Needs `node:sqlite`, which Node marks as experimental.
 *
 * @category constructors
 * @since 0.2.0
 */
export const sqlite = (path: string): Effect.Effect<LoopStore, ToolLoopStoreError, Scope.Scope> =>
  Effect.map(open(path), ({ erase, insert, select }) => {
    const attempt = attempting(path)
    return {
      save: (state) =>
        Effect.flatMap(
          encode(state, path),
          (text) => Effect.asVoid(attempt("save", () => insert.run(state.loopId, text)))
        ),
      load: (loopId) =>
        Effect.flatMap(
          attempt("load", () => select.get(loopId)),
          (row) => typeof row?.["state"] === "string" ? decode(row["state"], path) : Effect.succeed(undefined)
        ),
      remove: (loopId) => Effect.asVoid(attempt("remove", () => erase.run(loopId)))
    }
  })
