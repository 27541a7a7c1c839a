/**
 * A successful response whose body was not read yet.
 */
import type { DecodeContext } from "../../streams/response/StreamDecoder.ts"
import type { AttemptTimer } from "./AttemptTimer.ts"
import type { ResponseBytes } from "./ResponseBytes.ts"

/** The response of an attempt. */
export interface Response {
  /** HTTP status. */
  readonly status: number
  /** Headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** What a decoder of the body needs. */
  readonly context: DecodeContext
  /** The largest body that is read whole, in bytes. */
  readonly maxBytes: number
  /** The body. */
  readonly bytes: ResponseBytes
  /** The time limits of the attempt. */
  readonly timer: AttemptTimer
}
