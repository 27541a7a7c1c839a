/**
 * Embeddings over HTTP: inputs are divided into requests, asked for some at a time, and put together in their order.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { amend, isProviderError } from "../../domain/CompletionError.ts"
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
import * as WireFormats from "../../streams/embeddings/WireFormats.ts"
import * as Address from "../configuration/Address.ts"
import * as Ask from "../call/PlainRequest.ts"
import * as Exchange from "../call/Caller.ts"

const defaultConcurrency = 4

/** What came of a batch: as much as was done of it, and why there is no more. */
interface Outcome {
  readonly done: ReadonlyArray<EmbeddingBatch<Vector>>
  readonly failure: ExchangeError | undefined
}

interface Asked {
  readonly provider: Provider
  readonly model: string
  readonly binding: EmbeddingBinding
  readonly request: EmbeddingRequest
  /** How many inputs a request may have, as far as refusals have taught it. */
  readonly learned: { most: number }
}

const nothing: Outcome = { done: [], failure: undefined }

const make = Effect.gen(function*() {
  const exchange = yield* Exchange.make
  const registry = yield* ProviderRegistry

  const ask = Effect.fnUntraced(function*(
    { binding, model, provider, request }: Asked,
    batch: Batches.Batch
  ): Effect.fn.Return<EmbeddingBatch<Vector>, ExchangeError> {
    const context = { provider: provider.definition.id, model, binding }
    const body = yield* Effect.fromResult(WireFormats.encode(batch.inputs, request, context))
    const asked = yield* Effect.fromResult(Ask.make(provider, {
      operation: "embeddings",
      endpoint: binding,
      model,
      json: body,
      headers: request.headers
    }))
    const answer = yield* exchange.json(
      asked,
      (value, { headers }) => WireFormats.decode(value, batch.inputs, request, { binding, headers })
    )
    return {
      embeddings: answer.vectors.map((vector, index) => ({ index: batch.first + index, vector })),
      model: answer.model,
      usage: answer.usage
    }
  })

  const byHalves = (asked: Asked, [left, right]: readonly [Batches.Batch, Batches.Batch]): Effect.Effect<Outcome> =>
    Effect.flatMap(attempt(asked, left), (first) =>
      first.failure !== undefined
        ? Effect.succeed(first)
        : Effect.map(attempt(asked, right), (second) => ({
          done: [...first.done, ...second.done],
          failure: second.failure
        })))

  /** Never fails: what was done goes with what was not. A batch that is too much for the provider is asked for by halves. */
  const attempt = (asked: Asked, batch: Batches.Batch): Effect.Effect<Outcome> =>
    Effect.suspend(() => {
      const halves = Batches.halve(batch)
      if (halves !== undefined && batch.inputs.length > asked.learned.most) return byHalves(asked, halves)
      return Effect.matchEffect(ask(asked, batch), {
        onSuccess: (answer) => Effect.succeed<Outcome>({ done: [answer], failure: undefined }),
        onFailure: (error) => {
          if (halves !== undefined && Batches.isTooMuch(error)) {
            asked.learned.most = Math.min(asked.learned.most, halves[0].inputs.length)
            return byHalves(asked, halves)
          }
          const failure = isProviderError(error) ? amend(error, { inputs: Batches.places(batch) }) : error
          return Effect.succeed<Outcome>({ done: [], failure })
        }
      })
    })

  const outcomes = Effect.fnUntraced(function*(
    request: EmbeddingRequest
  ): Effect.fn.Return<Stream.Stream<Outcome>, ExchangeError> {
    const { model, provider } = yield* registry.resolve(request.model)
    const binding = yield* Effect.fromResult(
      Address.operationOf(
        provider,
        provider.definition.embeddings?.filter(({ when }) => when === undefined || request.purpose !== undefined),
        model,
        "embed"
      )
    )
    const asked: Asked = { provider, model, binding, request, learned: { most: Infinity } }
    let failed = false
    return Stream.fromIterable(Batches.divide(request.inputs, WireFormats.limits(binding))).pipe(
      Stream.mapEffect(
        (batch) =>
          Effect.suspend(() =>
            failed ? Effect.succeed(nothing) : Effect.tap(attempt(asked, batch), ({ failure }) =>
              Effect.sync(() => {
                if (failure !== undefined) failed = true
              }))
          ),
        { concurrency: Math.max(1, request.concurrency ?? defaultConcurrency) }
      )
    )
  })

  const stream = (request: EmbeddingRequest): Stream.Stream<EmbeddingBatch<Vector>, ExchangeError> =>
    Stream.unwrap(Effect.map(outcomes(request), (all) => {
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
    const ended = yield* Effect.result(Stream.runForEach(stream(request), (batch) => Effect.sync(() => keep(batch))))
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

  return Embeddings.of({
    embed: <Encoding extends EmbeddingEncoding>(request: EmbeddingRequest<Encoding>) =>
      // What an encoding is decoded as is known to `streams/embeddings/Vectors`, not to the compiler.
      embed(request) as Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError>,
    stream: <Encoding extends EmbeddingEncoding>(request: EmbeddingRequest<Encoding>) =>
      stream(request) as Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError>
  })
})

/**
 * Layer that provides `Embeddings` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are read
 * when it is built; a `RetryPolicy` that is provided to a single call goes before the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Embeddings, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Embeddings,
  make
)
