/**
 * Transcripts over HTTP.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { type CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { TranscriptionBinding } from "../../domain/Operations.ts"
import type { Transcript, TranscriptionEvent, TranscriptionRequest } from "../../domain/Transcription.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import { Transcription } from "../../services/Transcription.ts"
import { carrier } from "../../streams/audio/SpeechWireFormats.ts"
import * as TranscriptionWireFormats from "../../streams/audio/TranscriptionWireFormats.ts"
import * as Transcripts from "../../streams/audio/Transcripts.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import * as Address from "../configuration/Address.ts"
import * as Ask from "../call/PlainRequest.ts"
import * as Exchange from "../call/Caller.ts"
import type { Answer } from "../call/Transport.ts"
import * as Flaws from "../call/RequestProblem.ts"
import * as Pulled from "../call/PulledEvents.ts"
import * as Upload from "./Upload.ts"

type Task = NonNullable<TranscriptionBinding["task"]>

/** Documents of subtitles, and plain text, are the body as it is. */
const plain: ReadonlySet<string | undefined> = new Set(["text", "srt", "vtt"])

const completed = (transcript: Transcript): ReadonlyArray<TranscriptionEvent> => [
  ...(transcript.text === "" ? [] : [{ _tag: "TranscriptDelta" as const, delta: transcript.text }]),
  { _tag: "TranscriptCompleted", transcript }
]

const make = Effect.gen(function*() {
  const exchange = yield* Exchange.make
  const registry = yield* ProviderRegistry
  const settings = yield* SluiceConfig

  const prepare = Effect.fnUntraced(function*(
    request: TranscriptionRequest,
    task: Task,
    wantsStream: boolean
  ): Effect.fn.Return<Ask.Ask, CompletionError> {
    const { model, provider } = yield* registry.resolve(request.model)
    const binding = yield* Effect.fromResult(Address.operationOf(
      provider,
      provider.definition.transcription?.filter((binding) => (binding.task ?? "transcribe") === task),
      model,
      task === "translate" ? "translate speech" : "transcribe speech"
    ))
    const known = { provider: provider.definition.id, model }
    const streamed = wantsStream && binding.streams !== false
    const written = yield* Effect.fromResult(TranscriptionWireFormats.encode(request, { ...known, binding, streamed }))
    yield* Effect.fromResult(
      Result.mapError(Flaws.jsonOf(written.values), (flaw) => new InvalidRequestError({ ...known, ...flaw }))
    )
    const upload = yield* Upload.make(written, request.file, known)
    return yield* Effect.fromResult(Ask.make(provider, {
      operation: task === "translate" ? "translation" : "transcription",
      endpoint: binding,
      model,
      accept: streamed ? "text/event-stream, application/json" : "application/json, text/plain",
      headers: request.headers,
      numbers: { temperature: request.temperature },
      ...upload
    }))
  })

  /** Reads a whole body, in the format that was asked for: a failure in it is JSON whatever that is. */
  const whole = Effect.fnUntraced(function*(
    answer: Answer,
    request: TranscriptionRequest
  ): Effect.fn.Return<Transcript, CompletionError> {
    const body = yield* Exchange.bodyOf(answer, settings.maxResponseBytes)
    return plain.has(request.format) && carrier(answer.headers["content-type"]) !== "json"
      ? Transcripts.fromText(body)
      : yield* Effect.fromResult(JsonBody.read(body, answer.context, Transcripts.fromJson))
  })

  const all = (task: Task) =>
    Effect.fnUntraced(function*(request: TranscriptionRequest): Effect.fn.Return<Transcript, CompletionError> {
      const ask = yield* prepare(request, task, false)
      return yield* Effect.scoped(exchange.open(ask, (answer) => whole(answer, request)))
    })

  const stream = (request: TranscriptionRequest): Stream.Stream<TranscriptionEvent, CompletionError> =>
    Stream.unwrap(Effect.gen(function*() {
      const ask = yield* prepare(request, "transcribe", true)
      return yield* exchange.open(ask, (answer) =>
        // Models that cannot stream answer as if nobody had asked them to.
        carrier(answer.headers["content-type"]) === "events"
          ? Pulled.begun(Pulled.events(answer, Transcripts.reader(answer.context)))
          : Effect.map(whole(answer, request), (transcript) => Stream.fromIterable(completed(transcript))))
    }))

  return Transcription.of({
    transcribe: (request) => Exchange.ofWhole(all("transcribe")(request)),
    translate: (request) => Exchange.ofWhole(all("translate")(request)),
    stream
  })
})

/**
 * Layer that provides `Transcription` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are read
 * when it is built; a `RetryPolicy` that is provided to a single call goes before the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Transcription, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Transcription,
  make
)
