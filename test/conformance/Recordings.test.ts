/**
 * Holds the decoders to what real providers sent: every recording of the families that have a protocol, against the
 * facts that its manifest states, at every chunking.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import type { TokenUsage } from "../../src/domain/TokenUsage.ts"
import { parse } from "../../src/streams/json/Json.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { classify } from "../../src/streams/response/ErrorClassifier.ts"
import { every, fold, inLengths, type Outcome, print, random, run } from "../support/Decoding.ts"
import { decoding } from "../support/Recorded.ts"
import * as Wire from "../support/Wire.ts"
import { errorClasses, type KnownManifestError, knownManifestErrors } from "./Labels.ts"

const recordings = Wire.recordings(Object.keys(Wire.protocols))
const decoder = new TextDecoder()

type Raw = Readonly<Record<string, unknown>> | undefined

const at = (raw: unknown, ...path: ReadonlyArray<string>): number => {
  let value = raw
  for (const key of path) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined
  return typeof value === "number" ? value : 0
}

const inner: Readonly<Record<string, ProtocolName>> = {
  "anthropic-messages": "anthropic-messages",
  chat: "openai-chat"
}

const usage = (counts: {
  readonly input: number
  readonly cached: number
  readonly written: number
  readonly output: number
  readonly reasoning: number
  readonly total: number
}): TokenUsage => ({
  inputTokens: counts.input,
  cachedInputTokens: counts.cached,
  cacheWriteInputTokens: counts.written,
  outputTokens: counts.output,
  reasoningOutputTokens: counts.reasoning,
  totalTokens: Math.max(counts.total, counts.input + counts.output)
})

/** The usage that a provider sent, in our meaning: written down here again, from the providers' pages. */
const expectedUsage: Readonly<Record<ProtocolName, (raw: Raw) => TokenUsage | null>> = {
  "openai-completions": (raw) =>
    usage({
      input: at(raw, "prompt_tokens"),
      cached: 0,
      written: 0,
      output: at(raw, "completion_tokens"),
      reasoning: 0,
      total: at(raw, "total_tokens")
    }),
  cohere: (raw) =>
    usage({
      input: at(raw, "tokens", "input_tokens"),
      cached: at(raw, "cached_tokens"),
      written: 0,
      output: at(raw, "tokens", "output_tokens"),
      reasoning: at(raw, "tokens", "reasoning_tokens"),
      total: 0
    }),
  // Where nothing is cached, and nothing was counted, nothing is known.
  ollama: (raw) =>
    raw?.["eval_count"] === undefined ? null : usage({
      input: at(raw, "prompt_eval_count"),
      cached: 0,
      written: 0,
      output: at(raw, "eval_count"),
      reasoning: 0,
      total: 0
    }),
  "openai-chat": (raw) => {
    const [prompt, completion, total] = [
      at(raw, "prompt_tokens"),
      at(raw, "completion_tokens"),
      at(raw, "total_tokens")
    ]
    const cached = Math.max(
      at(raw, "prompt_tokens_details", "cached_tokens"),
      at(raw, "cached_tokens"),
      at(raw, "prompt_cache_hit_tokens"),
      at(raw, "num_cached_tokens")
    )
    const reasoning = Math.max(at(raw, "completion_tokens_details", "reasoning_tokens"), at(raw, "reasoning_tokens"))
    // More reasoning than completion is apart from it; but OpenRouter, as its costs show, bills the completion alone.
    // Vercel's gateway sends OpenRouter's fields and a market's price beside them.
    const isBilled = raw !== undefined && "is_byok" in raw && !("market_cost" in raw)
    const isApart = reasoning > 0 &&
      ((reasoning > completion && !isBilled) || total - prompt - completion === reasoning)
    return usage({
      input: prompt + (cached > prompt ? cached : 0),
      cached,
      written: Math.max(
        at(raw, "prompt_tokens_details", "cache_write_tokens"),
        at(raw, "cache_creation_input_tokens"),
        at(raw, "prompt_tokens_details", "cache_creation_input_tokens")
      ),
      output: isApart ? completion + reasoning : completion,
      reasoning,
      total
    })
  },
  "openai-responses": (raw) =>
    usage({
      input: at(raw, "input_tokens"),
      cached: at(raw, "input_tokens_details", "cached_tokens"),
      written: at(raw, "input_tokens_details", "cache_write_tokens"),
      output: at(raw, "output_tokens"),
      reasoning: at(raw, "output_tokens_details", "reasoning_tokens"),
      total: at(raw, "total_tokens")
    }),
  "bedrock-converse": (raw) => {
    const [cached, written] = [at(raw, "cacheReadInputTokens"), at(raw, "cacheWriteInputTokens")]
    return usage({
      input: at(raw, "inputTokens") + cached + written,
      cached,
      written,
      output: at(raw, "outputTokens"),
      reasoning: 0,
      total: at(raw, "totalTokens")
    })
  },
  "anthropic-messages": (last) => {
    // The counts of a compaction on the way are in `iterations` and not in the top-level ones.
    const iterations: unknown = last?.["iterations"]
    const compacted = Array.isArray(iterations) && iterations.some((entry) => entry.type === "compaction")
    const raws: ReadonlyArray<unknown> = compacted ? iterations : [last]
    const sum = (name: string): number => raws.reduce<number>((total, raw) => total + at(raw, name), 0)
    const cached = sum("cache_read_input_tokens")
    const written = sum("cache_creation_input_tokens")
    return usage({
      input: sum("input_tokens") + cached + written,
      cached,
      written,
      output: sum("output_tokens"),
      reasoning: at(last, "output_tokens_details", "thinking_tokens"),
      total: 0
    })
  },
  // What tools have put into the prompt is read as well as the prompt; thoughts are written beside the answer.
  "gemini-interactions": (raw) =>
    usage({
      input: at(raw, "total_input_tokens") + at(raw, "total_tool_use_tokens"),
      cached: at(raw, "total_cached_tokens"),
      written: 0,
      output: at(raw, "total_output_tokens") + at(raw, "total_thought_tokens"),
      reasoning: at(raw, "total_thought_tokens"),
      total: at(raw, "total_tokens")
    }),
  gemini: (raw) =>
    usage({
      input: at(raw, "promptTokenCount") + at(raw, "toolUsePromptTokenCount"),
      cached: at(raw, "cachedContentTokenCount"),
      written: 0,
      output: at(raw, "candidatesTokenCount") + at(raw, "thoughtsTokenCount"),
      reasoning: at(raw, "thoughtsTokenCount"),
      total: at(raw, "totalTokenCount")
    })
}

