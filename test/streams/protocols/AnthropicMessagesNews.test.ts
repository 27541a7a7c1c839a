/**
 * What the Messages API sends and takes since the summer of 2026: completions that another model finishes, toolsets,
 * system messages inside the conversation, and the betas for them. Written from the vendor's pages and types; no
 * recorded exchange was seen.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, type Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import * as Completion from "../../../src/domain/Completion.ts"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { protocol } from "../../../src/streams/protocols/AnthropicMessages/AnthropicMessages.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"
import * as Decoding from "../../support/Decoding.ts"

type Fields = Readonly<Record<string, unknown>>
type Input = Omit<CompletionRequest.CompletionRequestInput, "model">

const context: EncodeContext = {
  provider: "anthropic",
  model: "claude-opus-5",
  stream: true,
  quirks: { fallbackBlocks: true }
}

const bedrock: Partial<EncodeContext> = {
  provider: "bedrock",
  quirks: { betasInBody: true, modelInBody: false, replaysFrom: ["anthropic"] }
}

const encode = (input: Partial<Input>, more: Partial<EncodeContext> = {}) =>
  protocol.encodeRequest(CompletionRequest.make({ model: "m", prompt: "Hi", ...input }), { ...context, ...more })

const encoded = (input: Partial<Input>, more: Partial<EncodeContext> = {}) => Result.getOrThrow(encode(input, more))

const own = (fields: Schema.JsonObject): Partial<Input> => ({ providerOptions: { anthropic: fields } })

const messagesOf = (input: Partial<Input>, more: Partial<EncodeContext> = {}): unknown =>
  encoded(input, more).body["messages"]

const user = (text: string): Prompt.UserMessageEncoded => ({ role: "user", content: text })
const system = (content: string, options: Fields): Prompt.SystemMessageEncoded => ({
  role: "system",
  content,
  options: { sluice: options as Schema.JsonObject }
})
const assistant = (text: string): Prompt.AssistantMessageEncoded => ({ role: "assistant", content: text })

const ownTool = (id: string, providerName = "computer") =>
  Tool.providerDefined({ id: `anthropic.${id}`, customName: "Own", providerName })(undefined)

const event = (type: string, fields: Fields): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

/** A block that comes in deltas, or at once without them. */
const block = (index: number, content_block: Fields, ...deltas: ReadonlyArray<Fields>): string =>
  [
    event("content_block_start", { index, content_block }),
    ...deltas.map((delta) => event("content_block_delta", { index, delta })),
    event("content_block_stop", { index })
  ].join("")

const started = event("message_start", {
  message: { id: "msg_1", model: "claude-opus-5", content: [], usage: { input_tokens: 5, output_tokens: 1 } }
})

const ended = (stop_reason: string, more: Fields = {}, usage: Fields = {}): string =>
  event("message_delta", { delta: { stop_reason, ...more }, usage: { output_tokens: 9, ...usage } }) +
  event("message_stop", {})

const bytesOf = (...events: ReadonlyArray<string>): Uint8Array => Decoding.encoder.encode(events.join(""))

const decodeContext = Decoding.context({ error: { provider: "anthropic" } })

const decode = (...events: ReadonlyArray<string>): Decoding.Outcome =>
  Decoding.run(protocol, [bytesOf(...events)], decodeContext)

const fallback = {
  type: "fallback",
  from: { model: "claude-opus-5" },
  to: { model: "claude-opus-4-8" },
  trigger: { type: "refusal", category: "cyber" }
}
const text = (index: number, words: string): string =>
  block(index, { type: "text", text: "" }, { type: "text_delta", text: words })
const thinking = (index: number, signature: string): string =>
  block(index, { type: "thinking", thinking: "", signature: "" }, { type: "signature_delta", signature })
const toolUse = (index: number, id: string, partial_json: string, more: Fields = {}): string =>
  block(index, { type: "tool_use", id, name: "f", input: {}, ...more }, { type: "input_json_delta", partial_json })

const fallbackUsage = {
  iterations: [
    { type: "message", model: "claude-opus-5", input_tokens: 5, output_tokens: 3 },
    { type: "fallback_message", model: "claude-opus-4-8", input_tokens: 5, output_tokens: 9 }
  ]
}

