/**
 * Values that follow a schema, streamed and whole, over a chat model that a test scripts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { Prompt } from "effect/ai"
import { Budget, ChatModel, Completion, type CompletionRequest, InvalidRequestError } from "sluice"
import * as BudgetAccount from "../../src/domain/BudgetAccount.ts"
import { completed, created, done, type Event, message, text } from "../support/Events.ts"
import { grows } from "../support/Grows.ts"

const events = (whole: string, size: number, end: Event): ReadonlyArray<ReadonlyArray<Event>> => {
  const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []
  return [[created], ...pieces.map((piece) => [text(0, piece)]), [done(0, message(whole)), end]]
}

interface Script {
  readonly text: string
  /** Characters in a piece. Default 3. */
  readonly size?: number
  readonly end?: Event
  readonly failure?: InvalidRequestError
}

/** A model that writes the texts, one after another, and what was requested. */
const writes = (...scripts: ReadonlyArray<Script>) => {
  const requests: Array<CompletionRequest.CompletionRequestInput> = []
  const next = (request: CompletionRequest.CompletionRequestInput) => {
    const script = scripts[Math.min(requests.length, scripts.length - 1)] ?? { text: "" }
    requests.push(request)
    return { ...script, chunks: events(script.text, script.size ?? 3, script.end ?? completed()) }
  }
  const chat = ChatModel.of({
    stream: (request) =>
      Stream.suspend(() => {
        const { chunks, failure } = next(request)
        return failure === undefined
          ? Stream.fromIterable(chunks).pipe(Stream.rechunk(1), Stream.mapArray((arrays) => arrays.flat() as never))
          : Stream.fail(failure)
      }) as Stream.Stream<Event, InvalidRequestError>,
    complete: (request) =>
      Effect.suspend(() => {
        const { chunks, failure } = next(request)
        return failure === undefined ? Effect.succeed(Completion.fromEvents(chunks.flat())) : Effect.fail(failure)
      })
  })
  return { requests, layer: Layer.succeed(ChatModel, chat) }
}

const request = { model: "openai/gpt-test", prompt: "Go" }

const City = Schema.Struct({
  name: Schema.String,
  nick: Schema.optionalKey(Schema.String),
  at: Schema.Tuple([Schema.Finite, Schema.Finite]),
  twins: Schema.Record(Schema.String, Schema.Struct({ since: Schema.Int, note: Schema.optionalKey(Schema.String) }))
})

/** A city as OpenAI's strict schema has it. */
const sent = JSON.stringify({
  name: "Oslo",
  nick: null,
  at: { "0": 59.9, "1": 10.7 },
  twins: [{ key: "Vilnius", value: { since: 1993, note: null } }, { key: "Artvin", value: { since: 2013, note: "x" } }]
})

const city = {
  name: "Oslo",
  at: [59.9, 10.7] as const,
  twins: { Vilnius: { since: 1993 }, Artvin: { since: 2013, note: "x" } }
}

const partialsOf = (all: ReadonlyArray<{ readonly _tag: string; readonly value?: unknown }>) =>
  all.flatMap((event) => (event._tag === "Partial" ? [event.value] : []))

