/**
 * Decodes text completions with the frame decoder of Chat Completions.
 *
 * Their responses have the `text` of a choice in place of a delta or a message. Some servers send deltas and messages
 * here as well (Mistral).
 *
 * @see https://platform.openai.com/docs/api-reference/completions/object
 */
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as Chat from "../OpenAiChat/Response.ts"

/** The protocol's name, which items carry. */
export const name = "openai-completions"

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => Chat.stream(context, name)

/** Decodes a body that was not streamed. */
export const whole = (body: string, context: DecodeContext): WholeResponse => Chat.whole(body, context, name)
