/**
 * The protocol of Ollama's `POST /api/chat`.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `ollama`.
 *
 * **Details**
 *
 * A response is complete with the line that says `done: true`. A line with `error` is a failure.
 */
export const protocol: Protocol = {
  name,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
