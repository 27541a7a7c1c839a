/**
 * Text completions: the first protocol of OpenAI, which many servers of open models still speak, and those that fill in
 * code.
 *
 * @since 0.1.0
 */
import * as Response from "../OpenAiChat/Response.ts"
import type { Protocol } from "../Protocol.ts"
import * as Request from "./Request.ts"

/**
 * The wire language of `POST /completions`, and of `POST /fim/completions`.
 *
 * **Details**
 *
 * Answers are those of Chat Completions but for one field: `text` in place of a delta or a message. Some servers send
 * those here as well (Mistral). So both are read by one machine.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 * @category protocols
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name: "openai-completions",
  encodeRequest: Request.encodeRequest,
  ...Response.of("openai-completions")
}
