/**
 * A form with a file as bytes: what goes before the file's content and what goes after it, so that the content itself can be
 * streamed between.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 * @since 0.1.0
 */
import type { Field } from "./TranscriptionForms.ts"

/**
 * What stands around a file's content.
 *
 * @category models
 * @since 0.1.0
 */
export interface Frame {
  readonly mediaType: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

const encoder = new TextEncoder()

/** As browsers write names in a form (HTML, "multipart/form-data encoding algorithm"). */
const quoted = (name: string): string => `"${name.replaceAll(/\r\n|\r|\n/g, "%0D%0A").replaceAll("\"", "%22")}"`

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ")

/**
 * Makes the frame of a form in which the file is last: some servers want to know the model before they read the file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const frame = (
  fields: ReadonlyArray<Field>,
  file: { readonly field: string; readonly name: string; readonly mediaType: string },
  boundary: string
): Frame => {
  const parts = fields.map(([name, value]) =>
    `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(file.field)}; filename=${
    quoted(file.name)
  }\r\ncontent-type: ${oneLine(file.mediaType)}\r\n\r\n`
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    before: encoder.encode(parts.join("") + head),
    after: encoder.encode(`\r\n--${boundary}--\r\n`)
  }
}
