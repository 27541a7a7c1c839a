import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { Prompt } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import type { Quirks } from "../../../src/domain/Quirks.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import * as History from "../../../src/streams/request/History.ts"
import * as Problems from "../../../src/streams/request/Problems.ts"

const user = (text: string) => Prompt.userMessage({ content: [Prompt.textPart({ text })] })
const system = (content: string) => Prompt.systemMessage({ content })
const call = (id: string, providerExecuted = false) =>
  Prompt.toolCallPart({ id, name: "f", params: {}, providerExecuted })
const result = (id: string, value: unknown = "ok", isFailure = false) =>
  Prompt.toolResultPart({ id, name: "f", result: value, isFailure, providerExecuted: false })
const assistant = (...content: ReadonlyArray<Prompt.AssistantMessagePart>) => Prompt.assistantMessage({ content })
const calls = (...ids: ReadonlyArray<string>) => assistant(...ids.map((id) => call(id)))
const tool = (...content: ReadonlyArray<Prompt.ToolMessagePart>) => Prompt.toolMessage({ content })
const text = (value: string) => Prompt.textPart({ text: value })

interface Options {
  readonly foreignReasoning?: "drop" | "text"
  readonly history?: "repair"
  readonly quirks?: Quirks
  readonly rules?: Partial<History.Rules>
}

/** What a short form says of each part: `>a` is a call, `<a` its result, `!a` a failed one, anything else a text. */
const short = (messages: ReadonlyArray<Prompt.Message>): ReadonlyArray<string> =>
  messages.map((message) => {
    if (message.role === "system") return `system: ${message.content}`
    const parts = (message.content as ReadonlyArray<Prompt.Part>).map((part) => {
      if (part.type === "tool-call") return `>${part.id}`
      if (part.type === "tool-result") return `${part.isFailure ? "!" : "<"}${part.id}`
      return part.type === "text" || part.type === "reasoning" ? part.text : part.type
    })
    return `${message.role}: ${parts.join(" ")}`
  })

const read = (
  messages: ReadonlyArray<Prompt.Message>,
  { foreignReasoning, history, quirks = {}, rules }: Options = {}
) => {
  const context = { provider: "p", model: "m", stream: true, quirks }
  const problems = Problems.make(context)
  const request = CompletionRequest.make({
    model: "p/m",
    prompt: Prompt.fromMessages(messages),
    history,
    foreignReasoning
  })
  const found = History.read(request, context, problems, { protocol: "openai-chat", toolIds: "any", ...rules })
  return Result.match(problems.encoded({}), {
    onFailure: ({ detail, parameter }) => ({ parameter, detail, warnings: [], found: [] }),
    onSuccess: ({ warnings }) => ({
      parameter: undefined,
      detail: undefined,
      warnings: warnings.map(({ message }) => message),
      found: short(found)
    })
  })
}

describe("a history that providers accept", () => {
  it.each<readonly [string, ReadonlyArray<Prompt.Message>, ReadonlyArray<string>]>([
    ["calls with results", [user("q"), calls("a", "b"), tool(result("a")), tool(result("b"))], [
      "user: q",
      "assistant: >a >b",
      "tool: <a",
      "tool: <b"
    ]],
    ["tools of the provider", [user("q"), assistant(call("s", true), text("t"))], ["user: q", "assistant: >s t"]],
    [
      "approvals",
      [
        user("q"),
        assistant(call("a"), Prompt.toolApprovalRequestPart({ approvalId: "x", toolCallId: "a" })),
        tool(Prompt.toolApprovalResponsePart({ approvalId: "x", approved: true })),
        tool(result("a"))
      ],
      ["user: q", "assistant: >a tool-approval-request", "tool: tool-approval-response", "tool: <a"]
    ],
    ["results inside the assistant's message", [user("q"), assistant(call("a"), call("b"), result("a"), result("b"))], [
      "user: q",
      "assistant: >a >b",
      "tool: <a <b"
    ]],
    ["several steps in one message", [assistant(call("a"), result("a"), text("t"), call("b"), result("b"))], [
      "assistant: >a",
      "tool: <a",
      "assistant: t >b",
      "tool: <b"
    ]],
    ["one step in several messages", [calls("a"), assistant(text("t")), calls("b"), tool(result("a"), result("b"))], [
      "assistant: >a t >b",
      "tool: <a <b"
    ]],
    [
      "messages between a call and its result",
      [calls("a"), user("quick"), system("s"), tool(result("a")), user("more")],
      ["assistant: >a", "tool: <a", "user: quick", "system: s", "user: more"]
    ],
    ["the same id in two steps", [calls("a"), tool(result("a")), calls("a"), tool(result("a"))], [
      "assistant: >a",
      "tool: <a",
      "assistant: >gfx",
      "tool: <gfx"
    ]]
  ])("%s", (_, messages, expected) => {
    const { detail, found, warnings } = read(messages)
    assert.isUndefined(detail)
    assert.deepStrictEqual(warnings, [])
    // The second id is made, and only its place matters here.
    const second = /^assistant: >(\w{24})$/.exec(found[2] ?? "")?.[1]
    assert.deepStrictEqual(second === undefined ? found : found.map((line) => line.replace(second, "gfx")), expected)
  })
})

