/**
 * Reading ahead by template gives what parsing gives, for every input.
 *
 * A decoder that is fed byte by byte parses each event, since no event is ever whole in one chunk; a decoder that is
 * fed whole events, or several pieces at a time, reads nearly all of them by template. Their outcomes are compared on
 * streams in which bytes are changed, dropped, added and moved, inside the slots and outside. Bugs planted in what it
 * tests, each of which it found:
 *
 * - in comparing: the end of a run, its last word, or a short run not compared;
 * - in reading values: control characters, backslashes or bytes that are not ASCII taken as they stand, by words and one by one;
 *   UTF-8 taken for Latin-1; a number with a leading zero; an unread string with a wrong escape; a name known by its length;
 * - in templates: a value left from the event before, in an object and in a run; an event that goes on behind its limit; two texts
 *   taken for one; one object for two streams; events that a protocol keeps; a key that is there twice;
 * - in runs: not ended by another event, or gone on with by another template; another choice; a chunk without an id yet; a delta of more
 *   than its text; another item;
 * - in gathering: the first chunk alone; the beginning of a body in memory that is used again.
 *
 * Not found, since no answer differs: numbers that are too long to be exact (no count is), objects of a known shape
 * that a protocol keeps, and chunks that say more than a text, whose rest is what it was in the chunk before.
 */
import { assert, describe, it } from "@effect/vitest"
import { Struct } from "effect"
import type { JsonObject } from "../../../src/streams/json/Json.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import { DecoderCaches } from "../../../src/streams/json/DecoderCaches.ts"
import { ScalarReader } from "../../../src/streams/json/ScalarReader.ts"
import { learn } from "../../../src/streams/json/SharedTemplate.ts"
import { locate } from "../../../src/streams/framing/Sse.ts"
import type { Protocol } from "../../../src/streams/protocols/Protocol.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { context, encoder, every, inLengths, type Outcome, print, random, run } from "../../support/Decoding.ts"

const texts = [
  "a",
  "",
  " the",
  "\"quoted\"",
  "back\\slash",
  "line\nbreak",
  "tab\t",
  "\u0000",
  "naïve",
  "東京",
  "😀",
  "\ud83d",
  "\u2028",
  "0",
  "x".repeat(40),
  ...Array.from({ length: 17 }, (_, length) => "fiat lux, et lux facta".slice(0, length)),
  ...Array.from({ length: 14 }, (_, length) => `${"z".repeat(length)}é`),
  ...Array.from({ length: 14 }, (_, length) => `${"z".repeat(length)}"`)
]

interface Kind {
  readonly before: ReadonlyArray<string>
  readonly delta: (text: string, number: number) => string
}

const data = (value: unknown, event?: string) =>
  `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`

const chunk = (delta: unknown, more: object = {}) =>
  data({ id: "c", object: "chat.completion.chunk", created: 7, model: "m", choices: [{ index: 0, delta }], ...more })

/** Log probabilities with a varying number of alternatives, or none. */
const logprobs = (token: string, n: number) =>
  n % 7 === 0 ? null : {
    content: [{
      token,
      logprob: -n / 7,
      bytes: [...Buffer.from(token)],
      top_logprobs: Array.from({ length: n % 4 }, (_, i) => ({ token: `${token}${i}`, logprob: -i, bytes: null }))
    }],
    refusal: null
  }

const named = (type: string, fields: object) => data({ type, ...fields }, type)

const response = (parts: ReadonlyArray<object>, n: number) =>
  data({
    candidates: [{ content: { parts, role: "model" }, index: 0 }],
    usageMetadata: {
      promptTokenCount: 9,
      candidatesTokenCount: n,
      totalTokenCount: 9 + n,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 9 }]
    },
    modelVersion: "m",
    responseId: "r"
  })

const line = (message: object, n: number) =>
  `${JSON.stringify({ model: "m", created_at: `2026-01-01T00:00:0${n % 10}.${n}Z`, message, done: false })}\n`

const part = (message: object, n = 0) => ({ index: n, delta: { message } })

/** The frames of Bedrock have checksums, which no changed byte gets past. */
type Streamed = Exclude<ProtocolName, "bedrock-converse">

