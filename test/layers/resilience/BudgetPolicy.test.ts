/**
 * What calls reserve in budgets and what they settle, whatever becomes of their attempts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Budget, ChatModel, type CompletionError, CompletionRequest, Embeddings, ModelListing } from "sluice"
import type { BudgetAccount } from "../../../src/domain/BudgetAccount.ts"
import * as TokenBounds from "../../../src/streams/request/TokenBounds.ts"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const request: CompletionRequest.CompletionRequestInput = {
  model: "openai/priced",
  prompt: "Why is the sky blue?",
  maxOutputTokens: 2000
}

const inputBound = TokenBounds.ofRequest(CompletionRequest.make(request), "openai").input
const bound = inputBound + 2000

const complete = (input: Partial<CompletionRequest.CompletionRequestInput> = {}) =>
  ChatModel.complete({ ...request, ...input })

/** Runs an effect under a new budget. */
const under = Effect.fnUntraced(function*<A, E, R>(limits: Budget.BudgetLimits, effect: Effect.Effect<A, E, R>) {
  const budget = yield* Budget.make(limits)
  const result = yield* Effect.result(Effect.provideService(effect, Budget.Budget, budget))
  return { account: budget.account, result }
})

const failureOf = <A, E>(result: Result.Result<A, E>): E => {
  assert(Result.isFailure(result))
  return result.failure
}

const exceededOf = <A>(result: Result.Result<A, CompletionError>) => {
  const failure = failureOf(result)
  assert(failure._tag === "BudgetExceededError")
  return failure
}

const assertSettled = (account: BudgetAccount, expected: Readonly<Record<string, number>>) => {
  assert.deepStrictEqual(account.reserved, { tokens: 0, nanoUsd: 0 })
  assert.deepInclude(account.spent()[0] ?? {}, expected)
}

const limitIn = ({ text }: Scripted.Received): number => JSON.parse(text).max_completion_tokens

