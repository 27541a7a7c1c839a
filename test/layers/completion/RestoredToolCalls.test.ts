/**
 * Tool calls that follow a lowered schema: they come in the shape of the caller's schema, and go back to the provider as
 * it sent them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { Prompt, Tool } from "effect/ai"
import { ChatModel, Completion, Replay } from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const parameters = Schema.Struct({
  city: Schema.String,
  unit: Schema.optionalKey(Schema.Literals(["C", "F"])),
  place: Schema.Tuple([Schema.Finite, Schema.String]),
  tags: Schema.Record(Schema.String, Schema.Finite)
})

const weather = Tool.make("weather", { parameters }).annotate(Tool.Strict, true)
const time = Tool.make("time", { parameters: Schema.Struct({ zone: Schema.optionalKey(Schema.String) }) })

const sent = { city: "Oslo", unit: null, place: { 0: 1, 1: "x" }, tags: [{ key: "a", value: 2 }] }
const restored = { city: "Oslo", place: [1, "x"], tags: { a: 2 } }

const call = (index: number, name: string, args: unknown) => ({
  index,
  id: `call_${index}`,
  type: "function",
  function: { name, arguments: JSON.stringify(args) }
})

const chunk = (choice: object) => RawServer.data({ id: "c1", model: "m", choices: [{ index: 0, ...choice }] })

const reply: Scripted.Reply = {
  headers: { "content-type": "text/event-stream" },
  steps: [
    chunk({ delta: { tool_calls: [call(0, "weather", sent), call(1, "time", { zone: null })] } }),
    chunk({ delta: {}, finish_reason: "tool_calls" }),
    RawServer.done
  ]
}

const request = { model: "openai/priced", prompt: "Hi", tools: [weather, time] }

describe("the arguments of tool calls", () => {
  it.effect("are those of the caller's schema, and the deltas those of the provider", () =>
    Effect.gen(function*() {
      const events = yield* Stream.runCollect(ChatModel.stream(request))
      const { toolCalls } = Completion.fromEvents(events)
      assert.deepStrictEqual(toolCalls.map(({ arguments: args, argumentsSent }) => [args, argumentsSent]), [
        [restored, sent],
        // Its schema was sent as it is: what the model made of it is left alone.
        [{ zone: null }, undefined]
      ])
      yield* Schema.decodeUnknownEffect(Schema.toCodecJson(parameters))(toolCalls[0]?.arguments)
      const first = events.find((event) => event._tag === "ToolCallArgumentsDelta")
      assert.strictEqual(first?.delta, JSON.stringify(sent))
    }).pipe(Effect.provide(Scripted.layer(Scripted.serve(() => reply)))))

  it.effect("go back as the provider sent them, unless they were changed", () => {
    const server = Scripted.serve(() => reply)
    return Effect.gen(function*() {
      const { items } = yield* ChatModel.complete(request)
      const replayed = Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(items))
      const results = ["weather", "time"].map((name, index) => Replay.toolResult({ id: `call_${index}`, name }, "ok"))
      const prompt = results.reduce((before, result) => Prompt.concat(before, result), replayed)
      yield* ChatModel.complete({ ...request, prompt })
      const parts = Replay.toPrompt(items).content.flatMap((message) =>
        message.role === "assistant" ? message.content : []
      )
      const part = parts.find((part) => part.type === "tool-call")
      assert(part?.type === "tool-call")
      assert.deepStrictEqual(Replay.argumentsOf(part, "openai-chat"), sent)
      assert.deepStrictEqual(Replay.argumentsOf(part, "gemini"), restored)
      assert.deepStrictEqual(Replay.argumentsOf({ ...part, params: { city: "Bern" } }, "openai-chat"), { city: "Bern" })
      const body = JSON.parse(server.requests[1]?.text ?? "{}")
      const [first, second] = body.messages.find(({ role }: { role: string }) => role === "assistant").tool_calls
      assert.deepStrictEqual(JSON.parse(first.function.arguments), sent)
      assert.deepStrictEqual(JSON.parse(second.function.arguments), { zone: null })
    }).pipe(Effect.provide(Scripted.layer(server)))
  })
})
