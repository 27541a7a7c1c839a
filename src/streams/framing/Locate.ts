/**
 * Where an event stands in its bytes, for those who read it there.
 *
 * @since 0.1.0
 */

/**
 * Where an event ends, what it is called, and where the JSON in it stands.
 *
 * @category models
 * @since 0.1.0
 */
export interface Located {
  readonly from: number
  readonly to: number
  readonly end: number
  readonly event: string
}

/**
 * Finds the event that begins at `from` and is whole before `limit`. Answers nothing where there is more than one piece of JSON in it.
 *
 * @category models
 * @since 0.1.0
 */
export type Locate = (bytes: Buffer, from: number, limit: number) => Located | undefined
