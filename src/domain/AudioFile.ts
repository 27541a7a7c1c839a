/**
 * Recordings that are sent to a provider.
 *
 * @since 0.1.0
 */
import type * as Stream from "effect/Stream"
import * as MediaTypes from "./MediaTypes.ts"

/**
 * A recording.
 *
 * @category models
 * @since 0.1.0
 */
export interface AudioFile {
  /** The name of the file. Providers read its format from the extension. */
  readonly name: string
  /**
   * The bytes, or a stream of them, which is sent as it comes and never held whole. A stream is run anew for each
   * attempt.
   */
  readonly content: Uint8Array | Stream.Stream<Uint8Array, unknown>
  /**
   * The size in bytes, for servers that do not accept a chunked upload. A stream that has more or fewer fails with an
   * `InvalidRequestError` before it is sent to its end. Default: that of a `Uint8Array`.
   */
  readonly size?: number | undefined
  /** The media type. Default: that of the extension, or `application/octet-stream`. */
  readonly mediaType?: string | undefined
  /** Whether the stream can be run only once, so that nothing is retried. Default `false`. */
  readonly once?: boolean | undefined
}

/**
 * Returns the media type of a file: its own, or that of the extension of its name, or `application/octet-stream`. Other
 * names of a type (`audio/mp3`, `audio/x-wav`) become the usual one.
 */
export const mediaType = (file: Pick<AudioFile, "name" | "mediaType">): string =>
  file.mediaType === undefined
    ? MediaTypes.ofFileName(file.name, "audio") ?? "application/octet-stream"
    : MediaTypes.canonical(file.mediaType)
