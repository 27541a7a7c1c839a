/**
 * Makes the `LanguageModel` of `effect/ai`. `EffectLanguageModel` loads this module on first use, because programs that
 * use no `LanguageModel` do not need the modules that it imports.
 */
import * as AiError from "effect/ai/AiError"
import { IdGenerator } from "effect/ai/IdGenerator"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import * as AiErrors from "./AiErrors.ts"
import type { Options } from "./EffectLanguageModel.ts"
import * as ObjectText from "./language/ObjectText.ts"
import * as Request from "./language/Request.ts"
import * as ServerTools from "./language/ServerTools.ts"
import * as Spans from "./language/Spans.ts"
import { type Options as PartOptions, StreamParts } from "./language/StreamParts.ts"
import * as WholeParts from "./language/WholeParts.ts"

type Parts<E> = Pull.Pull<Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>, E>

const notJson = (toolName: string, method: string): AiError.AiError =>
  AiError.make({
    module: "sluice",
    method,
    reason: new AiError.ToolParameterValidationError({
      toolName,
      description: "The arguments of the tool call are not JSON"
    })
  })

const partOptions = Effect.fnUntraced(function*({ tools }: Pick<LanguageModel.ProviderOptions, "tools">) {
  const ids = yield* IdGenerator
  const clock = yield* Clock.Clock
  return {
    tools,
    serverTools: ServerTools.make(tools),
    responseId: yield* ids.generateId(),
    now: () => new Date(clock.currentTimeMillisUnsafe()).toISOString()
  } satisfies PartOptions
})

/** Converts the arrays of events one by one, so that an array of the network stays one array. */
const toParts = (
  events: Stream.Stream<ResponseEvent, AiError.AiError>,
  parts: StreamParts,
  span: Tracer.Span
): Stream.Stream<Response.StreamPartEncoded, AiError.AiError> =>
  Stream.transformPull(events, (pull) => {
    const next: Parts<AiError.AiError> = Effect.suspend(() =>
      parts.unusable === undefined
        ? Effect.flatMap(pull, (array) => {
          const out = parts.push(array)
          const last = array[array.length - 1]
          if (last?._tag === "Completed") Spans.end(span, last)
          return Arr.isReadonlyArrayNonEmpty(out) ? Effect.succeed(out) : next
        })
        : Effect.fail(notJson(parts.unusable, "streamText"))
    )
    return Effect.succeed(next)
  })

/** Makes the model. */
export const make = (
  defaults: Options,
  overrides: Context.Reference<Partial<Options>>
): Effect.Effect<LanguageModel.LanguageModel, never, ChatModel> =>
  Effect.flatMap(ChatModel, (chat) => {
    const requestOf = (options: LanguageModel.ProviderOptions) =>
      Effect.map(overrides, (changes) => {
        const request = Request.make(options, { ...defaults, ...changes })
        Spans.begin(options.span, request)
        return request
      })

    return LanguageModel.make({
      // The text of an object is in the shape that the JSON codec of its schema reads.
      codecTransformer: (schema) => ({ codec: Schema.toCodecJson(schema), jsonSchema: {} }),
      supportsSystemMessagesInHistory: Effect.succeed(true),

      generateText: Effect.fnUntraced(function*(options) {
        const { responseFormat, span } = options
        const method = responseFormat.type === "json" ? "generateObject" : "generateText"
        const completion = yield* chat.complete(yield* requestOf(options)).pipe(
          Effect.mapError((error) => AiErrors.from(error, method))
        )
        Spans.end(span, completion)
        const { parts, unusable } = WholeParts.fromCompletion(completion, yield* partOptions(options))
        if (unusable !== undefined) return yield* notJson(unusable, method)
        return responseFormat.type === "text"
          ? parts
          : yield* ObjectText.replaceTexts(parts, completion, responseFormat.schema)
      }),

      streamText: (options) =>
        Stream.unwrap(Effect.gen(function*() {
          const request = yield* requestOf(options)
          const events = chat.stream(request).pipe(Stream.mapError((error) => AiErrors.from(error, "streamText")))
          return toParts(events, new StreamParts(yield* partOptions(options)), options.span)
        })).pipe(Stream.provideService(Tracer.ParentSpan, options.span))
    })
  })

/** Layer that provides the model. */
export const layer = (
  defaults: Options,
  overrides: Context.Reference<Partial<Options>>
): Layer.Layer<LanguageModel.LanguageModel, never, ChatModel> =>
  Layer.effect(LanguageModel.LanguageModel, make(defaults, overrides))
