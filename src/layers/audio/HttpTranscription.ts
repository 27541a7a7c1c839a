/**
 * Provides transcription over HTTP.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import type { TranscriptionBinding } from "../../domain/Operations.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { Transcript, TranscriptionEvent, TranscriptionRequest } from "../../domain/Transcription.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { Transcription } from "../../services/Transcription.ts"
import { carrier } from "../../streams/audio/SpeechWireFormats.ts"
import * as Transcripts from "../../streams/audio/Transcripts.ts"
import * as TranscriptionWireFormats from "../../streams/audio/TranscriptionWireFormats.ts"
import { failureInBody } from "../../streams/response/ErrorClassifier.ts"
import { malformed, parseBody } from "../../streams/response/JsonBody.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as OperationWarnings from "../call/OperationWarnings.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import type { PreparedRequest } from "../call/PreparedRequest.ts"
import * as PulledEvents from "../call/PulledEvents.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import type { Response } from "../call/Response.ts"
import * as Address from "../configuration/Address.ts"
import type { Target, Values } from "../resilience/Policy.ts"
import * as Upload from "./Upload.ts"

type Task = NonNullable<TranscriptionBinding["task"]>

/** The formats in which the body itself is the transcript. */
const plainFormats: ReadonlySet<string | undefined> = new Set(["text", "srt", "vtt"])

/** Emits the events of a transcript that was not streamed. */
const completed = (transcript: Transcript): Values<TranscriptionEvent> => {
  const end: TranscriptionEvent = { _tag: "TranscriptCompleted", transcript }
  return transcript.text === ""
    ? Body.one(end)
    : Body.values<TranscriptionEvent>([{ _tag: "TranscriptDelta", delta: transcript.text }, end])
}

/** An encoded transcription request. */
interface PreparedTranscription extends PreparedRequest {
  /** Whether a stream was requested. */
  readonly isStreamed: boolean
  /** Replaces the error of an attempt that failed because the file could not be read. */
  readonly explain: Upload.Upload["explain"]
}

const progress: PulledEvents.Progress<TranscriptionEvent> = {
  isContent: () => true,
  charactersOf: (event) => (event._tag === "TranscriptDelta" ? event.delta.length : 0)
}

const usageOf = (event: TranscriptionEvent) => event._tag === "TranscriptCompleted" ? event.transcript.usage : undefined

/** What the operation is made from. */
interface Environment {
  readonly registry: ProviderRegistry["Service"]
  readonly caller: Caller.Caller
}

const bindingOf = (provider: Provider, model: string, task: Task) =>
  Address.operationOf(
    provider,
    provider.definition.transcription?.filter((binding) => (binding.task ?? "transcribe") === task),
    model,
    task === "translate" ? "translate speech" : "transcribe speech"
  )

/** Reads a body that is the transcript itself. A page, or an error that comes in its place, fails. */
const decodeDocument = (response: Response): Effect.Effect<Transcript, CompletionError> => {
  const isJson = carrier(response.headers["content-type"]) === "json"
  return Effect.flatMap(Body.textOf(response), (body) =>
    Effect.fromResult(
      Result.mapError(Transcripts.fromDocument(body, isJson), (problem) =>
        failureInBody(parseBody(body), response.context) ?? malformed(body, problem, response.context))
    ))
}

/** Reads a whole body in the requested format. */
const decodeWhole = (
  response: Response,
  request: TranscriptionRequest
): Effect.Effect<Values<TranscriptionEvent>, CompletionError> =>
  Effect.map(
    plainFormats.has(request.format)
      ? decodeDocument(response)
      : Body.jsonOf(response, Transcripts.fromJson),
    completed
  )

/** Decodes a response. Models that cannot stream respond as if no stream had been requested. */
const decode = (
  response: Response,
  request: TranscriptionRequest,
  { isStreamed }: PreparedTranscription
): Effect.Effect<Values<TranscriptionEvent>, CompletionError> =>
  isStreamed && carrier(response.headers["content-type"]) === "events"
    ? Effect.succeed(PulledEvents.make(response, Transcripts.decodeEvents(response.context), progress))
    : decodeWhole(response, request)

