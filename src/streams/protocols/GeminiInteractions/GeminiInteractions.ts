/**
 * The protocol of Google's Interactions API, which the vendor recommends over `generateContent` since June 2026.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `gemini-interactions`.
 *
 * **Details**
 *
 * A streamed response is whole with `interaction.completed`, and only with it: `[DONE]` ends every stream, whatever has
 * become of the interaction. A body that was not streamed is whole when it is complete JSON.
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