describe("a streamed value", () => {
  it.effect.each([1, 2, 3, 7, 1000])("grows in the shape of the caller's schema, in pieces of %i", (size) => {
    const { layer } = writes({ text: sent, size })
    return Effect.gen(function*() {
      const all = yield* Stream.runCollect(ChatModel.streamObject({ ...request, schema: City }))
      const partials = partialsOf(all)
      partials.slice(1).forEach((value, at) => {
        assert.isTrue(grows(partials[at], value), JSON.stringify([partials[at], value]))
        assert.notInclude(JSON.stringify(value), "null")
      })
      assert.deepStrictEqual(partials.at(-1), city as never)
      const last = all.at(-1)
      assert.deepStrictEqual(last?._tag === "Value" ? last.value : last, city)
      assert.strictEqual(last?._tag === "Value" ? last.completion.text : "", sent)
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not change what was delivered", () => {
    const { layer } = writes({ text: sent })
    return Effect.gen(function*() {
      const copies: Array<string> = []
      const all: Array<unknown> = []
      yield* ChatModel.streamObject({ ...request, schema: City }).pipe(
        Stream.runForEach((event) =>
          Effect.sync(() => {
            copies.push(JSON.stringify(event))
            all.push(event)
          })
        )
      )
      assert.deepStrictEqual(all.map((event) => JSON.stringify(event)), copies)
    }).pipe(Effect.provide(layer))
  })

  const list = JSON.stringify({ value: [JSON.parse(sent), { ...JSON.parse(sent), name: "Bergen" }] })

  it.effect.each([1, 5, 1000])("of a list has each element once, decoded, in pieces of %i", (size) => {
    const { layer, requests } = writes({ text: list, size })
    return Effect.gen(function*() {
      const all = yield* Stream.runCollect(ChatModel.streamObject({ ...request, schema: Schema.Array(City) }))
      const elements = all.flatMap((event) => (event._tag === "Element" ? [[event.index, event.value]] : []))
      assert.deepStrictEqual(elements, [[0, city], [1, { ...city, name: "Bergen" }]])
      const last = all.at(-1)
      assert.deepStrictEqual(last?._tag === "Value" ? last.value : last, [city, { ...city, name: "Bergen" }])
      assert.deepStrictEqual(partialsOf(all).at(-1), [city, { ...city, name: "Bergen" }] as never)
      const schema = requests[0]?.outputSchema
      assert.isTrue(typeof schema === "object" && Schema.isSchema(schema.schema))
    }).pipe(Effect.provide(layer))
  })

  it.effect("of a list fails at the first element that does not fit, and says where", () => {
    const { layer } = writes({ text: "{\"value\":[{\"name\":\"a\"},{\"name\":1},{\"name\":\"c\"}]}" })
    return Effect.gen(function*() {
      const seen: Array<string> = []
      const error = yield* ChatModel.streamObject({
        ...request,
        schema: Schema.Array(Schema.Struct({ name: Schema.String })),
        partials: false
      }).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
        Effect.flip
      )
      assert.deepStrictEqual(seen, ["Element"])
      assert.deepInclude(error, { _tag: "InvalidOutputError", reason: "mismatch", path: "$[1].name" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("has the parts that were wanted for when they have ended", () => {
    const { layer } = writes({ text: sent })
    return Effect.gen(function*() {
      const all = yield* Stream.runCollect(
        ChatModel.streamObject({
          ...request,
          schema: City,
          partials: false,
          fields: [["at"], ["name"], ["twins", "x"]]
        })
      )
      assert.deepStrictEqual(all.slice(0, -1), [
        { _tag: "Field", path: ["name"], value: "Oslo" },
        { _tag: "Field", path: ["at"], value: [59.9, 10.7] }
      ])
    }).pipe(Effect.provide(layer))
  })

  interface Tree {
    readonly name: string
    readonly children: ReadonlyArray<Tree>
  }
  const Tree = Schema.Struct({
    name: Schema.String,
    children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
  })
  const tree = {
    name: "a",
    children: [{ name: "b", children: [] }, { name: "c", children: [{ name: "d", children: [] }] }]
  }

  it.effect.each([
    ["a recursive schema", Tree, tree, tree],
    ["a union", Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.String })]), {
      value: { b: "x" }
    }, { b: "x" }],
    ["a constant", Schema.Literals(["red", "green"]), { value: "green" }, "green"],
    ["a date", Schema.Date, { value: "2026-11-29T00:00:00.000Z" }, new Date("2026-11-29T00:00:00.000Z")],
    ["a list without its wrapper", Schema.Array(Schema.Int), [1, 2], [1, 2]]
  ] as ReadonlyArray<readonly [string, Schema.Codec<unknown>, unknown, unknown]>)(
    "follows %s",
    ([, schema, json, value]) => {
      const { layer } = writes({ text: JSON.stringify(json) })
      return Effect.gen(function*() {
        const last = (yield* Stream.runCollect(ChatModel.streamObject({ ...request, schema }))).at(-1)
        assert.deepStrictEqual(last?._tag === "Value" ? last.value : last, value)
        const whole = yield* ChatModel.completeObject({ ...request, schema })
        assert.deepStrictEqual(whole.value, value)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("follows a JSON Schema", () => {
    const { layer, requests } = writes({ text: "{\"value\":[{\"a\":null,\"b\":2}]}" })
    const schema = {
      type: "array",
      items: { $ref: "#/$defs/Pair" },
      $defs: { Pair: { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["b"] } }
    }
    return Effect.gen(function*() {
      const { value } = yield* ChatModel.completeObject({ ...request, schema })
      assert.deepStrictEqual(value, [{ b: 2 }])
      const output = requests[0]?.outputSchema
      assert.deepInclude(typeof output === "object" ? output.schema : {}, {
        properties: { value: { type: "array", items: schema.items } },
        $defs: schema.$defs
      })
    }).pipe(Effect.provide(layer))
  })
})

describe("a completion that is no value", () => {
  const Name = Schema.Struct({ name: Schema.String })
  it.effect.each([
    ["cut", { text: "{\"name\":\"Os", end: completed({ finishReason: "length" }) }],
    ["filtered", { text: "{\"name\":\"Os", end: completed({ finishReason: "content-filter" }) }],
    ["malformed", { text: "The name is Oslo." }],
    ["mismatch", { text: "{\"nom\":\"Oslo\"}" }],
    ["empty", { text: "" }]
  ] as ReadonlyArray<readonly [string, Script]>)("fails: %s, with its text", ([reason, script]) => {
    const { layer, requests } = writes(script)
    return Effect.gen(function*() {
      const streamed = Stream.runDrain(ChatModel.streamObject({ ...request, schema: Name }))
      const whole = Effect.asVoid(ChatModel.completeObject({ ...request, schema: Name }))
      for (const effect of [streamed, whole]) {
        const error = yield* Effect.flip(effect)
        if (error._tag !== "InvalidOutputError") return assert.fail(error._tag)
        assert.strictEqual(error.reason, reason)
        assert.strictEqual(error.completion?.text, script.text)
        assert.notInclude(JSON.stringify(error), "Oslo")
      }
      assert.strictEqual(requests.length, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is requested again with the error, as often as the caller says", () => {
    const { layer, requests } = writes({ text: "{\"nom\":\"Oslo\"}" }, { text: "{\"name\":\"Oslo\"}" })
    return Effect.gen(function*() {
      const all = yield* Stream.runCollect(
        ChatModel.streamObject({ ...request, schema: Name, reprompts: 1, partials: false })
      )
      assert.deepStrictEqual(all.map(({ _tag }) => _tag), ["Reprompted", "Value"])
      const prompt = Prompt.make(requests[1]?.prompt ?? "")
      assert.deepStrictEqual(prompt.content.map(({ role }) => role), ["user", "assistant", "user"])
      assert.include(JSON.stringify(prompt), "$.name")
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails at last when it is never one", () => {
    const { layer, requests } = writes({ text: "{\"nom\":\"Oslo\"}" })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.completeObject({ ...request, schema: Name, reprompts: 2 }))
      assert.strictEqual(error._tag, "InvalidOutputError")
      assert.strictEqual(requests.length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<readonly [string, Budget.BudgetLimits, number]>([
    ["8 where the program has no budget of attempts", { tokens: 1e9 }, 8],
    ["those of the program, fewer", { attempts: 3 }, 3],
    ["those of the program, more", { attempts: 30 }, 13]
  ])("has for all its tries the attempts of one request: %s", ([, limits, expected]) =>
    Effect.gen(function*() {
      let attempts = 0
      // Each request takes an attempt of its account, as a call does.
      const complete = Effect.gen(function*() {
        const account = BudgetAccount.ofOneRequest((yield* Budget.Budget)?.account)
        const target = { provider: "openai", model: undefined }
        const reserved = account.reserve(target, { tokens: 0, nanoUsd: 0 })
        if ("kind" in reserved) {
          return yield* Effect.fail(account.exceeded(reserved, { tokens: 0, nanoUsd: 0 }, target, { requestId: "r" }))
        }
        attempts++
        return Completion.fromEvents(events("{}", 3, completed()).flat())
      })
      const chat = ChatModel.of({
        complete: () => complete,
        stream: () =>
          Stream.unwrap(Effect.map(complete, () => Stream.fromIterable(events("{}", 3, completed()).flat()))) as never
      })
      const wanted = { ...request, schema: Name, reprompts: 12 }
      for (const run of [ChatModel.completeObject(wanted), Stream.runDrain(ChatModel.streamObject(wanted))]) {
        attempts = 0
        const error = yield* Effect.flip(
          Effect.provideService(Budget.within(limits)(run), ChatModel, chat)
        )
        assert.strictEqual(error._tag, expected === 13 ? "InvalidOutputError" : "BudgetExceededError")
        assert.strictEqual(attempts, expected)
      }
    }))

  it.effect("is not requested again after a refusal", () => {
    const { layer, requests } = writes({ text: "", end: completed({ finishReason: "content-filter" }) })
    return Effect.gen(function*() {
      yield* Effect.flip(ChatModel.completeObject({ ...request, schema: Name, reprompts: 2 }))
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.provide(layer))
  })
})

describe("a schema", () => {
  const Name = Schema.Struct({ name: Schema.String })
  const failure = new InvalidRequestError({ provider: "openai", parameter: "outputSchema", detail: "recursive" })

  it.effect("that the provider cannot enforce is requested by a tool", () => {
    const { layer, requests } = writes({ text: "", failure }, { text: "{\"name\":\"Oslo\"}" })
    return Effect.gen(function*() {
      const { value } = yield* ChatModel.completeObject({ ...request, schema: Name })
      assert.deepStrictEqual(value, { name: "Oslo" })
      assert.deepInclude(requests[1]?.outputSchema, { form: "tool" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("that must be enforced is not", () => {
    const { layer, requests } = writes({ text: "", failure }, { text: "{\"name\":\"Oslo\"}" })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.completeObject({ ...request, schema: Name, strict: true }))
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("without a JSON Schema fails before anything is requested, as does a second one", () => {
    const { layer, requests } = writes({ text: "" })
    return Effect.gen(function*() {
      let deep: Schema.Codec<unknown> = Schema.Unknown
      for (let level = 0; level < 20_000; level++) deep = Schema.Array(deep)
      for (const other of [{ schema: deep }, { schema: Name, outputSchema: "json" }]) {
        const error = yield* Effect.flip(Stream.runDrain(ChatModel.streamObject({ ...request, ...other })))
        assert.strictEqual(error._tag, "ConfigurationError")
      }
      assert.strictEqual(requests.length, 0)
    }).pipe(Effect.provide(layer))
  })
})
