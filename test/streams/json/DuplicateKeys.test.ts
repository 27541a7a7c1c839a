/**
 * A JSON key that appears twice, once as a scalar and once as a container, gives the same events at every chunking and
 * after every earlier stream: the last one counts, as for `JSON.parse`.
 */
import { assert, describe, it } from "@effect/vitest"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { context, encoder, every, print, run } from "../../support/Decoding.ts"

const protocol = byName["openai-chat"]

/** An event of Chat Completions, in which `member` stands at one of several places beside the usual members. */
const places: Readonly<Record<string, (member: string, text: string) => string>> = {
  root: (member, text) => `{"id":"c1",${member}"model":"m","choices":[{"index":0,"delta":{"content":"${text}"}}]}`,
  choice: (member, text) => `{"id":"c1","model":"m","choices":[{"index":0,${member}"delta":{"content":"${text}"}}]}`,
  delta: (member, text) => `{"id":"c1","model":"m","choices":[{"index":0,"delta":{${member}"content":"${text}"}}]}`,
  end: (member, text) =>
    `{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"${text}"}}],${member}"object":"chunk"}`
}

const names = ["x", "content", "logprobs", "choices"]
const scalars = ["1", "\"s\"", "null"]
const containers = ["{}", "[]", "[{\"index\":0}]"]

/** Members in which a key appears twice, in both orders; with the key of the event itself it appears three times. */
const members = names.flatMap((name) =>
  scalars.flatMap((scalar) =>
    containers.flatMap((container) => [
      `"${name}":${scalar},"${name}":${container},`,
      `"${name}":${container},"${name}":${scalar},`
    ])
  )
)

const stream = (events: ReadonlyArray<string>): Uint8Array =>
  encoder.encode(
    [...events, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"].map((json) =>
      `data: ${json}\n\n`
    ).join("")
  )

const texts = ["a", "b", "c", "d", "e", "f", "g", "h"]

/** Returns the members with which a stream is decoded differently in whole than in pieces, or after another stream. */
const differing = (
  at: (member: string, text: string) => string,
  among: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const plain = stream(texts.map((text) => at("", text)))
  return among.filter((member) => {
    // The first events are parsed, so that there are enough of them for templates to be learned and to match.
    const streams = [
      stream(texts.map((text) => at(member, text))),
      stream(texts.map((text, index) => at(index % 2 === 0 ? member : "", text))),
      stream([...texts.map((text) => at("", text)), ...texts.map((text) => at(member, text))])
    ]
    return streams.some((bytes) => {
      // An event that comes in pieces is always parsed.
      const parsed = print(run(protocol, every(bytes, 1), context()))
      const whole = (): string => print(run(protocol, [bytes], context()))
      const first = whole()
      run(protocol, [plain], context())
      return [first, whole(), print(run(protocol, every(bytes, 300), context()))].some((outcome) => outcome !== parsed)
    })
  })
}

describe("a key that appears twice", () => {
  it.each(Object.entries(places))("is decoded the same at every chunking and after every stream: %s", (_, at) => {
    assert.deepStrictEqual(differing(at, members), [])
  })

  it("is decoded the same where it is one that the protocol reads", () => {
    assert.deepStrictEqual(
      differing((member, text) => places["delta"]?.(member, text) ?? "", [
        "\"tool_calls\":1,\"tool_calls\":[{\"index\":0}],",
        "\"tool_calls\":\"s\",\"tool_calls\":[{\"index\":0}],"
      ]),
      []
    )
  })
})
