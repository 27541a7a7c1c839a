/**
 * Cassettes: real exchanges over HTTP, recorded once and replayed in tests, bytes, timing and failures included.
 *
 * A cassette stands between an application and its `HttpClient`, so nothing in the application changes. Secrets never get
 * into the file; prompts and answers do, since they are what is recorded.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { CassetteError } from "./CassetteError.ts"
import * as Player from "./Player.ts"
import * as Recorder from "./Recorder.ts"
import * as TapeFile from "./TapeFile.ts"

export { CassetteError }

/**
 * What a cassette does: `record` performs every request and stores the exchange, `replay` answers from the file and never
 * touches the network, `auto` replays when the file is there and records when it is not.
 *
 * @category models
 * @since 0.1.0
 */
export type Mode = "record" | "replay" | "auto"

/**
 * Options of a replay.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplayOptions {
  /** The file. */
  readonly path: string
  /**
   * When the chunks come: `recorded` keeps the times of the recording, by Effect's clock, so that a test clock decides how
   * long that takes; `instant` doesn't wait. The default is `recorded`.
   */
  readonly timing?: Player.Timing | undefined
}

/**
 * Options of a cassette.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends ReplayOptions {
  /** What the cassette does. The default is `auto`. */
  readonly mode?: Mode | undefined
}

/**
 * Layer that provides an `HttpClient` which records what the underlying one does, or replays it.
 *
 * **Details**
 *
 * A request is answered by the first recorded exchange, not used yet, with the same method, URL and body (as JSON,
 * whatever the order of its keys). Headers are not compared. An exchange that its consumer cut short is recorded as far as
 * it went.
 *
 * A recording replaces the whole file, with its first exchange, and is complete when the layer's scope closes.
 *
 * **Gotchas**
 *
 * A secret that the answer's body repeats is overwritten by `x`; in a binary framing with checksums, the frame is then
 * refused on replay.
 *
 * **Example** (Recording once, replaying ever after)
 *
 * ```ts
 * import { NodeHttpClient, NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Cassette } from "sluice/testing"
 *
 * const http = Cassette.layer({ path: "test/cassettes/weather.json", timing: "instant" }).pipe(
 *   Layer.provide([NodeHttpClient.layerUndici, NodeServices.layer])
 * )
 * ```
 *
 * @see {@link layerReplay} for tests that must not have a network
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<HttpClient.HttpClient, CassetteError, HttpClient.HttpClient | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function*() {
      const live = yield* HttpClient.HttpClient
      const replays = options.mode === "replay" || (options.mode !== "record" && (yield* exists(options.path)))
      if (replays) return yield* replay(options)
      yield* TapeFile.prepare(options.path)
      return yield* Recorder.make(live, options.path)
    })
  )

/**
 * Layer that provides an `HttpClient` which replays, and needs no other client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerReplay = (
  options: ReplayOptions
): Layer.Layer<HttpClient.HttpClient, CassetteError, FileSystem.FileSystem> =>
  Layer.effect(HttpClient.HttpClient, replay(options))

const replay = (options: ReplayOptions) =>
  Effect.map(TapeFile.read(options.path), (tape) => Player.make(tape, options.path, options.timing ?? "recorded"))

const exists = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.exists(path)).pipe(
    Effect.mapError((cause) =>
      new CassetteError({ reason: "Unreadable", path, detail: `can't be looked for: ${cause.message}`, cause })
    )
  )