const bad: ReadonlyArray<
  readonly [
    string,
    messages: ReadonlyArray<Prompt.Message>,
    detail: RegExp,
    repaired: ReadonlyArray<string>,
    warning: RegExp
  ]
> = [
  [
    "a call without a result",
    [user("q"), calls("a", "b"), tool(result("a")), assistant(text("t"))],
    /^the tool call "b" of tool "f" has no result: add one after it, or set history to "repair"$/,
    ["user: q", "assistant: >a >b", "tool: <a", "tool: !b", "assistant: t"],
    /^The tool call "b" has no result: one was added/
  ],
  [
    "calls at the end",
    [user("q"), calls("a"), user("never mind")],
    /^the tool call "a" of tool "f" has no result/,
    ["user: q", "assistant: >a", "tool: !a", "user: never mind"],
    /^The tool call "a" has no result/
  ],
  [
    "a result without a call",
    [user("q"), tool(result("a"), result("b")), user("r")],
    /^the result "a" of tool "f" has no tool call before it: add the call, or remove the result, or set/,
    ["user: q", "user: r"],
    /^The result "a" was left out/
  ],
  [
    "two results",
    [calls("a"), tool(result("a"), result("a", "again"))],
    /^the tool call "a" of tool "f" has two results: keep one/,
    ["assistant: >a", "tool: <a"],
    /^The second result of the tool call "a" was left out/
  ],
  [
    "two calls of one id",
    [calls("a", "a"), tool(result("a"), result("a"))],
    /^two tool calls without a result have the id "a"/,
    ["assistant: >a", "tool: <a"],
    /^The second tool call with the id "a" was left out/
  ],
  [
    "a result that comes too late",
    [calls("a", "b"), tool(result("b")), assistant(text("t")), tool(result("a"))],
    /^the result of the tool call "a" of tool "f" comes too late/,
    ["assistant: >a >b", "tool: <b", "tool: <a", "assistant: t"],
    /^The result of the tool call "a" was moved/
  ],
  [
    "an id that is very long",
    [calls("y".repeat(5000))],
    /^the tool call "y{100}…" of tool/,
    [`assistant: >${"y".repeat(5000)}`, `tool: !${"y".repeat(5000)}`],
    /^The tool call "y{100}…"/
  ]
]

describe("a history that no provider accepts", () => {
  it.each(bad)("is an invalid request: %s", (_, messages, detail) => {
    const found = read(messages)
    assert.strictEqual(found.parameter, "prompt")
    assert.match(found.detail ?? "", detail)
  })

  it.each(bad)("is repaired where the caller chose that: %s", (_, messages, _detail, repaired, warning) => {
    const { detail, found, warnings } = read(messages, { history: "repair" })
    assert.isUndefined(detail)
    assert.deepStrictEqual(found, repaired)
    assert.match(warnings[0] ?? "", warning)
    // What was repaired is a history that providers accept.
    const again = read(messages, { history: "repair" })
    assert.deepStrictEqual(again.found, repaired)
  })

  it("says that a tool was not run, as a failure", () => {
    const problems = Problems.make({ provider: "p", model: "m", stream: true, quirks: {} })
    const context = { provider: "p", model: "m", stream: true, quirks: {} }
    const request = CompletionRequest.make({ model: "m", prompt: Prompt.fromMessages([calls("a")]), history: "repair" })
    const messages = History.read(request, context, problems, { protocol: "cohere", toolIds: "any" })
    assert.deepStrictEqual(messages.at(-1), tool(result("a", "The tool was not run.", true)))
  })
})

