/**
 * Holds the decoders to faults that users of other clients reported in public: each case is a response body, as small
 * as possible, and what must come out of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as KnownProviders from "../../src/domain/KnownProviders.ts"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import { type Quirks, quirksOf } from "../../src/domain/Quirks.ts"
import type { DecodeContext } from "../../src/streams/response/StreamDecoder.ts"
import * as AnyBody from "../../src/streams/response/AnyBody.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { context, every, fold, type Outcome, print, run } from "../support/Decoding.ts"

interface Case {
  readonly file: string
  readonly kind: string
  readonly protocol: ProtocolName
  readonly provider?: string
  readonly expect: {
    readonly ok: boolean
    readonly calls?: ReadonlyArray<readonly [string, unknown]>
    readonly callCount?: number
    readonly distinctIds?: boolean
    readonly finishReason?: string
    readonly text?: string
    readonly reasoning?: string
    readonly usage?: Readonly<Record<string, number>>
    readonly inputTokensPositive?: boolean
    readonly errorTag?: ReadonlyArray<string>
    readonly retryable?: boolean
  }
}

const folder = join(import.meta.dirname, "../fixtures/decode")
const cases = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as ReadonlyArray<Case>

const quirksFor = ({ protocol, provider }: Case): Quirks => {
  const definition = provider === undefined ? undefined : KnownProviders.definitions.find(({ id }) => id === provider)
  const binding = definition?.protocols?.find((entry) => entry.protocol === protocol)
  return quirksOf({ ...definition?.quirks, ...binding?.quirks }, undefined)
}

const isToolItem = (tag: string): boolean => tag === "ToolCall" || tag === "InvalidToolCall"

const hold = ({ expect }: Case, outcome: Outcome): void => {
  const { failure } = outcome
  if (!expect.ok) {
    if (failure === undefined) return assert.fail("it did not fail")
    assert.include(expect.errorTag ?? [], failure._tag)
    if (expect.retryable !== undefined) assert.strictEqual(failure.isRetryable, expect.retryable)
    assert.isFalse(outcome.events.some((event) => event._tag === "Completed"))
    return
  }
  assert.isUndefined(failure, failure?.message)
  const folded = fold(outcome)
  const { calls, callCount, finishReason, reasoning, text, usage } = expect
  const tags = outcome.events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item._tag] : [])
  if (calls !== undefined) {
    assert.deepStrictEqual<unknown>(folded.toolCalls.map((call) => [call.name, call.arguments]), calls)
  }
  if (calls !== undefined || callCount !== undefined) {
    assert.deepStrictEqual(
      tags.filter(isToolItem),
      Array.from({ length: callCount ?? calls?.length ?? 0 }, () => "ToolCall")
    )
    const ids = folded.toolCalls.map((call) => call.id)
    assert.strictEqual(new Set(ids).size, ids.length)
    assert.notInclude(ids, "")
  }
  if (finishReason !== undefined) assert.strictEqual(folded.completed?.finishReason, finishReason)
  if (text !== undefined) assert.strictEqual(folded.text, text)
  if (reasoning !== undefined) assert.strictEqual(folded.reasoning, reasoning)
  if (usage !== undefined) assert.deepInclude(folded.usage, usage)
  if (expect.inputTokensPositive === true) assert.isAbove(folded.usage?.inputTokens ?? 0, 0)
}

describe("a fault from the field", () => {
  it.each(cases)("$kind: $file", (entry) => {
    const given = context({ quirks: quirksFor(entry) })
    const named = byName[entry.protocol]
    const protocol = { ...named, decodeStream: (given: DecodeContext) => AnyBody.decode(named, given, 1 << 24) }
    const bytes = readFileSync(join(folder, entry.file))
    if (entry.file.endsWith(".json")) return hold(entry, protocol.decodeWhole(bytes.toString("utf8"), given))
    const outcome = run(protocol, [bytes], given)
    hold(entry, outcome)
    // An event stream under the content type of JSON.
    if (entry.file.endsWith(".sse")) hold(entry, protocol.decodeWhole(bytes.toString("utf8"), given))
    for (const size of [1, 7, 61]) assert.strictEqual(print(run(protocol, every(bytes, size), given)), print(outcome))
  })
})
