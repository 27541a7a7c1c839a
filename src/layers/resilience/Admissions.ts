/**
 * Combines the permissions of several policies to send an attempt.
 */
import * as Result from "effect/Result"
import type { Admission, Admit } from "./Policy.ts"

const ignored: Admission = { settle: () => {} }

/** Admits every attempt. */
export const always: Admit = () => Result.succeed(ignored)

/** Requires both permissions, in order. When the second is refused, what the first one took is returned. */
export const both = (first: Admit, second: Admit): Admit => {
  if (first === always) return second
  return () => {
    const outer = first()
    if (Result.isFailure(outer)) return outer
    const inner = second()
    if (Result.isFailure(inner)) {
      outer.success.settle({ type: "unsent" })
      return inner
    }
    return Result.succeed({
      needsUsage: outer.success.needsUsage === true || inner.success.needsUsage === true,
      settle: (outcome) => {
        inner.success.settle(outcome)
        outer.success.settle(outcome)
      }
    })
  }
}
