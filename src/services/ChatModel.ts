/**
 * Completions of chat models, whichever provider serves them.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { Completion } from "../domain/Completion.ts"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../domain/ResponseEvent.ts"

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
}