/** A completion that one model begins, with a tool call that is cut off, and another one finishes. */
const changed = [
  started,
  thinking(0, "s1"),
  text(1, "Well, "),
  block(2, { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} }),
  block(3, { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] }),
  block(4, { type: "server_tool_use", id: "srv_2", name: "web_search", input: {} }),
  toolUse(5, "t1", "{\"a\":1}"),
  block(6, fallback),
  thinking(7, "s2"),
  text(8, "here."),
  toolUse(9, "t2", "{\"a\":2}"),
  ended("tool_use", {}, fallbackUsage)
]

const withResult = (outcome: Decoding.Outcome): Prompt.Prompt => {
  const completion = Completion.fromEvents(outcome.events)
  return [Replay.toPrompt(completion.items), ...completion.toolCalls.map((call) => Replay.toolResult(call, "ok"))]
    .reduce((before, next) => Prompt.concat(before, next), Prompt.make("Hi"))
}

describe("betas of the Messages API", () => {
  const fallbackBeta = "server-side-fallback-2026-07-01"

  it.each<[string, Partial<Input>, string | undefined]>([
    ["nothing", {}, undefined],
    ["the default fallbacks", own({ fallbacks: "default" }), fallbackBeta],
    ["named fallbacks", own({ fallbacks: [{ model: "claude-opus-4-8" }] }), fallbackBeta],
    ["no fallbacks", own({ fallbacks: null }), undefined],
    [
      "the caller's own beside it",
      { ...own({ fallbacks: "default" }), headers: { "Anthropic-Beta": "a-2026-01-01, b-2026-01-01" } },
      `a-2026-01-01,b-2026-01-01,${fallbackBeta}`
    ],
    ["the caller's own alone", { headers: { "anthropic-beta": "a-2026-01-01" } }, undefined],
    ["one that the caller names", {
      ...own({ fallbacks: "default" }),
      headers: { "anthropic-beta": fallbackBeta }
    }, undefined],
    ["one that the caller names by an earlier date", {
      ...own({ fallbacks: [{ model: "claude-opus-4-8" }] }),
      headers: { "anthropic-beta": "server-side-fallback-2026-06-01" }
    }, undefined],
    ["one where the caller repeats another", {
      ...own({ speed: "fast" }),
      headers: { "anthropic-beta": "a-2026-01-01,a-2026-01-01" }
    }, "a-2026-01-01,fast-mode-2026-02-01"],
    ["compaction on demand", own({ compaction: {} }), "compact-2026-09-04"],
    [
      "compaction at a threshold",
      own({ context_management: { edits: [{ type: "compact_20260112" }] } }),
      "compact-2026-01-12"
    ],
    [
      "two edits",
      own({
        context_management: { edits: [{ type: "clear_thinking_20251015" }, { type: "clear_tool_uses_20250919" }] }
      }),
      "context-management-2025-06-27"
    ],
    ["a task budget", own({ output_config: { task_budget: { total: 20_000 } } }), "task-budgets-2026-03-13"],
    ["updates", own({ thinking: { type: "adaptive", display: "updates" } }), "thinking-display-updates-2026-08-18"],
    [
      "controls of the binding",
      own({ thinking: { type: "adaptive", block_binding: {} } }),
      "thinking-binding-controls-2026-08-01"
    ],
    ["the older tool for a computer", { tools: [ownTool("computer_20251124")] }, "computer-use-2025-11-24"],
    ["the advisor", { tools: [ownTool("advisor_20260301", "advisor")] }, "advisor-tool-2026-03-01"],
    ["a toolset of MCP", { tools: [ownTool("mcp_toolset")] }, "mcp-client-2025-11-20"],
    ["tools that are stable", {
      tools: [
        ownTool("web_search_20260318", "web_search"),
        ownTool("web_fetch_20260318", "web_fetch"),
        ownTool("computer_toolset_20260801"),
        ownTool("browser_toolset_20260801")
      ]
    }, undefined],
    ["skills, files and a schema", {
      ...own({ container: { skills: [] } }),
      outputSchema: { schema: { type: "string" } },
      prompt: [{ role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "file_1" }] }]
    }, undefined]
  ])("for %s", (_, input, expected) => {
    const { headers } = encoded(input)
    assert.deepStrictEqual(headers, expected === undefined ? undefined : { "anthropic-beta": expected })
  })

  it("join those of the layer", () => {
    const { headers } = encoded(own({ fallbacks: "default" }), { headers: { "anthropic-beta": "layer-2026-01-01" } })
    assert.deepStrictEqual(headers, { "anthropic-beta": `layer-2026-01-01,${fallbackBeta}` })
  })

  it("are a list in the body where a cloud takes them there, each once", () => {
    const input = {
      tools: [ownTool("computer_20251124")],
      headers: { "anthropic-beta": "a-2026-01-01" },
      providerOptions: { bedrock: { anthropic_beta: ["b-2026-01-01", "a-2026-01-01"] } }
    }
    const { body, headers } = encoded(input, bedrock)
    assert.isUndefined(headers)
    assert.deepStrictEqual(body["anthropic_beta"], ["a-2026-01-01", "b-2026-01-01", "computer-use-2025-11-24"])
    assert.notProperty(encoded({}, bedrock).body, "anthropic_beta")
    assert.deepStrictEqual(
      encoded({}, { ...bedrock, headers: { "anthropic-beta": "layer-2026-01-01" } }).body["anthropic_beta"],
      ["layer-2026-01-01"]
    )
  })

  it("come with blocks of an earlier completion", () => {
    const prompt = (...blocks: ReadonlyArray<string>) => withResult(decode(started, ...blocks, ended("end_turn")))
    const beta = (conversation: Prompt.Prompt) =>
      encoded({ prompt: Prompt.concat(conversation, "And?") }).headers?.["anthropic-beta"]
    assert.strictEqual(beta(prompt(block(0, fallback), text(1, "Hi"))), fallbackBeta)
    assert.strictEqual(
      beta(prompt(block(0, { type: "compaction", content: "c", signature: "s" }))),
      "compact-2026-09-04"
    )
    assert.isUndefined(beta(prompt(block(0, { type: "compaction", content: "c" }))))
    assert.isUndefined(beta(prompt(text(0, "Hi"))))
  })
})