/** Adds warnings to the completed transcript, and logs them when it is complete. */
const warn = (
  caller: Caller.Caller,
  target: Target,
  values: Values<TranscriptionEvent>,
  warnings: ReadonlyArray<Warning>
): Values<TranscriptionEvent> =>
  Effect.flatMap(values, (events) => {
    const warned = Arr.map(events, (event): TranscriptionEvent =>
      event._tag === "TranscriptCompleted"
        ? { ...event, transcript: { ...event.transcript, warnings } }
        : event)
    return events.some(({ _tag }) => _tag === "TranscriptCompleted")
      ? Effect.as(OperationWarnings.log(caller, target, warnings), warned)
      : Effect.succeed(warned)
  })

/** What is transcribed, and how. */
interface Job {
  readonly request: TranscriptionRequest
  readonly task: Task
  readonly wantsStream: boolean
}

/** Encodes a job for a provider and a model. */
const prepare = Effect.fnUntraced(function*(
  { request, task, wantsStream }: Job,
  provider: Provider,
  model: string
): Effect.fn.Return<PreparedTranscription, CompletionError> {
  const binding = yield* Effect.fromResult(bindingOf(provider, model, task))
  const known = { provider: provider.definition.id, model }
  const isStreamed = wantsStream && binding.streams !== false
  const encoded = yield* Effect.fromResult(
    TranscriptionWireFormats.encode(request, { ...known, binding, streamed: isStreamed })
  )
  yield* Effect.fromResult(
    Result.mapError(
      RequestProblem.jsonOf(encoded.values),
      (problem) => new InvalidRequestError({ ...known, ...problem })
    )
  )
  const { body, explain } = yield* Upload.make(encoded, request.file, known)
  const prepared = yield* Effect.fromResult(PlainRequest.prepare(provider, {
    endpoint: binding,
    model,
    accept: isStreamed ? "text/event-stream, application/json" : "application/json, text/plain",
    headers: request.headers,
    body
  }))
  return { ...prepared, isStreamed, explain, warnings: encoded.warnings }
})

const open = Effect.fnUntraced(function*(
  { caller, registry }: Environment,
  { request: input, task, wantsStream }: Job,
  scope: Scope.Scope
): Effect.fn.Return<Values<TranscriptionEvent>, CompletionError> {
  const request = yield* RequestProblem.validate(registry, RequestFields.transcription, input)
  const job: Job = { request, task, wantsStream }
  const { model, provider } = yield* registry.resolve(request.model)
  yield* Effect.fromResult(bindingOf(provider, model, task))
  const target: Target = { provider: provider.definition.id, model }
  let explain = (error: CompletionError): CompletionError => error
  return yield* caller.pull<TranscriptionEvent, PreparedTranscription>({
    operation: task === "translate" ? "translation" : "transcription",
    target,
    headers: request.headers,
    timeouts: request.timeouts,
    retry: request.retry,
    isRepeatable: request.file.content instanceof Uint8Array || request.file.once !== true,
    usageOf,
    tokenBound: () => Effect.succeed(TokenBounds.ofAudio(request.file)),
    prepare: Effect.fnUntraced(function*(to: Target) {
      const prepared = yield* prepare(job, yield* registry.provider(to.provider), to.model ?? model)
      explain = prepared.explain
      return prepared
    }),
    decode: (response, prepared) => decode(response, request, prepared),
    warn: (values, warnings) => warn(caller, target, values, warnings),
    explain: (error) => explain(error)
  }, scope)
})

const events = (environment: Environment, job: Job): Stream.Stream<TranscriptionEvent, CompletionError> =>
  Stream.fromChannel(Channel.fromTransform((_upstream, scope) => open(environment, job, scope)))

/** Returns the transcript of a request that is not streamed. */
const whole = (
  environment: Environment,
  request: TranscriptionRequest,
  task: Task
): Effect.Effect<Transcript, ExchangeError> =>
  Stream.runFold(
    events(environment, { request, task, wantsStream: false }),
    (): Transcript | undefined => undefined,
    (found, event) => event._tag === "TranscriptCompleted" ? event.transcript : found
  ).pipe(
    Effect.flatMap((transcript) =>
      transcript === undefined
        ? Effect.die(new Error("a transcript ended without its event"))
        : Effect.succeed(transcript)
    ),
    Caller.ofWhole
  )

const make = Effect.gen(function*() {
  const environment: Environment = { registry: yield* ProviderRegistry, caller: yield* Caller.make }
  return Transcription.of({
    transcribe: (request) => whole(environment, request, "transcribe"),
    translate: (request) => whole(environment, request, "translate"),
    stream: (request) => events(environment, { request, task: "transcribe", wantsStream: true })
  })
})

/**
 * Layer that provides `Transcription` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy`
 * are those of each call, and else those of the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Transcription, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Transcription,
  make
)
