/**
 * Which failures are retried: over real sockets, against the simulator, which counts requests.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, Random, Redacted, References, Result, Stream } from "effect"
import * as Net from "node:net"
import {
  ChatModel,
  type CompletionError,
  isProviderError,
  type ResponseEvent,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as OpenAi from "sluice/openai"
import {
  type Fault,
  type ReceivedRequest,
  Scenario,
  type ScriptedCompletion,
  type Simulator,
  SimulatorServer
} from "sluice/testing"

type Protocol = "openai-chat" | "openai-responses" | "anthropic-messages"

const quick: Partial<SluiceConfig.Settings> = {
  proxy: "none",
  retryBase: Duration.millis(1),
  retryJitter: 0,
  idleTimeout: Duration.seconds(3),
  headersTimeout: Duration.seconds(3)
}

const model = (baseUrl: string, protocol: Protocol, explicit: Partial<SluiceConfig.Settings> = {}) => {
  const options = { apiKey: Redacted.make("sk-test"), baseUrl }
  const layer = protocol === "anthropic-messages" ? Anthropic.layer(options) : OpenAi.layer({ ...options, protocol })
  return layer.pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({ ...quick, ...explicit })),
    Layer.orDie
  )
}

const stream = ChatModel.stream({ model: "m", prompt: "hi" })

const scripted: ScriptedCompletion.ScriptedCompletion = {
  parts: [Scenario.text("One two three.")],
  usage: { input: 3, output: 4 },
  responseId: "id_1",
  model: "m"
}

interface Line {
  readonly reason: unknown
  readonly delayMs: unknown
  readonly requestId: unknown
}

interface Seen {
  readonly text: string
  readonly events: ReadonlyArray<ResponseEvent.ResponseEvent>
  readonly failure: CompletionError | undefined
  readonly requests: ReadonlyArray<ReceivedRequest>
  readonly lines: ReadonlyArray<Line>
}

const textOf = (events: ReadonlyArray<ResponseEvent.ResponseEvent>) =>
  events.map((event) => (event._tag === "OutputTextDelta" ? event.delta : "")).join("")

/** Streams once, and returns the events, the requests and the log. */
const observe = (
  simulator: Simulator["Service"],
  protocol: Protocol,
  explicit: Partial<SluiceConfig.Settings> = {}
): Effect.Effect<Seen> =>
  Effect.gen(function*() {
    const events: Array<ResponseEvent.ResponseEvent> = []
    const lines: Array<Line> = []
    const logger = Logger.make((options) => {
      const { delayMs, reason, requestId } = options.fiber.getRef(References.CurrentLogAnnotations)
      lines.push({ reason, delayMs, requestId })
    })
    const result = yield* Stream.runForEach(stream, (event) => Effect.sync(() => events.push(event))).pipe(
      Effect.result,
      Effect.provide(Layer.mergeAll(model(simulator.baseUrl(protocol), protocol, explicit), Logger.layer([logger])))
    )
    return {
      text: textOf(events),
      events,
      failure: Result.isFailure(result) ? result.failure : undefined,
      requests: yield* simulator.requests,
      lines
    }
  })

const withFaults = (
  faults: ReadonlyArray<Fault.Fault>,
  protocol: Protocol = "openai-chat",
  explicit: Partial<SluiceConfig.Settings> = {}
) =>
  Effect.flatMap(
    Effect.orDie(SimulatorServer.serve({ scenario: { completions: [scripted], faults } })),
    (simulator) => observe(simulator, protocol, explicit)
  )

const status = (code: number, headers: Readonly<Record<string, string>> = {}, message = "no"): Fault.Fault => ({
  _tag: "Status",
  on: [1],
  status: code,
  headers: { ...headers },
  body: { error: { message } }
})

const first = { on: [1] }

