/**
 * The protocol of Anthropic's Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `anthropic-messages`.
 *
 * **Details**
 *
 * A streamed response is whole with `message_stop`, and only with it: a stop reason in a `message_delta` is no proof. A
 * body that was not streamed is whole when it is complete JSON.
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
