/**
 * The errors of the operations besides completions: those of completions that can occur in them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CompletionError, MalformedStreamError } from "./CompletionError.ts"

const withoutStreams = CompletionError.members.filter(
  (member): member is Exclude<typeof member, typeof MalformedStreamError> => member !== MalformedStreamError
)

/**
 * Schema for the errors of a response that is not streamed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ExchangeError = Schema.Union(withoutStreams)

/**
 * The errors of a response that is not streamed. `IncompleteStreamError` is a body that was cut.
 *
 * @category errors
 * @since 0.1.0
 */
export type ExchangeError = Exclude<CompletionError, MalformedStreamError>