const kinds: Readonly<Record<Streamed, ReadonlyArray<Kind>>> = {
  "openai-chat": [
    { before: [], delta: (content, n) => chunk({ content }, { usage: null, obfuscation: "x".repeat(n % 5) }) },
    { before: [], delta: (reasoning_content) => chunk({ content: null, reasoning_content }) },
    {
      before: [
        chunk({ tool_calls: [{ index: 0, id: "t", type: "function", function: { name: "f", arguments: "" } }] })
      ],
      delta: (text) => chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] })
    },
    {
      before: [],
      delta: (content, n) =>
        chunk({ content }, { usage: { prompt_tokens: 10, completion_tokens: n * 7, total_tokens: 10 + n * 7 } })
    },
    { before: [], delta: (text) => chunk({ content: text, reasoning: text }) },
    // Whatever a field that nobody reads holds.
    {
      before: [],
      delta: (content, n) =>
        data({ id: "c", model: "m", choices: [{ index: 0, delta: { content }, logprobs: logprobs(content, n) }] })
    },
    // Each of these says more than its text, or says it under another name.
    { before: [], delta: (content, n) => chunk({ content }, { usage: null, x_groq: { usage: { prompt_tokens: n } } }) },
    { before: [], delta: (reasoning) => chunk({ content: "", reasoning, reasoning_details: [] }) },
    { before: [], delta: (content) => chunk({ content, refusal: "no" }) },
    {
      before: [],
      delta: (content, n) =>
        data({ id: "c", model: "m", choices: [{ index: 0, delta: { content }, finish_reason: n < 2 ? "stop" : null }] })
    },
    { before: [], delta: (content, n) => data({ choices: [{ index: n < 3 ? 1 : 0, delta: { content } }] }) }
  ],
  "openai-completions": [
    {
      before: [],
      delta: (text, n) =>
        data({
          id: "c",
          object: "text_completion",
          model: "m",
          choices: [{ text, index: 0, logprobs: null, finish_reason: null }],
          usage: { prompt_tokens: 10, completion_tokens: n, total_tokens: 10 + n }
        })
    },
    { before: [], delta: (text) => data({ choices: [{ index: 0, text, logprobs: { tokens: [text] } }] }) }
  ],
  cohere: [
    {
      before: [named("content-start", part({ content: { type: "text", text: "" } }))],
      delta: (text) => named("content-delta", part({ content: { text } }))
    },
    {
      before: [named("content-start", part({ content: { type: "thinking", thinking: "" } }, 1))],
      delta: (thinking) => named("content-delta", part({ content: { thinking } }, 1))
    },
    { before: [], delta: (tool_plan) => named("tool-plan-delta", { delta: { message: { tool_plan } } }) },
    {
      before: [named("tool-call-start", part({ tool_calls: { id: "t", function: { name: "f", arguments: "" } } }))],
      delta: (text) => named("tool-call-delta", part({ tool_calls: { function: { arguments: text } } }))
    }
  ],
  ollama: [
    { before: [], delta: (content, n) => line({ role: "assistant", content }, n) },
    { before: [], delta: (thinking, n) => line({ role: "assistant", content: "", thinking }, n) },
    {
      before: [],
      // Calls are kept, and are whole in one line.
      delta: (text, n) => line({ content: "", tool_calls: [{ function: { name: "f", arguments: { text } } }] }, n)
    }
  ],
  "openai-responses": [
    {
      before: [
        named("response.created", { response: { id: "r", model: "m" } }),
        named("response.output_item.added", { output_index: 0, item: { type: "message", id: "i" } })
      ],
      delta: (delta, n) =>
        named("response.output_text.delta", {
          item_id: "i",
          output_index: 0,
          content_index: 0,
          delta,
          sequence_number: n * 9,
          obfuscation: "y".repeat(n % 4)
        })
    },
    {
      before: [
        named("response.output_item.added", {
          output_index: 0,
          item: { type: "function_call", id: "i", call_id: "t", name: "f" }
        })
      ],
      delta: (delta, n) =>
        named("response.function_call_arguments.delta", { item_id: "i", output_index: 0, delta, sequence_number: n })
    }
  ],
  "anthropic-messages": [
    {
      before: [
        named("message_start", { message: { id: "m", model: "m", content: [] } }),
        named("content_block_start", { index: 0, content_block: { type: "text", text: "" } })
      ],
      delta: (text) => named("content_block_delta", { index: 0, delta: { type: "text_delta", text } })
    },
    {
      before: [
        named("content_block_start", { index: 1, content_block: { type: "tool_use", id: "t", name: "f", input: {} } })
      ],
      delta: (partial_json) =>
        named("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json } })
    },
    {
      before: [],
      // A block of which the decoder keeps the object, and adds to it.
      delta: (text) =>
        named("content_block_start", {
          index: 2,
          content_block: { type: "compaction", content: "" },
          delta: { type: "text_delta", text }
        }) + named("content_block_delta", { index: 2, delta: { type: "compaction_delta", content: text } }) +
        named("content_block_stop", { index: 2 })
    }
  ],
  "gemini-interactions": [
    {
      before: [data({ event_type: "step.start", index: 0, step: { type: "model_output" } })],
      delta: (text, n) => data({ index: 0, delta: { text, type: "text" }, event_type: "step.delta", event_id: `e${n}` })
    },
    {
      before: [
        data({ event_type: "step.start", index: 1, step: { type: "function_call", id: "t", name: "f", arguments: {} } })
      ],
      delta: (text) => data({ index: 1, delta: { arguments: text, type: "arguments_delta" }, event_type: "step.delta" })
    },
    {
      before: [],
      // Each is a part of the summary of its own.
      delta: (text) =>
        data({
          index: 2,
          delta: { content: { text, type: "text" }, type: "thought_summary" },
          event_type: "step.delta"
        })
    }
  ],
  gemini: [
    { before: [], delta: (text, n) => response([{ text }], n) },
    { before: [], delta: (text, n) => response([{ text, thought: true }], n) },
    // Parts of which the decoder keeps something.
    { before: [], delta: (text, n) => response([{ text, thoughtSignature: text === "" ? "s" : text }], n) },
    { before: [], delta: (text, n) => response([{ functionCall: { name: "f", args: { text } } }], n) }
  ]
}