describe("a completion that another model finishes", () => {
  it("is that model's, and a tool call of the first one is not to be run", () => {
    const outcome = decode(...changed)
    const completion = Completion.fromEvents(outcome.events)
    assert.isUndefined(outcome.failure)
    assert.deepStrictEqual(outcome.events[0], { _tag: "Created", responseId: "msg_1", model: "claude-opus-5" })
    assert.strictEqual(completion.model, "claude-opus-4-8")
    assert.strictEqual(completion.text, "Well, here.")
    assert.deepStrictEqual(completion.toolCalls.map(({ id }) => id), ["t2"])
    assert.deepStrictEqual<unknown>(completion.invalidToolCalls, [
      { _tag: "InvalidToolCall", id: "t1", name: "f", argumentsRaw: "{\"a\":1}", reason: "cut" }
    ])
    assert.deepStrictEqual<unknown>(completion.items[6], {
      _tag: "UnknownItem",
      type: "fallback",
      protocol: "anthropic-messages",
      native: fallback
    })
    assert.isUndefined(Decoding.fold(outcome).completed?.unknown)
    assert.deepInclude(completion.usage, { inputTokens: 5, outputTokens: 9 })
    assert.strictEqual(completion.finishReason, "tool-calls")
  })

  it("has no tool call to run where only the first model made one", () => {
    const completion = Completion.fromEvents(
      decode(started, toolUse(0, "t1", "{}"), block(1, fallback), text(2, "No."), ended("end_turn")).events
    )
    assert.deepStrictEqual([completion.toolCalls, completion.finishReason], [[], "stop"])
  })

  it("is read from a whole body", () => {
    const body = JSON.stringify({
      type: "message",
      id: "msg_1",
      model: "claude-opus-4-8",
      content: [fallback, { type: "text", text: "Hi" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 5, output_tokens: 9, ...fallbackUsage }
    })
    const { events } = protocol.decodeWhole(body, decodeContext)
    assert.deepStrictEqual(Completion.fromEvents(events).items.map(({ _tag }) => _tag), ["UnknownItem", "Message"])
  })

  it("goes back with the block in its place, without what the API drops", () => {
    const messages = messagesOf({ prompt: withResult(decode(...changed)) })
    assert.deepStrictEqual(messages, [
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Well, " },
          { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} },
          { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] },
          fallback,
          { type: "thinking", thinking: "", signature: "s2" },
          { type: "text", text: "here." },
          { type: "tool_use", id: "t2", name: "f", input: { a: 2 } }
        ]
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t2", content: "ok" }] }
    ])
  })

  it("goes without the block to a server that does not know it, with a warning", () => {
    const { body, warnings } = encoded({ prompt: withResult(decode(...changed)) }, bedrock)
    assert.notInclude(JSON.stringify(body), "fallback")
    assert.notInclude(JSON.stringify(body), "s1")
    assert.include(JSON.stringify(body), "s2")
    assert.deepStrictEqual(warnings.map(({ parameter }) => parameter), ["prompt"])
  })

  it("is incomplete at every byte before its end, and never has the first model's tool call", () => {
    const bytes = bytesOf(...changed)
    const whole = decode(...changed)
    for (let cut = 0; cut < bytes.length - 2; cut++) {
      const { events, failure } = Decoding.run(protocol, [bytes.subarray(0, cut)], decodeContext)
      assert.strictEqual(failure?._tag, "IncompleteStreamError", `cut at ${cut}`)
      assert.deepStrictEqual(events, whole.events.slice(0, events.length), `cut at ${cut}`)
      assert.deepStrictEqual(failure?.partial?.toolCalls ?? [], [], `cut at ${cut}`)
    }
    assert.deepStrictEqual(Decoding.run(protocol, Decoding.every(bytes, 1), decodeContext), whole)
  })
})

