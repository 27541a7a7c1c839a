/**
 * The protocol of Amazon Bedrock's Converse API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import { name } from "./ResponseItems.ts"

/**
 * The protocol `bedrock-converse`.
 *
 * **Details**
 *
 * A streamed response is whole when both `messageStop` and the `metadata` after it, which has the usage, have come:
 * every model that was recorded sends both. A body that was not streamed is whole when it is complete JSON. Responses
 * of InvokeModel are decoded too, each by the rules of its own protocol.
 */
export const protocol: Protocol = {
  name,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