/** Bytes that mean something to JSON, to UTF-8 or to the framing, and some that do not. */
const bytes = [
  34,
  92,
  10,
  13,
  0,
  31,
  127,
  128,
  195,
  237,
  255,
  48,
  57,
  45,
  46,
  101,
  123,
  125,
  91,
  93,
  58,
  44,
  32,
  97,
  117
]

const names = Struct.keys(kinds)

/** Puts text behind the first match of a pattern from some place on. */
const insert = (stream: Buffer, pattern: RegExp, from: number, text: string): Buffer => {
  const latin = stream.toString("latin1")
  pattern.lastIndex = from
  const found = pattern.exec(latin)
  if (found === null) return stream
  const at = found.index + found[0].length
  return Buffer.from(latin.slice(0, at) + text + latin.slice(at), "latin1")
}

/** Changes a stream in a few places: more often late in it, when templates have been learned. */
const mutate = (stream: Buffer, next: (bound: number) => number): Buffer => {
  let mutated = stream
  for (let change = next(4); change > 0; change--) {
    const at = Math.floor(mutated.length * Math.sqrt(next(1000) / 1000))
    const byte = Buffer.from([bytes[next(bytes.length)] ?? 0])
    const [before, after] = [mutated.subarray(0, at), mutated.subarray(at)]
    switch (next(6)) {
      case 4:
        // Into a number, at its front.
        mutated = insert(mutated, /:(?=\d)/g, at, "0")
        break
      case 5:
        // Into a string, at its end: an escape that is none, or half of one.
        mutated = insert(mutated, /.(?="[,}])/g, at, next(2) === 0 ? "\\x" : "\\u12")
        break
      case 0:
        mutated = Buffer.concat([before, byte, after])
        break
      case 1:
        mutated = Buffer.concat([before, after.subarray(1 + next(3))])
        break
      case 2:
        mutated = Buffer.concat([before, mutated.subarray(Math.max(0, at - next(60)), at), after])
        break
      default:
        mutated = Buffer.concat([before, byte, after.subarray(1)])
    }
  }
  return mutated
}

const streamOf = (protocol: Streamed, next: (bound: number) => number): Buffer => {
  const ofProtocol = kinds[protocol]
  const chosen = [ofProtocol[next(ofProtocol.length)], ofProtocol[next(ofProtocol.length)]]
  let stream = chosen.map((kind) => kind?.before.join("") ?? "").join("")
  for (let n = 0; n < 20; n++) {
    // Mostly one kind, so that templates hold, and now and then the other.
    // Of more than fifteen digits a number is not read by its digits.
    const number = next(12) === 0 ? 123_456_789_012_345 * (1 + next(20)) : next(40)
    stream += chosen[next(6) === 0 ? 1 : 0]?.delta(texts[next(texts.length)] ?? "", number) ?? ""
  }
  return Buffer.from(next(5) === 0 ? stream.replaceAll("\n", "\r\n") : stream)
}

/** The same JSON with its keys in another order. */
const shuffled = (value: unknown, next: (bound: number) => number): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((entry) => shuffled(entry, next))
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [next(1000), key, shuffled(field, next)] as const)
      .toSorted(([one], [other]) => one - other).map(([, key, field]) => [key, field])
  )
}

