import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Schema, SchemaGetter, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { IncompleteStreamError, ToolCalls, ToolCallState } from "sluice"
import { added, arrays, collect, completed, delta, done, type Event, invalid } from "./Called.ts"

const Weather = Tool.make("weather", {
  parameters: Schema.Struct({ city: Schema.String, on: Schema.optionalKey(Schema.Date) })
})
const Time = Tool.make("time", { parameters: Schema.Struct({ zone: Schema.FiniteFromString }) })
const Search = Tool.dynamic("search", { parameters: { type: "object", properties: { query: { type: "string" } } } })

const times = { waiting: 0, naming: 0, arguments: 0 }

/** The states of arrays of events. */
const statesOf = <Tools extends Tool.Any = never>(
  options: ToolCalls.Options<Tools>,
  ...events: ReadonlyArray<ReadonlyArray<Event>>
) => collect(ToolCalls.states(options)(arrays(...events)))

/** The one state that failed. */
const failedOf = (states: ReadonlyArray<{ readonly _tag: string }>): ToolCallState.Failed => {
  const failed = states.filter((state): state is ToolCallState.Failed => state._tag === "Failed")
  assert.strictEqual(failed.length, 1, JSON.stringify(states))
  assert.isFalse(states.some(({ _tag }) => _tag === "Complete"))
  return failed[0] as ToolCallState.Failed
}

