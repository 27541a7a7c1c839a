/**
 * The accounts of budgets: nesting, reservations, exact sums.
 */
import { assert, describe, it } from "vitest"
import { type AccountLimits, BudgetAccount, type Reservation, toNanoUsd } from "../../src/domain/BudgetAccount.ts"

const target = { provider: "openai", model: "m" }

const account = (limits: Partial<AccountLimits> = {}, parent?: BudgetAccount) => new BudgetAccount(limits, parent, true)

const amount = (tokens: number, nanoUsd = 0) => ({ tokens, nanoUsd })

const spent = (tokens: number, nanoUsd = 0) => ({ tokens, nanoUsd, isEstimated: false })

const reserve = (from: BudgetAccount, tokens: number, nanoUsd = 0): Reservation => {
  const reserved = from.reserve(target, amount(tokens, nanoUsd))
  assert("settle" in reserved)
  return reserved
}

const shortageOf = (from: BudgetAccount, tokens: number, nanoUsd = 0) => {
  const shortage = from.reserve(target, amount(tokens, nanoUsd))
  assert("kind" in shortage)
  return shortage
}

describe("an account", () => {
  it("holds what is reserved until it is settled", () => {
    const own = account({ attempts: 3, tokens: 100, nanoUsd: 1000 })
    const first = reserve(own, 60, 600)
    assert.deepStrictEqual(own.left(), { attempts: 2, tokens: 40, nanoUsd: 400 })
    assert.deepStrictEqual(own.reserved, amount(60, 600))
    assert.strictEqual(shortageOf(own, 41).kind, "tokens")
    assert.strictEqual(shortageOf(own, 0, 401).kind, "usd")
    first.settle(spent(10, 50))
    assert.deepStrictEqual(own.left(), { attempts: 2, tokens: 90, nanoUsd: 950 })
    assert.deepStrictEqual(own.reserved, amount(0))
    reserve(own, 90, 950)
    assert.deepStrictEqual(own.left(), { attempts: 1, tokens: 0, nanoUsd: 0 })
  })

  it("gives back everything of an attempt that was not sent", () => {
    const own = account({ attempts: 1, tokens: 100 })
    reserve(own, 100).release()
    assert.deepStrictEqual(own.left(), { attempts: 1, tokens: 100, nanoUsd: Infinity })
    assert.deepStrictEqual(own.spent().map(({ attempts }) => attempts), [0])
    reserve(own, 100)
    assert.strictEqual(shortageOf(own, 0).kind, "attempts")
  })

  it("settles or releases once, whichever comes first", () => {
    const own = account({ attempts: 2, tokens: 100 })
    const first = reserve(own, 40)
    first.settle(spent(7))
    first.settle(spent(7))
    first.release()
    assert.deepStrictEqual(own.left(), { attempts: 1, tokens: 93, nanoUsd: Infinity })
    const second = reserve(own, 40)
    second.release()
    second.settle(spent(7))
    second.release()
    assert.deepStrictEqual(own.left(), { attempts: 1, tokens: 93, nanoUsd: Infinity })
    assert.deepStrictEqual(own.reserved, amount(0))
  })

  it("adds up what each model used, with what is only an upper bound", () => {
    const own = account()
    reserve(own, 100, 1000).settle(spent(10, 100))
    reserve(own, 100, 1000).settle({ ...amount(100, 1000), isEstimated: true, partialTokens: 12 })
    const other = own.reserve({ provider: "groq", model: undefined }, amount(0))
    assert("settle" in other)
    assert.deepStrictEqual(own.spent(), [
      {
        provider: "openai",
        model: "m",
        attempts: 2,
        tokens: 110,
        estimatedTokens: 100,
        partialTokens: 12,
        usd: 1.1e-6,
        estimatedUsd: 1e-6
      },
      { provider: "groq", attempts: 1, tokens: 0, estimatedTokens: 0, partialTokens: 0, usd: 0, estimatedUsd: 0 }
    ])
  })

  it("shows copies, which do not change with it", () => {
    const own = account()
    reserve(own, 1).settle(spent(1))
    const before = own.spent()
    reserve(own, 1).settle(spent(1))
    assert.strictEqual(before[0]?.tokens, 1)
    assert.strictEqual(own.spent()[0]?.tokens, 2)
  })

  it("sums a million small amounts of money exactly", () => {
    const own = account({ nanoUsd: toNanoUsd(1) })
    // A tenth of a cent of a cent: as fractions of dollars these do not add up to one.
    for (let index = 0; index < 1_000_000; index++) {
      const reserved = own.reserve(target, amount(1, 1000))
      assert("settle" in reserved)
      reserved.settle(spent(1, 1000))
    }
    assert.strictEqual(own.spent()[0]?.usd, 1)
    assert.strictEqual(own.left().nanoUsd, 0)
    assert.deepStrictEqual(own.reserved, amount(0))
    assert.strictEqual(shortageOf(own, 0, 1).kind, "usd")
  })

  it.each([[0.1 + 0.2, 300_000_000], [1.1, 1_100_000_000], [0, 0], [1e-9, 1], [1.5e-9, 2], [
    0.07 * 100,
    7_000_000_000
  ]])(
    "counts %d dollars as %d billionths",
    (usd, nano) => {
      assert.strictEqual(toNanoUsd(usd), nano)
    }
  )

  it("says whose limit was reached", () => {
    const own = account({ tokens: 10 })
    reserve(own, 8).settle(spent(8))
    const shortage = shortageOf(own, 5)
    const error = own.exceeded(shortage, amount(5), target, { requestId: "r", lastFailure: "ServerError" })
    assert.deepInclude(error, {
      provider: "openai",
      model: "m",
      requestId: "r",
      kind: "tokens",
      limit: 10,
      needed: 5,
      lastFailure: "ServerError"
    })
    assert.deepStrictEqual(error.spent.map(({ tokens }) => tokens), [8])
    assert.include(error.message, "within the budget of 10 tokens")
    assert.include(error.message, "the last attempt failed with ServerError")
  })
})

