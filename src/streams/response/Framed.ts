/**
 * Makes the decoder of a protocol whose framing depends on the provider's quirk.
 */
import type { Assembly } from "./Assembly.ts"
import * as EventStreamJson from "./EventStreamJson.ts"
import type { FrameDecoder } from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import * as SseJson from "./SseJson.ts"

/** Makes the decoder of one stream. */
export const make = (context: DecodeContext, assembly: Assembly, decoder: FrameDecoder): StreamDecoder =>
  (context.quirks.framing === "event-stream" ? EventStreamJson : SseJson).make(context, assembly, decoder)
