/**
 * The error of a cassette.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A cassette cannot be read, written or replayed.
 *
 * **Details**
 *
 * - `Missing`: there is no file to replay.
 * - `Unreadable`: the file exists but cannot be read.
 * - `Invalid`: the file is no cassette, or its version is not known.
 * - `Unwritable`: the recording cannot be stored, for example because the folder is read-only, the disk is full, or a
 *   compressed response contains a secret.
 * - `Locked`: another recorder is writing the file.
 * - `Unmatched`: a request is not on the cassette.
 * - `Ended`: a response was read further than it was recorded.
 *
 * The first five are failures of the layer. The last two, and a recording that cannot be stored after the layer was
 * built, are defects of the request: the error type of `HttpClient` has no place for them, and a test must not take
 * them for network errors that are retried.
 *
 * @category errors
 * @since 0.1.0
 */
export class CassetteError extends Schema.TaggedError<CassetteError>()("CassetteError", {
  /** Why the cassette failed. */
  reason: Schema.Literals(["Missing", "Unreadable", "Invalid", "Unwritable", "Locked", "Unmatched", "Ended"]),
  /** The path of the file. */
  path: Schema.String,
  /** What is wrong, without the contents of the file. */
  detail: Schema.String,
  /** The error of the file system, where there is one. */
  cause: Schema.optional(Schema.Defect())
}) {
  override get message(): string {
    return `Cassette ${this.path}: ${this.detail}`
  }
}