describe("an attempt under a budget", () => {
  it.effect("reserves its upper bound, and settles with the reported usage", () => {
    let reserved: unknown
    let account: BudgetAccount | undefined
    const server = Scripted.serve(() => {
      reserved = account?.reserved
      return Scripted.streamed(10, 5)
    })
    return Effect.gen(function*() {
      const budget = yield* Budget.make({ usd: 1, tokens: 100_000 })
      account = budget.account
      yield* Effect.provideService(complete(), Budget.Budget, budget)
      assert.deepStrictEqual(reserved, { tokens: bound, nanoUsd: inputBound * 1000 + 2000 * 2000 })
      assert.deepStrictEqual(account.reserved, { tokens: 0, nanoUsd: 0 })
      assert.deepStrictEqual(account.spent(), [{
        provider: "openai",
        model: "priced",
        attempts: 1,
        tokens: 15,
        estimatedTokens: 0,
        partialTokens: 0,
        usd: 2e-5,
        estimatedUsd: 0
      }])
    }).pipe(Effect.provide(Scripted.layer(server)))
  })

  it.effect.each<readonly [string, Scripted.Reply, string]>([
    ["refused", Scripted.failure(400), "InvalidRequestError"],
    ["not connected", { refused: "ECONNREFUSED" }, "ConnectionError"],
    ["answered by a server that is overloaded", Scripted.failure(503), "OverloadedError"]
  ])("costs nothing when it is %s", ([, reply, tag]) =>
    Effect.gen(function*() {
      const { account, result } = yield* under({ usd: 1 }, complete())
      assert.strictEqual(failureOf(result)._tag, tag)
      assertSettled(account, { attempts: 1, tokens: 0, usd: 0, estimatedTokens: 0 })
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => reply), { maxRetries: 0 }))))

  it.effect.each<readonly [string, ReadonlyArray<Scripted.Step>, string]>([
    ["breaks off", [RawServer.delta("Hel"), { cut: true }], "IncompleteStreamError"],
    ["ends too early", [RawServer.delta("Hel")], "IncompleteStreamError"],
    ["is no stream", ["data: {nonsense\n\n"], "MalformedStreamError"],
    ["pauses for too long", [RawServer.delta("Hel"), { wait: undefined }], "StreamIdleTimeoutError"]
  ])("settles at its bound when its body %s before there is usage", ([, steps, tag]) =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(under({ usd: 1 }, complete()), { startImmediately: true })
      yield* TestClock.adjust("10 minutes")
      const { account, result } = yield* Fiber.join(fiber)
      assert.strictEqual(failureOf(result)._tag, tag)
      const usd = (inputBound + 2 * 2000) / 1e6
      assertSettled(account, {
        attempts: 1,
        tokens: bound,
        estimatedTokens: bound,
        partialTokens: 0,
        usd,
        estimatedUsd: usd
      })
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => Scripted.steps(...steps)), { maxRetries: 0 }))))

  it.effect("settles by the usage when the body breaks off after it", () =>
    Effect.gen(function*() {
      const { account, result } = yield* under({ usd: 1 }, complete())
      const failure = failureOf(result)
      assert(failure._tag === "IncompleteStreamError")
      assert.include(failure.evidence, "usage")
      assertSettled(account, { tokens: 15, estimatedTokens: 0, usd: 2e-5 })
    }).pipe(Effect.provide(Scripted.layer(
      Scripted.serve(() => Scripted.steps(RawServer.delta("Hel"), Scripted.usage(10, 5), { cut: true })),
      { maxRetries: 0 }
    ))))

  it.effect("settles at its bound beside what was reported when the body breaks off before the bill", () => {
    const usage = { input_tokens: 12, output_tokens: 1 }
    const begun = {
      type: "message_start",
      message: { id: "m1", type: "message", role: "assistant", model: "m", content: [], usage }
    }
    const text = { type: "content_block_start", index: 0, content_block: { type: "text", text: "Hel" } }
    const steps = [begun, text].map((event) => `event: ${event.type}\n${RawServer.data(event)}`)
    const server = Scripted.serve(() => Scripted.steps(...steps, { cut: true }))
    return Effect.gen(function*() {
      const { account, result } = yield* under({ tokens: 10_000 }, complete({ model: "anthropic/m" }))
      const failure = failureOf(result)
      assert(failure._tag === "IncompleteStreamError", failure._tag)
      assert.strictEqual(failure.partial?.usage?.inputTokens, 12)
      assertSettled(account, { attempts: 1, tokens: bound, estimatedTokens: bound, partialTokens: 13 })
    }).pipe(Effect.provide(Scripted.layer(server, { maxRetries: 0 })))
  })

  it.effect("settles at its bound when a whole response reports no usage", () =>
    Effect.gen(function*() {
      const { account, result } = yield* under({ tokens: 10_000 }, complete())
      assert.isTrue(Result.isSuccess(result))
      assertSettled(account, { tokens: bound, estimatedTokens: bound, usd: 0 })
    }).pipe(Effect.provide(Scripted.layer(
      Scripted.serve(() => Scripted.steps(RawServer.delta("Hel"), RawServer.stop, RawServer.done))
    ))))

  it.effect("settles with the usage of a response that is not streamed", () =>
    Effect.gen(function*() {
      const body = {
        id: "c1",
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 }
      }
      const whole = ChatModel.complete(request, { transport: "whole" })
      const server = Scripted.serve(() => Scripted.json(body))
      const { account, result } = yield* under({ tokens: 10_000 }, whole).pipe(Effect.provide(Scripted.layer(server)))
      assert.isTrue(Result.isSuccess(result))
      assertSettled(account, { tokens: 9, estimatedTokens: 0 })
    }))

  it.effect("is counted with its usage under a budget that limits neither tokens nor money", () =>
    Effect.gen(function*() {
      const { account } = yield* under(
        { attempts: 5 },
        complete({ model: "openai/unknown", maxOutputTokens: undefined })
      )
      assertSettled(account, { attempts: 1, tokens: 15, usd: 0, estimatedTokens: 0 })
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => Scripted.streamed())))))

  it.effect("is paid for on its own, in each retry", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(under({ tokens: 100_000 }, complete()), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      const { account, result } = yield* Fiber.join(fiber)
      assert.isTrue(Result.isSuccess(result))
      // The second attempt began and broke off before any content: it may have cost its bound.
      assertSettled(account, { attempts: 3, tokens: bound + 15, estimatedTokens: bound })
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(({ number }) =>
      number === 1 ? Scripted.failure(503) : number === 2 ? Scripted.steps({ cut: true }) : Scripted.streamed()
    )))))
})

