/**
 * The protocol of OpenAI's `POST /chat/completions`, as OpenAI and the many compatible servers speak it.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `openai-chat`.
 *
 * **Details**
 *
 * A streamed response is whole when choice 0 has a finish reason or `[DONE]` was sent. A body that was not streamed is
 * whole when it is complete JSON with a choice.
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
