/**
 * The protocol of Google's `generateContent`, as the Gemini API and Vertex AI speak it.
 *
 * @see https://ai.google.dev/api/generate-content
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `gemini`.
 *
 * **Details**
 *
 * A streamed response is complete when the body ends after a finish reason with no content behind it. A body that was
 * not streamed is complete when it is whole. A blocked prompt fails with a `ContentFilteredError`.
 */
export const protocol: Protocol = {
  name,
  streamsJson: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
