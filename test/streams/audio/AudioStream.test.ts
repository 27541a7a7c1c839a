/**
 * Event streams of sound and of transcripts: they end by the rules of all event streams.
 */
import { assert, describe, it } from "@effect/vitest"
import type { TranscriptionEvent } from "../../../src/domain/Transcription.ts"
import * as SpeechWireFormats from "../../../src/streams/audio/SpeechWireFormats.ts"
import * as Transcripts from "../../../src/streams/audio/Transcripts.ts"
import type { Ending, StreamDecoder } from "../../../src/streams/response/StreamDecoder.ts"
import { context, encoder, every } from "../../support/Decoding.ts"

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`

const delta = event({ type: "transcript.text.delta", delta: "Hello" })
const done = event({ type: "transcript.text.done", text: "Hello" })

/** Decodes a body in pieces of `size` bytes. */
const run = <A>(decoder: StreamDecoder<A>, body: string, ending: Ending, size = 1024) => {
  const events: Array<A> = []
  for (const piece of every(encoder.encode(body), size)) events.push(...decoder.push(piece))
  events.push(...decoder.end(ending))
  return { events, failure: decoder.failure, completed: decoder.completed }
}

const transcript = (body: string, ending: Ending = { type: "end-of-body" }, size?: number) =>
  run<TranscriptionEvent>(Transcripts.decodeEvents(context()), body, ending, size)

describe("AudioStream", () => {
  it("completes with its last event, at any chunking, and ignores what follows", () => {
    for (const size of [1, 7, 1024]) {
      const { completed, events, failure } = transcript(delta + done + delta, { type: "end-of-body" }, size)
      assert.isTrue(completed)
      assert.isUndefined(failure)
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["TranscriptDelta", "TranscriptCompleted"])
    }
  })

  it("fails as every event stream does where the last event is missing", () => {
    const { completed, events, failure } = transcript(delta)
    assert.isFalse(completed)
    assert.strictEqual(events.length, 1)
    assert(failure?._tag === "IncompleteStreamError")
    assert.strictEqual(failure.ending, "end-of-body")
    assert.deepStrictEqual(failure.missing, ["terminal-event"])
    assert.strictEqual(failure.partial?.text, "Hello")
    const lost = transcript(delta, { type: "connection-lost", code: "ECONNRESET", detail: "reset" }).failure
    assert(lost?._tag === "IncompleteStreamError")
    assert.deepStrictEqual([lost.ending, lost.code, lost.detail], ["connection-lost", "ECONNRESET", "reset"])
  })

  it("fails with the error of the layer below, and with what had arrived", () => {
    const cause = transcript("nonsense: 1\n\ndata: x\n\n").failure
    assert(cause?._tag === "MalformedStreamError")
    const { failure } = transcript(delta, { type: "failed", error: cause })
    assert(failure?._tag === "MalformedStreamError")
    assert.strictEqual(failure.partial?.text, "Hello")
  })

  it("names a body that is a page or an error object", () => {
    const page = transcript("<html><body>Sign in</body></html>").failure
    assert(page?._tag === "MalformedStreamError")
    assert.isFalse(page.isRetryable)
    assert.strictEqual(
      transcript(JSON.stringify({ error: { message: "slow down", code: "rate_limit_exceeded" } })).failure?._tag,
      "RateLimitedError"
    )
  })

  it("reports errors inside of a stream with what had arrived", () => {
    const { events, failure } = transcript(delta + event({ type: "error", error: { code: "server_error" } }) + done)
    assert.strictEqual(events.length, 1)
    assert(failure?._tag === "ServerError")
    assert.strictEqual(failure.partial?.text, "Hello")
  })

  it("decodes sound, and passes on the tokens", () => {
    const reported: Array<number | null> = []
    const decoder = SpeechWireFormats.decodeEvents(context(), ({ outputTokens }) => reported.push(outputTokens))
    const { completed, events } = run(
      decoder,
      event({ type: "speech.audio.delta", audio: "aGVsbG8=" }) + event({ type: "speech.audio.delta", audio: "" }) +
        event({ type: "speech.audio.done", usage: { input_tokens: 3, output_tokens: 5, total_tokens: 8 } }),
      { type: "end-of-body" }
    )
    assert.isTrue(completed)
    assert.deepStrictEqual(events.map((bytes) => Buffer.from(bytes).toString()), ["hello"])
    assert.deepStrictEqual(reported, [5])
  })
})
