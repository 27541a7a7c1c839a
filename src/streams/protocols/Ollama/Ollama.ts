/**
 * Ollama's own chat.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./Answer.ts"
import * as Decode from "./Decode.ts"
import * as Encode from "./Encode.ts"

/**
 * The wire language of Ollama's `POST /api/chat`.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  encode: Encode.encode,
  stream: Decode.stream,
  whole: Decode.whole
}