/** A long stream, most of whose events have their keys in an order of their own; some come in runs, as they are. */
const unmatched = (protocol: Streamed, next: (bound: number) => number): Buffer => {
  const chosen = Array.from({ length: 3 }, () => kinds[protocol][next(kinds[protocol].length)])
  let stream = chosen.map((kind) => kind?.before.join("") ?? "").join("")
  for (let n = 0; n < 110; n++) {
    const event = chosen[next(9) === 0 ? 1 + next(2) : 0]?.delta(texts[next(texts.length)] ?? "", next(40)) ?? ""
    stream += n > 60 && next(3) === 0
      ? event.repeat(1 + next(4))
      : event.replaceAll(
        /\{[^\n]*\}/g,
        (json) => JSON.stringify(shuffled(JSON.parse(json), next), null, next(3)).replaceAll("\n", " ")
      )
  }
  return Buffer.from(next(5) === 0 ? stream.replaceAll("\n", "\r\n") : stream)
}

/** What a decoder makes of pieces that arrive several at a time. */
const together = (protocol: Protocol, pieces: ReadonlyArray<Uint8Array>): Outcome => {
  const decoder = protocol.decodeStream(context())
  const events: Array<ResponseEvent> = []
  for (let at = 0; at < pieces.length && decoder.failure === undefined && !decoder.completed; at += 5) {
    events.push(...decoder.pushAll(pieces.slice(at, at + 5)))
  }
  if (decoder.failure === undefined && !decoder.completed) events.push(...decoder.end({ type: "end-of-body" }))
  return { events, failure: decoder.failure }
}

