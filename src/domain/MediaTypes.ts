/**
 * Media types of files: their names, the extensions of file names, and the beginnings of files.
 */

/** What a file is for a model. */
export type MediaKind = "image" | "audio" | "video" | "document"

/** A media type. */
interface MediaType {
  /** IANA's name, or the usual one where it has none. */
  readonly name: string
  readonly kind: MediaKind
  /** Other names that programs and browsers give it. */
  readonly aliases?: ReadonlyArray<string>
  /** Extensions of file names; the first one is that of new files. */
  readonly extensions: ReadonlyArray<string>
  /** Matches the beginning of a file in base64. */
  readonly signature?: RegExp
}

const office = "application/vnd.openxmlformats-officedocument"

/** @see https://www.iana.org/assignments/media-types/media-types.xhtml */
const table: ReadonlyArray<MediaType> = [
  { name: "image/png", kind: "image", aliases: ["image/x-png"], extensions: ["png"], signature: /^iVBORw0KGgo/ },
  {
    name: "image/jpeg",
    kind: "image",
    aliases: ["image/jpg", "image/pjpeg", "image/jfif"],
    extensions: ["jpg", "jpeg"],
    signature: /^\/9j\//
  },
  { name: "image/gif", kind: "image", extensions: ["gif"], signature: /^R0lGOD/ },
  // RIFF, four bytes of length, and the name of the format, of which the last three letters are a group of base64.
  { name: "image/webp", kind: "image", extensions: ["webp"], signature: /^UklGR.{7}RUJQ/ },
  { name: "image/bmp", kind: "image", aliases: ["image/x-bmp", "image/x-ms-bmp"], extensions: ["bmp"] },
  { name: "image/tiff", kind: "image", aliases: ["image/tif"], extensions: ["tiff", "tif"] },
  { name: "image/heic", kind: "image", extensions: ["heic"] },
  { name: "image/heif", kind: "image", extensions: ["heif"] },
  { name: "image/avif", kind: "image", extensions: ["avif"] },
  { name: "image/svg+xml", kind: "image", aliases: ["image/svg"], extensions: ["svg"] },
  {
    name: "audio/wav",
    kind: "audio",
    aliases: ["audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"],
    extensions: ["wav"],
    signature: /^UklGR.{7}QVZF/
  },
  {
    name: "audio/mpeg",
    kind: "audio",
    aliases: ["audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg", "audio/x-mpeg-3", "audio/mpga", "audio/mpg"],
    extensions: ["mp3", "mpeg", "mpga"],
    // ID3, or the first frame of MPEG 1 or 2, layer 3.
    signature: /^(SUQz|\/\/[I-Vo-v])/
  },
  {
    name: "audio/mp4",
    kind: "audio",
    aliases: ["audio/m4a", "audio/x-m4a", "audio/mp4a-latm", "audio/x-mp4"],
    extensions: ["m4a", "mp4"]
  },
  {
    name: "audio/ogg",
    kind: "audio",
    aliases: ["application/ogg", "audio/x-ogg", "audio/opus", "audio/vorbis"],
    extensions: ["ogg", "oga", "opus"],
    signature: /^T2dnU/
  },
  { name: "audio/flac", kind: "audio", aliases: ["audio/x-flac"], extensions: ["flac"], signature: /^ZkxhQ/ },
  {
    name: "audio/aac",
    kind: "audio",
    aliases: ["audio/x-aac", "audio/aacp", "audio/x-hx-aac-adts"],
    extensions: ["aac"]
  },
  { name: "audio/webm", kind: "audio", extensions: ["webm"] },
  { name: "audio/aiff", kind: "audio", aliases: ["audio/x-aiff"], extensions: ["aiff", "aif"] },
  { name: "audio/pcm", kind: "audio", aliases: ["audio/x-pcm"], extensions: ["pcm"] },
  { name: "video/mp4", kind: "video", aliases: ["video/x-m4v", "application/mp4"], extensions: ["mp4", "m4v"] },
  { name: "video/quicktime", kind: "video", aliases: ["video/mov"], extensions: ["mov"] },
  { name: "video/x-matroska", kind: "video", aliases: ["video/matroska", "video/mkv"], extensions: ["mkv"] },
  { name: "video/webm", kind: "video", extensions: ["webm"] },
  { name: "video/x-flv", kind: "video", aliases: ["video/flv"], extensions: ["flv"] },
  { name: "video/mpeg", kind: "video", aliases: ["video/mpg", "video/mpegs"], extensions: ["mpeg", "mpg"] },
  { name: "video/x-ms-wmv", kind: "video", aliases: ["video/wmv"], extensions: ["wmv"] },
  { name: "video/x-msvideo", kind: "video", aliases: ["video/avi", "video/msvideo"], extensions: ["avi"] },
  { name: "video/3gpp", kind: "video", aliases: ["video/3gp"], extensions: ["3gp"] },
  {
    name: "application/pdf",
    kind: "document",
    aliases: ["application/x-pdf", "application/acrobat", "text/pdf"],
    extensions: ["pdf"],
    signature: /^JVBERi0/
  },
  { name: "text/plain", kind: "document", extensions: ["txt"] },
  { name: "text/markdown", kind: "document", aliases: ["text/x-markdown", "text/md"], extensions: ["md"] },
  {
    name: "text/csv",
    kind: "document",
    aliases: ["application/csv", "text/x-csv", "text/comma-separated-values"],
    extensions: ["csv"]
  },
  { name: "text/html", kind: "document", aliases: ["application/xhtml+xml"], extensions: ["html", "htm"] },
  { name: "application/json", kind: "document", aliases: ["text/json", "application/x-json"], extensions: ["json"] },
  { name: "application/xml", kind: "document", aliases: ["text/xml"], extensions: ["xml"] },
  { name: "application/rtf", kind: "document", aliases: ["text/rtf"], extensions: ["rtf"] },
  { name: "application/msword", kind: "document", extensions: ["doc"] },
  { name: `${office}.wordprocessingml.document`, kind: "document", extensions: ["docx"] },
  { name: "application/vnd.ms-excel", kind: "document", extensions: ["xls"] },
  { name: `${office}.spreadsheetml.sheet`, kind: "document", extensions: ["xlsx"] },
  { name: "application/vnd.ms-powerpoint", kind: "document", extensions: ["ppt"] },
  { name: `${office}.presentationml.presentation`, kind: "document", extensions: ["pptx"] }
]

