/**
 * Recordings that are sent to a provider.
 *
 * @since 0.1.0
 */
import type * as Stream from "effect/Stream"

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
  /** The size in bytes, for servers that do not accept a chunked upload. Default: that of a `Uint8Array`. */
  readonly size?: number | undefined
  /** The media type. Default: that of the extension, or `application/octet-stream`. */
  readonly mediaType?: string | undefined
  /** Whether the stream can be run only once, so that nothing is retried. Default `false`. */
  readonly once?: boolean | undefined
}

// The formats that OpenAI, Groq and Mistral list, by the ending of the file's name, with IANA's names for them.
const mediaTypes: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  flac: "audio/flac",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  mp4: "audio/mp4",
  mpeg: "audio/mpeg",
  mpga: "audio/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  wav: "audio/wav",
  webm: "audio/webm"
}

/** Returns the media type of a file: its own, or that of the extension of its name, or `application/octet-stream`. */
export const mediaType = (file: Pick<AudioFile, "name" | "mediaType">): string =>
  file.mediaType ??
    mediaTypes[file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase()] ??
    "application/octet-stream"
