/**
 * Cohere's Chat, version 2.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./Answer.ts"
import * as Decode from "./Decode.ts"
import * as Encode from "./Encode.ts"

/**
 * The wire language of Cohere's `POST /v2/chat`.
 *
 * @see https://docs.cohere.com/reference/chat
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  encode: Encode.encode,
  stream: Decode.stream,
  whole: Decode.whole
}
