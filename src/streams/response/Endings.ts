/**
 * The failure of a response whose body ended before it was complete.
 */
import {
  amend,
  IncompleteStreamError,
  MalformedResponseError,
  type ProviderError
} from "../../domain/CompletionError.ts"
import type { Evidence } from "../../domain/ResponseEvent.ts"
import type { ResponsePartial } from "../../domain/ResponsePartial.ts"
import type { DecodeContext, Ending } from "./StreamDecoder.ts"

/** What is known of an incomplete response. */
export interface Incomplete {
  /** The signals any one of which would have proven the response complete. */
  readonly missing: ReadonlyArray<Evidence>
  /** The signals that were seen. Default: none. */
  readonly evidence?: ReadonlyArray<Evidence>
  /** What had arrived. Default: unknown. */
  readonly partial?: ResponsePartial
  /** What the error adds in words. Default: the detail of the lost connection, without credentials. */
  readonly detail?: string
}

const lostConnection = (context: DecodeContext, ending: Ending): { readonly code?: string; readonly detail?: string } =>
  ending.type === "connection-lost"
    ? {
      ...(ending.code === undefined ? {} : { code: ending.code }),
      ...(ending.detail === undefined ? {} : { detail: context.scrub(ending.detail) })
    }
    : {}

/**
 * Returns the failure of a response that was incomplete when its body ended: an `IncompleteStreamError`, or the error
 * of the layer below where that ended the body.
 */
export const incomplete = (
  context: DecodeContext,
  ending: Ending,
  { evidence = [], missing, ...known }: Incomplete
): ProviderError => {
  if (ending.type === "failed") return known.partial === undefined ? ending.error : amend(ending.error, known)
  return new IncompleteStreamError({
    ...context.error,
    ...lostConnection(context, ending),
    ending: ending.type,
    missing,
    evidence,
    ...known
  })
}

/** Turns the error of a malformed stream into that of a malformed response. */
const ofResponse = (error: ProviderError): ProviderError => {
  if (error._tag !== "MalformedStreamError") return error
  const { _tag, position, shouldRetry, ...fields } = error
  return new MalformedResponseError(fields)
}

/** Returns the failure of a body that is read whole and ended too early; `undefined` if it ended as it should. */
export const incompleteBody = (context: DecodeContext, ending: Ending): ProviderError | undefined =>
  ending.type === "end-of-body" ? undefined : ofResponse(incomplete(context, ending, { missing: ["end-of-body"] }))
