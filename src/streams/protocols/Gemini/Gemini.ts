/**
 * Google's generateContent as a protocol, as Gemini's API and Vertex AI speak it.
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import { Assembly } from "../../response/Assembly.ts"
import * as JsonStream from "../../response/JsonStream.ts"
import type { Protocol } from "../Protocol.ts"
import type { DecodeContext, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { protocol as name } from "./ResponseItems.ts"
import * as Response from "./Response.ts"
import { encodeRequest } from "./Request.ts"
import * as ResponseFrames from "./ResponseFrames.ts"

const decodeStream: Protocol["decodeStream"] = (context) => {
  const assembly = new Assembly({ assemble: context.assemble, keep: true })
  const machine = Response.machine(context, assembly)
  const reading = new JsonStream.Reading(context, assembly)
  return JsonStream.make(reading, machine, ResponseFrames.make(reading, machine))
}

/** Reads the array that a streamed answer is, when somebody has collected it. */
const collected = (body: string, context: DecodeContext): WholeResponse => {
  const decoder = decodeStream(context)
  const events = [...decoder.push(Buffer.from(body)), ...decoder.end({ type: "end-of-body" })]
  return decoder.failure === undefined ? { events, failure: undefined } : { events: [], failure: decoder.failure }
}

/**
 * The protocol `gemini`.
 *
 * **Details**
 *
 * Its completion contract is fulfilled by a finish reason after which no more content came, at the end of the body. An answer
 * that was not streamed is whole when its body is. A prompt that was blocked fails with a `ContentFilteredError`.
 *
 * @category models
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name,
  streamsJson: true,
  encodeRequest,
  decodeStream,
  decodeWhole: (body, context) =>
    /^\uFEFF?\s*\[/.test(body)
      ? collected(body, context)
      : WholeJson.read(body, context, (value, assembly) => Response.machine(context, assembly).response(value))
}
