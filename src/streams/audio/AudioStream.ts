/**
 * Decodes event streams of audio and of transcripts: JSON in server-sent events, the last of which completes them.
 */
import type { Evidence } from "../../domain/ResponseEvent.ts"
import { ResponsePartial } from "../../domain/ResponsePartial.ts"
import { type JsonObject, nonEmpty } from "../json/Json.ts"
import type { TemplateRules } from "../json/SharedTemplate.ts"
import { classifyReported, failureInBody } from "../response/ErrorClassifier.ts"
import * as JsonStream from "../response/JsonStream.ts"
import * as SseJson from "../response/SseJson.ts"
import type { DecodeContext, StreamDecoder } from "../response/StreamDecoder.ts"

/** The events of one stream of audio or of a transcript. */
export class AudioOutput<A> implements JsonStream.Output<A> {
  completed = false
  readonly evidence: Array<Evidence> = []
  readonly #text: () => string
  #events: Array<A> = []

  /** `text` returns the text that has arrived. */
  constructor(text: () => string) {
    this.#text = text
  }

  /** Adds an event. */
  emit(event: A): void {
    this.#events.push(event)
  }

  /** Ends the stream, with a last event where there is one. */
  complete(event?: A): void {
    if (event !== undefined) this.#events.push(event)
    this.completed = true
  }

  saw(evidence: Evidence): void {
    if (!this.evidence.includes(evidence)) this.evidence.push(evidence)
  }

  take(): ReadonlyArray<A> {
    const events = this.#events
    if (events.length > 0) this.#events = []
    return events
  }

  partial(): ResponsePartial {
    return new ResponsePartial({
      responseId: null,
      model: null,
      text: this.#text(),
      reasoning: "",
      refusal: "",
      toolCalls: [],
      finishReasonRaw: null,
      usage: null
    })
  }
}

/**
 * Decodes an event of a known type into the output. Returns `false` if its type is unknown, or a sentence if the event
 * is not what its type says.
 */
export type DecodeEvent = (type: string, value: JsonObject) => boolean | string

/** No event matches a template: the few events of these streams are parsed. */
const templates: TemplateRules<JsonObject> = {
  isDelta: () => false,
  isRead: () => false,
  isText: () => false,
  unread: new Set()
}

/**
 * Makes the decoder of one stream. An event of an unknown type that reports a failure fails it; any other is ignored.
 * The type of an event is its field `type`, or `object` (vLLM), or its name. `onDone` decodes `[DONE]`.
 */
export const make = <A>(
  context: DecodeContext,
  output: AudioOutput<A>,
  decodeEvent: DecodeEvent,
  onDone: () => void = () => {}
): StreamDecoder<A> => {
  const frame = (value: JsonObject, event: string): JsonStream.FrameProblem | undefined => {
    const type = nonEmpty(value.type) ?? nonEmpty(value.object) ?? event
    const decoded = decodeEvent(type, value)
    if (typeof decoded === "string") return decoded
    if (decoded) return undefined
    return type === "error"
      ? classifyReported(value, context, { partial: output.partial() })
      : failureInBody(value, context)
  }
  return SseJson.of(new JsonStream.Reading(context, output), {
    frame,
    doneMarker: onDone,
    isWhole: () => output.completed,
    contract: ["terminal-event"],
    finish: () => {},
    templates
  })
}
