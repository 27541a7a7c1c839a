/**
 * Gives every field of every operation's request every odd value that plain JavaScript can give it: the outcome is a
 * typed error, or what was sent is JSON. Nothing is a defect.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Schema, Stream } from "effect"
import { Tool } from "effect/ai"
import { HttpClient } from "effect/http"
import {
  ChatModel,
  type Configure,
  Embeddings,
  HttpModelListing,
  HttpProviderCheck,
  ModelListing,
  ProviderCheck,
  type ProviderDefinition,
  Reranker,
  Speech,
  Transcription
} from "sluice"
import * as Chat from "../../../src/layers/completion/HttpChatModel.ts"
import * as CheckedChatModel from "../../../src/layers/listing/CheckedChatModel.ts"
import * as Models from "../../../src/layers/catalogue/Models.ts"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as Asking from "../../support/Asking.ts"

const cyclic: Record<string, unknown> = {}
cyclic["self"] = cyclic
const cyclicList: Array<unknown> = []
cyclicList.push(cyclicList)

const throwing = new Proxy({}, {
  get: () => {
    throw new Error("get")
  },
  has: () => {
    throw new Error("has")
  },
  ownKeys: () => {
    throw new Error("ownKeys")
  },
  getPrototypeOf: () => {
    throw new Error("getPrototypeOf")
  }
})

class Instance {
  readonly secret = "odd"
}

/** The odd values by name. */
const values: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  NaN: Number.NaN,
  Infinity,
  "-Infinity": -Infinity,
  0: 0,
  "-0": -0,
  "-1": -1,
  1.5: 1.5,
  1e308: 1e308,
  true: true,
  false: false,
  "an empty text": "",
  "a letter": "x",
  "white space": " \n\t ",
  "a line break": "a\r\nb: c",
  "NUL": "\0",
  "half a surrogate pair": "\ud83d",
  "a huge text": "x".repeat(20_000),
  "the name of a prototype": "__proto__",
  constructor: "constructor",
  symbol: Symbol("odd"),
  bigint: 1n,
  function: () => "odd",
  class: Instance,
  instance: new Instance(),
  date: new Date(0),
  "an invalid date": new Date(Number.NaN),
  map: new Map([["a", 1]]),
  set: new Set([1]),
  regexp: /odd/,
  promise: Promise.resolve("odd"),
  error: new Error("odd"),
  bytes: new Uint8Array([1, 2, 3]),
  "an empty list": [],
  "a list with a hole": Object.assign([], { length: 2 }),
  "a list of null": [null],
  "a nested list": [[["odd"]]],
  "an empty object": {},
  "an object of null": { a: null },
  "an object without a prototype": Object.create(null),
  "an object of functions": { a: () => 1, toString: null },
  "an object that contains itself": cyclic,
  "a list that contains itself": cyclicList,
  "an object whose toJSON throws": {
    toJSON: () => {
      throw new Error("toJSON")
    }
  },
  "a Proxy that throws": throwing,
  "a getter that throws": Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      throw new Error("get")
    }
  })
}

type Path = ReadonlyArray<string | number>

/** Returns a copy of a value in which the place at a path has another value. */
const withValue = (base: unknown, [first, ...rest]: Path, value: unknown): unknown => {
  if (first === undefined) return value
  const held = typeof base === "object" && base !== null ? Reflect.get(base, first) : undefined
  const changed = withValue(held, rest, value)
  return Array.isArray(base) || typeof first === "number"
    ? Object.assign(Array.isArray(base) ? [...base] : [], { [first]: changed })
    : { ...(typeof base === "object" ? base : {}), [first]: changed }
}

const paths = (...texts: ReadonlyArray<string>): ReadonlyArray<Path> =>
  texts.map((text) => text === "" ? [] : text.split(".").map((part) => /^\d+$/.test(part) ? Number(part) : part))

const shared = [
  "",
  "model",
  "model.provider",
  "model.model",
  "headers",
  "headers.x-odd",
  "headers.x-request-id",
  "headers.transfer-encoding",
  "timeouts",
  "timeouts.connectionWait",
  "timeouts.headers",
  "timeouts.firstEvent",
  "timeouts.idle",
  "timeouts.events",
  "timeouts.minimumRate",
  "timeouts.minimumRate.charactersPerSecond",
  "timeouts.deadline",
  "retry",
  "retry.maxRetries",
  "retry.retryBase",
  "retry.retryFactor",
  "retry.retryJitter",
  "retry.maxRetryAfter",
  "providerOptions",
  "providerOptions.PROVIDER",
  "providerOptions.PROVIDER.max_tokens",
  "providerOptions.PROVIDER.odd.odd"
]

