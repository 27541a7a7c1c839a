/**
 * Cohere's Chat, version 2.
 *
 * @since 0.1.0
 */
import type { Protocol } from "../Protocol.ts"
import { protocol as name } from "./ResponseItems.ts"
import * as Response from "./Response.ts"
import * as Request from "./Request.ts"

/**
 * The wire language of Cohere's `POST /v2/chat`.
 *
 * @see https://docs.cohere.com/reference/chat
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encodeRequest,
  decodeStream: Response.decodeStream,
  decodeWhole: Response.decodeWhole
}