const openPort = Effect.callback<number>((resume) => {
  const server = Net.createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** A source of zeros: nothing is added to the waits that providers ask for. */
const nothing = { nextDoubleUnsafe: () => 0, nextIntUnsafe: () => 0 }

describe("a failure before the first event", () => {
  const again: ReadonlyArray<readonly [string, Fault.Fault, Partial<Line>]> = [
    ["429 with retry-after-ms", status(429, { "retry-after-ms": "7" }), { reason: "RateLimitedError", delayMs: 7 }],
    [
      "429 with retry-after in seconds",
      status(429, { "retry-after": "0.02" }),
      { reason: "RateLimitedError", delayMs: 20 }
    ],
    [
      "429 with the hint in its message",
      status(429, {}, "Rate limit reached. Please try again in 28ms."),
      { reason: "RateLimitedError", delayMs: 28 }
    ],
    ["429 with a hint of nothing", status(429, { "retry-after": "0" }), { reason: "RateLimitedError", delayMs: 1 }],
    ["500", status(500), { reason: "ServerError", delayMs: 1 }],
    ["503", status(503), { reason: "OverloadedError", delayMs: 1 }],
    ["529", status(529), { reason: "OverloadedError", delayMs: 1 }],
    ["408", status(408), { reason: "RequestTimeoutError", delayMs: 1 }],
    ["409", status(409), { reason: "InvalidRequestError", delayMs: 1 }],
    ["502 with a page", {
      _tag: "Raw",
      ...first,
      status: 502,
      contentType: "text/html",
      text: "<html><h1>Bad gateway</h1></html>"
    }, { reason: "ServerError", delayMs: 1 }],
    ["400 with x-should-retry", status(400, { "x-should-retry": "true" }), {
      reason: "InvalidRequestError",
      delayMs: 1
    }],
    ["a connection that is closed at once", { _tag: "Refuse", ...first }, { reason: "ConnectionError", delayMs: 1 }],
    ["a reset before the headers", { _tag: "Reset", ...first }, { reason: "ConnectionError", delayMs: 1 }],
    ["an error event first in a 200", { _tag: "ErrorEvent", ...first, event: 1, kind: "overloaded" }, {
      reason: "OverloadedError",
      delayMs: 1
    }],
    ["a cut before any content", { _tag: "Cut", ...first, after: 3, how: "reset" }, {
      reason: "IncompleteStreamError",
      delayMs: 1
    }],
    ["an empty 200", { _tag: "Raw", ...first, contentType: "text/event-stream", text: "" }, {
      reason: "IncompleteStreamError",
      delayMs: 1
    }]
  ]

  it.live.each(again)("is retried: %s", ([, fault, line]) =>
    Effect.gen(function*() {
      const { failure, lines, requests, text } = yield* Effect.provideService(
        withFaults([fault]),
        Random.Random,
        nothing
      )
      assert.isUndefined(failure)
      assert.strictEqual(text, "One two three.")
      assert.strictEqual(requests.length, 2)
      // A connection that is closed at once is counted too, though nobody read what it was to bring.
      const ids = requests.filter(({ method }) => method === "POST").map(({ headers }) => headers["x-request-id"])
      assert.deepInclude(lines, { requestId: ids[0], ...line })
      assert.strictEqual(new Set(ids).size, 1)
    }), 5000)

  it.live("is retried after an HTTP date, and not before", () =>
    Effect.gen(function*() {
      const started = Date.now()
      const at = new Date(Math.ceil(started / 1000) * 1000)
      const { lines, requests, text } = yield* withFaults([status(429, { "retry-after": at.toUTCString() })])
      assert.strictEqual(text, "One two three.")
      assert.strictEqual(requests.length, 2)
      assert.isAtLeast(Date.now(), at.getTime())
      // At least the back-off, which is 1 ms here.
      assert.isAtMost(Number(lines[0]?.delayMs), Math.max(1, at.getTime() - started))
    }).pipe(Effect.provideService(Random.Random, nothing)), 5000)

  it.live("is retried when headers do not come in time", () =>
    Effect.gen(function*() {
      const { lines, requests, text } = yield* withFaults([{ _tag: "Delay", ...first }], "openai-chat", {
        headersTimeout: Duration.millis(300)
      })
      assert.strictEqual(text, "One two three.")
      // On a busy machine the next headers may be late as well.
      assert.isAtLeast(lines.length, 1)
      assert.strictEqual(requests.length, lines.length + 1)
      for (const { reason } of lines) assert.strictEqual(reason, "RequestTimeoutError")
    }), 20_000)

  it.live("is retried when a server was down and comes up", () =>
    Effect.gen(function*() {
      const port = yield* openPort
      const fiber = yield* Effect.forkChild(
        Stream.runCollect(stream).pipe(Effect.provide(model(`http://127.0.0.1:${port}/v1`, "openai-chat", {
          retryBase: Duration.millis(100)
        }))),
        { startImmediately: true }
      )
      yield* Effect.sleep(50)
      const simulator = yield* SimulatorServer.serve({ port, scenario: { completions: [scripted] } })
      assert.strictEqual(textOf(yield* Fiber.join(fiber)), "One two three.")
      assert.strictEqual((yield* simulator.requests).length, 1)
    }), 5000)

  const once: ReadonlyArray<readonly [string, Fault.Fault, CompletionError["_tag"]]> = [
    ["400", status(400), "InvalidRequestError"],
    ["401", status(401), "AuthenticationError"],
    ["403", status(403), "PermissionDeniedError"],
    ["404", status(404), "ModelNotFoundError"],
    ["422", status(422), "InvalidRequestError"],
    ["a spent quota with 429", { _tag: "ProviderError", ...first, kind: "quota" }, "UsageLimitReachedError"],
    ["a content filter", { _tag: "ProviderError", ...first, kind: "content-filter" }, "ContentFilteredError"],
    [
      "a prompt that is too long",
      { _tag: "ProviderError", ...first, kind: "context-length" },
      "ContextLengthExceededError"
    ],
    ["retry-after above the cap", status(429, { "retry-after": "61" }), "RateLimitedError"],
    ["x-should-retry: false on 503", status(503, { "x-should-retry": "false" }), "OverloadedError"],
    [
      "a spent quota as the first event",
      { _tag: "ErrorEvent", ...first, event: 1, kind: "quota" },
      "UsageLimitReachedError"
    ],
    ["424", status(424), "ServerError"],
    ["a redirect", status(302, { location: "https://elsewhere.test/" }), "MalformedResponseError"]
  ]

  it.live.each(once)("is not retried: %s", ([, fault, tag]) =>
    Effect.gen(function*() {
      const started = performance.now()
      const { events, failure, lines, requests } = yield* withFaults([fault])
      assert.strictEqual(failure?._tag, tag)
      assert.strictEqual(requests.length, 1)
      assert.deepStrictEqual(lines, [])
      assert.strictEqual(textOf(events), "")
      assert.isTrue(isProviderError(failure) && failure.attempts === undefined)
      assert.isBelow(performance.now() - started, 2000)
    }), 5000)

  it.live(
    "fails with the last error, all attempts and one request id when retries run out",
    () =>
      Effect.gen(function*() {
        const { failure, requests } = yield* withFaults([
          { ...status(500), on: [1] },
          { ...status(529), on: [2] },
          { ...status(429), on: [3] },
          { ...status(503), on: [4] }
        ])
        assert.strictEqual(requests.length, 4)
        assert.isTrue(isProviderError(failure) && failure._tag === "OverloadedError" && failure.status === 503)
        assert.deepStrictEqual(
          isProviderError(failure)
            ? failure.attempts?.map(({ delay, number, outcome, status }) => [number, outcome, status, delay])
            : [],
          [
            [1, "ServerError", 500, 1],
            [2, "OverloadedError", 529, 2],
            [3, "RateLimitedError", 429, 4],
            [4, "OverloadedError", 503, undefined]
          ]
        )
        const ids = new Set(requests.map(({ headers }) => headers["x-request-id"]))
        assert.deepStrictEqual([...ids], [isProviderError(failure) ? failure.requestId : undefined])
        assert.include(failure?.message ?? "", "after 4 attempts")
      }),
    5000
  )
})

describe("a failure after the first event", () => {
  const protocols: ReadonlyArray<Protocol> = ["openai-chat", "openai-responses", "anthropic-messages"]

  // The event with the first content of each protocol.
  const delivered: Readonly<Record<Protocol, number>> = {
    "openai-chat": 3,
    "openai-responses": 6,
    "anthropic-messages": 5
  }

  // The byte at which a part of the content has arrived.
  const middle: Readonly<Record<Protocol, number>> = {
    "openai-chat": 1100,
    "openai-responses": 4000,
    "anthropic-messages": 1500
  }

  const faults = (protocol: Protocol): ReadonlyArray<readonly [string, Fault.Fault]> => [
    ["an error event", { _tag: "ErrorEvent", event: delivered[protocol], kind: "overloaded" }],
    ["a malformed event", { _tag: "MalformedEvent", event: delivered[protocol] }],
    ["a reset", { _tag: "Cut", after: middle[protocol], how: "reset" }],
    ["a body that ends", { _tag: "OmitTerminator" }],
    ["idle timeout", { _tag: "Stall", after: middle[protocol] }]
  ]

  const cases = protocols.flatMap((protocol) =>
    faults(protocol).map(([name, fault]) => [protocol, name, fault] as const)
  )

  const long: ScriptedCompletion.ScriptedCompletion = {
    ...scripted,
    parts: [{ _tag: "Text", deltas: Array.from({ length: 40 }, (_, index) => `${index} `) }]
  }

  it.live.each(cases)("is never retried over %s: %s", ([protocol, name, fault]) =>
    Effect.gen(function*() {
      const isShort = fault._tag === "OmitTerminator"
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [long], faults: isShort ? [fault, { _tag: "OmitFinish" }] : [fault] }
      })
      const { failure, lines, requests, text } = yield* observe(simulator, protocol, {
        idleTimeout: Duration.millis(200)
      })
      assert.isDefined(failure, name)
      assert.strictEqual(requests.length, 1)
      assert.deepStrictEqual(lines, [])
      const whole = Array.from({ length: 40 }, (_, index) => `${index} `).join("")
      assert.isTrue(text !== "" && whole.startsWith(text), `delivered ${JSON.stringify(text)}`)
      assert.strictEqual(isProviderError(failure) ? failure.partial?.text : undefined, text)
    }), 5000)
})

