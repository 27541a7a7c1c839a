/**
 * Speech over HTTP.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import {
  type CompletionError,
  IncompleteStreamError,
  MalformedResponseError,
  type ProviderError
} from "../../domain/CompletionError.ts"
import type { SpeechRequest, SpokenText } from "../../domain/Speech.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import { Speech } from "../../services/Speech.ts"
import * as SpeechWireFormats from "../../streams/audio/SpeechWireFormats.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import type { DecodeContext, Ending } from "../../streams/response/StreamDecoder.ts"
import * as Address from "../configuration/Address.ts"
import * as Ask from "../call/PlainRequest.ts"
import * as Exchange from "../call/Caller.ts"
import type { Answer } from "../call/Transport.ts"
import { tooLong } from "../call/Body.ts"
import * as Pulled from "../call/PulledEvents.ts"

/** Sound that has begun. `usage` is known when it has ended. */
interface Sound {
  readonly mediaType: string
  readonly audio: Stream.Stream<Uint8Array, CompletionError>
  readonly context: DecodeContext
  readonly usage: () => TokenUsage | null
}

/** How many bytes a body has, where the header tells: of a compressed one it tells something else. */
const promised = ({ headers }: Answer): number | undefined => {
  const length = headers["content-length"]
  return length === undefined || headers["content-encoding"] !== undefined || !/^\d+$/.test(length)
    ? undefined
    : Number(length)
}

/** Pulls sound that is the body itself: the end of the body is all that proves it whole, and its length where that is told. */
const bytesOf = (answer: Answer): Pulled.Pulled<Uint8Array> => {
  const { bytes, context } = answer
  const length = promised(answer)
  let read = 0
  const cut = (ending: Exclude<Ending, { readonly type: "failed" }>): ProviderError =>
    new IncompleteStreamError({
      ...context.error,
      ...(ending.type === "connection-lost" && ending.code !== undefined ? { code: ending.code } : {}),
      detail: `${read} bytes of sound came${length === undefined ? "" : ` of ${length}`}`,
      ending: ending.type,
      missing: ["end-of-body"],
      evidence: []
    })
  return bytes.read<Arr.NonEmptyReadonlyArray<Uint8Array>, ProviderError>({
    chunks: (chunks) => {
      for (const chunk of chunks) read += chunk.length
      answer.silence.heard(0, true)
      return Effect.succeed(chunks)
    },
    fruitless: () => {},
    ended: (why) => {
      if (!Cause.isDone(why)) {
        const ending = bytes.ending(why)
        return Effect.fail(ending.type === "failed" ? ending.error : cut(ending))
      }
      if (length !== undefined && read !== length) return Effect.fail(cut({ type: "end-of-body" }))
      return read === 0
        ? Effect.fail(new MalformedResponseError({ ...context.error, detail: "the body is empty" }))
        : Cause.done()
    }
  })
}

const make = Effect.gen(function*() {
  const exchange = yield* Exchange.make
  const registry = yield* ProviderRegistry
  const settings = yield* SluiceConfig

  const soundOf = Effect.fnUntraced(function*(
    answer: Answer,
    request: SpeechRequest
  ): Effect.fn.Return<Sound, CompletionError> {
    const contentType = answer.headers["content-type"]
    const mediaType = SpeechWireFormats.mediaType(request.format)
    const { context } = answer
    switch (SpeechWireFormats.carrier(contentType)) {
      case "bytes":
        return {
          mediaType: contentType ?? mediaType,
          audio: yield* Pulled.begun(bytesOf(answer)),
          context,
          usage: () => null
        }
      case "events": {
        let usage: TokenUsage | null = null
        const reader = SpeechWireFormats.reader(context, (told) => {
          usage = told
        })
        return { mediaType, audio: yield* Pulled.begun(Pulled.events(answer, reader)), context, usage: () => usage }
      }
      case "text": {
        const body = yield* Exchange.bodyOf(answer, settings.maxResponseBytes)
        return yield* Effect.fail(JsonBody.malformed(body, "the body is text and no sound", context))
      }
      case "json": {
        const body = yield* Exchange.bodyOf(answer, settings.maxResponseBytes)
        const audio = yield* Effect.fromResult(JsonBody.read(body, context, SpeechWireFormats.fromJson))
        return { mediaType, audio: Stream.succeed(audio), context, usage: () => null }
      }
    }
  })

  const open = Effect.fnUntraced(function*(
    request: SpeechRequest
  ): Effect.fn.Return<Sound, CompletionError, Scope.Scope> {
    const { model, provider } = yield* registry.resolve(request.model)
    const binding = yield* Effect.fromResult(
      Address.operationOf(provider, provider.definition.speech, model, "speak")
    )
    const body = SpeechWireFormats.encode(request, { provider: provider.definition.id, model, binding })
    const ask = yield* Effect.fromResult(Ask.make(provider, {
      operation: "speech",
      endpoint: binding,
      model,
      accept: "audio/*, text/event-stream, application/json",
      json: body,
      headers: request.headers,
      numbers: { speed: request.speed }
    }))
    return yield* exchange.open(ask, (answer) => soundOf(answer, request))
  })

  return Speech.of({
    stream: (request) => Stream.unwrap(Effect.map(open(request), ({ audio }) => audio)),
    speak: (request) =>
      Effect.scoped(Effect.gen(function*(): Effect.fn.Return<SpokenText, CompletionError, Scope.Scope> {
        const { audio, context, mediaType, usage } = yield* open(request)
        const limit = settings.maxResponseBytes
        const whole = Stream.limitBytes(audio, limit, () => Stream.fail(tooLong(context.error, limit)))
        return { audio: yield* Stream.mkUint8Array(whole), mediaType, usage: usage() }
      }))
  })
})

/**
 * Layer that provides `Speech` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are read when it
 * is built; a `RetryPolicy` that is provided to a single call goes before the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Speech, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(Speech, make)
