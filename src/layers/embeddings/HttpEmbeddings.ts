/**
 * Provides embeddings over HTTP: divides the inputs into requests, sends some at a time, and joins their vectors in
 * order.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { amend, type CompletionError, isProviderError } from "../../domain/CompletionError.ts"
import { EmbeddedPart } from "../../domain/EmbeddedPart.ts"
import {
  type Embedding,
  type EmbeddingBatch,
  type EmbeddingEncoding,
  type EmbeddingRequest,
  type EmbeddingResponse,
  packed,
  type Vector,
  type VectorOf
} from "../../domain/Embedding.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import type { EmbeddingBinding } from "../../domain/Operations.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { Embeddings } from "../../services/Embeddings.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as Batches from "../../streams/embeddings/Batches.ts"
import type { DecodedEmbeddings } from "../../streams/embeddings/WireFormat.ts"
import * as WireFormats from "../../streams/embeddings/WireFormats.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as Address from "../configuration/Address.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import type { PreparedRequest } from "../call/PreparedRequest.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import type { Target } from "../resilience/Policy.ts"

const defaultConcurrency = 4

/** What the operation is made from. */
interface Environment {
  readonly registry: ProviderRegistry["Service"]
  readonly caller: Caller.Caller
}

/** The result of a batch: what was embedded of it, and the error of the rest. */
interface Outcome {
  readonly done: ReadonlyArray<EmbeddingBatch<Vector>>
  readonly failure: ExchangeError | undefined
}

/** An embedding request that is divided into batches. */
interface Job {
  readonly environment: Environment
  readonly target: Target
  readonly request: EmbeddingRequest
  /** How many inputs a request may have, by the errors of the provider so far. */
  readonly learned: { maxInputs: number }
}

interface PreparedEmbeddings extends PreparedRequest {
  readonly binding: EmbeddingBinding
}

const nothing: Outcome = { done: [], failure: undefined }

const bindingOf = (provider: Provider, model: string, request: EmbeddingRequest) =>
  Address.operationOf(
    provider,
    provider.definition.embeddings?.filter(({ when }) => when === undefined || request.purpose !== undefined),
    model,
    "embed"
  )

const prepare = Effect.fnUntraced(function*(
  { registry }: Environment,
  target: Target,
  request: EmbeddingRequest,
  inputs: Batches.Batch["inputs"]
): Effect.fn.Return<PreparedEmbeddings, CompletionError> {
  const provider = yield* registry.provider(target.provider)
  const model = target.model ?? ""
  const binding = yield* Effect.fromResult(bindingOf(provider, model, request))
  const context = { provider: provider.definition.id, model, binding }
  const json = yield* Effect.fromResult(WireFormats.encode(inputs, request, context))
  const prepared = yield* Effect.fromResult(
    PlainRequest.prepare(provider, { endpoint: binding, model, json, headers: request.headers })
  )
  return { ...prepared, binding }
})

/** Sends one request for the inputs of a batch. */
const embedBatch = ({ environment, request, target }: Job, batch: Batches.Batch) =>
  Effect.map(
    Caller.ofWhole(environment.caller.one<DecodedEmbeddings, PreparedEmbeddings>({
      operation: "embeddings",
      target,
      headers: request.headers,
      timeouts: request.timeouts,
      usageOf: ({ usage }) => usage,
      tokenBound: () => Effect.succeed(TokenBounds.ofTexts(batch.inputs)),
      prepare: (to) => prepare(environment, to, request, batch.inputs),
      decode: (response, { binding }) =>
        Effect.map(
          Body.jsonOf(
            response,
            environment.caller.settings.maxResponseBytes,
            (value) => WireFormats.decode(value, batch.inputs, request, { binding, headers: response.headers })
          ),
          Body.one
        )
    })),
    ({ model, usage, vectors }): EmbeddingBatch<Vector> => ({
      embeddings: vectors.map((vector, index) => ({ index: batch.first + index, vector })),
      model,
      usage
    })
  )

/** Embeds both halves of a batch, the second one only when the first succeeds. */
const byHalves = (job: Job, [left, right]: readonly [Batches.Batch, Batches.Batch]): Effect.Effect<Outcome> =>
  Effect.flatMap(attempt(job, left), (first) =>
    first.failure !== undefined
      ? Effect.succeed(first)
      : Effect.map(attempt(job, right), (second) => ({
        done: [...first.done, ...second.done],
        failure: second.failure
      })))

