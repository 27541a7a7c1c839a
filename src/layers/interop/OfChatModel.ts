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
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type { CompletionError } from "../../domain/CompletionError.ts"
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

const partOptions = Effect.fnUntraced(function*(
  { toolCallValidation, tools }: Pick<LanguageModel.ProviderOptions, "tools" | "toolCallValidation">
) {
  const ids = yield* IdGenerator
  const clock = yield* Clock.Clock
  return {
    tools,
    isUnchecked: toolCallValidation === "deferred",
    serverTools: ServerTools.make(tools),
    responseId: yield* ids.generateId(),
    now: () => DateTime.formatIso(DateTime.makeUnsafe(clock.currentTimeMillisUnsafe()))
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

type Call = Pick<LanguageModel.ProviderOptions, "span" | "incrementalPrompt" | "incrementalFallback">

/**
 * Converts the errors of a model. Where the program keeps track of response ids, `effect/ai` repeats an invalid request
 * with the whole prompt. Sluice always sends the whole prompt, so the repeated call fails as the first one did, and
 * nothing is sent again.
 */
class Failures {
  readonly #rejected = new WeakMap<Tracer.Span, AiError.AiError>()

  /** Fails where the call repeats one that failed. */
  readonly check = ({ incrementalFallback, span }: Call): Effect.Effect<void, AiError.AiError> => {
    const rejected = incrementalFallback === true ? this.#rejected.get(span) : undefined
    return rejected === undefined ? Effect.void : Effect.fail(rejected)
  }

  /** Converts an error of a call. */
  readonly from = ({ incrementalPrompt, span }: Call, method: string) => (error: CompletionError): AiError.AiError => {
    const converted = AiErrors.from(error, method)
    if (incrementalPrompt !== undefined) this.#rejected.set(span, converted)
    return converted
  }
}

/** Makes the model. */
export const make = (
  defaults: Options,
  overrides: Context.Reference<Partial<Options>>
): Effect.Effect<LanguageModel.LanguageModel, never, ChatModel> =>
  Effect.flatMap(ChatModel, (chat) => {
    const failures = new Failures()

    const requestOf = Effect.fnUntraced(function*(options: LanguageModel.ProviderOptions) {
      yield* failures.check(options)
      const request = Request.make(options, { ...defaults, ...yield* overrides })
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
          Effect.mapError(failures.from(options, method))
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
          const events = chat.stream(request).pipe(Stream.mapError(failures.from(options, "streamText")))
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
