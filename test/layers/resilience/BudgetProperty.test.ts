/**
 * A thousand fibers under one budget, with usages, failures, cuts and interruptions by a seed: the budget is never
 * overspent, nothing stays reserved, and what was spent is what the server billed, or the bound where it sent no bill.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import { Budget, ChatModel, CompletionRequest } from "sluice"
import type { BudgetAccount } from "../../../src/domain/BudgetAccount.ts"
import * as TokenBounds from "../../../src/streams/request/TokenBounds.ts"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

/** Numbers from 0 to below 1, by a seed (mulberry32). */
const randomOf = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const requestOf = (maxOutputTokens: number | undefined): CompletionRequest.CompletionRequestInput => ({
  model: "openai/priced",
  prompt: "Why is the sky blue?",
  maxOutputTokens
})

const inputBound = TokenBounds.ofRequest(CompletionRequest.make(requestOf(undefined)), "openai").input

/** What one attempt must cost: $1 a million tokens read and $2 a million written. */
interface Bill {
  tokens: number
  nanoUsd: number
}

const billOf = (input: number, output: number): Bill => ({
  tokens: input + output,
  nanoUsd: input * 1000 + output * 2000
})

/** A server that decides by chance about each request, and writes down what it must cost. */
const makeServer = (random: () => number, account: () => BudgetAccount | undefined) => {
  const bills: Array<Bill> = []
  let mostReserved = 0
  const server = Scripted.serve((received) => {
    const left = account()?.left()
    assert.isAtLeast(left?.tokens ?? -1, 0)
    assert.isAtLeast(left?.nanoUsd ?? -1, 0)
    assert.isAtLeast(left?.attempts ?? -1, 0)
    mostReserved = Math.max(mostReserved, account()?.reserved.tokens ?? 0)
    const limit: number = JSON.parse(received.text).max_completion_tokens
    const usage = [Math.floor(random() * inputBound), Math.floor(random() * limit)] as const
    const bound = billOf(inputBound, limit)
    const delay = random() < 0.5 ? 0 : random() * 20_000
    const pause = { wait: random() * 20_000 }
    const chance = random()
    const stream = (bill: Bill, ...steps: ReadonlyArray<Scripted.Step>): Scripted.Reply => ({
      ...Scripted.steps(...steps),
      // Only from the headers on does an attempt cost anything: a fiber may be interrupted before.
      delay,
      onHeaders: () => bills.push(bill)
    })
    if (chance < 0.1) return { ...Scripted.failure(503), delay }
    if (chance < 0.15) return { ...Scripted.failure(429, { "retry-after": "3" }), delay }
    if (chance < 0.2) return { ...Scripted.failure(400), delay }
    if (chance < 0.25) return { refused: "ECONNRESET", delay }
    if (chance < 0.3) return { delay: Infinity }
    if (chance < 0.4) return stream(bound, { cut: true })
    if (chance < 0.5) return stream(bound, RawServer.delta("Hel"), pause, { cut: true })
    if (chance < 0.55) return stream(bound, RawServer.delta("Hel"), { wait: undefined })
    if (chance < 0.6) return stream(bound, RawServer.delta("Hel"), RawServer.stop, RawServer.done)
    if (chance < 0.65) return stream(billOf(...usage), RawServer.delta("Hel"), Scripted.usage(...usage), { cut: true })
    // While the body pauses the bound stands; the bill that comes after the pause replaces it.
    const bill = { ...bound }
    const settle = { call: () => Object.assign(bill, billOf(...usage)) }
    return stream(
      bill,
      RawServer.delta("Hel"),
      pause,
      settle,
      RawServer.delta("lo") + RawServer.stop + Scripted.usage(...usage) + RawServer.done
    )
  })
  return { server, bills, mostReserved: () => mostReserved }
}

describe("a budget for a thousand fibers", () => {
  it.effect.each([1, 2])(
    "is never overspent, and exactly accounted for (seed %i)",
    (seed) =>
      Effect.gen(function*() {
        const random = randomOf(seed)
        let refused = 0
        let account: BudgetAccount | undefined
        const { bills, mostReserved, server } = makeServer(random, () => account)
        const limits = { tokens: 1_500_000, usd: 2, attempts: 1000 }
        yield* Effect.gen(function*() {
          const budget = yield* Budget.make(limits)
          account = budget.account
          const one = Effect.suspend(() => {
            const start = random() * 60_000
            const patience = random() < 0.3 ? random() * 30_000 : 3_600_000
            const limit = random() < 0.2 ? undefined : 100 + Math.floor(random() * 5000)
            const call = random() < 0.5
              ? ChatModel.complete(requestOf(limit))
              : ChatModel.complete(requestOf(limit)).pipe(Budget.within({ tokens: 20_000, attempts: 3 }))
            return Effect.sleep(start).pipe(
              Effect.andThen(Effect.timeoutOption(call, patience)),
              Effect.result
            )
          })
          const fiber = yield* Effect.forEach(Array.from({ length: 1000 }), () => one, { concurrency: "unbounded" })
            .pipe(
              Effect.provideService(Budget.Budget, budget),
              Effect.forkChild({ startImmediately: true })
            )
          yield* TestClock.adjust("2 hours")
          const results = yield* Fiber.join(fiber)
          refused = results.filter((result) =>
            Result.isFailure(result) && result.failure._tag === "BudgetExceededError"
          ).length
        }).pipe(Effect.provide(Scripted.layer(server, { retryFloor: 1000, retryBase: Duration.seconds(1) })))
        assert(account !== undefined)
        assert.deepStrictEqual(account.reserved, { tokens: 0, nanoUsd: 0 })
        const [spent] = account.spent()
        const tokens = bills.reduce((sum, bill) => sum + bill.tokens, 0)
        const nanoUsd = bills.reduce((sum, bill) => sum + bill.nanoUsd, 0)
        assert.strictEqual(spent?.tokens, tokens)
        assert.strictEqual(Math.round((spent?.usd ?? 0) * 1e9), nanoUsd)
        assert.strictEqual(spent?.attempts, server.requests.length)
        assert.isAtMost(spent?.tokens ?? Infinity, limits.tokens)
        assert.isAtMost(spent?.usd ?? Infinity, limits.usd)
        // The limits mattered, and the test did not only fail.
        assert.isAbove(mostReserved(), 100_000)
        assert.isAbove(bills.length, 300)
        assert.isAbove(refused, 20)
        assert.strictEqual(server.open(), 0)
      }),
    20_000
  )
})
