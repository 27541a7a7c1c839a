/**
 * A tool call whose arguments are cut anywhere is never complete, over any protocol.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { LanguageModel } from "effect/ai"
import { HttpClient, HttpClientResponse } from "effect/http"
import { ChatModel, type ProviderDefinition, type ResponseEvent, ToolCalls, type ToolCallState } from "sluice"
import { Scenario, SimulatorHttpClient } from "sluice/testing"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { quirksOf } from "../../../src/domain/Quirks.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import type { Ending } from "../../../src/streams/response/StreamDecoder.ts"
import * as Speaking from "../../layers/interop/Speaking.ts"
import { context, run } from "../../support/Decoding.ts"

const parameters = { city: "Os\"lo é", days: [12, 48], deep: { on: true, from: null } }

const simple = Scenario.script({ parts: [Scenario.toolCall("weather", { city: parameters.city }, "call_1")] })

const scenario = Scenario.script({ parts: [Scenario.toolCall("weather", parameters, "call_1")] })

/** The body that the simulator sends over a protocol. */
const bodyOver = Effect.fnUntraced(function*(target: (typeof Speaking.protocols)[number]) {
  let bytes = new Uint8Array()
  const recording = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulated) =>
      HttpClient.make((request) =>
        Effect.gen(function*() {
          const response = yield* simulated.execute(request)
          bytes = new Uint8Array(yield* response.arrayBuffer)
          return HttpClientResponse.fromWeb(request, new Response(bytes, { headers: response.headers }))
        })
      ))
  ).pipe(Layer.provideMerge(SimulatorHttpClient.layer({ scenario })))
  yield* Stream.runDrain(LanguageModel.streamText({ prompt: "Weather?", toolkit: Speaking.tools })).pipe(
    // What is sent is of interest, and not what becomes of it.
    Effect.ignore,
    Effect.provide([Speaking.over(target, recording), Speaking.handlers([])])
  )
  return bytes
})

const contextFor = (definition: ProviderDefinition, protocol: string, model: string) => {
  const binding = definition.protocols.find((candidate) => candidate.protocol === protocol)
  return context({ quirks: quirksOf({ ...definition.quirks, ...binding?.quirks }, model) })
}

/** The states of what a decoder makes of the beginning of a body, and the error at its end. */
const statesOf = Effect.fnUntraced(function*(events: ReadonlyArray<ResponseEvent.ResponseEvent>, error: unknown) {
  const states: Array<ToolCallState.ToolCallState> = []
  const failed = yield* Stream.fromIterable(events).pipe(
    Stream.concat(error === undefined ? Stream.empty : Stream.fail(error)),
    ToolCalls.states({ onInvalidArguments: "repair" }),
    Stream.runForEach((state) => Effect.sync(() => states.push(state))),
    Effect.match({ onFailure: (failed) => failed, onSuccess: () => undefined })
  )
  assert.strictEqual(failed, error)
  return states
})

/** Whether a text is that of the whole arguments. */
const isSame = (text: string): boolean => {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(parameters)
  } catch {
    return false
  }
}

const endings: ReadonlyArray<Ending> = [{ type: "end-of-body" }, { type: "connection-lost" }]

describe("arguments that are cut at every byte", { timeout: 60_000 }, () => {
  it.effect.each(Speaking.protocols)(
    "%s: are never those of a complete call",
    ([protocol, definition, model]) =>
      Effect.gen(function*() {
        const bytes = yield* bodyOver([protocol, definition, model])
        const decoding = contextFor(definition, protocol, model)
        let whole = 0
        let cut = 0
        for (let length = 0; length <= bytes.length; length++) {
          for (const ending of endings) {
            const { events, failure } = run(
              byName[protocol as ProtocolName],
              [bytes.subarray(0, length)],
              decoding,
              ending
            )
            const states = yield* statesOf(events, failure)
            const complete = states.filter((state) => state._tag === "Complete")
            const proven = events.filter((event) => event._tag === "OutputItemDone" && event.item._tag === "ToolCall")
            assert.strictEqual(complete.length, proven.length, `after ${length} bytes`)
            const last = states.findLast((state) => state._tag === "Arguments")
            const isWhole = last !== undefined && isSame(last.text)
            if (!isWhole) {
              cut++
              assert.deepStrictEqual(complete, [], `after ${length} bytes`)
            }
            for (const { json } of complete) {
              whole++
              assert.deepStrictEqual(json, parameters, `after ${length} bytes`)
            }
          }
        }
        assert.isAbove(whole, 0)
        assert.isAbove(cut, bytes.length / 2)
      })
  )
})

describe("a call that arrives", () => {
  it.effect.each(Speaking.protocols)(
    "%s: is complete, also where its stages have limits",
    (target) =>
      Effect.gen(function*() {
        const [, definition, model] = target
        for (
          const timeouts of [undefined, { waiting: "1 minute", naming: "1 minute", arguments: "1 minute" }] as const
        ) {
          const states = yield* ChatModel.stream({
            model: { provider: definition.id, model },
            prompt: "Weather?",
            tools: Speaking.tools
          }).pipe(ToolCalls.states({ tools: Speaking.tools, timeouts }), Stream.runCollect)
          const ids = new Set(states.map(({ id }) => id))
          assert.strictEqual(ids.size, 1, [...ids].join())
          const tags = states.map(({ _tag }) => _tag).filter((tag, at, all) => tag !== all[at - 1])
          assert.deepStrictEqual(tags, ["Waiting", "Naming", "Arguments", "Complete"])
          const last = states.at(-1)
          assert(last?._tag === "Complete")
          assert.deepStrictEqual<unknown>(last.arguments, { city: parameters.city })
        }
      }).pipe(Effect.provide(Speaking.over(target, SimulatorHttpClient.layer({ scenario: simple }))))
  )
})