describe("a nested account", () => {
  it("takes from all its parents, or from none of them", () => {
    const top = account({ tokens: 100 })
    const middle = account({ attempts: 2 }, top)
    const inner = account({ tokens: 1000 }, middle)
    const held = reserve(inner, 90)
    assert.deepStrictEqual(inner.left(), { attempts: 1, tokens: 10, nanoUsd: Infinity })
    assert.strictEqual(shortageOf(inner, 11).account, top)
    for (const one of [top, middle, inner]) {
      assert.deepStrictEqual(one.reserved, amount(90))
      assert.deepStrictEqual(one.spent().map(({ attempts }) => attempts), [1])
    }
    held.settle(spent(30))
    for (const one of [top, middle, inner]) {
      assert.deepStrictEqual(one.reserved, amount(0))
      assert.strictEqual(one.spent()[0]?.tokens, 30)
    }
    reserve(inner, 70).release()
    assert.strictEqual(top.left().tokens, 70)
    reserve(inner, 1)
    assert.deepInclude(shortageOf(inner, 0), { kind: "attempts", account: middle })
  })

  it("shares its parents with its siblings", () => {
    const top = account({ tokens: 100 })
    const [left, right] = [account({}, top), account({}, top)]
    reserve(left, 60)
    assert.strictEqual(right.left().tokens, 40)
    assert.strictEqual(shortageOf(right, 41).account, top)
    assert.deepStrictEqual(right.spent(), [])
  })

  it("limits what any of its parents limits", () => {
    assert.isFalse(account({ attempts: 1 }).limitsAmounts)
    assert.isTrue(account({}, account({ tokens: 1 })).limitsAmounts)
    assert.isFalse(account({}, account({ tokens: 1 })).limitsMoney)
    assert.isTrue(account({}, account({ nanoUsd: 1 })).limitsMoney)
    assert.isTrue(account({}, account({ nanoUsd: 1 })).limitsAmounts)
    assert.isFalse(new BudgetAccount({}, undefined, false).isObserved)
    assert.isTrue(new BudgetAccount({}, account(), false).isObserved)
  })
})