describe("the states of a call", () => {
  it.effect("are those of its name, its arguments and its end", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(
        {},
        [{ _tag: "Created", responseId: "r", model: "m" }],
        [added(0, "weather")],
        [delta(0, "{\"city\":\"Ø")],
        [delta(0, "slo\",\"days\":"), delta(0, "[1,2")],
        [delta(0, "]}"), done(0, "weather", { city: "Øslo", days: [1, 2] })],
        [completed]
      )
      const call = { index: 0, id: "call_0" }
      const named = { ...call, name: "weather" }
      assert.deepStrictEqual(states, [
        { _tag: "Waiting", ...call },
        { _tag: "Naming", ...named },
        {
          _tag: "Arguments",
          ...named,
          delta: "{\"city\":\"Ø",
          text: "{\"city\":\"Ø",
          value: { city: "Ø" },
          bytes: 11
        },
        {
          _tag: "Arguments",
          ...named,
          delta: "slo\",\"days\":[1,2",
          text: "{\"city\":\"Øslo\",\"days\":[1,2",
          value: { city: "Øslo", days: [1] },
          bytes: 27
        },
        {
          _tag: "Arguments",
          ...named,
          delta: "]}",
          text: "{\"city\":\"Øslo\",\"days\":[1,2]}",
          value: { city: "Øslo", days: [1, 2] },
          bytes: 29
        },
        {
          _tag: "Complete",
          ...named,
          arguments: { city: "Øslo", days: [1, 2] },
          json: { city: "Øslo", days: [1, 2] },
          times,
          repairs: []
        }
      ])
    }))

  it.effect("keep what came together together, and make no empty step", () =>
    Effect.gen(function*() {
      const steps: Array<ReadonlyArray<string>> = []
      yield* arrays(
        [added(0, "a"), delta(0, "{"), added(1, "b"), delta(1, "{"), delta(0, "}"), delta(1, "}")],
        [{ _tag: "OutputTextDelta", outputIndex: 2, delta: "x" }],
        [done(1, "b", {}), done(0, "a", {})]
      ).pipe(
        ToolCalls.states(),
        Stream.runForEachArray((step) =>
          Effect.sync(() => steps.push(step.map((state) => `${state._tag} ${state.index}`)))
        )
      )
      assert.deepStrictEqual(steps, [
        ["Waiting 0", "Naming 0", "Arguments 0", "Waiting 1", "Naming 1", "Arguments 1"],
        ["Complete 1", "Complete 0"]
      ])
    }))

  it.effect("are without arguments for a call that came whole, also where it did not begin as a call", () =>
    Effect.gen(function*() {
      const other: Event = { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "unknown" } }
      const states = yield* statesOf({}, [added(0), done(0, "a", { x: 1 }), other, done(1, "b", {}), done(2, "c", {})])
      const tags = ["Waiting", "Naming", "Complete"]
      for (const index of [0, 1, 2]) {
        assert.deepStrictEqual(states.filter((state) => state.index === index).map(({ _tag }) => _tag), tags)
      }
    }))

  it.effect("have the name when it comes last", () =>
    Effect.gen(function*() {
      const states = yield* statesOf({}, [added(0)], [delta(0, "{}")], [done(0, "a", {})])
      assert.deepStrictEqual(states.map((state) => [state._tag, "name" in state ? state.name : ""]), [
        ["Waiting", ""],
        ["Arguments", undefined],
        ["Complete", "a"]
      ])
    }))

  it.effect("count bytes, and not characters, also of half a character", () =>
    Effect.gen(function*() {
      const text = JSON.stringify({ a: "é😀𝄞\u2028" })
      const states = yield* statesOf(
        {},
        [added(0, "a")],
        ...[...Array(text.length).keys()].map((at) => [delta(0, text.charAt(at))])
      )
      const last = states.at(-1)
      assert(last?._tag === "Arguments")
      assert.strictEqual(last.bytes, Buffer.byteLength(text))
      assert.strictEqual(last.text, text)
    }))

  it.effect("are none for free-form calls and for calls of the provider's tools", () =>
    Effect.gen(function*() {
      const start = (outputIndex: number, type: "custom-tool-call" | "server-tool-call"): Event => ({
        _tag: "OutputItemAdded",
        outputIndex,
        item: { type, id: "c", name: "n" }
      })
      const end: Event = {
        _tag: "OutputItemDone",
        outputIndex: 0,
        item: { _tag: "CustomToolCall", id: "c", name: "n", input: "x", protocol: "test" }
      }
      assert.deepStrictEqual(
        yield* statesOf({}, [
          start(0, "custom-tool-call"),
          delta(0, "x"),
          end,
          start(1, "server-tool-call"),
          delta(1, "y"),
          completed
        ]),
        []
      )
    }))

  it.effect("end with the provider's value where the text is not JSON", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(
        {},
        [added(0, "a"), delta(0, "{\"x\":1,")],
        [delta(0, "}")],
        [delta(0, "}")],
        [done(0, "a", { x: 1 })]
      )
      assert.deepStrictEqual(states.map((state) => state._tag === "Arguments" ? state.value : state._tag), [
        "Waiting",
        "Naming",
        { x: 1 },
        { x: 1 },
        { x: 1 },
        "Complete"
      ])
    }))

  it.effect("end where the events fail, with the same error and no end of the call", () =>
    Effect.gen(function*() {
      const cut = new IncompleteStreamError({ provider: "p", ending: "end-of-body", missing: [], evidence: [] })
      const seen: Array<string> = []
      const error = yield* arrays([added(0, "a"), delta(0, "{}")]).pipe(
        Stream.concat(Stream.fail(cut)),
        ToolCalls.states({ timeouts: { arguments: "1 minute" } }),
        Stream.runForEach(({ _tag }) => Effect.sync(() => seen.push(_tag))),
        Effect.flip
      )
      assert.strictEqual(error, cut)
      assert.deepStrictEqual(seen, ["Waiting", "Naming", "Arguments"])
    }))

  it.effect("stop reading when they are not read any more", () =>
    Effect.gen(function*() {
      let closed = 0
      const events = arrays([added(0, "a")]).pipe(
        Stream.concat(Stream.never),
        Stream.ensuring(Effect.sync(() => closed++))
      )
      yield* events.pipe(ToolCalls.states(), Stream.take(2), Stream.runDrain)
      assert.strictEqual(closed, 1)
      const fiber = yield* events.pipe(
        ToolCalls.states({ timeouts: { naming: "1 minute" } }),
        Stream.runDrain,
        Effect.forkChild({ startImmediately: true })
      )
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(closed, 2)
    }))
})

