/**
 * The decoder of a protocol whose events come in one of several framings, as the provider's quirk says.
 *
 * @since 0.1.0
 */
import type { Assembly } from "./Assembly.ts"
import * as EventStreamJson from "./EventStreamJson.ts"
import type { FrameDecoder } from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import * as SseJson from "./SseJson.ts"

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: FrameDecoder): StreamDecoder =>
  (context.quirks.framing === "event-stream" ? EventStreamJson : SseJson).make(context, assembly, machine)
