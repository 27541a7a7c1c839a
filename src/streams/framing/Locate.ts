/**
 * Where the JSON of an event stands in its bytes.
 */
import type { Buffer } from "./Buffer.ts"

/**
 * Finds the JSON in the event that begins at `from` and ends, its end included, at `to`. Returns where the JSON begins
 * and ends; `undefined` if the event has several pieces of JSON or none.
 */
export type Locate = (
  bytes: Buffer,
  from: number,
  to: number
) => { readonly from: number; readonly to: number } | undefined