describe("a whole response", () => {
  const rich: ScriptedCompletion.ScriptedCompletion = {
    parts: [
      Scenario.reasoning("Let me think.", { summary: ["Let me think."], signature: "sig", encrypted: "enc" }),
      Scenario.text("Hello there"),
      Scenario.toolCall("weather", { city: "Oslo" }, "call_1"),
      Scenario.toolCall("time", {}, "call_2")
    ],
    usage: { input: 100, cached: 60, output: 20, reasoning: 5 },
    finish: "tool-calls",
    responseId: "id_1",
    model: "model-1"
  }

  const scenario: Scenario.Scenario = { completions: [rich], strictness: "off" }

  // What only one of the two forms can tell: how it ended, and limits as of a moment.
  const facts = (
    { evidence: _, rateLimits: __, ...completion }: Effect.Success<ReturnType<typeof ChatModel.complete>>
  ) => completion

  it.live.each<Protocol>(["openai-chat", "openai-responses", "anthropic-messages"])(
    "is the same streamed and not, in %s",
    (protocol) =>
      Effect.gen(function*() {
        const simulator = yield* SimulatorServer.serve({ scenario })
        const request = { model: "m", prompt: "hi" }
        const [streamed, whole] = yield* Effect.all([
          ChatModel.complete(request, { transport: "stream" }),
          // From the beginning again, so that the ids are the same.
          Effect.andThen(simulator.setScenario(scenario), ChatModel.complete(request, { transport: "whole" }))
        ]).pipe(Effect.provide(model(simulator.baseUrl(protocol), protocol)))
        assert.deepStrictEqual(
          (yield* simulator.requests).map(({ headers }) => headers["accept"]),
          ["text/event-stream", "application/json"]
        )
        assert.deepStrictEqual(facts(whole), facts(streamed))
        assert.strictEqual(whole.text, "Hello there")
        assert.deepStrictEqual(whole.toolCalls.map(({ name }) => name), ["weather", "time"])
        assert.strictEqual(whole.finishReason, "tool-calls")
      }),
    5000
  )
})