describe("an interrupted attempt", () => {
  /** Interrupts a call in the middle of a reply. */
  const interrupted = Effect.fnUntraced(
    function*(reply: Scripted.Reply, settings: { retryBase?: Duration.Duration } = {}) {
      const server = Scripted.serve(() => reply)
      return yield* Effect.gen(function*() {
        const budget = yield* Budget.make({ usd: 1, tokens: 100_000 })
        const fiber = yield* complete().pipe(
          Effect.provideService(Budget.Budget, budget),
          Effect.forkChild({ startImmediately: true })
        )
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(server.requests.length, 1)
        assert.strictEqual(server.open(), 0)
        return budget.account
      }).pipe(Effect.provide(Scripted.layer(server, settings)))
    }
  )

  it.effect("costs nothing before the headers", () =>
    Effect.gen(function*() {
      assertSettled(yield* interrupted({ delay: Infinity }), { attempts: 1, tokens: 0, usd: 0 })
    }))

  it.effect("costs its bound in the body, before and after the first event", () =>
    Effect.gen(function*() {
      const first = yield* interrupted(Scripted.steps({ wait: undefined }))
      assertSettled(first, { attempts: 1, tokens: bound, estimatedTokens: bound })
      const later = yield* interrupted(Scripted.steps(RawServer.delta("Hel"), { wait: undefined }))
      assertSettled(later, { attempts: 1, tokens: bound, estimatedTokens: bound })
    }))

  it.effect("costs nothing during the wait for a retry", () =>
    Effect.gen(function*() {
      const account = yield* interrupted(Scripted.failure(503), { retryBase: Duration.seconds(20) })
      assertSettled(account, { attempts: 1, tokens: 0, usd: 0 })
    }))

  it.effect("costs its usage when the consumer stops after it", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const stream = ChatModel.stream(request).pipe(
        Stream.takeUntil(({ _tag }) => _tag === "Completed"),
        Stream.runDrain
      )
      const { account } = yield* under({ tokens: 100_000 }, stream)
      assertSettled(account, { tokens: 15, estimatedTokens: 0 })
      const early = yield* under({ tokens: 100_000 }, Stream.runDrain(Stream.take(ChatModel.stream(request), 1)))
      assertSettled(early.account, { tokens: bound, estimatedTokens: bound })
    }).pipe(Effect.provide(Scripted.layer(server)))
  })
})