describe("blocks and stop reasons", () => {
  it("that are new are kept as they came, and do not fail the stream", () => {
    const listing = { type: "mcp_tool_listing", server_name: "s", tools: [{ name: "x" }] }
    const found = { type: "web_search_tool_result", tool_use_id: "srv_1", content: [], response_inclusion: "none" }
    const outcome = decode(
      started,
      block(0, listing),
      block(1, { type: "connector_text", connector_text: "" }, { type: "connector_text_delta", connector_text: "So" }),
      block(2, { type: "server_tool_use", id: "srv_1", name: "web_search", input: {}, caller: { type: "direct" } }),
      block(3, found),
      block(4, { type: "hologram", content: { a: [1] } }),
      ended("end_turn")
    )
    assert.isUndefined(outcome.failure)
    assert.deepStrictEqual(Decoding.fold(outcome).completed?.unknown, {
      "block connector_text": 1,
      connector_text_delta: 1,
      "block hologram": 1
    })
    assert.deepInclude(messagesOf({ prompt: Prompt.concat(withResult(outcome), "And?") }) as Array<unknown>, {
      role: "assistant",
      content: [
        listing,
        { type: "connector_text", connector_text: "So" },
        { type: "server_tool_use", id: "srv_1", name: "web_search", input: {}, caller: { type: "direct" } },
        found,
        { type: "hologram", content: { a: [1] } }
      ]
    })
  })

  it.each([
    ["compaction", "other"],
    ["model_context_window_exceeded", "length"],
    ["pause_turn", "stop"],
    ["refusal", "content-filter"],
    ["a_new_one", "other"]
  ])("%s is %s", (raw, reason) => {
    const { completed } = Decoding.fold(decode(started, text(0, "Hi"), ended(raw)))
    assert.deepStrictEqual([completed?.finishReasonRaw, completed?.finishReason], [raw, reason])
  })

  it("explain a refusal, streamed and whole", () => {
    const stop_details = { type: "refusal", category: "cyber", explanation: "It may do harm." }
    const streamed = Decoding.fold(decode(started, ended("refusal", { stop_details })))
    assert.strictEqual(streamed.completed?.finishMessage, "It may do harm.")
    const whole = protocol.decodeWhole(
      JSON.stringify({ type: "message", id: "m", model: "x", content: [], stop_reason: "refusal", stop_details }),
      decodeContext
    )
    assert.strictEqual(Completion.fromEvents(whole.events).finishMessage, "It may do harm.")
    const unexplained = Decoding.fold(
      decode(started, ended("refusal", { stop_details: { type: "refusal", explanation: null } }))
    )
    assert.notProperty(unexplained.completed, "finishMessage")
  })

  it("keep thinking without text between tool calls in its place", () => {
    const outcome = decode(
      started,
      thinking(0, "s1"),
      toolUse(1, "t1", "{\"a\":1}"),
      thinking(2, "s2"),
      toolUse(3, "t2", "{\"a\":2}"),
      ended("tool_use")
    )
    const [, turn] = messagesOf({ prompt: withResult(outcome) }) as ReadonlyArray<Fields>
    assert.deepStrictEqual(turn?.["content"], [
      { type: "thinking", thinking: "", signature: "s1" },
      { type: "tool_use", id: "t1", name: "f", input: { a: 1 } },
      { type: "thinking", thinking: "", signature: "s2" },
      { type: "tool_use", id: "t2", name: "f", input: { a: 2 } }
    ])
  })
})

