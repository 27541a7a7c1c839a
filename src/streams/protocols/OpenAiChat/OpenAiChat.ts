/**
 * OpenAI's Chat Completions, as OpenAI and the many who speak it after them do.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./Answer.ts"
import * as Decode from "./Decode.ts"
import * as Encode from "./Encode.ts"

/**
 * The wire language of `POST /chat/completions`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  encode: Encode.encode,
  ...Decode.of(name)
}
