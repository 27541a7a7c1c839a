/**
 * Encodes completions for Amazon Bedrock's Converse API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import * as Option from "effect/Option"
import * as EventStream from "../framing/EventStream.ts"
import * as Json from "../Json.ts"
import * as AnthropicOptions from "../options/AnthropicOptions.ts"
import type { Citation, Finish, Part, Reasoning, ToolCall, WebSearch } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as BedrockAddress from "./BedrockAddress.ts"
import { validate } from "./BedrockConverseRequest.ts"
import * as BedrockErrors from "./BedrockErrors.ts"

const stopReason = (finish: Finish, isRefusal: boolean): string => {
  if (typeof finish === "object") return finish.raw
  if (isRefusal) return "content_filtered"
  switch (finish) {
    case "stop":
    case "other":
      return "end_turn"
    case "length":
      return "max_tokens"
    case "tool-calls":
      return "tool_use"
    case "content-filter":
      return "guardrail_intervened"
    case "error":
      return "malformed_model_output"
  }
}

const stopOf = (completion: Completion.Completion): string =>
  completion.stopSequence === undefined
    ? stopReason(completion.finish, completion.parts.some((part) => part._tag === "Refusal"))
    : "stop_sequence"

// inputTokens does not include tokens that were read from or written to the cache.
const usage = (completion: Completion.Completion): Json.JsonObject => ({
  ...(completion.usage.cached > 0 ? { cacheReadInputTokens: completion.usage.cached } : {}),
  ...(completion.usage.cacheWrite > 0 ? { cacheWriteInputTokens: completion.usage.cacheWrite } : {}),
  inputTokens: Math.max(0, completion.usage.input - completion.usage.cached - completion.usage.cacheWrite),
  outputTokens: completion.usage.output,
  serverToolUsage: {},
  totalTokens: completion.usage.input + completion.usage.output
})

const citation = (source: Citation): Json.JsonObject => ({
  location: { web: { domain: source.url.replace(/^\w+:\/\/([^/]*).*$/, "$1"), url: source.url } },
  ...(source.citedText === undefined ? {} : { sourceContent: [{ text: source.citedText }] }),
  title: source.title
})

const signature = (completion: Completion.Completion, part: Reasoning): string =>
  part.signature ?? completion.seed.id("EqQB", 60)

const searchOf = (completion: Completion.Completion, part: WebSearch) => {
  const toolUseId = part.id ?? completion.seed.id("tooluse_", 22)
  return {
    use: { name: "nova_grounding", toolUseId, type: "server_tool_use" },
    input: { query: part.query },
    result: { status: "success", toolUseId, type: "nova_grounding_result" },
    sources: (part.results ?? []).map(citation)
  }
}

/** A block of a stream. Only blocks of tools have a start event. */
interface Block {
  readonly start?: Json.JsonObject
  readonly deltas: Iterable<Json.JsonObject>
}

const textDeltas = function*(part: Extract<Part, { readonly _tag: "Text" }>): Generator<Json.JsonObject> {
  for (const source of part.citations ?? []) yield { citation: citation(source) }
  for (const text of Completion.textDeltas(part)) yield { text }
}

const reasoningDeltas = function*(completion: Completion.Completion, part: Reasoning): Generator<Json.JsonObject> {
  if (part.redacted !== undefined) return yield { reasoningContent: { redactedContent: part.redacted } }
  for (const text of Completion.textDeltas(Completion.withReasoningText(part))) yield { reasoningContent: { text } }
  yield { reasoningContent: { signature: signature(completion, part) } }
}

const callBlock = (completion: Completion.Completion, call: ToolCall): Block => ({
  start: { toolUse: { name: call.name, toolUseId: call.id ?? completion.seed.id("tooluse_", 22) } },
  deltas: Completion.argumentDeltas(call).map((input) => ({ toolUse: { input } }))
})

const blocksOf = (completion: Completion.Completion, part: Exclude<Part, ToolCall>): ReadonlyArray<Block> => {
  switch (part._tag) {
    case "Text":
      return [{ deltas: textDeltas(part) }]
    case "Reasoning":
      return [{ deltas: reasoningDeltas(completion, part) }]
    case "Refusal":
      return [{ deltas: Completion.words(part.text).map((text) => ({ text })) }]
    case "WebSearch": {
      const { input, result, sources, use } = searchOf(completion, part)
      return [
        { start: { toolUse: use }, deltas: [{ toolUse: { input: JSON.stringify(input) } }] },
        { start: { toolResult: result }, deltas: [{ toolResult: [{ text: "[HIDDEN]" }] }] },
        ...(sources.length === 0 ? [] : [{ deltas: sources.map((source) => ({ citation: source })) }])
      ]
    }
  }
}