describe("a server with earlier messages", () => {
  const rules = { results: "anywhere", continues: true } as const

  it("gets results of calls that it has itself, once", () => {
    assert.deepStrictEqual(read([tool(result("a"))], { rules }).found, ["tool: <a"])
    assert.match(read([tool(result("a"), result("a"))], { rules }).detail ?? "", /has two results/)
  })

  it("gets results anywhere after their calls, and every call still needs one", () => {
    const late = [calls("a"), user("quick"), assistant(text("t")), tool(result("a"))]
    assert.deepStrictEqual(read(late, { rules: { results: "anywhere" } }).found, short(late))
    assert.match(read(late.slice(0, 3), { rules }).detail ?? "", /"a" of tool "f" has no result/)
  })

  it("gets calls that run on without a result, or with a later one", () => {
    const isOpen = ({ id }: Prompt.ToolCallPart) => id === "a"
    for (const messages of [[calls("a")], [calls("a"), user("q"), tool(result("a"))]]) {
      assert.deepStrictEqual(read(messages, { rules: { ...rules, continues: false, isOpen } }).found, short(messages))
    }
  })
})

describe("an assistant message at the end", () => {
  const cut = [user("q"), assistant(text("One, two, "))]

  it("is for models that continue it", () => {
    assert.deepStrictEqual(read(cut).found, ["user: q", "assistant: One, two, "])
  })

  it("is an invalid request for the others, or is quoted by a user message", () => {
    const quirks: Quirks = { prefill: "refused" }
    assert.match(read(cut, { quirks }).detail ?? "", /^this model continues no assistant message: end with a user/)
    const { found, warnings } = read(cut, { quirks, history: "repair" })
    assert.deepStrictEqual(found.slice(0, 2), ["user: q", "assistant: One, two, "])
    assert.match(found[2] ?? "", /^user: .*\n\nOne, two,\n\n/s)
    assert.match(warnings[0] ?? "", /^This model continues no assistant message/)
  })

  it("continues a pause of the provider's own tools", () => {
    const paused: ResponseItem = {
      _tag: "ServerToolCall",
      id: "s",
      type: "server_tool_use",
      protocol: "openai-chat",
      native: { type: "server_tool_use" }
    }
    const messages = [user("q"), ...Replay.toPrompt([paused]).content]
    assert.isUndefined(read(messages, { quirks: { prefill: "refused" } }).detail)
  })
})

describe("items of another provider", () => {
  const reasoning = (protocol: string): ResponseItem => ({
    _tag: "Reasoning",
    content: ["hm"],
    summary: [],
    signature: "s",
    protocol
  })

  it.each<readonly [ProtocolName, kept: boolean]>([["gemini", true], ["cohere", false]])(
    "are kept over the protocol that they came over, and left out with one warning: %s",
    (protocol, isKept) => {
      const step = [...Replay.toPrompt([reasoning("gemini"), reasoning("gemini")]).content, user("q")]
      const { found, warnings } = read(step, { rules: { protocol } })
      assert.deepStrictEqual(found, isKept ? ["assistant: hm hm", "user: q"] : ["assistant: ", "user: q"])
      assert.strictEqual(warnings.length, isKept ? 0 : 1)
    }
  )

  it.each<readonly [string | undefined, Quirks, kept: boolean]>([
    [undefined, {}, true],
    ["p", {}, true],
    ["q", {}, false],
    ["q", { replaysFrom: ["q"] }, true]
  ])("are kept from the provider itself, and from those that it accepts: %s %j", (provider, quirks, isKept) => {
    const item: ResponseItem = { ...reasoning("gemini"), ...(provider === undefined ? {} : { provider }) }
    const step = [...Replay.toPrompt([item]).content, user("q")]
    const { warnings } = read(step, { rules: { protocol: "gemini" }, quirks })
    assert.strictEqual(warnings.length, isKept ? 0 : 1)
  })

  it("become text where the request says so, and where they have any", () => {
    const redacted: ResponseItem = { _tag: "Reasoning", content: [], summary: [], redacted: "x", protocol: "gemini" }
    const step = [...Replay.toPrompt([reasoning("gemini"), redacted]).content, user("q")]
    const { found, warnings } = read(step, { rules: { protocol: "cohere" }, foreignReasoning: "text" })
    assert.deepStrictEqual(found, ["assistant: <reasoning>\nhm\n</reasoning>\n", "user: q"])
    assert.deepStrictEqual(warnings.map((message) => message.includes("sent as text")), [true, false])
  })

  it("leave reasoning that a caller wrote alone", () => {
    const own = [assistant(Prompt.reasoningPart({ text: "hm" }), text("t"))]
    assert.deepStrictEqual(read(own).found, ["assistant: hm t"])
  })
})