/** What the manifest says of an answer, in the shape that `facts` has. */
const expectations = (recording: Wire.Recording, protocol: ProtocolName) => {
  const { expected, facts } = recording
  return {
    text: expected.text ?? "",
    reasoning: expected.reasoningText ?? "",
    toolPlan: facts.toolPlan ?? "",
    refusal: facts.refusal ?? "",
    toolCalls: (expected.toolCalls ?? []).map((call) => ({
      id: call.id ?? "generated",
      name: call.name,
      // No arguments are `{}`, unless a limit cut them off; what is not JSON is not run, and stays as it was written.
      arguments: call.arguments ??
        (call.argumentsRaw === undefined || (call.argumentsRaw === "" && expected.finishReasonRaw === "TOOL_CALL")
          ? {}
          : call.argumentsRaw)
    })),
    finishReasonRaw: expected.finishReasonRaw,
    usage: facts.rawUsage === undefined
      ? null
      // What InvokeModel carries counts as the model's own protocol does.
      : expectedUsage[inner[facts.innerFamily ?? ""] ?? protocol](facts.rawUsage),
    responseId: expected.responseId,
    model: expected.model,
    error: expected.errorType === null && facts.errorMessage === undefined
      ? null
      : errorClasses[recording.id] ?? "unlabelled"
  }
}