describe("the arguments of tools", () => {
  it.effect("are decoded with the schema of the tool", () =>
    Effect.gen(function*() {
      const events = [[
        done(0, "weather", { city: "Oslo", on: "2026-01-02T00:00:00.000Z" }),
        done(1, "time", { zone: "2" })
      ]]
      const expected = [{ city: "Oslo", on: new Date("2026-01-02") }, { zone: 2 }]
      for (const tools of [[Weather, Time, Search], Toolkit.make(Weather, Time, Search)]) {
        const states = yield* statesOf({ tools }, ...events)
        const complete = states.filter((state) => state._tag === "Complete")
        assert.deepStrictEqual(complete.map((state): unknown => state.arguments), expected)
        assert.deepStrictEqual(complete.map((state) => state.json), [
          { city: "Oslo", on: "2026-01-02T00:00:00.000Z" },
          { zone: "2" }
        ])
      }
    }))

  it.effect("have the type of the tool", () =>
    Effect.gen(function*() {
      const cities: Array<string> = []
      yield* arrays([done(0, "weather", { city: "Oslo" })]).pipe(
        ToolCalls.states({ tools: Toolkit.make(Weather, Time) }),
        Stream.runForEach((state) =>
          Effect.sync(() => {
            // @ts-expect-error: the other tool has no city
            if (state._tag === "Complete") void state.arguments.city
            if (state._tag === "Complete" && state.name === "weather") cities.push(state.arguments.city)
          })
        )
      )
      assert.deepStrictEqual(cities, ["Oslo"])
    }))

  it.effect("are not decoded with a JSON Schema", () =>
    Effect.gen(function*() {
      const states = yield* statesOf({ tools: [Search] }, [done(0, "search", { query: 1 })])
      const last = states.at(-1)
      assert(last?._tag === "Complete")
      assert.deepStrictEqual(last.arguments, { query: 1 })
    }))

  it.effect("are decoded with the services that the schema needs", () =>
    Effect.gen(function*() {
      class Prefix extends Context.Service<Prefix, string>()("test/Prefix") {}
      const Name = Schema.String.pipe(Schema.decodeTo(Schema.String, {
        decode: SchemaGetter.transformEffect((name: string) => Effect.map(Prefix, (prefix) => prefix + name)),
        encode: SchemaGetter.passthrough()
      }))
      const Greet = Tool.make("greet", { parameters: Schema.Struct({ name: Name }) })
      const states: Stream.Stream<ToolCallState.ToolCallState<typeof Greet>, never, Prefix> = arrays([
        done(0, "greet", { name: "Ada" })
      ]).pipe(ToolCalls.states({ tools: [Greet] }))
      const last = (yield* collect(states).pipe(Effect.provide(Layer.succeed(Prefix, "Dr. ")))).at(-1)
      assert(last?._tag === "Complete")
      assert.deepStrictEqual(last.arguments, { name: "Dr. Ada" })
    }))

  it.effect("that do not fit fail with their place, and no word of them", () =>
    Effect.gen(function*() {
      const failed = failedOf(yield* statesOf({ tools: [Weather] }, [done(0, "weather", { city: { canary: 1 } })]))
      assert.deepStrictEqual(failed.failure, { _tag: "InvalidArguments", path: "$.city" })
      assert.deepStrictEqual(failed.recovery, { _tag: "None" })
      assert.deepStrictEqual(failed.value, { city: { canary: 1 } })
    }))

  it.effect("that do not fit go back to the model where that is chosen", () =>
    Effect.gen(function*() {
      const { recovery } = failedOf(
        yield* statesOf({ tools: [Weather], onInvalidArguments: "return" }, [done(0, "weather", { city: 1 })])
      )
      assert(recovery._tag === "ReturnToModel")
      const [message] = recovery.prompt.content
      assert(message?.role === "tool")
      const [part] = message.content
      assert(part?.type === "tool-result")
      assert.strictEqual(part.id, "call_0")
      assert.strictEqual(part.name, "weather")
      assert.isTrue(part.isFailure)
      assert.include(String(part.result), "city")
      assert.include(String(part.result), "Expected string")
    }))

  it.effect("of an unknown tool fail with the names of the tools", () =>
    Effect.gen(function*() {
      const { failure, recovery } = failedOf(yield* statesOf({ tools: [Weather, Time] }, [done(0, "wether", {})]))
      assert.deepStrictEqual(failure, { _tag: "UnknownTool", available: ["weather", "time"] })
      assert(recovery._tag === "ReturnToModel")
      assert.include(JSON.stringify(recovery.prompt), "weather, time")
    }))

  it.effect("of a call without a name fail", () =>
    Effect.gen(function*() {
      const { failure } = failedOf(yield* statesOf({}, [added(0), delta(0, "{}"), invalid(0, "{}", "malformed", "")]))
      assert.deepStrictEqual(failure, { _tag: "UnknownTool", available: [] })
    }))
})

