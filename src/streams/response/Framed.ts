/**
 * Makes the decoder of a protocol whose framing depends on the provider's quirk.
 */
import type { Assembly } from "./Assembly.ts"
import * as EventStreamJson from "./EventStreamJson.ts"
import * as InvocationMetrics from "./InvocationMetrics.ts"
import type { FrameDecoder } from "./JsonStream.ts"
import * as SseJson from "./SseJson.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"

/** Makes the decoder of one streamed response. */
export const make = (context: DecodeContext, assembly: Assembly, decoder: FrameDecoder): StreamDecoder =>
  context.quirks.framing === "event-stream"
    ? EventStreamJson.make(context, assembly, InvocationMetrics.decoder(assembly, decoder))
    : SseJson.make(context, assembly, decoder)
