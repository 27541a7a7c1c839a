import { assert, describe, it } from "@effect/vitest"
import * as OpenAiChat from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import * as Logprobs from "../../../src/streams/response/Logprobs.ts"
import { context, encoder, every, run } from "../../support/Decoding.ts"

describe("the probabilities of tokens", () => {
  it("are requested by `true` alone", () => {
    assert.deepStrictEqual(
      [{ logprobs: true }, { logprobs: false }, { logprobs: 5 }, {}].map(Logprobs.areRequested),
      [true, false, false, false]
    )
  })

  it("are read with their bytes and alternatives, and what cannot be read is left out", () => {
    const top = { token: "b", logprob: -2, bytes: null }
    assert.deepStrictEqual(
      Logprobs.read([
        { token: "a", logprob: -1, bytes: [97], top_logprobs: [top, { token: 1 }] },
        { token: "c" },
        null
      ]),
      [{ token: "a", logprob: -1, bytes: [97], top: [{ token: "b", logprob: -2 }] }]
    )
    assert.deepStrictEqual([Logprobs.read(null), Logprobs.read("no"), Logprobs.read({})], [[], [], []])
  })

  it("of Gemini are read from two lists", () => {
    assert.deepStrictEqual(
      Logprobs.readResult({
        chosenCandidates: [{ token: "a", logProbability: -1 }, { token: "b" }, { token: "c", logProbability: -3 }],
        topCandidates: [{ candidates: [{ token: "a", logProbability: -1 }] }]
      }),
      [{ token: "a", logprob: -1, top: [{ token: "a", logprob: -1 }] }, { token: "c", logprob: -3, top: [] }]
    )
    assert.deepStrictEqual(Logprobs.readResult([]), [])
  })

  const chunk = (delta: object, token: string) =>
    `data: ${
      JSON.stringify({
        id: "c1",
        model: "m",
        choices: [{ index: 0, delta, logprobs: { content: [{ token, logprob: -0.5, top_logprobs: [] }] } }]
      })
    }\n\n`

  it("of reasoning are not those of the text, wherever the bytes are cut", () => {
    const body = encoder.encode([
      chunk({ reasoning_content: "Hm" }, "Hm"),
      ...["a", "b", "c", "d", "e"].map((token) => chunk({ content: token }, token)),
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    ].join(""))
    for (const size of [1, 7, 100, body.length]) {
      const { events } = run(OpenAiChat.protocol, every(body, size), context({ logprobs: true }))
      const tokens = events.flatMap((event) =>
        event._tag === "OutputItemDone" && event.item._tag === "Message"
          ? event.item.content.flatMap((content) => "logprobs" in content ? content.logprobs ?? [] : [])
          : []
      )
      assert.deepStrictEqual(tokens.map(({ token }) => token), ["a", "b", "c", "d", "e"])
    }
  })
})
