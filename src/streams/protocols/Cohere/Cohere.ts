/**
 * The protocol of Cohere's `POST /v2/chat`.
 *
 * @see https://docs.cohere.com/reference/chat
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `cohere`.
 *
 * **Details**
 *
 * A streamed response is complete with `message-end`; one that reports an error is a failure. A body that was not
 * streamed is complete when it has a message.
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
