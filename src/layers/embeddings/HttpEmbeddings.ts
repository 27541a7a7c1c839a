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
import {
  amend,
  type CompletionError,
  type ConfigurationError,
  isProviderError,
  MalformedResponseError
} from "../../domain/CompletionError.ts"
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
import * as SizeErrors from "../../streams/embeddings/SizeErrors.ts"
import type { DecodedEmbeddings } from "../../streams/embeddings/WireFormat.ts"
import * as WireFormats from "../../streams/embeddings/WireFormats.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as Address from "../configuration/Address.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as OperationWarnings from "../call/OperationWarnings.ts"
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

/** The error of an input. */
type InputError = Exclude<ExchangeError, ConfigurationError>

/** The result of a batch: what was embedded of it, and the errors of the rest. */
interface Outcome {
  /** What was embedded. */
  readonly done: ReadonlyArray<EmbeddingBatch<Vector>>
  /** The errors of single inputs that are too long. They say nothing about other inputs. */
  readonly rejected: ReadonlyArray<InputError>
  /** An error after which no further request is sent. */
  readonly failure: ExchangeError | undefined
}

/** An embedding request that is divided into batches. */
interface Job {
  readonly environment: Environment
  readonly target: Target
  readonly request: EmbeddingRequest
  /** What is known from the responses so far. */
  readonly state: {
    /** How many inputs a request may have, by the errors of the provider. */
    maxInputs: number
    /** Whether no further request is sent. */
    isStopped: boolean
  }
}

interface PreparedEmbeddings extends PreparedRequest {
  readonly binding: EmbeddingBinding
}

const nothing: Outcome = { done: [], rejected: [], failure: undefined }

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
  return { ...prepared, binding, warnings: WireFormats.warnings(request, context) }
})

/** Sends one request for the inputs of a batch. */
const embedBatch = ({ environment, request, target }: Job, batch: Batches.Batch) =>
  Effect.map(
    Caller.ofWhole(environment.caller.one<DecodedEmbeddings, PreparedEmbeddings>({
      operation: "embeddings",
      target,
      headers: request.headers,
      timeouts: request.timeouts,
      retry: request.retry,
      usageOf: ({ usage }) => usage,
      tokenBound: () => Effect.succeed(TokenBounds.ofTexts(batch.inputs)),
      prepare: (to) => prepare(environment, to, request, batch.inputs),
      decode: (response, { binding }) =>
        Effect.map(
          Body.jsonOf(
            response,
            (value) => WireFormats.decode(value, batch.inputs, request, { binding, headers: response.headers })
          ),
          Body.one
        ),
      warn: OperationWarnings.toWhole,
      explain: SizeErrors.explain
    })),
    ({ vectors, ...rest }): EmbeddingBatch<Vector> => ({
      embeddings: vectors.map((vector, index) => ({ index: batch.first + index, vector })),
      ...rest
    })
  )

/** Embeds the parts of a batch one after another, until one fails for another reason than the size of an input. */
const inParts = Effect.fnUntraced(function*(
  job: Job,
  parts: ReadonlyArray<Batches.Batch>
): Effect.fn.Return<Outcome> {
  const done: Array<EmbeddingBatch<Vector>> = []
  const rejected: Array<InputError> = []
  for (const part of parts) {
    const outcome = yield* attempt(job, part)
    done.push(...outcome.done)
    rejected.push(...outcome.rejected)
    if (outcome.failure !== undefined) return { done, rejected, failure: outcome.failure }
  }
  return { done, rejected, failure: undefined }
})

/** Embeds a batch that was rejected for its size in smaller parts, and learns how large a request may be. */
const divided = Effect.fnUntraced(function*(
  job: Job,
  batch: Batches.Batch,
  { input, kind }: SizeErrors.SizeProblem
): Effect.fn.Return<Outcome> {
  const learn = () => {
    job.state.maxInputs = Math.min(job.state.maxInputs, Math.ceil(batch.inputs.length / 2))
  }
  if (kind === "too-many") learn()
  // The named input is sent alone, so that none is blamed that would have been accepted.
  const named = kind === "too-long" && input !== undefined ? Batches.around(batch, input) : undefined
  const outcome = yield* inParts(job, named ?? Batches.halve(batch) ?? [])
  // No input was too long: the server means all of them together.
  if (named === undefined && outcome.failure === undefined && outcome.rejected.length === 0) learn()
  return outcome
})