describe("a toolset", () => {
  it("is sent without a name, and named again with the results of its calls", () => {
    const outcome = decode(
      started,
      toolUse(0, "t1", "{\"x\":1}", { name: "left_click", toolset_name: "computer" }),
      toolUse(1, "t2", "{}"),
      ended("tool_use")
    )
    const { body } = encoded({ prompt: withResult(outcome), tools: [ownTool("computer_toolset_20260801")] })
    assert.deepStrictEqual(body["tools"], [{ type: "computer_toolset_20260801" }])
    assert.deepStrictEqual((body["messages"] as ReadonlyArray<unknown>).slice(1), [
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "t1", name: "left_click", input: { x: 1 }, toolset_name: "computer" },
          { type: "tool_use", id: "t2", name: "f", input: {} }
        ]
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", toolset_name: "computer", content: "ok" },
          { type: "tool_result", tool_use_id: "t2", content: "ok" }
        ]
      }
    ])
  })
})

describe("a system message", () => {
  const onlyThisTurn = system("Be brief.", { clearAt: "next_user_message" })

  it("stays at its place until the next message of the user, or for good", () => {
    const prompt = [
      system("Be kind.", {}),
      user("a"),
      onlyThisTurn,
      assistant("b"),
      user("c"),
      system("Be brave.", { clearAt: "never" })
    ]
    const { body, headers, warnings } = encoded({ prompt })
    assert.deepStrictEqual(body["system"], [{ type: "text", text: "Be kind." }])
    assert.deepStrictEqual(body["messages"], [
      { role: "user", content: [{ type: "text", text: "a" }] },
      { role: "system", content: [{ type: "text", text: "Be brief." }], clear_at: "next_user_message" },
      { role: "assistant", content: [{ type: "text", text: "b" }] },
      { role: "user", content: [{ type: "text", text: "c" }] },
      { role: "system", content: [{ type: "text", text: "Be brave." }] }
    ])
    assert.deepStrictEqual(headers, { "anthropic-beta": "mid-conversation-system-clear-at-2026-08-21" })
    assert.deepStrictEqual(warnings, [])
  })

  it("changes the effort from there on, at any place", () => {
    const prompt = [
      user("a"),
      assistant("b"),
      system("", { effort: "low" }),
      user("c"),
      system("", { effort: "minimal" })
    ]
    const { body, headers, warnings } = encoded({ prompt })
    assert.notProperty(body, "system")
    assert.deepStrictEqual((body["messages"] as ReadonlyArray<unknown>).slice(2), [
      { role: "system", content: [], output_config: { effort: "low" } },
      { role: "user", content: [{ type: "text", text: "c" }] },
      { role: "system", content: [], output_config: { effort: "low" } }
    ])
    assert.deepStrictEqual(headers, { "anthropic-beta": "mid-conversation-output-config-2026-07-01" })
    assert.deepStrictEqual(warnings.map(({ parameter }) => parameter), ["reasoning"])
  })

  it.each<[string, string, Prompt.RawInput, unknown, number]>([
    [
      "goes to the top of a model that takes it nowhere else",
      "claude-haiku-4-5",
      [user("a"), onlyThisTurn],
      undefined,
      1
    ],
    [
      "has no effort for a model that takes only that of the request",
      "claude-opus-4-8",
      [user("a"), system("", { effort: "low" })],
      undefined,
      1
    ],
    [
      "keeps its text without that effort",
      "claude-opus-4-8",
      [user("a"), system("Be brief.", { effort: "low" })],
      { role: "system", content: [{ type: "text", text: "Be brief." }] },
      1
    ],
    ["is left out where it has no text", "claude-opus-5", [user("a"), system(" ", { clearAt: "never" })], undefined, 0]
  ])("%s", (_, model, prompt, last, warned) => {
    const { body, headers, warnings } = encoded({ prompt }, { model })
    assert.deepStrictEqual((body["messages"] as ReadonlyArray<unknown>)[1], last)
    assert.strictEqual(warnings.length, warned)
    assert.isUndefined(headers)
  })

  it.each<[string, Prompt.RawInput]>([
    ["before the first message", [onlyThisTurn, user("a")]],
    ["before a message of the user", [user("a"), onlyThisTurn, user("b")]],
    ["after the assistant", [user("a"), assistant("b"), onlyThisTurn, user("c")]],
    ["after another one", [user("a"), onlyThisTurn, onlyThisTurn]],
    ["that turns reasoning off", [user("a"), system("", { effort: "none" })]]
  ])("%s is invalid", (_, prompt) => {
    const found = encode({ prompt })
    assert.strictEqual(Result.isFailure(found) ? found.failure.parameter : undefined, "prompt")
  })

  it.each(["openai-chat", "openai-responses", "bedrock-converse", "gemini", "cohere"] as const)(
    "has no such options over %s",
    (name) => {
      const prompt = [user("a"), system("Be brief.", { clearAt: "next_user_message" }), system("", { effort: "low" })]
      const { body, warnings } = Result.getOrThrow(
        byName[name].encodeRequest(CompletionRequest.make({ model: "m", prompt }), { ...context, model: "m" })
      )
      assert.include(JSON.stringify(body), "Be brief.")
      assert.notMatch(JSON.stringify(body), /"effort"|clear_at|"content":""/)
      assert.deepStrictEqual(warnings.map(({ parameter }) => parameter), ["prompt", "prompt"])
    }
  )
})

