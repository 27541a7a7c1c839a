/**
 * Reads event streams of sound and of transcripts: JSON in server-sent events, of which one says that all is there.
 *
 * @since 0.1.0
 */
import { IncompleteStreamError, MalformedStreamError, type ProviderError } from "../../domain/CompletionError.ts"
import { ResponsePartial } from "../../domain/ResponsePartial.ts"
import * as Sse from "../framing/Sse.ts"
import { isObject, type JsonObject, parse } from "../json/Json.ts"
import { excerpt } from "../response/JsonStream.ts"
import type { DecodeContext, Ending } from "../response/StreamDecoder.ts"
import { classifyReported, failureInBody } from "../response/ErrorClassifier.ts"

/**
 * What is particular to a stream.
 *
 * **Details**
 *
 * `read` reads one event of the given type and answers what it brings, or a sentence when the event is not what it should be.
 * It calls `complete` when the event says that all is there. `text` is what had arrived, for the error of a cut stream.
 *
 * @category models
 * @since 0.1.0
 */
export interface Machine<A> {
  readonly read: (type: string, value: JsonObject, complete: () => void) => ReadonlyArray<A> | string
  readonly text: () => string
}

/**
 * A synchronous machine from the bytes of one response to what its events bring. After a call, `failure` is set when the
 * stream has failed; what is answered comes before it. `completed` is true once the event was seen that says that all is there.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventReader<A> {
  readonly pushAll: (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<A>
  readonly end: (ending: Ending) => ReadonlyArray<A>
  readonly failure: ProviderError | undefined
  readonly completed: boolean
}

/**
 * Makes the reader of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A>(context: DecodeContext, machine: Machine<A>): EventReader<A> => {
  let failure: ProviderError | undefined
  let completed = false
  let ready: Array<A> = []

  const partial = () =>
    new ResponsePartial({
      responseId: null,
      model: null,
      text: machine.text(),
      reasoning: "",
      refusal: "",
      toolCalls: [],
      finishReasonRaw: null,
      usage: null
    })
  const malformed = (detail: string, text: string): ProviderError =>
    new MalformedStreamError({
      ...context.error,
      detail,
      excerpt: excerpt(text, context),
      position: parser.position,
      partial: partial()
    })

  const onEvent: Sse.OnSseEvent = (event, data) => {
    const text = data.trim()
    if (failure !== undefined || completed || text === "" || text === "[DONE]") return
    const value = parse(data)
    if (!isObject(value)) {
      failure = malformed(value === undefined ? "an event is not JSON" : "an event is not a JSON object", data)
      return
    }
    const type = typeof value.type === "string" ? value.type : event
    const read = machine.read(type, value, () => {
      completed = true
    })
    if (typeof read === "string") failure = malformed(read, data)
    else if (read.length > 0) { for (const entry of read) ready.push(entry) }
    else if (!completed) {
      failure = type === "error"
        ? classifyReported(value, context, { partial: partial() })
        : failureInBody(value, context)
    }
  }

  const parser = Sse.make(onEvent, context.limits)

  const take = (): ReadonlyArray<A> => {
    const taken = ready
    ready = []
    return taken
  }

  const incomplete = (ending: Exclude<Ending, { readonly type: "failed" }>): ProviderError =>
    new IncompleteStreamError({
      ...context.error,
      ...(ending.type === "connection-lost" && ending.code !== undefined ? { code: ending.code } : {}),
      ...(ending.type === "connection-lost" && ending.detail !== undefined
        ? { detail: context.scrub(ending.detail) }
        : {}),
      ending: ending.type,
      missing: ["terminal-event"],
      evidence: [],
      partial: partial()
    })

  return {
    pushAll: (chunks) => {
      for (const chunk of chunks) {
        if (failure !== undefined || completed) break
        parser.push(chunk)
        if (parser.overflow !== undefined && failure === undefined && !completed) {
          failure = malformed(
            `a ${parser.overflow.what} is longer than the limit of ${parser.overflow.limit} bytes`,
            ""
          )
        }
      }
      return take()
    },
    end: (ending) => {
      if (failure === undefined && !completed) parser.salvage()
      if (failure === undefined && !completed) failure = ending.type === "failed" ? ending.error : incomplete(ending)
      return take()
    },
    get failure() {
      return failure
    },
    get completed() {
      return completed
    }
  }
}