/** Embeds a batch, and returns errors instead of failing. A batch that is too large for the provider is divided. */
const attempt = (job: Job, batch: Batches.Batch): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    const halves = Batches.halve(batch)
    if (halves !== undefined && batch.inputs.length > job.state.maxInputs) return inParts(job, halves)
    return Effect.matchEffect(embedBatch(job, batch), {
      onSuccess: (embedded) => Effect.succeed<Outcome>({ ...nothing, done: [embedded] }),
      onFailure: (error) => {
        const problem = SizeErrors.find(error)
        if (problem !== undefined && halves !== undefined) return divided(job, batch, problem)
        const failure = isProviderError(error) ? amend(error, { inputs: Batches.places(batch) }) : error
        return Effect.succeed<Outcome>(
          problem !== undefined && isProviderError(failure)
            ? { ...nothing, rejected: [failure] }
            : { ...nothing, failure }
        )
      }
    })
  })

/** Divides a request into batches, and emits the outcome of each in order. No batch starts after one has failed. */
const outcomes = (job: Job, batches: ReadonlyArray<Batches.Batch>): Stream.Stream<Outcome> =>
  Stream.mapEffect(
    Stream.fromIterable(batches),
    (batch) =>
      Effect.suspend(() =>
        job.state.isStopped ?
          Effect.succeed(nothing) :
          Effect.tap(attempt(job, batch), ({ failure }) =>
            Effect.sync(() => {
              if (failure !== undefined) job.state.isStopped = true
            }))
      ),
    { concurrency: Math.max(1, job.request.concurrency ?? defaultConcurrency) }
  )

/** Describes the vectors of a batch. */
const described = ({ embeddings, model }: EmbeddingBatch<Vector>, { request }: Job): string =>
  `${(embeddings[0]?.vector.length ?? 0) * packed(request.encoding)} dimensions${model === null ? "" : ` of ${model}`}`

/** Returns the error of a batch whose vectors cannot be compared with those of an earlier one. */
const mismatch = (
  job: Job,
  first: EmbeddingBatch<Vector>,
  batch: EmbeddingBatch<Vector>
): MalformedResponseError | undefined => {
  const isSameLength = first.embeddings[0]?.vector.length === batch.embeddings[0]?.vector.length
  const isSameModel = first.model === null || batch.model === null || first.model === batch.model
  const { model, provider } = job.target
  return isSameLength && isSameModel ? undefined : new MalformedResponseError({
    provider,
    ...(model === undefined ? {} : { model }),
    detail: `the vectors of one request have ${described(first, job)}, and those of a later one ${
      described(batch, job)
    }`,
    inputs: batch.embeddings.map(({ index }) => index)
  })
}

/** Joins the errors of inputs that are too long to one error. */
const joined = (rejected: ReadonlyArray<InputError>): InputError | undefined => {
  const [first] = rejected
  return first === undefined ? undefined : amend(first, { inputs: rejected.flatMap(({ inputs }) => inputs ?? []) })
}

const stream = (
  environment: Environment,
  input: EmbeddingRequest
): Stream.Stream<EmbeddingBatch<Vector>, ExchangeError> =>
  Stream.unwrap(Effect.gen(function*() {
    const request = yield* RequestProblem.validate(environment.registry, RequestFields.embeddings, input)
    const { model, provider } = yield* environment.registry.resolve(request.model)
    const binding = yield* Effect.fromResult(bindingOf(provider, model, request))
    const target: Target = { provider: provider.definition.id, model }
    const job: Job = { environment, target, request, state: { maxInputs: Infinity, isStopped: false } }
    const rejected: Array<InputError> = []
    let failure: ExchangeError | undefined
    let first: EmbeddingBatch<Vector> | undefined

    const accept = Effect.fnUntraced(function*(batch: EmbeddingBatch<Vector>) {
      if (first === undefined) {
        first = batch
        yield* OperationWarnings.log(environment.caller, target, batch.warnings ?? [])
      }
      const error = mismatch(job, first, batch)
      if (error === undefined) return true
      failure ??= error
      job.state.isStopped = true
      return false
    })

    const { maxResponseBytes } = yield* environment.caller.settings
    const limits = WireFormats.limits(binding, request, maxResponseBytes)
    return outcomes(job, Batches.divide(request.inputs, limits)).pipe(
      Stream.flatMap((outcome) => {
        failure ??= outcome.failure
        rejected.push(...outcome.rejected)
        return Stream.filterEffect(Stream.fromIterable(outcome.done), accept)
      }),
      Stream.concat(Stream.suspend(() => {
        const error = failure ?? joined(rejected)
        return error === undefined ? Stream.empty : Stream.fail(error)
      }))
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
  let warnings: EmbeddingBatch["warnings"]
  const keep = (batch: EmbeddingBatch<Vector>) => {
    for (const embedding of batch.embeddings) embeddings.push(embedding)
    usage = TokenUsage.add(usage, batch.usage)
    model ??= batch.model
    requests++
    warnings ??= batch.warnings
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
  return { embeddings, dimensions, model, usage, requests, ...(warnings === undefined ? {} : { warnings }) }
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
 * those of each call, and else those of the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Embeddings, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Embeddings,
  make
)
