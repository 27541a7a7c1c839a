/**
 * OpenAI's Chat Completions, as OpenAI and the many who speak it after them do.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./ResponseItems.ts"
import * as Response from "./Response.ts"
import * as Request from "./Request.ts"

/**
 * The wire language of `POST /chat/completions`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  encodeRequest: Request.encodeRequest,
  ...Response.of(name)
}
