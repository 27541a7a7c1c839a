/**
 * Decodes the response of a completion request to events.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as AnyBody from "../../streams/response/AnyBody.ts"
import type { DecodeContext } from "../../streams/response/StreamDecoder.ts"
import type { Protocol } from "../../streams/protocols/Protocol.ts"
import { type Body, notWhole, readText } from "../call/Body.ts"
import * as PulledEvents from "../call/PulledEvents.ts"
import type { Response } from "../call/Response.ts"
import type { Values } from "../resilience/Policy.ts"
import type { PreparedCompletion } from "./PreparedCompletion.ts"
import { converted } from "./OutputByTool.ts"
import { restored } from "./RestoredToolCalls.ts"

/** Emits all events in one array, and then fails or ends. */
const once = (events: ReadonlyArray<ResponseEvent>, failure: ProviderError | undefined): Values<ResponseEvent> => {
  let isEmitted = false
  return Effect.suspend((): Values<ResponseEvent> => {
    if (!isEmitted && Arr.isReadonlyArrayNonEmpty(events)) {
      isEmitted = true
      return Effect.succeed(events)
    }
    return failure === undefined ? Cause.done() : Effect.fail(failure)
  })
}

const decodeWhole = (protocol: Protocol, body: Body, context: DecodeContext, limit: number): Values<ResponseEvent> => {
  const { events, failure } = protocol.decodeWhole(body.text, context)
  // A body that was cut is malformed because of that.
  const isMalformed = failure?._tag === "MalformedResponseError"
  return once(events, (isMalformed ? notWhole(body, context, limit) : undefined) ?? failure)
}

const delta = (event: ResponseEvent): string => ("delta" in event ? event.delta : "")

/** Only events with content count as progress: lifecycle events come at once, and then nothing may come for minutes. */
const progress: PulledEvents.Progress<ResponseEvent> = {
  isContent: ({ _tag }) =>
    _tag !== "Created" && _tag !== "RateLimits" && _tag !== "OutputItemAdded" && _tag !== "ReasoningSummaryPartAdded",
  charactersOf: (event) => delta(event).length
}

/** Decodes a response: as a stream where one was requested and the body is one, and whole otherwise. */
export const decode = (
  response: Response,
  { isStreamed, outputTool, protocol, reshapedTools }: PreparedCompletion
): Effect.Effect<Values<ResponseEvent>> => {
  const { bytes, context, maxBytes } = response
  // Some servers send a whole response where a stream was requested, and streams under the content type of JSON.
  const values = isStreamed
    ? Effect.succeed(PulledEvents.make(response, AnyBody.decode(protocol, context, maxBytes), progress))
    : Effect.map(
      readText(bytes, maxBytes),
      (body) => decodeWhole(protocol, body, context, maxBytes)
    )
  if (outputTool === undefined && reshapedTools === undefined) return values
  return Effect.map(values, (events) => {
    const output = outputTool === undefined ? events : converted(events, outputTool)
    return reshapedTools === undefined ? output : restored(output, reshapedTools)
  })
}