describe("arguments that are not JSON", () => {
  const failureOf = (raw: string, reason: "cut" | "malformed", options: ToolCalls.Options = {}) =>
    Effect.map(statesOf(options, [added(0, "weather"), delta(0, raw), invalid(0, raw, reason)]), failedOf)

  const cases: ReadonlyArray<
    readonly [string, "cut" | "malformed", string, number, ToolCallState.Recovery["_tag"]]
  > = [
    ["{\"city\":Oslo}", "malformed", "syntax", 8, "RetryAfter"],
    ["{\"city\":\"Oslo\"}}", "malformed", "trailing", 15, "LenientParse"],
    ["{\"city\":\"Os", "cut", "unfinished", 11, "KeepPartial"],
    ["{\"city\":\"Os", "malformed", "unfinished", 11, "KeepPartial"],
    ["{\"city\":\"Oslo\"}", "cut", "unfinished", 15, "KeepPartial"],
    ["{\"city\":1e999}", "malformed", "syntax", 0, "RetryAfter"],
    ["```json\n{\"city\":\"Oslo\"}\n```", "malformed", "syntax", 0, "LenientParse"],
    ["{\"city\":\"Oslo\",}", "malformed", "syntax", 15, "LenientParse"],
    ["Oslo", "malformed", "syntax", 0, "RetryAfter"]
  ]
  it.effect.each(cases)("fail: %s (%s)", ([raw, reason, problem, position, recovery]) =>
    Effect.gen(function*() {
      const failed = yield* failureOf(raw, reason)
      assert(failed.failure._tag === "InvalidJson")
      assert.strictEqual(failed.failure.reason, problem)
      assert.strictEqual(failed.failure.position, position)
      assert.strictEqual(failed.recovery._tag, recovery)
      assert.notInclude(JSON.stringify([failed.failure, failed.recovery]), "Oslo")
    }))

  it.effect("go back to the model as a message of the user, without their text", () =>
    Effect.gen(function*() {
      const { recovery } = yield* failureOf("{\"city\":Oslo}", "malformed", { onInvalidArguments: "return" })
      assert(recovery._tag === "ReturnToModel")
      assert.deepStrictEqual(recovery.prompt.content.map(({ role }) => role), ["user"])
      const text = JSON.stringify(Schema.encodeSync(Prompt.Prompt)(recovery.prompt))
      assert.include(text, "weather")
      assert.notInclude(text, "Oslo")
    }))

  type Kind = ToolCallState.ArgumentsRepair["kind"]
  const repairs: ReadonlyArray<readonly [string, unknown, ReadonlyArray<readonly [Kind, number]>]> = [
    ["```json\n{\"city\":\"Oslo\"}\n```", { city: "Oslo" }, [["fence", 0]]],
    ["{\"city\":\"Oslo\",\"on\":\"2026-0", { city: "Oslo" }, [["truncated", 27]]],
    ["{\"city\":\"Oslo\"", { city: "Oslo" }, [["truncated", 14]]],
    ["{\"city\":'Oslo',}", { city: "Oslo" }, [["single-quotes", 8], ["trailing-comma", 14]]]
  ]
  it.effect.each(repairs)("are repaired where that is chosen: %s", ([raw, value, expected]) =>
    Effect.gen(function*() {
      const states = yield* statesOf(
        { tools: [Weather], onInvalidArguments: "repair" },
        [added(0, "weather"), delta(0, raw), invalid(0, raw, "cut")]
      )
      const last = states.at(-1)
      assert(last?._tag === "Complete")
      assert.deepStrictEqual(last.arguments, value)
      assert.deepStrictEqual(
        last.repairs.slice(0, expected.length),
        expected.map(([kind, position]) => ({ kind, position }))
      )
    }))

  it.effect.each([
    // A text that was cut is not taken for a whole one.
    "{\"city\":\"Os",
    "{\"city\":Oslo}",
    "{\"city\":1e999}",
    "no arguments"
  ])("are not repaired where something would be guessed: %s", (raw) =>
    Effect.gen(function*() {
      failedOf(
        yield* statesOf(
          { tools: [Weather], onInvalidArguments: "repair" },
          [added(0, "weather"), delta(0, raw), invalid(0, raw, "malformed")]
        )
      )
    }))
})

