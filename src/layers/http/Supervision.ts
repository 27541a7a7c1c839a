/**
 * What supervises a request that is being sent.
 */
import type { TimeLimit, Watch } from "./Watch.ts"

/** What supervises a request: its time limits, and who may refuse to send it. */
export interface Supervision<E> {
  /** Watches the limits. */
  readonly watch: Watch
  /** The limit of the wait for a connection, which begins now. */
  readonly connectionLimit: (now: number) => TimeLimit<E>
  /** The limit of the wait for the response headers, which begins when the request is sent. */
  readonly headersLimit: (now: number) => TimeLimit<E>
  /** Is called once, immediately before the request is sent. An error refuses it. */
  readonly onSend: () => E | undefined
  /** Records how many milliseconds the headers took, from the end of the upload. */
  readonly onHeaders: (waited: number) => void
}
