/**
 * The tool call that the running handler is for.
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"

/**
 * A tool call, as its handler sees it.
 *
 * @category models
 * @since 0.2.0
 */
export interface CurrentToolCall {
  /** The id of the loop. */
  readonly loopId: string
  /** The step that the call is of, from 1. */
  readonly step: number
  /** The position of the call among those of its step, from 0. */
  readonly position: number
  /** The provider's id of the call. It may be used twice; `key` is not. */
  readonly id: string
  /** The name of the tool. */
  readonly name: string
  /**
   * The key of the call: the same in every process that continues the loop, and no other call's. Send it as the
   * idempotency key to what the handler changes.
   */
  readonly key: string
}

/**
 * Context reference with the tool call of the running handler; `undefined` outside of one.
 *
 * @category references
 * @since 0.2.0
 */
export const CurrentToolCall = Context.Reference<CurrentToolCall | undefined>("sluice/services/CurrentToolCall", {
  defaultValue: () => undefined
})
