/**
 * Detection of a body's protocol: what the simulator writes in each protocol is decoded as that protocol, with and
 * without its name, from a file and from a pipe, in pieces of several sizes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Body from "../../src/cli/decode/Body.ts"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import type { ScriptedCompletion } from "../../src/testing/simulator/scenario/ScriptedCompletion.ts"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import * as Seed from "../../src/testing/simulator/Seed.ts"
import * as Completion from "../../src/testing/simulator/Completion.ts"
import { byId } from "../../src/testing/simulator/WireProtocols.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { encoder, every, fold } from "../support/Decoding.ts"

const names = (Object.keys(byName) as Array<ProtocolName>).filter((name) => name !== "bedrock-converse")
const [first = "openai-chat", ...others] = names

const scripted: ScriptedCompletion = {
  // Contains the patterns of other protocols, which must not be matched inside text.
  parts: [
    Scenario.reasoning("\"done\": true, \"choices\": [", { summary: ["\"choices\": ["] }),
    Scenario.text("data: {\"type\": \"message_start\", \"object\": \"response\"}")
  ],
  usage: { input: 3, output: 4 },
  responseId: "id_1",
  model: "m"
}

const completionOf = () =>
  Completion.make({
    scripted,
    model: "m",
    request: { model: "m", messages: [{ role: "user", content: "Hi" }] },
    quirks: {},
    seed: Seed.make(1, 1),
    created: 0
  })

const streamOf = (name: ProtocolName): Uint8Array => {
  const { events, framing } = byId[name]
  return Buffer.concat([...events(completionOf())].map((event) => framing.encode(event, "\n")))
}

const wholeOf = (name: ProtocolName): Uint8Array =>
  encoder.encode(JSON.stringify(byId[name].wholeBody(completionOf()), null, 2))

const read = (name: ProtocolName, bytes: Uint8Array, size: number, origin: Partial<Body.Origin>): string => {
  const body = Body.open({
    provider: "unknown",
    protocols: [first, ...others],
    quirks: {},
    status: 200,
    headers: {},
    isWhole: undefined,
    nowMillis: 0,
    ...origin
  })
  const events = [...every(bytes, size)].flatMap(body.push)
  events.push(...body.end({ type: "end-of-body" }))
  assert.isUndefined(body.failure())
  assert.deepInclude(events.at(-1), { _tag: "Completed" })
  const protocols = events.flatMap((event) =>
    event._tag === "OutputItemDone" && event.item._tag === "Message" ? [event.item.protocol] : []
  )
  assert.deepStrictEqual(protocols, [name])
  return fold({ events, failure: undefined }).text
}

const expected = "data: {\"type\": \"message_start\", \"object\": \"response\"}"

describe("a body", () => {
  it.each(names)("of a stream of %s is decoded as that protocol", (name) => {
    const bytes = streamOf(name)
    for (const size of [1, 13, bytes.length]) {
      assert.strictEqual(read(name, bytes, size, {}), expected, `from a pipe, in pieces of ${size}`)
      assert.strictEqual(read(name, bytes, size, { isWhole: false }), expected, `from a file, in pieces of ${size}`)
      assert.strictEqual(read(name, bytes, size, { protocols: [name] }), expected, `by name, in pieces of ${size}`)
    }
  })

  it.each(names)("of a whole response of %s is decoded as that protocol", (name) => {
    const bytes = wholeOf(name)
    for (const size of [7, bytes.length]) {
      assert.strictEqual(read(name, bytes, size, {}), expected, `from a pipe, in pieces of ${size}`)
      assert.strictEqual(read(name, bytes, size, { isWhole: true }), expected, `from a file, in pieces of ${size}`)
      assert.strictEqual(read(name, bytes, size, { protocols: [name] }), expected, `by name, in pieces of ${size}`)
    }
  })

  it("of one object per line is detected by its content type, too", () => {
    const bytes = streamOf("ollama")
    const headers = { "content-type": "application/x-ndjson" }
    assert.strictEqual(read("ollama", bytes, 1, { headers, protocols: ["ollama"] }), expected)
    // A single line that is the whole response decodes the same either way.
    const line = encoder.encode(`${JSON.stringify(byId.ollama.wholeBody(completionOf()))}\n`)
    assert.strictEqual(read("ollama", line, 9, { headers }), expected)
    assert.strictEqual(
      read("ollama", line, 9, { headers: { "content-type": "application/json; charset=utf-8" } }),
      expected
    )
    assert.strictEqual(read("ollama", line, 9, {}), expected)
  })
})