const facts = (recording: Wire.Recording, outcome: Outcome) => {
  const { completed: _, toolCalls, ...folded } = fold(outcome)
  return {
    ...folded,
    toolCalls: toolCalls.map(({ arguments: value, id, name }, index) => ({
      id: recording.expected.toolCalls?.[index]?.id === null && id !== "" ? "generated" : id,
      name,
      arguments: value
    })),
    error: outcome.failure?._tag ?? null
  }
}

const known = new Map<string, KnownManifestError>(knownManifestErrors.map((entry) => [entry.id, entry]))

const check = (recording: Wire.Recording, protocol: ProtocolName, outcome: Outcome): void => {
  const expected: unknown = { ...expectations(recording, protocol), ...known.get(recording.id)?.correction }
  assert.deepStrictEqual<unknown>(facts(recording, outcome), expected)
}

const kinds = (kind: Wire.Recording["kind"]): ReadonlyArray<readonly [string, Wire.Recording, ProtocolName]> =>
  recordings.flatMap((recording) => {
    const protocol = Wire.protocols[recording.family]
    return recording.kind === kind && protocol !== undefined ? [[recording.id, recording, protocol] as const] : []
  })

if (Wire.isPresent) {
  describe("recorded streams", () => {
    it.each(kinds("stream"))("%s says what its manifest says", (_, recording, protocol) => {
      check(recording, protocol, run(byName[protocol], [Wire.read(recording.path)], decoding(recording, protocol)))
    })

    it.each(kinds("stream"))("%s says the same at any chunking", (_, recording, protocol) => {
      const bytes = Wire.read(recording.path)
      const at = (pieces: Iterable<Uint8Array>): string =>
        print(run(byName[protocol], pieces, decoding(recording, protocol)))
      const whole = at([bytes])
      assert.strictEqual(at(every(bytes, 1)), whole, "byte by byte")
      assert.strictEqual(at(every(bytes, 7)), whole, "in pieces of seven")
      assert.strictEqual(at(inLengths(bytes, recording.chunkLengths ?? [])), whole, "as the socket delivered it")
      for (const seed of [1, 2, 3]) {
        assert.strictEqual(at(inLengths(bytes, random(seed, 700))), whole, `cut by the seed ${seed}`)
      }
    })
  })

  describe("recorded responses", () => {
    it.each(kinds("response"))("%s says what its manifest says", (_, recording, protocol) => {
      const body = decoder.decode(Wire.read(recording.path))
      check(recording, protocol, byName[protocol].decodeWhole(body, decoding(recording, protocol)))
    })
  })

  describe("recorded errors", () => {
    it.each(kinds("error"))("%s is of its class", (_, recording, protocol) => {
      const body = decoder.decode(Wire.read(recording.path))
      const failure = recording.status >= 200 && recording.status < 300
        ? byName[protocol].decodeWhole(body, decoding(recording, protocol)).failure
        : classify(recording.status, body, decoding(recording, protocol))
      assert.strictEqual(failure?._tag, errorClasses[recording.id])
      const message = recording.facts.errorMessage
      // A router's own sentence is followed by the one of the provider behind it.
      const sentence = message?.slice(0, 300)
      if (sentence !== undefined && failure?.detail !== sentence) {
        assert.strictEqual(failure?.detail?.slice(0, sentence.length + 2), `${sentence}: `)
      }
    })
  })

  describe("the manifest", () => {
    it("is known wrong only where the bytes show it", () => {
      for (const entry of knownManifestErrors) {
        const recording = recordings.find((candidate) => candidate.id === entry.id)
        assert.isDefined(recording, entry.id)
        if (recording === undefined) continue
        const bytes = decoder.decode(Wire.read(recording.path))
        assert.isTrue(bytes.includes(entry.bytes), `${entry.id}: ${entry.bytes}`)
        assert.isString(entry.reason)
      }
    })

    it("names JSON bodies that are JSON", () => {
      for (const [id, recording] of [...kinds("response"), ...kinds("error")]) {
        if (recording.path.endsWith(".json")) assert.isDefined(parse(decoder.decode(Wire.read(recording.path))), id)
      }
    })
  })
} else {
  it.skip(Wire.missing, () => {})
}