const chatPaths = [
  ...shared,
  "prompt",
  "prompt.0",
  "prompt.0.role",
  "prompt.0.content",
  "prompt.0.options",
  "prompt.0.options.sluice",
  "prompt.0.options.sluice.cache",
  "prompt.1.content.0",
  "prompt.1.content.0.type",
  "prompt.1.content.0.text",
  "prompt.1.content.0.options",
  "prompt.1.content.0.options.sluice.cache",
  "prompt.1.content.1.data",
  "prompt.1.content.1.mediaType",
  "prompt.1.content.1.fileName",
  "prompt.2.content.0.id",
  "prompt.2.content.0.name",
  "prompt.2.content.0.params",
  "prompt.2.content.0.options.sluice.item",
  "prompt.3.content.0.id",
  "prompt.3.content.0.result",
  "prompt.3.content.0.isFailure",
  "tools",
  "tools.0",
  "tools.tools",
  "tools.tools.clock",
  "toolChoice",
  "toolChoice.tool",
  "toolChoice.oneOf",
  "toolChoice.oneOf.0",
  "parallelToolCalls",
  "temperature",
  "topP",
  "topK",
  "maxOutputTokens",
  "stop",
  "stop.0",
  "seed",
  "reasoning",
  "reasoning.effort",
  "reasoning.budgetTokens",
  "reasoning.summary",
  "text",
  "text.verbosity",
  "outputSchema",
  "outputSchema.schema",
  "outputSchema.schema.properties",
  "outputSchema.name",
  "outputSchema.description",
  "outputSchema.strict",
  "promptCache",
  "promptCache.key",
  "promptCache.ttl",
  "promptCache.auto",
  "user",
  "metadata",
  "metadata.odd",
  "assemble"
]

const clock = Tool.make("clock", { description: "The time", parameters: Schema.Struct({ zone: Schema.String }) })

const chatRequest = {
  model: "m",
  prompt: [
    { role: "system", content: "Be short." },
    {
      role: "user",
      content: [{ type: "text", text: "Hi" }, { type: "file", mediaType: "image/png", data: new Uint8Array(4) }]
    },
    { role: "assistant", content: [{ type: "tool-call", id: "call_1", name: "clock", params: { zone: "UTC" } }] },
    {
      role: "tool",
      content: [{ type: "tool-result", id: "call_1", name: "clock", result: "12:00", isFailure: false }]
    }
  ],
  tools: [clock]
}

const file = { name: "talk.wav", content: new Uint8Array(8) }

type Services = ChatModel | Embeddings | Reranker | Transcription | Speech | ModelListing | ProviderCheck

/** An operation, with a valid request and the places to put odd values. */
interface Operation {
  readonly name: string
  readonly base: unknown
  readonly paths: ReadonlyArray<string>
  /** What a program without types calls. */
  readonly run: (request: never) => Effect.Effect<unknown, { readonly _tag: string }, Services>
}

const operations: ReadonlyArray<Operation> = [
  {
    name: "embeddings",
    base: { model: "m", inputs: ["Hi"] },
    paths: [
      ...shared,
      "inputs",
      "inputs.0",
      "inputs.0.0",
      "dimensions",
      "encoding",
      "purpose",
      "truncate",
      "user",
      "concurrency"
    ],
    run: (request) => Embeddings.embed(request)
  },
  {
    name: "embeddings as a stream",
    base: { model: "m", inputs: ["Hi"] },
    paths: ["", "model", "inputs", "inputs.0", "concurrency"],
    run: (request) => Stream.runDrain(Embeddings.stream(request))
  },
  {
    name: "rerank",
    base: { model: "m", query: "q", documents: ["a", "b"] },
    paths: [
      ...shared,
      "query",
      "documents",
      "documents.0",
      "documents.0.text",
      "topN",
      "truncate",
      "maxTokensPerDocument"
    ],
    run: (request) => Reranker.rerank(request)
  },
  ...([["transcription", Transcription.transcribe], ["translation", Transcription.translate]] as const).map((
    [name, run]
  ): Operation => ({
    name,
    base: { model: "whisper-1", file },
    paths: name === "translation" ? ["", "model", "file"] : [
      ...shared,
      "file",
      "file.name",
      "file.content",
      "file.size",
      "file.mediaType",
      "file.once",
      "language",
      "prompt",
      "format",
      "timestamps",
      "timestamps.0",
      "diarize",
      "temperature"
    ],
    run
  })),
  {
    name: "speech",
    base: { model: "m", input: "Hi" },
    paths: [...shared, "input", "voice", "language", "instructions", "format", "speed", "transport"],
    run: (request) => Speech.speak(request)
  },
  {
    name: "listing",
    base: "openai",
    paths: [""],
    run: (request) => ModelListing.list(request)
  },
  {
    name: "check",
    base: ["openai", { model: "m" }],
    paths: ["0", "1", "1.model"],
    run: ([name, options]: [never, never]) => ProviderCheck.check(name, options)
  }
]

