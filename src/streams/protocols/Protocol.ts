/**
 * What a wire language has to know: how to write a request, and how to read an answer or a refusal.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError, ProviderError } from "../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"

/**
 * Sizes over which a stream fails with a `MalformedStreamError`, in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface SizeLimits {
  readonly maxLineBytes: number
  readonly maxEventBytes: number
}

/**
 * What is known when a request is written. `model` is the provider's own name for the model.
 *
 * @category models
 * @since 0.1.0
 */
export interface EncodeContext {
  readonly provider: string
  readonly model: string
  readonly stream: boolean
  readonly quirks: Quirks
}

/**
 * What is known when an answer is read. `assemble: false` is that of the request. Header names are lower case; `now` is Unix time in milliseconds; `scrub` removes
 * the request's credentials from a text that goes into an error.
 *
 * @category models
 * @since 0.1.0
 */
export interface DecodeContext {
  readonly error: ErrorContext
  readonly headers: Readonly<Record<string, string>>
  readonly now: number
  readonly quirks: Quirks
  readonly limits: SizeLimits
  readonly assemble?: boolean | undefined
  readonly scrub: (text: string) => string
}

/**
 * A synchronous machine from bytes to events, for one response.
 *
 * **Details**
 *
 * `push`, `pushAll` (of several chunks) and `end` return the events that the bytes completed, in one array. After a call,
 * `failure` is set when the stream has failed: the returned events come before it. `completed` is true once `Completed` was
 * returned; what follows it is ignored. `end` is called once, when there are no more bytes, with how that came about
 * (`silent` for a peer that stopped sending): it returns `Completed` when the completion contract is fulfilled, and sets
 * `failure` otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamDecoder {
  readonly push: (chunk: Uint8Array) => ReadonlyArray<ResponseEvent>
  readonly pushAll: (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<ResponseEvent>
  readonly end: (ending: Ending) => ReadonlyArray<ResponseEvent>
  readonly failure: ProviderError | undefined
  readonly completed: boolean
}

/**
 * How the bytes of a body came to an end. A `lost` connection, and a peer of whom there is nothing more to read (`silent`, or
 * compressing otherwise than it says), bring the error that they are when the answer was not whole.
 *
 * @category models
 * @since 0.1.0
 */
export type Ending =
  | { readonly type: "end-of-body" }
  | { readonly type: "connection-lost"; readonly code?: string | undefined; readonly detail?: string | undefined }
  | { readonly type: "silent"; readonly error: ProviderError }

/**
 * The answer to a request that was not streamed, as the events a stream would have brought.
 *
 * @category models
 * @since 0.1.0
 */
export interface WholeResponse {
  readonly events: ReadonlyArray<ResponseEvent>
  readonly failure: ProviderError | undefined
}

/**
 * A wire language.
 *
 * **Details**
 *
 * `encode` writes the body of a request. `stream` makes the machine for one streamed answer. `whole` reads a body that
 * was not streamed, given as text. How a refused request is classified is the same for all: see `Refusal`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Protocol {
  readonly name: ProtocolName
  /** Whether what it streams may be JSON, so that a body of that type can be read as it comes. Default false. */
  readonly streamsJson?: boolean
  readonly encode: (
    request: CompletionRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  readonly stream: (context: DecodeContext) => StreamDecoder
  readonly whole: (body: string, context: DecodeContext) => WholeResponse
}
