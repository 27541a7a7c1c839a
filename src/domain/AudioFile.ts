/**
 * A recording that is sent to a provider, and the kinds of files that recordings are.
 *
 * @since 0.1.0
 */
import type * as Stream from "effect/Stream"

/**
 * A recording.
 *
 * **Details**
 *
 * `content` is its bytes, or a stream of them, which is sent as it comes and never held whole. A stream is run anew for each
 * attempt, so it has to be one that can be: one that cannot says so with `once`, and then nothing is retried. `size` in bytes
 * saves servers that want to know it from a chunked upload. `name` tells providers by its ending what the file is;
 * `mediaType` is derived from it where it is missing.
 *
 * @category models
 * @since 0.1.0
 */
export interface AudioFile {
  readonly name: string
  readonly content: Uint8Array | Stream.Stream<Uint8Array, unknown>
  readonly size?: number | undefined
  readonly mediaType?: string | undefined
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

/**
 * The media type of a file, by its own word or by the ending of its name; `application/octet-stream` when neither says it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const mediaType = (file: Pick<AudioFile, "name" | "mediaType">): string =>
  file.mediaType ??
    mediaTypes[file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase()] ??
    "application/octet-stream"