describe("limits", () => {
  it.effect("fail a call whose arguments are too long, and no other", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(
        { maxBytes: 10 },
        [added(0, "a"), added(1, "b"), delta(0, "{\"a\":\"éé"), delta(1, "{}")],
        [delta(0, "é")],
        [delta(0, "é"), done(0, "a", {}), done(1, "b", {}), completed]
      )
      assert.deepStrictEqual(states.map((state) => `${state._tag} ${state.index}`), [
        "Waiting 0",
        "Naming 0",
        "Waiting 1",
        "Naming 1",
        "Arguments 0",
        "Arguments 1",
        "Failed 0",
        "Complete 1"
      ])
      const failed = states[6]
      assert(failed?._tag === "Failed")
      assert.deepStrictEqual(failed.failure, { _tag: "ArgumentsTooLarge", limit: 10 })
      assert.deepStrictEqual(failed.recovery, { _tag: "KeepPartial" })
      assert.deepStrictEqual(failed.value, { a: "éé" })
    }))

  it.effect("fail a call whose arguments are too deep", () =>
    Effect.gen(function*() {
      const deep = "[".repeat(10_000)
      const { failure } = failedOf(yield* statesOf({}, [added(0, "a"), delta(0, deep)], [delta(0, deep)]))
      assert.deepStrictEqual(failure, { _tag: "ArgumentsTooDeep", limit: 128 })
    }))

  it.effect("hold for a call that came whole", () =>
    Effect.gen(function*() {
      const value = { a: ["xy"] }
      const failureOf = (options: ToolCalls.Options) =>
        Effect.map(statesOf(options, [done(0, "a", value)]), (states) => failedOf(states).failure)
      assert.deepStrictEqual(yield* failureOf({ maxDepth: 1 }), { _tag: "ArgumentsTooDeep", limit: 1 })
      assert.deepStrictEqual(yield* failureOf({ maxBytes: 11 }), { _tag: "ArgumentsTooLarge", limit: 11 })
      const states = yield* statesOf({ maxDepth: 2, maxBytes: 12 }, [done(0, "a", value)])
      assert.strictEqual(states.at(-1)?._tag, "Complete")
    }))

  it.effect("hold for a call whose pieces were not JSON, and that its decoder repaired", () =>
    Effect.gen(function*() {
      const value = { a: ["xyz"] }
      const pieces = [added(0, "a"), delta(0, "{a"), delta(0, ":[x")]
      const failureOf = (options: ToolCalls.Options) =>
        Effect.map(statesOf(options, pieces, [done(0, "a", value)]), (states) => failedOf(states).failure)
      assert.deepStrictEqual(yield* failureOf({ maxDepth: 1 }), { _tag: "ArgumentsTooDeep", limit: 1 })
      assert.deepStrictEqual(yield* failureOf({ maxBytes: 12 }), { _tag: "ArgumentsTooLarge", limit: 12 })
      const states = yield* statesOf({ maxDepth: 2, maxBytes: 13 }, pieces, [done(0, "a", value)])
      assert.strictEqual(states.at(-1)?._tag, "Complete")
    }))

  it.effect("hold for calls that are not JSON", () =>
    Effect.gen(function*() {
      const failureOf = (raw: string, options: ToolCalls.Options) =>
        Effect.map(statesOf(options, [invalid(0, raw)]), (states) => failedOf(states).failure._tag)
      assert.strictEqual(yield* failureOf("[[[", { maxDepth: 2 }), "ArgumentsTooDeep")
      assert.strictEqual(yield* failureOf("[[[", { maxBytes: 2 }), "ArgumentsTooLarge")
    }))

  it.effect("fail the call that is one too many, until another one ends", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(
        { maxOpenCalls: 2 },
        [added(0, "a"), added(1, "b"), added(2, "c"), delta(2, "{}"), done(2, "c", {})],
        [done(0, "a", {}), added(3, "d"), done(3, "d", {}), done(1, "b", {})]
      )
      assert.deepStrictEqual(states.filter(({ _tag }) => _tag === "Complete").map(({ index }) => index), [0, 3, 1])
      const failed = states.find((state) => state._tag === "Failed")
      assert.deepStrictEqual(failed, {
        _tag: "Failed",
        index: 2,
        id: "call_2",
        name: undefined,
        failure: { _tag: "TooManyOpenCalls", limit: 2 },
        recovery: { _tag: "None" },
        value: undefined
      })
    }))
})