describe("an output limit", () => {
  const limitOf = Effect.fnUntraced(function*(
    limits: Budget.BudgetLimits,
    input: Partial<CompletionRequest.CompletionRequestInput> = {}
  ) {
    const server = Scripted.serve(() => Scripted.streamed())
    const { result } = yield* under(limits, complete({ maxOutputTokens: undefined, ...input })).pipe(
      Effect.provide(Scripted.layer(server))
    )
    const [sent] = server.requests
    return sent === undefined ? failureOf(result) : limitIn(sent)
  })

  it.effect("is set to what the rest of the budget pays for, and at most to that of the model", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* limitOf({ tokens: inputBound + 3000 }), 3000)
      assert.strictEqual(yield* limitOf({ tokens: 1_000_000 }), 10_000)
      // $1 a million tokens read and $2 a million written.
      assert.strictEqual(yield* limitOf({ usd: (inputBound + 2 * 4000) / 1e6 }), 4000)
      assert.strictEqual(yield* limitOf({ usd: (inputBound + 2 * 4000) / 1e6, tokens: inputBound + 3000 }), 3000)
      assert.strictEqual(yield* limitOf({ tokens: 1_000_000 }, { model: "openai/unknown" }), 32_768)
    }))

  it.effect("is not set where the caller sets one, or where nothing of the kind is limited", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* limitOf({ tokens: 1_000_000 }, { maxOutputTokens: 77 }), 77)
      assert.strictEqual(yield* limitOf({ attempts: 3 }), undefined)
      const own = { providerOptions: { openai: { max_completion_tokens: 50 } } }
      assert.strictEqual(yield* limitOf({ tokens: 1_000_000 }, own), 50)
    }))

  it.effect("is at least 1,024, or the budget is exceeded", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* limitOf({ tokens: inputBound + 1024 }), 1024)
      const tokens = yield* limitOf({ tokens: inputBound + 1023 })
      assert(typeof tokens === "object" && tokens._tag === "BudgetExceededError")
      assert.deepInclude(tokens, { kind: "tokens", limit: inputBound + 1023, needed: inputBound + 1024 })
      assert.isUndefined(tokens.lowestTier)
      assert.strictEqual(yield* limitOf({ usd: (inputBound + 2 * 1024) / 1e6 }), 1024)
      const usd = yield* limitOf({ usd: (inputBound + 2 * 1024 - 1) / 1e6 })
      assert(typeof usd === "object" && usd._tag === "BudgetExceededError")
      assert.deepInclude(usd, { kind: "usd", lowestTier: true, needed: (inputBound + 2 * 1024) / 1e6 })
    }))

  it.effect("is shared by several completions", () =>
    Effect.gen(function*() {
      const n = { providerOptions: { openai: { n: 4 } } }
      assert.strictEqual(yield* limitOf({ tokens: inputBound + 8000 }, n), 2000)
      const short = yield* limitOf({ tokens: inputBound + 4 * 1024 - 1 }, n)
      assert(typeof short === "object" && short._tag === "BudgetExceededError")
    }))

  it.effect("has room for the reasoning", () =>
    Effect.gen(function*() {
      const reasoning = { reasoning: { budgetTokens: 5000 } }
      assert.strictEqual(yield* limitOf({ tokens: inputBound + 6000 }, reasoning), 6000)
      const short = yield* limitOf({ tokens: inputBound + 5000 }, reasoning)
      assert(typeof short === "object" && short._tag === "BudgetExceededError")
    }))

  it.effect("leaves room for the prompt in the context window", () =>
    Effect.gen(function*() {
      const prompt = "x".repeat(195_000)
      const limit = yield* limitOf({ tokens: 1_000_000 }, { prompt })
      assert(typeof limit === "number")
      assert.isAtMost(limit, 5000)
      assert.isAtLeast(limit, 4000)
      // The prompt's upper bound alone fills the window: there are far fewer tokens in it than bytes.
      assert.strictEqual(yield* limitOf({ tokens: 1_000_000 }, { prompt: "x".repeat(400_000) }), 1024)
    }))

  it.effect("is computed again for fibers that others were faster than", () => {
    const server = Scripted.serve(() => ({ ...Scripted.streamed(), delay: 1000 }))
    return Effect.gen(function*() {
      const limit = 5 * inputBound + 10_000 + 10_000 + 5000 + 1024
      const all = Effect.forEach(
        Array.from({ length: 8 }),
        () => Effect.result(complete({ maxOutputTokens: undefined })),
        { concurrency: "unbounded" }
      )
      const fiber = yield* Effect.forkChild(under({ tokens: limit }, all), { startImmediately: true })
      yield* TestClock.adjust("5 seconds")
      const { account, result } = yield* Fiber.join(fiber)
      const limits = server.requests.map(limitIn)
      assert.deepStrictEqual(limits, [10_000, 10_000, 6024 + 2 * inputBound])
      assert.strictEqual(Result.getOrThrow(result).filter(Result.isSuccess).length, 3)
      for (const one of Result.getOrThrow(result).filter(Result.isFailure)) {
        assert.strictEqual(one.failure._tag, "BudgetExceededError")
      }
      assertSettled(account, { attempts: 3, tokens: 45 })
    }).pipe(Effect.provide(Scripted.layer(server)))
  })
})

