/**
 * Makes a `ChatModel` of a `LanguageModel` of `effect/ai`. `EffectLanguageModel` loads this module on first use.
 */
import * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Completion from "../../domain/Completion.ts"
import { type CompletionError, IncompleteStreamError, StreamFailedError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import * as LanguageRequest from "./language/LanguageRequest.ts"
import { namesOf } from "./language/Names.ts"
import * as OfAiError from "./language/OfAiError.ts"
import { PartEvents } from "./language/PartEvents.ts"

type Part = Response.AnyPart
type Names = { readonly provider: string; readonly model: string }

const isStarted = (events: PartEvents): boolean => {
  const { reasoning, refusal, text } = events.partial
  return text !== "" || reasoning !== "" || refusal !== ""
}

const failing = (names: Names, events: PartEvents): OfAiError.Failing => ({
  ...names,
  ...(isStarted(events) ? { partial: events.partial } : {})
})

/** Returns the error that the model reported as a part. */
const reported = (error: unknown, context: OfAiError.Failing): CompletionError =>
  AiError.isAiError(error) ? OfAiError.convert(error, context) : new StreamFailedError(context)

const incomplete = (names: Names, events: PartEvents) =>
  new IncompleteStreamError({
    ...failing(names, events),
    ending: "end-of-body",
    missing: ["finish-reason"],
    evidence: []
  })

/** Converts the arrays of parts one by one, so that an array of the network stays one array. */
const toEvents = (
  parts: Stream.Stream<Part, AiError.AiError>,
  events: PartEvents,
  names: Names
): Stream.Stream<ResponseEvent, CompletionError> =>
  Stream.transformPull(parts, (pull) => {
    const next: Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>, CompletionError> = Effect.suspend(() => {
      if (events.isComplete) return Cause.done()
      if (events.failure !== undefined) return Effect.fail(reported(events.failure.error, failing(names, events)))
      return pull.pipe(
        Effect.catchTag("AiError", (error) => Effect.fail(OfAiError.convert(error, failing(names, events)))),
        Pull.catchDone(() => Effect.fail(incomplete(names, events))),
        Effect.flatMap((array) => {
          const out = events.push(array)
          return Arr.isReadonlyArrayNonEmpty(out) ? Effect.succeed(out) : next
        })
      )
    })
    return Effect.succeed(next)
  })

/** Replaces the texts by one: the object in the shape of the request's schema, whatever its provider made of that. */
const withValue = (
  content: ReadonlyArray<Part>,
  schema: Schema.Top,
  value: unknown
): Effect.Effect<ReadonlyArray<Part>, Schema.SchemaError> =>
  Effect.map(
    Schema.encodeUnknownEffect(Schema.toCodecJson(schema) as unknown as Schema.Codec<unknown>)(value),
    (encoded) => {
      const last = content.findLastIndex((part) => part.type === "text" && part.text !== "")
      return content.flatMap((part, position) => {
        if (part.type !== "text" || part.text === "") return [part]
        return position === last ? [{ ...part, text: JSON.stringify(encoded) }] : []
      })
    }
  )

/** Makes the chat model. */
export const make: Effect.Effect<ChatModel["Service"], never, LanguageModel.LanguageModel> = Effect.gen(function*() {
  const model = yield* LanguageModel.LanguageModel

  /** Requests all parts at once. */
  const contentOf = Effect.fnUntraced(
    function*({ options, output }: LanguageRequest.LanguageRequest) {
      if (output === undefined) return (yield* model.generateText(options as never)).content as ReadonlyArray<Part>
      const { content, value } = yield* model.generateObject({
        ...options,
        schema: output.schema as never,
        objectName: output.name
      })
      return yield* withValue(content as ReadonlyArray<Part>, output.schema, value)
    },
    Effect.catchTag("SchemaError", () =>
      Effect.fail(AiError.make({
        module: "sluice",
        method: "complete",
        reason: new AiError.UnsupportedSchemaError({ description: "A value of the schema cannot be written as JSON" })
      })))
  ) as (request: LanguageRequest.LanguageRequest) => Effect.Effect<ReadonlyArray<Part>, AiError.AiError>

  const events = (input: CompletionRequestInput, isStreamed: boolean): Stream.Stream<ResponseEvent, CompletionError> =>
    Stream.unwrap(Effect.map(LanguageRequest.make(input), (request) => {
      const names = namesOf(input.model)
      const parts = isStreamed && request.output === undefined
        ? model.streamText(request.options as never) as Stream.Stream<Part, AiError.AiError>
        : Stream.fromIterableEffect(contentOf(request))
      return toEvents(parts, new PartEvents(request.warnings), names)
    }))

  return ChatModel.of({
    stream: (input) => events(input, true),
    complete: (input, { transport = "stream" } = {}) =>
      Effect.map(Stream.runCollect(events(input, transport === "stream")), Completion.fromEvents)
  })
})

/** Layer that provides the chat model. */
export const layer: Layer.Layer<ChatModel, never, LanguageModel.LanguageModel> = Layer.effect(ChatModel, make)