describe("version 2026-10-21", () => {
  const version = { headers: { "anthropic-version": "2026-10-21" } }
  const cited = decode(
    started,
    block(0, { type: "text", text: "" }, { type: "text_delta", text: "So." }, {
      type: "citations_delta",
      citation: { type: "char_location", cited_text: "c", document_index: 0 }
    }),
    ended("end_turn")
  )

  it("gets citations in assistant messages alone, also where the text of one is quoted by the user", () => {
    const [said] = Replay.toPrompt(Completion.fromEvents(cited.events).items).content
    const parts = said?.role === "assistant" ? said.content.flatMap((part) => part.type === "text" ? [part] : []) : []
    const quoted = Prompt.fromMessages([Prompt.userMessage({ content: parts })])
    const messages = messagesOf({ prompt: Prompt.concat(withResult(cited), quoted) }, version) as ReadonlyArray<Fields>
    assert.deepStrictEqual(messages.map(({ content }) => JSON.stringify(content).includes("char_location")), [
      false,
      true,
      false
    ])
  })

  it("gets no document in an assistant message: a file there is invalid", () => {
    const file = Prompt.filePart({ mediaType: "application/pdf", data: "JVBERi0=" })
    const prompt = Prompt.fromMessages([
      Prompt.userMessage({ content: [Prompt.textPart({ text: "a" })] }),
      Prompt.assistantMessage({ content: [file] }),
      Prompt.userMessage({ content: [Prompt.textPart({ text: "b" }), file] })
    ])
    const found = encode({ prompt }, version)
    assert.strictEqual(Result.isFailure(found) ? found.failure.parameter : undefined, "prompt")
  })
})
