/**
 * Completions of chat models, whichever provider serves them.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import type * as Pull from "effect/Pull"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Completion } from "../domain/Completion.ts"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../domain/CompletionRequest.ts"
import type { ObjectEvent, Value } from "../domain/ObjectEvent.ts"
import type { InvalidOutputError } from "../domain/OutputDecoding.ts"
import type { ResponseEvent } from "../domain/ResponseEvent.ts"
import * as ObjectRequest from "./ObjectRequest.ts"

/**
 * Options of `complete`.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompleteOptions {
  /**
   * How the completion is requested: as a stream, whose idle times are noticed early and whose cuts are recognized
   * (`stream`), or as one response (`whole`). Default `stream`.
   */
  readonly transport?: "stream" | "whole" | undefined
}

/**
 * Service that requests completions.
 *
 * **Example** (Streaming text to the terminal)
 *
 * ```ts
 * import { NodeRuntime } from "@effect/platform-node"
 * import { Effect, Layer, Stream } from "effect"
 * import { ChatModel, Operators, UndiciHttpClient } from "sluice"
 * import * as OpenAi from "sluice/openai"
 *
 * const program = ChatModel.stream({ model: "openai/gpt-5.4-mini", prompt: "Why is the sky blue?" }).pipe(
 *   Operators.text,
 *   Stream.runForEach((text) => Effect.sync(() => process.stdout.write(text)))
 * )
 *
 * // The key is that of OPENAI_API_KEY.
 * const Live = OpenAi.layerConfig.pipe(Layer.provide(UndiciHttpClient.layer))
 *
 * NodeRuntime.runMain(Effect.provide(program, Live))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class ChatModel extends Context.Service<ChatModel, {
  /**
   * Streams a completion. The stream ends after exactly one `Completed`, or fails: a cut completion never ends as a
   * success.
   *
   * Failures before the first event are retried by the `RetryPolicy`; delivered events are never taken back or
   * delivered twice. Interrupting the consumer, or stopping early, closes the connection. A slow consumer slows the
   * reading.
   */
  readonly stream: (request: CompletionRequestInput) => Stream.Stream<ResponseEvent, CompletionError>

  /**
   * Returns the whole completion. Failures are retried by the `RetryPolicy`, a cut response too, since the caller has
   * seen nothing of it: each attempt counts for the budget, and is in `attempts` with its usage. A completion in which
   * the provider ran a tool of its own, or cites what it found, is not requested again.
   */
  readonly complete: (
    request: CompletionRequestInput,
    options?: CompleteOptions
  ) => Effect.Effect<Completion, CompletionError>
}>()("sluice/services/ChatModel") {
  /** Streams a completion with the service in the context. Its contract is that of the service's `stream`. */
  static readonly stream = (
    request: CompletionRequestInput
  ): Stream.Stream<ResponseEvent, CompletionError, ChatModel> =>
    // `Stream.unwrap` does the same with a check at every chunk.
    Stream.fromChannel(Channel.fromTransform((upstream: Pull.Pull<unknown, unknown, unknown>, scope) =>
      Effect.flatMap(ChatModel, (model) => Channel.toTransform(model.stream(request).channel)(upstream, scope))
    ))

  /** Returns a whole completion with the service in the context. Its contract is that of the service's `complete`. */
  static readonly complete = (
    request: CompletionRequestInput,
    options?: CompleteOptions
  ): Effect.Effect<Completion, CompletionError, ChatModel> => ChatModel.use((model) => model.complete(request, options))

  /**
   * Streams a value that follows a schema: the value so far, the elements of a list as they end, and at last the whole
   * value, decoded. It fails as `stream` does, and with an `InvalidOutputError` for a completion that is not such a
   * value: a refusal, a completion that was cut, prose, or a value of another shape.
   *
   * **Example** (Elements while they arrive)
   *
   * ```ts
   * import { Console, Effect, Schema, Stream } from "effect"
   * import { ChatModel } from "sluice"
   *
   * const City = Schema.Struct({ name: Schema.String, founded: Schema.optionalKey(Schema.Int) })
   *
   * export const cities = ChatModel.streamObject({
   *   model: "openai/gpt-5.4-mini",
   *   prompt: "The ten largest cities of Norway",
   *   schema: Schema.Array(City)
   * }).pipe(
   *   Stream.runForEach((event) => (event._tag === "Element" ? Console.log(event.value.name) : Effect.void))
   * )
   * ```
   */
  static readonly streamObject: {
    /** With an Effect Schema. */
    <S extends Schema.Constraint>(
      request: ObjectRequest.ObjectRequest<S>
    ): Stream.Stream<
      ObjectEvent<S["Type"], S["Encoded"]>,
      CompletionError | InvalidOutputError,
      ChatModel | S["DecodingServices"]
    >
    /** With a JSON Schema. */
    (
      request: ObjectRequest.ObjectRequest<JsonSchema.JsonSchema>
    ): Stream.Stream<ObjectEvent<Schema.Json>, CompletionError | InvalidOutputError, ChatModel>
  } = (request: ObjectRequest.ObjectRequest<Schema.Constraint | JsonSchema.JsonSchema>) =>
    ObjectRequest.stream(ChatModel, request) as never

  /**
   * Returns a whole value that follows a schema, decoded, with its completion. It fails as `complete` does, and with an
   * `InvalidOutputError` as `streamObject` does.
   *
   * **Example** (A typed record)
   *
   * ```ts
   * import { Effect, Schema } from "effect"
   * import { ChatModel } from "sluice"
   *
   * const Invoice = Schema.Struct({ number: Schema.String, total: Schema.Finite, due: Schema.Date })
   *
   * export const invoice = (text: string) =>
   *   ChatModel.completeObject({ model: "openai/gpt-5.4-mini", prompt: text, schema: Invoice }).pipe(
   *     Effect.map(({ value }) => value)
   *   )
   * ```
   */
  static readonly completeObject: {
    /** With an Effect Schema. */
    <S extends Schema.Constraint>(
      request: ObjectRequest.ObjectRequest<S>
    ): Effect.Effect<Value<S["Type"]>, CompletionError | InvalidOutputError, ChatModel | S["DecodingServices"]>
    /** With a JSON Schema. */
    (
      request: ObjectRequest.ObjectRequest<JsonSchema.JsonSchema>
    ): Effect.Effect<Value<Schema.Json>, CompletionError | InvalidOutputError, ChatModel>
  } = (request: ObjectRequest.ObjectRequest<Schema.Constraint | JsonSchema.JsonSchema>) =>
    ObjectRequest.complete(ChatModel, request) as never
}
