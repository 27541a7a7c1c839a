/**
 * The model a program talks to, whichever provider serves it.
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
 * How `complete` gets its answer: by folding a stream (the default: silence is noticed early, and a cut answer is known
 * as such), or with one request that is answered whole.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompleteOptions {
  readonly transport?: "stream" | "whole" | undefined
}

/**
 * Service that asks a model.
 *
 * @category services
 * @since 0.1.0
 */
export class ChatModel extends Context.Service<ChatModel, {
  /**
   * Streams the answer. The stream ends after exactly one `Completed`, or fails: a cut answer never ends well.
   *
   * What fails before the first event is retried by the `RetryPolicy`; what was delivered is never taken back or
   * delivered twice. Interrupting the consumer, or stopping early, closes the connection; a slow consumer slows the
   * reading.
   */
  readonly stream: (request: CompletionRequestInput) => Stream.Stream<ResponseEvent, CompletionError>

  /**
   * Answers with the whole completion.
   */
  readonly complete: (
    request: CompletionRequestInput,
    options?: CompleteOptions
  ) => Effect.Effect<Completion, CompletionError>
}>()("sluice/services/ChatModel") {}

/**
 * Streams the answer of the model in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stream = (request: CompletionRequestInput): Stream.Stream<ResponseEvent, CompletionError, ChatModel> =>
  // `Stream.unwrap` does the same, and asks at every chunk whether it has done so.
  Stream.fromChannel(Channel.fromTransform((upstream: Pull.Pull<unknown, unknown, unknown>, scope) =>
    Effect.flatMap(ChatModel, (model) => Channel.toTransform(model.stream(request).channel)(upstream, scope))
  ))

/**
 * Asks the model in the context for a whole completion.
 *
 * @category accessors
 * @since 0.1.0
 */
export const complete = (
  request: CompletionRequestInput,
  options?: CompleteOptions
): Effect.Effect<Completion, CompletionError, ChatModel> => ChatModel.use((model) => model.complete(request, options))