const byName: ReadonlyMap<string, MediaType> = new Map(
  table.flatMap((type) => [type.name, ...(type.aliases ?? [])].map((name) => [name, type] as const))
)

/**
 * Returns the name under which a media type is known here: in lower case, without parameters, and without aliases
 * (`image/jpg` is `image/jpeg`). An unknown type keeps its name.
 */
export const canonical = (mediaType: string): string => {
  const name = (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase()
  return byName.get(name)?.name ?? name
}

/** Returns what a file of a media type is for a model. A text of an unknown type is a document. */
export const kindOf = (mediaType: string): MediaKind | undefined => {
  const name = canonical(mediaType)
  const known = byName.get(name)?.kind
  if (known !== undefined) return known
  const group = name.slice(0, name.indexOf("/"))
  return group === "image" || group === "audio" || group === "video" ? group : group === "text" ? "document" : undefined
}

/** Returns whether files of a media type are texts. */
export const isText = (mediaType: string): boolean => /^(text\/|application\/(json|xml)$)/.test(canonical(mediaType))

/** Returns the extension of new files of a media type; `undefined` for an unknown one. */
export const extensionOf = (mediaType: string): string | undefined => byName.get(canonical(mediaType))?.extensions[0]

/** Returns the extension of a file's name in lower case; the whole name where it has none. */
export const extensionIn = (fileName: string): string => fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase()

/** Returns the media type of a file of a kind by its name; `undefined` for an unknown extension. */
export const ofFileName = (fileName: string, kind: MediaKind): string | undefined => {
  const extension = extensionIn(fileName)
  return table.find((type) => type.kind === kind && type.extensions.includes(extension))?.name
}

/**
 * Returns the media type of a file by its beginning, among those that a name such as `image/*` or
 * `application/octet-stream` leaves open; `undefined` for any other name, or an unknown beginning.
 */
export const ofSignature = (mediaType: string, base64: string): string | undefined => {
  const isOpen = mediaType === "application/octet-stream" || mediaType === ""
  if (!isOpen && !mediaType.endsWith("/*")) return undefined
  const group = isOpen ? "" : mediaType.slice(0, -1)
  return table.find(({ name, signature }) => name.startsWith(group) && signature?.test(base64.slice(0, 24)) === true)
    ?.name
}

/** Returns whether a file with this beginning can be of a media type: `true` for types whose beginning is not known. */
export const fits = (mediaType: string, base64: string): boolean =>
  byName.get(canonical(mediaType))?.signature?.test(base64.slice(0, 24)) ?? true