describe("a budget of money", () => {
  it.effect("refuses a model without a price before anything is sent", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const { account, result } = yield* under({ usd: 1 }, complete({ model: "openai/unknown" }))
      const failure = failureOf(result)
      assert(failure._tag === "ConfigurationError")
      assert.include(failure.message, "openai/unknown")
      assert.deepStrictEqual(account.spent(), [])
      assert.strictEqual(server.requests.length, 0)
      assert.isTrue(Result.isSuccess((yield* under({ tokens: 10_000 }, complete({ model: "openai/unknown" }))).result))
    }).pipe(Effect.provide(Scripted.layer(server)))
  })

  it.effect("counts a document of unknown length as a full window", () =>
    Effect.gen(function*() {
      const file = { type: "file" as const, mediaType: "application/pdf", data: "file-123" }
      const prompt = [{ role: "user" as const, content: [file] }]
      const short = exceededOf((yield* under({ usd: 0.1 }, complete({ prompt }))).result)
      assert.strictEqual(short.needed, (200_000 + 2 * 2000) / 1e6)
      const unknown = exceededOf((yield* under({ tokens: 1000 }, complete({ model: "openai/unknown", prompt }))).result)
      assert.strictEqual(unknown.needed, 10_002_000)
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => Scripted.streamed())))))

  it.effect("pays for embeddings by all of their inputs, and for no output", () =>
    Effect.gen(function*() {
      const inputs = Array.from({ length: 10 }, () => "x".repeat(4000))
      const embed = Embeddings.embed({ model: "openai/embedder", inputs })
      const short = exceededOf((yield* under({ tokens: 40_000 }, embed)).result)
      // More than one context window: each input has its own.
      assert.isAbove(short.needed, 40_000)
      const { account, result } = yield* under({ usd: 0.01 }, embed)
      assert.isTrue(Result.isSuccess(result))
      assertSettled(account, { tokens: 3, usd: 3e-7 })
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve((received) => Scripted.vectors(received))))))
})

