/**
 * The protocol of OpenAI's Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `openai-responses`.
 *
 * **Details**
 *
 * A streamed response is complete with its terminal event: `response.completed` or `response.incomplete`. A body that
 * was not streamed is complete when it is whole; its evidence is the status, the usage and the end of the body.
 */
export const protocol: Protocol = {
  name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
