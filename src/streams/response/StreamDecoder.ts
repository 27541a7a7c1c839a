/**
 * The interface of decoders of responses, and how a body can end.
 */
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"

/** Sizes over which a stream fails with a `MalformedStreamError`, in bytes. */
export interface SizeLimits {
  /** Longest line of a text framing, in bytes. */
  readonly maxLineBytes: number
  /** Largest single event, in bytes. */
  readonly maxEventBytes: number
}

/** What a decoder knows of the request and the response besides the body. */
export interface DecodeContext {
  /** Provider, model and request ids, for errors. */
  readonly error: ErrorContext
  /** Response headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Time at which the response began, in milliseconds since 1970. */
  readonly now: number
  /** Differences of this server from the protocol. */
  readonly quirks: Quirks
  /** Size limits of lines and events. */
  readonly limits: SizeLimits
  /** Whether finished items carry the whole text. Default true. */
  readonly assemble?: boolean | undefined
  /** Whether the probabilities of tokens are kept where they come with every piece of text. Default false. */
  readonly logprobs?: boolean | undefined
  /** Removes the credentials of the request from a text that goes into an error. */
  readonly scrub: (text: string) => string
}

/** A synchronous decoder from bytes to events, for one response. */
export interface StreamDecoder<A = ResponseEvent> {
  /** Decodes one chunk and returns the events that it completed. */
  readonly push: (chunk: Uint8Array) => ReadonlyArray<A>
  /** Decodes several chunks and returns the events that they completed, in one array. */
  readonly pushAll: (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<A>
  /**
   * Ends the body. It is called once. It sets `completed` where the completion contract is fulfilled, and `failure`
   * otherwise.
   */
  readonly end: (ending: Ending) => ReadonlyArray<A>
  /** Why the stream has failed. The events that the failing call returned come before the failure. */
  readonly failure: ProviderError | undefined
  /** Whether the response is complete: its last event (`Completed`) was returned. Bytes after it are ignored. */
  readonly completed: boolean
}

/**
 * How the bytes of a body came to an end: with the end of the body, with a lost connection, or with an error of the
 * layer below (an idle timeout, a content encoding that cannot be decoded), which is the failure of a response that was
 * not whole.
 */
export type Ending =
  | { readonly type: "end-of-body" }
  | { readonly type: "connection-lost"; readonly code?: string | undefined; readonly detail?: string | undefined }
  | { readonly type: "failed"; readonly error: ProviderError }

/** A response that was not streamed, as the events of a stream. */
export interface WholeResponse {
  /** The events, ending with `Completed` where there is no failure. */
  readonly events: ReadonlyArray<ResponseEvent>
  /** Why the response is not usable. */
  readonly failure: ProviderError | undefined
}