const outcomeOf = (exit: Exit.Exit<unknown, { readonly _tag: string }>): string =>
  Exit.isSuccess(exit)
    ? "success"
    : Cause.hasDies(exit.cause)
    ? `defect: ${Cause.pretty(exit.cause).slice(0, 400)}`
    : String(exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag))

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Half a surrogate pair as JSON writes it, where no backslash before it makes it plain text. */
const half = /(?<!\\)(\\\\)*\\ud[89a-f][\da-f]{2}/i

/** Runs an operation with every value at every place, and returns what went wrong. */
const attack = ({ base, name, paths: places, run }: Operation, provider: string, sent: Array<string>) =>
  Effect.gen(function*() {
    const plain = yield* Effect.exit(run(base as never))
    const problems: Array<string> = Exit.isSuccess(plain) ? [] : [`${name} itself: ${outcomeOf(plain)}`]
    let refused = 0
    for (const path of paths(...places.map((place) => place.replace("PROVIDER", provider)))) {
      for (const [odd, value] of Object.entries(values)) {
        sent.length = 0
        const request = withValue(base, path, value)
        const exit = yield* Effect.exit(Effect.suspend(() => run(request as never)))
        const outcome = outcomeOf(exit)
        if (outcome !== "success") refused++
        if (outcome.startsWith("defect")) problems.push(`${name} ${path.join(".")} ${odd}: ${outcome}`)
        for (const body of sent) {
          if (!isJson(body) || half.test(body))
            problems.push(`${name} ${path.join(".")} ${odd} sent ${body.slice(0, 200)}`)
        }
      }
    }
    assert.deepStrictEqual(problems, [])
    assert.isAbove(refused, places.length)
  })

/** Adds the texts of JSON bodies to a list. */
const watched = (sent: Array<string>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.tapRequest(({ body }) =>
        Effect.sync(() => {
          if (body._tag === "Uint8Array" && body.contentType === "application/json") {
            sent.push(Buffer.from(body.body).toString("utf8"))
          }
        })
      )
    )
  )

const named = (id: string): ProviderDefinition => {
  const found = definitions.find((definition) => definition.id === id)
  if (found === undefined) throw new Error(`there is no provider ${id}`)
  return found
}

const layerOf = (definition: ProviderDefinition, sent: Array<string>, provider: Configure.ProviderSettings = {}) =>
  Layer.mergeAll(Chat.layer, Asking.operations, HttpModelListing.layer(), HttpProviderCheck.layer).pipe(
    Layer.provide(watched(sent)),
    Layer.provideMerge(Asking.base(definition, { settings: { maxRetries: 0 }, provider }))
  )

describe("odd values", { timeout: 300_000 }, () => {
  it.live.each(operations)("in $name are a typed error or JSON", (operation) => {
    const sent: Array<string> = []
    const definition = { ...named("openai"), rerank: [{ wireFormat: "cohere", path: "/rerank" }] as const }
    return attack(operation, "openai", sent).pipe(Effect.provide(layerOf(definition, sent)))
  })

  const complete = (name: string): Operation => ({
    name,
    base: chatRequest,
    // The fields that all protocols share are tried with one.
    paths: name === "openai" ? chatPaths : chatPaths.filter((path) => !shared.includes(path)),
    run: (request) => ChatModel.complete(request)
  })

  it.live.each(["openai", "openai-compatible", "anthropic", "gemini", "bedrock"])(
    "in a completion of %s are a typed error or JSON",
    (provider) => {
      const sent: Array<string> = []
      return attack(complete(provider), provider, sent).pipe(
        Effect.provide(
          layerOf(named(provider), sent, {
            baseUrl: provider === "openai-compatible" ? "http://simulator.test/v1" : undefined
          })
        )
      )
    }
  )

  it.live("in the options of a completion, and in a stream, are a typed error", () => {
    const sent: Array<string> = []
    const base = [{ model: "m", prompt: "Hi" }, {}]
    return Effect.gen(function*() {
      yield* attack(
        {
          name: "options",
          base,
          paths: ["1", "1.transport"],
          run: ([request, options]: [never, never]) => ChatModel.complete(request, options)
        },
        "openai",
        sent
      )
      yield* attack(
        {
          name: "stream",
          base: base[0],
          paths: ["", "model", "prompt", "headers", "timeouts"],
          run: (request) => Stream.runDrain(ChatModel.stream(request))
        },
        "openai",
        sent
      )
    }).pipe(Effect.provide(layerOf(named("openai"), sent)))
  })

  it.live("in a request that is checked against the known models are a typed error", () => {
    const sent: Array<string> = []
    return attack(
      { ...complete("checked"), paths: ["", "model", "model.model", "prompt", "tools", "outputSchema"] },
      "openai",
      sent
    ).pipe(
      Effect.provide(
        CheckedChatModel.layer({ strict: true }).pipe(
          Layer.provide(Models.layer()),
          Layer.provideMerge(layerOf(named("openai"), sent))
        )
      )
    )
  })
})
