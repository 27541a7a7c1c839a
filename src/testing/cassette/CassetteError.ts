/**
 * The one way in which a cassette fails, with the reason.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A cassette that can't be read, written or played.
 *
 * **Details**
 *
 * - `Missing`: there is no file to replay.
 * - `Unreadable`: the file is there but can't be read.
 * - `Invalid`: the file is not a cassette, or one of a version that is not known.
 * - `Unwritable`: the recording can't be stored; the folder is read-only, the disk is full.
 * - `Unmatched`: a request was made that is not on the cassette.
 * - `Ended`: more of an answer was asked for than was recorded, since the recorded consumer stopped there.
 *
 * The first four fail the layer. The last two, and a recording that can't be stored when the layer stands already, are
 * defects of the request: an `HttpClient` has no place for them in its errors, and a test must not mistake them for a
 * network that is worth another attempt.
 *
 * @category errors
 * @since 0.1.0
 */
export class CassetteError extends Schema.TaggedError<CassetteError>()("CassetteError", {
  reason: Schema.Literals(["Missing", "Unreadable", "Invalid", "Unwritable", "Unmatched", "Ended"]),
  path: Schema.String,
  detail: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {
  override get message(): string {
    return `Cassette ${this.path}: ${this.detail}`
  }
}