describe("templates", () => {
  it.each(names)("give what parsing gives on mutated streams of %s", (name) => {
    const numbers = random(20_261_121, 2 ** 31)
    const next = (bound: number) => (numbers.next().value ?? 0) % bound
    for (let round = 0; round < 800; round++) {
      const stream = mutate(streamOf(name, next), next)
      const parsed = run(byName[name], every(stream, 1))
      const shown = print(parsed)
      assert.strictEqual(
        print(run(byName[name], [stream])),
        shown,
        `whole, round ${round}: ${stream.toString("latin1")}`
      )
      const pieces = inLengths(stream, Array.from({ length: 30 }, () => 1 + next(400)))
      assert.strictEqual(print(run(byName[name], pieces)), shown, `in pieces, round ${round}`)
      assert.strictEqual(
        print(together(byName[name], [...every(stream, 1 + next(400))])),
        shown,
        `gathered, round ${round}`
      )
    }
  })

  it.each(names)("give what parsing gives where hardly two events of %s are alike", (name) => {
    const numbers = random(1_121_2026, 2 ** 31)
    const next = (bound: number) => (numbers.next().value ?? 0) % bound
    for (let round = 0; round < 120; round++) {
      const stream = mutate(unmatched(name, next), next)
      const shown = print(run(byName[name], every(stream, 1)))
      assert.strictEqual(
        print(run(byName[name], [stream])),
        shown,
        `whole, round ${round}: ${stream.toString("latin1")}`
      )
      assert.strictEqual(
        print(together(byName[name], [...every(stream, 1 + next(400))])),
        shown,
        `gathered, round ${round}`
      )
    }
  })

  it("hold for the events of a stream but for a few", () => {
    const [kind] = kinds["openai-chat"]
    const first = Buffer.from(encoder.encode(kind?.delta("first", 1) ?? ""))
    const value: JsonObject = JSON.parse(first.toString("utf8", 6))
    const shared = learn(first, 0, first.length, "message", value, {
      isDelta: () => true,
      isRead: (path) => path === "choices.0.delta.content",
      isText: (path) => path === "choices.0.delta.content",
      unread: new Set(["obfuscation"])
    }, locate)
    const caches = new DecoderCaches()
    const scalars = new ScalarReader(caches.texts, caches.names)
    const chunkOf = (event: Buffer) => caches.views.chunk(event)
    const templateOf = (event: Buffer) => {
      const match = shared?.match(chunkOf(event), 0, event.length, scalars)
      assert.strictEqual(match?.to, event.length)
      const object = match === undefined ? undefined : shared?.object(match)
      return object === undefined || match === undefined
        ? undefined
        : shared?.forStream(event, match, object, scalars)
    }
    const template = templateOf(first)
    const other = Buffer.from(kind?.delta("second \"one\"", 4) ?? "")
    assert.strictEqual(template?.match(chunkOf(other), 0, other.length), true)
    assert.strictEqual(template?.end, other.length)
    assert.deepInclude(template?.value, { choices: [{ index: 0, delta: { content: "second \"one\"" } }] })
    assert.strictEqual(template?.match(chunkOf(other), 0, other.length - 1), false, "an event that is not whole")
    const named = Buffer.from(other.toString().replace("\"model\":\"m\"", "\"model\":\"n\""))
    assert.strictEqual(template?.match(chunkOf(named), 0, named.length), false, "another byte outside the slots")
    // Another stream, whose model has another name.
    const second = templateOf(named)
    assert.deepInclude(second?.value, { model: "n" })
    assert.deepInclude(template?.value, { model: "m" })
    assert.notInclude(JSON.stringify(second?.value), "first")
  })

  it("keep streams that are read in turns apart", () => {
    const of = (id: string, said: string) =>
      data({
        id,
        object: "chat.completion.chunk",
        created: 7,
        model: id,
        choices: [{ index: 0, delta: { content: said } }]
      })
    const ids = ["one", "two", "three"]
    const decoders = ids.map(() => byName["openai-chat"].decodeStream(context()))
    const seen = ids.map(() => "")
    for (let n = 0; n < 50; n++) {
      for (const [at, id] of ids.entries()) {
        for (const event of decoders[at]?.push(encoder.encode(of(id, `${id}${n} `))) ?? []) {
          if (event._tag === "OutputTextDelta") seen[at] += event.delta
          if (event._tag === "Created") assert.deepInclude(event, { responseId: id, model: id })
        }
      }
    }
    for (const [at, id] of ids.entries()) {
      assert.strictEqual(seen[at], Array.from({ length: 50 }, (_, n) => `${id}${n} `).join(""))
    }
  })

  const all = {
    isDelta: () => true,
    isRead: () => true,
    isText: (path: string) => path === "c",
    unread: new Set<string>()
  }

  it("are not made of an event with a number or a boolean where text is read", () => {
    const learned = (c: string) => {
      const event = Buffer.from(`data: {"n":1.5,"c":${c},"s":"t"}\n\n`)
      return learn(event, 0, event.length, "message", JSON.parse(event.toString("utf8", 6)), all, locate)
    }
    for (const other of ["7", "-0", "1.50", "1e2", "true", "false"]) assert.isUndefined(learned(other), other)
    for (const usual of ["\"7\"", "null", "[]", "{}"]) assert.isDefined(learned(usual), usual)
  })

  it("lose no digit of a number where a list has text", () => {
    const event = (thinking: string) =>
      `data: {"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":${thinking}}]}}]}\n\n`
    const thoughts = ["\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"e\"", "-0", "1.50", "-0", "1.50", "-0", "1.50"]
    const body = encoder.encode(thoughts.map(event).join(""))
    // A later stream is read by the templates of an earlier one.
    for (let round = 0; round < 8; round++) {
      const events = byName["openai-chat"].decodeStream(context()).push(body)
      const deltas = events.flatMap((each) => each._tag === "ReasoningContentDelta" ? [each.delta] : [])
      assert.deepStrictEqual(deltas, ["a", "b", "c", "d", "e", "-0", "1.50", "-0", "1.50", "-0", "1.50"])
    }
  })

  it("are not made of bytes that are 0", () => {
    const event = Buffer.from("event: a\0b\ndata: {\"c\":\"d\"}\n\n")
    const value: JsonObject = { c: "d" }
    assert.isUndefined(learn(event, 0, event.length, "a\0b", value, all, locate))
    const usual = Buffer.from(event.map((byte) => (byte === 0 ? 32 : byte)))
    assert.isDefined(learn(usual, 0, usual.length, "a b", value, all, locate))
  })

  it("are not made of an object with a key that is none", () => {
    const event = Buffer.from("data: {\"__proto__\":{\"a\":\"b\"},\"c\":\"d\"}\n\n")
    assert.isUndefined(learn(event, 0, event.length, "message", JSON.parse(event.toString("utf8", 6)), all, locate))
  })
})