describe("a budget of attempts", () => {
  const settled = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

  const many = { maxRetries: 30, retryFloor: 1000 }

  it.effect("is 8 for a model request by default, and the error says what failed last", () => {
    const server = Scripted.serve(() => Scripted.failure(503))
    return Effect.gen(function*() {
      const failure = exceededOf(yield* settled(Effect.result(complete())))
      assert.strictEqual(server.requests.length, 8)
      assert.deepInclude(failure, { kind: "attempts", limit: 8, needed: 1, lastFailure: "OverloadedError" })
      assert.deepStrictEqual(failure.spent.map(({ attempts }) => attempts), [8])
    }).pipe(Effect.provide(Scripted.layer(server, many)))
  })

  it.effect("begins anew with each batch of embeddings", () => {
    // Seven failures, and then a success, for each of two batches.
    const server = Scripted.serve((received) =>
      received.number % 8 === 0 ? Scripted.vectors(received) : Scripted.failure(503)
    )
    return Effect.gen(function*() {
      const inputs = Array.from({ length: 3000 }, () => "a")
      const { requests } = yield* settled(Embeddings.embed({ model: "openai/m", inputs, concurrency: 1 }))
      assert.strictEqual(requests, 2)
      assert.strictEqual(server.requests.length, 16)
    }).pipe(Effect.provide(Scripted.layer(server, many)))
  })

  it.effect("begins anew with each page of a list", () => {
    const server = Scripted.serve(({ number, url }) => {
      if (number % 8 !== 0) return Scripted.failure(503)
      const isFirst = url.searchParams.get("after_id") === null
      return Scripted.json({ data: [{ id: isFirst ? "a" : "b" }], has_more: isFirst, last_id: isFirst ? "a" : "b" })
    })
    return Effect.gen(function*() {
      const list = yield* settled(Effect.flatMap(ModelListing, (listing) => listing.list("together")))
      assert.deepStrictEqual(list.map(({ id }) => id), ["a", "b"])
      assert.strictEqual(server.requests.length, 16)
    }).pipe(Effect.provide(Scripted.layer(server, many)))
  })

  it.effect("counts every attempt of everything inside it", () => {
    const server = Scripted.serve((received) =>
      received.number % 2 === 1
        ? Scripted.failure(503)
        : received.url.pathname.endsWith("embeddings")
        ? Scripted.vectors(received)
        : Scripted.streamed()
    )
    return Effect.gen(function*() {
      const embed = Embeddings.embed({ model: "openai/m", inputs: ["a"] })
      const all = Effect.all([complete(), embed, complete(), embed], { concurrency: 1 })
      const { account, result } = yield* settled(under({ attempts: 7 }, all))
      const failure = exceededOf(result)
      assert.deepInclude(failure, { kind: "attempts", limit: 7, lastFailure: "OverloadedError" })
      assert.strictEqual(server.requests.length, 7)
      assert.deepStrictEqual(
        account.spent().map(({ attempts, model, tokens }) => [model, attempts, tokens]),
        [["priced", 4, 30], ["m", 3, 3]]
      )
      const enough = yield* settled(under({ attempts: 9 }, all))
      assert.isTrue(Result.isSuccess(enough.result))
    }).pipe(Effect.provide(Scripted.layer(server, many)))
  })

  it.effect("is not limited by a budget that sets no limit of them, but for each request", () => {
    const server = Scripted.serve(({ number }) => (number % 8 === 0 ? Scripted.streamed() : Scripted.failure(503)))
    return Effect.gen(function*() {
      const three = Effect.forEach([1, 2, 3], () => complete(), { concurrency: 1 })
      const { account, result } = yield* settled(under({ tokens: 100_000 }, three))
      assert.isTrue(Result.isSuccess(result))
      assertSettled(account, { attempts: 24, tokens: 45 })
    }).pipe(Effect.provide(Scripted.layer(server, many)))
  })

  it.effect("of a nested budget is part of the outer one", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const inner = Effect.gen(function*() {
        yield* complete()
        const [spending] = yield* Budget.spent
        assert.strictEqual(spending?.attempts, 1)
        return yield* Effect.result(complete())
      }).pipe(Budget.within({ attempts: 1 }))
      const { account, result } = yield* under({ attempts: 3, tokens: 100_000 }, Effect.all([inner, inner, inner]))
      const [first, second, third] = Result.getOrThrow(result)
      for (const one of [first, second, third]) assert.deepInclude(exceededOf(one), { kind: "attempts", limit: 1 })
      assertSettled(account, { attempts: 3, tokens: 45 })
      assert.deepInclude(
        exceededOf((yield* under({ attempts: 0 }, inner)).result),
        { kind: "attempts", limit: 0 }
      )
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(Scripted.layer(server)))
  })

  it.effect("must be a whole number", () =>
    Effect.gen(function*() {
      for (const limits of [{ attempts: 1.5 }, { tokens: -1 }, { usd: NaN }, { attempts: NaN }]) {
        const failure = yield* Effect.flip(Budget.make(limits))
        assert.strictEqual(failure._tag, "ConfigurationError")
      }
      yield* Budget.make({ usd: Infinity, tokens: Infinity, attempts: Infinity })
    }))
})
