/**
 * What the Responses API sends and takes since the autumn of 2026: items that change the configuration, tools whose
 * result is not waited for, new reasons for an incomplete response, and counts of cache writes. Written from the
 * vendor's notes; no recorded exchange was seen.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Prompt, Tool } from "effect/ai"
import { AsyncTool } from "../../../src/domain/AsyncTool.ts"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiResponses/OpenAiResponses.ts"
import * as Decoding from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Json = Readonly<Record<string, unknown>>

const event = (type: string, fields: Json = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

const created = event("response.created", { response: { id: "r", model: "gpt-6-luna" } })

const item = (output_index: number, fields: Json): string =>
  event("response.output_item.added", { output_index, item: fields }) +
  event("response.output_item.done", { output_index, item: fields })

const completed = (fields: Json = {}, status = "completed"): string =>
  event(`response.${status}`, { response: { id: "r", status, output: [], ...fields } })

const decode = (...events: ReadonlyArray<string>): Decoding.Outcome =>
  Decoding.run(protocol, [Decoding.encoder.encode(events.join(""))])

const items = ({ events }: Decoding.Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((entry) => entry._tag === "OutputItemDone" ? [entry.item] : [])

const encode = (input: Omit<CompletionRequest.CompletionRequestInput, "model">): Json =>
  Result.getOrThrow(
    encodedBody(protocol, CompletionRequest.make({ model: "m", ...input }), {
      provider: "openai",
      model: "gpt-6-luna",
      stream: false,
      quirks: {}
    })
  )

const message = { type: "message", id: "m1", role: "assistant", content: [{ type: "output_text", text: "Hi" }] }
const update = { type: "configuration_update", id: "cu1", reasoning: { effort: "high" } }

describe("the Responses API since the autumn of 2026", () => {
  it("keeps a change of the configuration, and sends it back in its place", () => {
    const outcome = decode(created, item(0, update), item(1, message), completed())
    assert.isUndefined(Decoding.fold(outcome).completed?.unknown)
    assert.deepStrictEqual(items(outcome)[0], {
      _tag: "UnknownItem",
      type: "configuration_update",
      protocol: "openai-responses",
      native: update
    })
    const prompt = Prompt.concat(Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(items(outcome))), "More")
    const { input } = encode({ prompt }) as { readonly input: ReadonlyArray<Json> }
    assert.deepStrictEqual<unknown>(input.map((entry) => entry["type"] ?? entry["role"]), [
      "user",
      "configuration_update",
      "assistant",
      "user"
    ])
    assert.deepStrictEqual<unknown>(input[1], update)
  })

  it("ignores the progress of a compaction", () => {
    const outcome = decode(created, event("response.compaction.compacting"), item(0, message), completed())
    assert.isUndefined(Decoding.fold(outcome).completed?.unknown)
  })

  it("marks a tool whose result is not waited for, and keeps the mark of its call", () => {
    const plain = Tool.make("notify", { parameters: Schema.Struct({ text: Schema.String }) })
    const asyncOf = (tool: Tool.Any) =>
      (encode({ prompt: "Hi", tools: [tool] }) as { readonly tools: ReadonlyArray<Json> }).tools[0]?.["async"]
    assert.isTrue(asyncOf(plain.annotate(AsyncTool, true)))
    assert.isUndefined(asyncOf(plain))
    const call = { type: "function_call", id: "f1", call_id: "c1", name: "notify", arguments: "{}", async: true }
    const [replayed] = items(decode(created, item(0, call), completed()))
    assert.deepStrictEqual(replayed?._tag === "ToolCall" ? replayed.native : undefined, call)
  })

  it.each(["max_messages", "steered"])("ends with another reason for %s, and says which", (reason) => {
    const outcome = decode(created, item(0, message), completed({ incomplete_details: { reason } }, "incomplete"))
    const { completed: end } = Decoding.fold(outcome)
    assert.deepStrictEqual([end?.finishReason, end?.finishReasonRaw, end?.finishMessage], [
      "other",
      "incomplete",
      reason
    ])
  })

  it("runs no call whose status is incomplete, though its arguments are JSON", () => {
    const call = { type: "function_call", id: "f1", call_id: "c1", name: "f", arguments: "{}", status: "incomplete" }
    const outcome = decode(
      created,
      item(0, call),
      completed({ incomplete_details: { reason: "steered" } }, "incomplete")
    )
    assert.deepStrictEqual(items(outcome).map(({ _tag }) => _tag), ["InvalidToolCall"])
  })

  it.each<[Json, number]>([
    [{ cache_write_tokens: 7 }, 7],
    [{ cache_write_tokens_details: { "30m": 4, "24h": 3 } }, 7],
    [{ cache_write_tokens: 7, cache_write_tokens_details: { "30m": 7 } }, 7],
    [{ cache_write_tokens_details: { "30m": "x" } }, 0]
  ])("counts the cache writes of %j", (details, written) => {
    const usage = { input_tokens: 10, input_tokens_details: details, output_tokens: 1, total_tokens: 11 }
    const outcome = decode(created, item(0, message), completed({ usage }))
    assert.strictEqual(Decoding.fold(outcome).usage?.cacheWriteInputTokens, written)
  })
})
