/**
 * The protocol of text completions, OpenAI's first, which many servers of open models and of code completion still
 * speak.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"

/**
 * The protocol `openai-completions`: `POST /completions` and `POST /fim/completions`.
 *
 * **Details**
 *
 * A response is whole by the rules of Chat Completions.
 */
export const protocol: Protocol = {
  name: Response.name,
  streamsEvents: true,
  encodeRequest: Request.encode,
  decodeStream: Response.stream,
  decodeWhole: Response.whole
}