const contentOf = (completion: Completion.Completion, part: Part): ReadonlyArray<Json.JsonObject> => {
  switch (part._tag) {
    case "Text":
      return part.citations === undefined
        ? [{ text: Completion.textOf(part) }]
        : [{
          citationsContent: { citations: part.citations.map(citation), content: [{ text: Completion.textOf(part) }] }
        }]
    case "Reasoning":
      return [{
        reasoningContent: part.redacted === undefined
          ? {
            reasoningText: {
              signature: signature(completion, part),
              text: Completion.textOf(Completion.withReasoningText(part))
            }
          }
          : { redactedContent: part.redacted }
      }]
    case "Refusal":
      return [{ text: part.text }]
    case "ToolCall":
      return [{
        toolUse: {
          // Arguments that are scripted as text may be no JSON, which cannot be written here.
          input: Option.getOrElse(Json.parse(Completion.argumentsOf(part)), () => ({})),
          name: part.name,
          toolUseId: part.id ?? completion.seed.id("tooluse_", 22)
        }
      }]
    case "WebSearch": {
      const { input, result, sources, use } = searchOf(completion, part)
      return [
        { toolUse: { ...use, input } },
        { toolResult: { ...result, content: [{ text: "[HIDDEN]" }] } },
        ...(sources.length === 0 ? [] : [{ citationsContent: { citations: sources } }])
      ]
    }
  }
}

/** Creates an event with padding that hides its length. */
const event = (
  completion: Completion.Completion,
  name: string,
  fields: Json.JsonObject,
  options?: Partial<Omit<WireEvent, "data">>
): WireEvent => jsonEvent({ ...fields, p: EventStream.padding(completion.seed.between(2, 62)) }, { name, ...options })

const blockEvents = function*(
  completion: Completion.Completion,
  block: Block,
  contentBlockIndex: number
): Generator<WireEvent> {
  if (block.start !== undefined) {
    yield event(completion, "contentBlockStart", { contentBlockIndex, start: block.start })
  }
  for (const delta of block.deltas) {
    yield event(completion, "contentBlockDelta", { contentBlockIndex, delta }, { tokens: 1 })
  }
  yield event(completion, "contentBlockStop", { contentBlockIndex })
}

const metrics = { metrics: { latencyMs: 321 } }

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  yield event(completion, "messageStart", { role: "assistant" })
  let index = 0
  for (const group of Completion.groupCalls(completion.parts)) {
    const blocks = "_tag" in group ? blocksOf(completion, group) : group.map((call) => callBlock(completion, call))
    if (!("_tag" in group) && completion.quirks.interleaveToolCalls === true) {
      const first = index
      yield* Completion.orderDeltas(
        blocks.map((block, position) => [...blockEvents(completion, block, first + position)]),
        true
      )
    } else {
      for (const [position, block] of blocks.entries()) yield* blockEvents(completion, block, index + position)
    }
    index += blocks.length
  }
  yield event(completion, "messageStop", { stopReason: stopOf(completion) }, { isFinish: true })
  yield event(completion, "metadata", { ...metrics, usage: usage(completion) }, { isTerminator: true })
}

/** Converts a request id to a UUID, as Amazon's are. */
const uuid = (id: string): string => {
  const hex = Buffer.from(id).toString("hex").padEnd(32, "0").slice(-32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

/** Returns the headers of every response of the service. */
export const responseHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  "x-amzn-requestid": uuid(requestId)
})

/** The protocol of `POST …/model/{model}/converse` and `…/converse-stream`. */
export const protocol: WireProtocol = {
  id: "bedrock-converse",
  serves: (path) => BedrockAddress.read(path)?.operation.startsWith("converse") === true,
  basePath: "",
  framing: EventStream.framing,
  credential: BedrockAddress.credential,
  missingKey: "Missing Authentication Token",
  unknownModel: () => "The provided model identifier is invalid.",
  validate,
  match: ({ body, path }) => {
    const address = BedrockAddress.read(path)
    return {
      protocol: "bedrock-converse",
      model: address?.model ?? "",
      contains: Json.texts([body["system"] ?? null, body["messages"] ?? null]).join("\n"),
      stream: address?.operation === "converse-stream"
    }
  },
  options: AnthropicOptions.converse,
  events,
  wholeBody: (completion) => ({
    ...metrics,
    output: {
      message: { content: completion.parts.flatMap((part) => contentOf(completion, part)), role: "assistant" }
    },
    stopReason: stopOf(completion),
    usage: usage(completion)
  }),
  errorEvents: (_turn, problem) => [BedrockErrors.exception(problem)],
  ping: undefined,
  errorResponse: BedrockErrors.errorResponse,
  responseHeaders,
  // The service has no rate-limit headers.
  rateLimitHeaders: () => ({}),
  // Another host of the service lists the models.
  sideResponse: ({ body, method, path }, models) => {
    if (method === "POST" && /\/model\/[^/]+\/count-tokens$/.test(path)) {
      return { json: { inputTokens: Completion.inputTokens(Json.object(Json.object(body["input"])["converse"])) } }
    }
    const [, id] = /\/foundation-models(?:\/([^/]+))?$/.exec(path) ?? []
    if (method !== "GET" || !/\/foundation-models(\/[^/]+)?$/.test(path)) return undefined
    if (id === undefined) return { json: { modelSummaries: models.map(BedrockErrors.model) } }
    const name = decodeURIComponent(id)
    return models.includes(name)
      ? { json: { modelDetails: BedrockErrors.model(name) } }
      : { problem: { kind: "not-found" } }
  },
  models: (ids) => ({ modelSummaries: ids.map(BedrockErrors.model) }),
  model: (id) => ({ modelDetails: BedrockErrors.model(id) })
}
