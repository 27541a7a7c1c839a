/**
 * Failures of the network.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/**
 * The connection was refused, reset or never made. `code` is the system's (`ECONNREFUSED`, `ENOTFOUND`, …).
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionError extends discreet(Schema.TaggedError<ConnectionError>()("ConnectionError", errorContext)) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(this, "could not be reached", "Check the network, the base URL and the proxy settings.")
  }
}
