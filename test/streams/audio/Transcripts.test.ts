/**
 * Transcripts that come as one JSON object: what each provider calls its words, its speakers and its length.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as Transcripts from "../../../src/streams/audio/Transcripts.ts"

const of = (value: unknown) => Result.getOrThrow(Transcripts.fromJson(value))

const word = (text: string, start: number, more: object = {}) => ({ text, start, end: start + 1, ...more })

/** The segments of words with speakers: text, start, end, and the speaker. */
type Segments = ReadonlyArray<readonly [text: string, start: number, end: number, speaker: string | null]>

describe("Transcripts.fromJson", () => {
  it("reads Cohere's, which is only a text", () => {
    const { language, seconds, segments, text, words } = of({ text: "Hi" })
    assert.deepStrictEqual([text, language, seconds, words, segments], ["Hi", null, null, [], []])
  })

  it("reads xAI's, with its words and without a language that is empty", () => {
    const { language, seconds, segments, text, words } = of({
      text: "Hi there",
      language: "",
      duration: 2.04,
      words: [word("Hi", 0), word("there", 1)]
    })
    assert.deepStrictEqual([text, language, seconds, segments], ["Hi there", null, 2.04, []])
    assert.deepStrictEqual(words.map(({ end, start, word }) => [word, start, end]), [["Hi", 0, 1], ["there", 1, 2]])
    assert.strictEqual(of({ text: "Hi", language: "en" }).language, "en")
  })

  it.each<readonly [string, string, ReadonlyArray<object>, Segments]>([
    ["no speakers", "a b", [word("a", 0), word("b", 1)], []],
    ["one speaker", "a b", [word("a", 0, { speaker: 0 }), word("b", 1, { speaker: 0 })], [["a b", 0, 2, "0"]]],
    [
      "two that take turns, with the text as it is written",
      "Hi.  And you? 你好 fine",
      [
        word("Hi.", 0, { speaker: 0 }),
        word("And", 1, { speaker: 0 }),
        word("you?", 2, { speaker: 0 }),
        word("你", 3, { speaker: 1 }),
        word("好", 4, { speaker: 1 }),
        word("fine", 5, { speaker: 0 })
      ],
      [["Hi.  And you?", 0, 3, "0"], ["你好", 3, 5, "1"], ["fine", 5, 6, "0"]]
    ],
    [
      "the same word of both",
      "no no",
      [word("no", 0, { speaker: 0 }), word("no", 1, { speaker: 1 })],
      [["no", 0, 1, "0"], ["no", 1, 2, "1"]]
    ],
    [
      "words that the text does not have",
      "$5 please",
      [word("five", 0, { speaker: 0 }), word("dollars", 1, { speaker: 0 }), word("please", 2, { speaker: 1 })],
      [["five dollars", 0, 2, "0"], ["please", 2, 3, "1"]]
    ],
    [
      "a word without one",
      "a b",
      [word("a", 0, { speaker: 0 }), word("b", 1)],
      [["a", 0, 1, "0"], ["b", 1, 2, null]]
    ],
    ["nonsense for one", "a", [word("a", 0, { speaker: {} })], []]
  ])("makes segments of words with %s", (_name, text, words, expected) => {
    const { segments } = of({ text, words })
    assert.deepStrictEqual<Segments>(
      segments.map((found) => [found.text, found.start, found.end, found.speaker]),
      expected
    )
  })

  it("prefers the segments of the provider", () => {
    const segments = [{ id: 1, text: "a", start: 0, end: 1, speaker: "A" }]
    const found = of({ text: "a", segments, words: [word("a", 0, { speaker: 0 })] }).segments
    assert.deepStrictEqual(found, [{ id: "1", text: "a", start: 0, end: 1, speaker: "A" }])
  })

  it.each([null, [], "Hi", {}, { text: 5 }, { text: null }])("does not read %j", (value) => {
    assert(Result.isFailure(Transcripts.fromJson(value)))
  })
})
