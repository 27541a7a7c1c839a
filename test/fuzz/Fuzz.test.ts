/**
 * Runs a few thousand cases of the fuzzer, the same in every run, and holds the fuzzer to faults that it must find.
 */
import { assert, describe, it } from "@effect/vitest"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { context, encoder, run } from "../support/Decoding.ts"
import * as Wire from "../support/Wire.ts"
import * as Bodies from "./Bodies.ts"
import * as Check from "./Check.ts"
import { deltaKinds } from "./DeltaKinds.ts"
import { mutate, type Mutated } from "./Mutations.ts"
import { Random } from "./Random.ts"

const frame = (json: string): Bodies.Frame => ({ before: "data: ", json, after: "\n\n" })

const chat: Bodies.Body = {
  id: "chat",
  protocol: "openai-chat",
  quirks: {},
  framing: "sse",
  frames: [
    frame("{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}"),
    frame("{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" you\"}}]}"),
    frame(
      "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}}]}}]}"
    ),
    frame("{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")
  ]
}

describe("the fuzzer", () => {
  it("makes the same case from the same seed, and others from others", () => {
    const bytesOf = (seed: number): string => Buffer.from(mutate([chat], new Random(seed)).bytes).toString("latin1")
    assert.strictEqual(bytesOf(7), bytesOf(7))
    assert.isAbove(new Set(Array.from({ length: 50 }, (_, seed) => bytesOf(seed))).size, 25)
  })

  it("splits bodies of every framing into frames that are the same body again", () => {
    const text = "event: a\ndata: {\"a\":1}\n\n: comment\n\ndata: [DONE]\n\n"
    const frames = Bodies.sseFrames(text)
    assert.deepStrictEqual(frames.map(({ json }) => json), ["{\"a\":1}", "", ""])
    assert.strictEqual(Buffer.from(Bodies.bytesOf("sse", frames)).toString(), text)
  })

  it.each<readonly [string, Mutated]>([
    ["a tool call whose arguments the whole response does not have", {
      body: chat,
      uncut: Bodies.bytesOf("sse", chat.frames.filter((_, at) => at !== 2)),
      bytes: Bodies.bytesOf("sse", chat.frames),
      isCut: true,
      isRecorded: true
    }]
  ])("finds %s", (_, mutated) => {
    assert.match(Check.check(mutated, new Random(1)) ?? "", /which were cut/)
  })

  it.each(
    [
      ["events before their item", [{ _tag: "OutputTextDelta", outputIndex: 0, delta: "a" }]],
      ["no end", [{ _tag: "Created", responseId: null, model: null }]],
      [
        "two tool calls with one id",
        [0, 1].flatMap((outputIndex) => [
          { _tag: "OutputItemAdded", outputIndex, item: { type: "tool-call", id: "a", name: "f" } },
          { _tag: "OutputItemDone", outputIndex, item: { _tag: "ToolCall", id: "a", name: "f", arguments: {} } }
        ])
      ],
      ["arguments that are replaced by {}", [
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "tool-call", id: "a", name: "f" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "a", delta: "{\"x\":" },
        { _tag: "OutputItemDone", outputIndex: 0, item: { _tag: "ToolCall", id: "a", name: "f", arguments: {} } }
      ]]
    ] as const
  )("finds %s", (name, events) => {
    const completed = { _tag: "Completed", finishReason: "tool-calls", evidence: [] }
    const outcome = { events: name === "no end" ? events : [...events, completed], failure: undefined }
    assert.isString(Check.problemOf(outcome as unknown as Parameters<typeof Check.problemOf>[0]))
  })

  it.each(deltaKinds.map((kind) => [kind.name, kind] as const))("has streams of %s that complete", (_, kind) => {
    const { begin, delta, end, protocol } = kind
    const body = Buffer.concat([begin, delta(0), delta(1), delta(2), end(3)])
    assert.isUndefined(run(byName[protocol], [body], context()).failure)
    assert.strictEqual(run(byName[protocol], [encoder.encode("")], context()).failure?._tag, "IncompleteStreamError")
  })

  if (Wire.isPresent) {
    const bodies = Bodies.recorded()

    it.each([1, 2, 3])("finds nothing wrong with 600 cases from seed %s million", (start) => {
      for (let seed = start * 1_000_000; seed < start * 1_000_000 + 600; seed++) {
        const random = new Random(seed)
        const mutated = mutate(bodies, random)
        const problem = Check.check(mutated, random)
        if (problem !== undefined) assert.fail(`npm run fuzz -- --seed ${seed} --cases 1: ${problem}`)
      }
    }, 120_000)
  } else {
    it.skip(Wire.missing, () => {})
  }
})
