/**
 * Remembers which retry policies were provided inside of which others.
 */
import { Nesting } from "./Nesting.ts"
import type { RetryPolicy } from "./RetryPolicy.ts"

/** The nesting of the policies that layers provided. */
export const policies = new Nesting<RetryPolicy>()
