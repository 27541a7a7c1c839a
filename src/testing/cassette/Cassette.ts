/**
 * Cassettes: HTTP exchanges that are recorded once and replayed in tests, with their bytes, timing and failures.
 *
 * A cassette is an `HttpClient` around another one, so nothing in the application changes. Secrets are removed before
 * anything is written. Prompts and completions are recorded.
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
import * as Recording from "./Recording.ts"
import * as TapeFile from "./TapeFile.ts"
import * as TapeLock from "./TapeLock.ts"

export { CassetteError }

/**
 * What a cassette does: `record` sends every request and stores the exchange, `replay` reads the responses from the
 * file and never uses the network, `auto` replays when the file exists and records when it does not.
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
  /** The path of the file. */
  readonly path: string
  /**
   * When chunks are emitted: `recorded` keeps the times of the recording, measured by the `Clock`, which a test clock
   * controls; `instant` does not wait. The default is `recorded`.
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
  /** Whether to record or to replay. The default is `auto`. */
  readonly mode?: Mode | undefined
}

/**
 * Layer that provides an `HttpClient` which records the exchanges of the underlying one, or replays them.
 *
 * **Details**
 *
 * A replayed request gets the first unused exchange with the same method, URL and body. JSON bodies are compared
 * independently of the order of their keys, and headers are not compared. An exchange whose consumer stopped early is
 * recorded as far as it was read.
 *
 * The first exchange of a recording replaces the file, each later one is appended when it ends, and the recording is
 * complete when the layer's scope closes. The file is valid JSON at every time, and only its owner can read it (mode
 * 600). While a layer records, another one with the same path fails with the reason `Locked`, unless it only replays.
 *
 * **Gotchas**
 *
 * A secret in the body of a response is overwritten with `x`. In a binary framing with checksums, the frame is then
 * invalid on replay.
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
      const { mode = "auto", path } = options
      if (mode === "replay") return yield* replay(options)
      if (mode === "auto") {
        // A file that is still being recorded is not replayed.
        yield* TapeLock.checkFree(path)
        if (yield* exists(path)) return yield* replay(options)
      }
      const writer = yield* TapeFile.lock(path)
      return yield* Recorder.make(live, Recording.make(writer, path))
    })
  )

/**
 * Layer that provides an `HttpClient` which replays and needs no other client.
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
      new CassetteError({ reason: "Unreadable", path, detail: `cannot be looked up: ${cause.message}`, cause })
    )
  )
