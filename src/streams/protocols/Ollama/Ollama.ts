/**
 * Ollama's own chat.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./ResponseItems.ts"
import * as Response from "./Response.ts"
import * as Request from "./Request.ts"

/**
 * The wire language of Ollama's `POST /api/chat`.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  encodeRequest: Request.encodeRequest,
  decodeStream: Response.decodeStream,
  decodeWhole: Response.decodeWhole
}