/** Embeds a batch, and returns an error instead of failing. A batch that is too large for the provider is halved. */
const attempt = (job: Job, batch: Batches.Batch): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    const halves = Batches.halve(batch)
    if (halves !== undefined && batch.inputs.length > job.learned.maxInputs) return byHalves(job, halves)
    return Effect.matchEffect(embedBatch(job, batch), {
      onSuccess: (embedded) => Effect.succeed<Outcome>({ done: [embedded], failure: undefined }),
      onFailure: (error) => {
        if (halves !== undefined && Batches.isTooMuch(error)) {
          job.learned.maxInputs = Math.min(job.learned.maxInputs, halves[0].inputs.length)
          return byHalves(job, halves)
        }
        const failure = isProviderError(error) ? amend(error, { inputs: Batches.places(batch) }) : error
        return Effect.succeed<Outcome>({ done: [], failure })
      }
    })
  })

/** Divides a request into batches, and emits the outcome of each in order. No batch starts after one has failed. */
const outcomes = Effect.fnUntraced(function*(
  environment: Environment,
  input: EmbeddingRequest
): Effect.fn.Return<Stream.Stream<Outcome>, ExchangeError> {
  const request = yield* RequestProblem.validate(environment.registry, RequestFields.embeddings, input)
  const { model, provider } = yield* environment.registry.resolve(request.model)
  const binding = yield* Effect.fromResult(bindingOf(provider, model, request))
  const target: Target = { provider: provider.definition.id, model }
  const job: Job = { environment, target, request, learned: { maxInputs: Infinity } }
  let failed = false
  return Stream.fromIterable(Batches.divide(request.inputs, WireFormats.limits(binding))).pipe(
    Stream.mapEffect(
      (batch) =>
        Effect.suspend(() =>
          failed ? Effect.succeed(nothing) : Effect.tap(attempt(job, batch), ({ failure }) =>
            Effect.sync(() => {
              if (failure !== undefined) failed = true
            }))
        ),
      { concurrency: Math.max(1, request.concurrency ?? defaultConcurrency) }
    )
  )
})

const stream = (
  environment: Environment,
  request: EmbeddingRequest
): Stream.Stream<EmbeddingBatch<Vector>, ExchangeError> =>
  Stream.unwrap(Effect.map(outcomes(environment, request), (all) => {
    let first: ExchangeError | undefined
    return all.pipe(
      Stream.flatMap(({ done, failure }) => {
        first ??= failure
        return Stream.fromIterable(done)
      }),
      Stream.concat(Stream.suspend(() => (first === undefined ? Stream.empty : Stream.fail(first))))
    )
  }))

const embed = Effect.fnUntraced(function*(
  environment: Environment,
  request: EmbeddingRequest
): Effect.fn.Return<EmbeddingResponse<Vector>, ExchangeError> {
  const embeddings: Array<Embedding<Vector>> = []
  let usage = TokenUsage.zero
  let model: string | null = null
  let requests = 0
  const keep = (batch: EmbeddingBatch<Vector>) => {
    for (const embedding of batch.embeddings) embeddings.push(embedding)
    usage = TokenUsage.add(usage, batch.usage)
    model ??= batch.model
    requests++
  }
  const ended = yield* Effect.result(
    Stream.runForEach(stream(environment, request), (batch) => Effect.sync(() => keep(batch)))
  )
  if (Result.isFailure(ended)) {
    const error = ended.failure
    return yield* Effect.fail(
      isProviderError(error) && embeddings.length > 0
        ? amend(error, { embedded: new EmbeddedPart({ embeddings, usage }) })
        : error
    )
  }
  const dimensions = (embeddings[0]?.vector.length ?? 0) * packed(request.encoding)
  return { embeddings, dimensions, model, usage, requests }
})

const make = Effect.gen(function*() {
  const environment: Environment = { registry: yield* ProviderRegistry, caller: yield* Caller.make }
  return Embeddings.of({
    embed: <Encoding extends EmbeddingEncoding>(request: EmbeddingRequest<Encoding>) =>
      // `streams/embeddings/Vectors` knows the type of each encoding; the compiler does not.
      embed(environment, request) as Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError>,
    stream: <Encoding extends EmbeddingEncoding>(request: EmbeddingRequest<Encoding>) =>
      stream(environment, request) as Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError>
  })
})

/**
 * Layer that provides `Embeddings` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are
 * read when it is built; a `RetryPolicy` that is provided to a single call replaces the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Embeddings, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Embeddings,
  make
)