describe("events that are not those of a call", () => {
  type Transition = ToolCallState.IllegalTransition
  const cases: Readonly<Record<string, readonly [ReadonlyArray<Event>, Transition["from"], Transition["to"]]>> = {
    "arguments without a call": [[delta(0, "{")], "absent", "arguments"],
    "a beginning within a call": [[added(0, "a"), added(0, "a")], "naming", "waiting"],
    "another item within a call": [
      [
        added(0),
        { _tag: "OutputItemDone", outputIndex: 0, item: { _tag: "ServerToolCall", type: "x", native: {} } }
      ],
      "waiting",
      "complete"
    ],
    "a completion that ends within a call": [[added(0, "a"), delta(0, "{"), completed], "arguments", "end"]
  }
  it.effect.each(Object.entries(cases))("fail: %s", ([, [events, from, to]]) =>
    Effect.gen(function*() {
      // What comes behind has no states.
      const { failure } = failedOf(yield* statesOf({}, events, [delta(0, "}"), done(0, "a", {}), completed]))
      assert.deepStrictEqual(failure, { _tag: "IllegalTransition", from, to })
    }))

  const late: Readonly<Record<string, readonly [Event, Transition["to"]]>> = {
    "arguments": [delta(0, "{"), "arguments"],
    "a beginning": [added(0, "a"), "waiting"],
    "an end": [done(0, "a", {}), "complete"]
  }
  it.effect.each(Object.entries(late))(
    "fail behind the end of a call: %s",
    ([, [event, to]]) =>
      Effect.gen(function*() {
        const states = yield* statesOf({}, [done(0, "a", {})], [event, event])
        assert.deepStrictEqual(states.map(({ _tag }) => _tag), ["Waiting", "Naming", "Complete", "Failed"])
        const last = states.at(-1)
        assert(last?._tag === "Failed")
        assert.deepStrictEqual(last.failure, { _tag: "IllegalTransition", from: "complete", to })
      })
  )
})

describe("failures and recoveries", () => {
  it.effect("are JSON as they stand", () =>
    Effect.gen(function*() {
      const raw = "{\"city\":Oslo}"
      for (const onInvalidArguments of ["fail", "return"] as const) {
        const options = { tools: [Weather], onInvalidArguments }
        const failed = [
          failedOf(yield* statesOf(options, [added(0, "weather"), invalid(0, raw)])),
          failedOf(yield* statesOf(options, [done(0, "weather", {})])),
          failedOf(yield* statesOf(options, [done(0, "other", {})]))
        ]
        const states = Schema.Array(
          Schema.Struct({ failure: ToolCallState.Failure, recovery: ToolCallState.Recovery })
        )
        const codec = Schema.fromJsonString(Schema.toCodecJson(states))
        const parts = failed.map(({ failure, recovery }) => ({ failure, recovery }))
        const stored = yield* Schema.encodeEffect(codec)(parts)
        assert.deepStrictEqual(yield* Schema.decodeEffect(codec)(stored), parts)
      }
    }))
})
