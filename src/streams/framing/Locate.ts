/**
 * Where the JSON of an event stands in its bytes.
 *
 * @since 0.1.0
 */

/**
 * Finds the JSON in the event that begins at `from` and ends, its end included, at `to`. Returns where the JSON begins and ends;
 * `undefined` if the event has several pieces of JSON or none.
 *
 * @category models
 * @since 0.1.0
 */
export type Locate = (
  bytes: Buffer,
  from: number,
  to: number
) => { readonly from: number; readonly to: number } | undefined
