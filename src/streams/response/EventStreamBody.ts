/**
 * Decodes an event stream that arrived as one body, under the content type of JSON.
 */
import { Buffer } from "../framing/Buffer.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "./StreamDecoder.ts"

/**
 * Returns whether a body begins as an event stream does: with a field (llama.cpp has one named `error`) or a comment.
 */
export const isEventStream = (body: string): boolean =>
  /^\uFEFF?\s*(?:(?:event|data|id|retry)?:|error:\s*\{)/.test(body)

/**
 * Decodes a body with the decoder of streams. A body that fails delivers no events, so that it can be requested again.
 */
export const decode = (
  stream: (context: DecodeContext) => StreamDecoder,
  body: string,
  context: DecodeContext
): WholeResponse => {
  const decoder = stream(context)
  const events = [...decoder.push(Buffer.from(body)), ...decoder.end({ type: "end-of-body" })]
  return decoder.failure === undefined ? { events, failure: undefined } : { events: [], failure: decoder.failure }
}
