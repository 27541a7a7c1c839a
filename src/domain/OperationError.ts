/**
 * What the operations besides completions can fail with: the classes of completions, as far as they can happen.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CompletionError, MalformedStreamError } from "./CompletionError.ts"

const notOfStreams = CompletionError.members.filter(
  (member): member is Exclude<typeof member, typeof MalformedStreamError> => member !== MalformedStreamError
)

/**
 * Schema for every class that an exchange of whole bodies can fail with.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ExchangeError = Schema.Union(notOfStreams)

/**
 * Every class that an exchange of whole bodies can fail with. `IncompleteStreamError` is a body that was cut.
 *
 * @category errors
 * @since 0.1.0
 */
export type ExchangeError = typeof ExchangeError.Type
