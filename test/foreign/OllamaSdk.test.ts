import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Ollama, type Tool } from "ollama"
import { richCompletion, shortCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { collect, connecting, failure } from "./Driving.ts"

const connect = connecting((simulator) => new Ollama({ host: simulator.baseUrl("ollama") }))

const messages = [{ role: "user", content: "Hello" }]
const tools: Array<Tool> = [
  { type: "function", function: { name: "weather", description: "", parameters: { type: "object", properties: {} } } }
]

describe("the ollama package", () => {
  it.live("streams thinking, text, tool calls and counts", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ completions: [richCompletion] })
      const lines = yield* Effect.promise(async () =>
        collect(await client.chat({ model: "qwen3", messages, tools, think: true, stream: true }))
      )
      assert.strictEqual(lines.map(({ message }) => message.thinking ?? "").join(""), "Let me think.")
      assert.strictEqual(lines.map(({ message }) => message.content).join(""), "Hello there")
      assert.deepStrictEqual(
        lines.flatMap(({ message }) => message.tool_calls ?? []).map((call) => call.function),
        [
          { index: 0, name: "weather", arguments: { city: "Oslo" } },
          { index: 1, name: "time", arguments: {} }
        ] as ReadonlyArray<object> as Array<Tool["function"] & { name: string; arguments: object }>
      )
      assert.deepStrictEqual(lines.map(({ done }) => done), [...lines.slice(1).map(() => false), true])
      assert.deepInclude(lines.at(-1), {
        model: "model-1",
        done_reason: "stop",
        prompt_eval_count: 100,
        eval_count: 20
      })
      const [request] = yield* simulator.requests
      assert.deepInclude(request, { path: "/api/chat", protocol: "ollama", status: 200 })
    }))

  it.live("reads a whole answer", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [{ ...shortCompletion, finish: "length" }] })
      const response = yield* Effect.promise(() =>
        client.chat({ model: "qwen3", messages, options: { num_predict: 4 } })
      )
      assert.deepInclude(response, { done: true, done_reason: "length", eval_count: 4 })
      assert.strictEqual(response.message.content, "One two three four.")
    }))

  it.live("goes on after its tools were run", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion, shortCompletion] })
      const first = yield* Effect.promise(() => client.chat({ model: "qwen3", messages, tools }))
      const second = yield* Effect.promise(() =>
        client.chat({
          model: "qwen3",
          messages: [...messages, first.message, { role: "tool", tool_name: "weather", content: "15 degrees" }],
          tools
        })
      )
      assert.strictEqual(second.message.content, "One two three four.")
    }))

  it.live("knows the models, the server and what runs on it", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ models: ["qwen3:latest", "llama3.2:3b"] })
      const names = (list: { readonly models: ReadonlyArray<{ readonly name: string }> }) =>
        list.models.map(({ name }) => name)
      assert.deepStrictEqual(names(yield* Effect.promise(() => client.list())), ["qwen3:latest", "llama3.2:3b"])
      assert.deepStrictEqual(names(yield* Effect.promise(() => client.ps())), ["qwen3:latest", "llama3.2:3b"])
      assert.match((yield* Effect.promise(() => client.version())).version, /^\d+\.\d+\.\d+$/)
      const shown = yield* Effect.promise(() => client.show({ model: "qwen3" }))
      assert.include(shown.capabilities, "tools")
      assert.deepInclude(shown.model_info, { "llama.context_length": 131_072 })
      assert.deepInclude(yield* failure(() => client.show({ model: "gone" })), {
        error: "model 'gone' not found",
        status_code: 404
      })
    }))

  it.live("pulls a model, and is told how far it is", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ models: ["qwen3"] })
      const progress = yield* Effect.promise(async () => collect(await client.pull({ model: "qwen3", stream: true })))
      assert.deepStrictEqual([progress[0]?.status, progress.at(-1)?.status], ["pulling manifest", "success"])
      const completed = progress.flatMap(({ completed, total }) => (completed === undefined ? [] : [completed / total]))
      assert.deepStrictEqual(completed.at(-1), 1)
      assert.deepStrictEqual(
        yield* Effect.promise(() => client.pull({ model: "qwen3" })),
        {
          status: "success"
        } as typeof progress[number]
      )
      const error = yield* failure(async () => collect(await client.pull({ model: "gone", stream: true })))
      assert.include(String(error), "pull model manifest: file does not exist")
    }))

  it.live.each(
    [
      ["model-not-found", 404],
      ["server-error", 500],
      ["overloaded", 503],
      ["authentication", 401],
      ["invalid-request", 400]
    ] as const
  )("raises its own error for %s", ([kind, status]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ProviderError", kind, message: "no" }))
      const error = yield* failure(() => client.chat({ model: "qwen3", messages, stream: true }))
      assert.deepInclude(error, { name: "ResponseError", error: "no", status_code: status })
    }))

  it.live("is refused what the server refuses", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ models: ["qwen3"] })
      const refused = (request: object) => failure(() => client.chat({ model: "qwen3", messages, ...request }))
      assert.deepInclude(yield* refused({ model: "gone" }), { error: "model 'gone' not found", status_code: 404 })
      assert.deepInclude(yield* refused({ model: "" }), { error: "model is required", status_code: 400 })
      assert.deepInclude(yield* refused({ think: "much" }), { status_code: 400 })
      assert.deepInclude(yield* refused({ format: "yaml" }), { status_code: 400 })
      assert.deepInclude(yield* refused({ messages: [{ role: "user", content: 7 }] }), {
        error: "json: cannot unmarshal number into Go struct field ChatRequest.messages.content of type string",
        status_code: 400
      })
    }))

  it.live("raises what stands in a line of the stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ErrorEvent", event: 3, kind: "server-error" }))
      const seen: Array<string> = []
      const error = yield* failure(async () => {
        for await (const line of await client.chat({ model: "qwen3", messages, stream: true })) {
          seen.push(line.message.content)
        }
      })
      assert.deepStrictEqual(seen, ["One", " two"])
      assert.include(String(error), "llama runner process has terminated")
    }))

  it.live("is cut off with the connection", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "Cut", after: 300, how: "reset" }))
      assert.instanceOf(
        yield* failure(async () => collect(await client.chat({ model: "qwen3", messages, stream: true }))),
        Error
      )
    }))
})
