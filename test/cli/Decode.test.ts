import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { gzipSync } from "node:zlib"
import * as Frames from "../support/EventStreamFrames.ts"
import * as Bodies from "./Bodies.ts"
import { emptyFolder, jsonLines, main } from "./Command.ts"
import { type Options, sluice } from "./InProcess.ts"

const folder = emptyFolder()
const file = (name: string, body: string): string => {
  writeFileSync(join(folder, name), body)
  return name
}
const decode = (args: ReadonlyArray<string>, input: string | Uint8Array = "") =>
  sluice(["decode", ...args], { cwd: folder, input })

const whole = {
  ok: true,
  error: null,
  text: "Hello",
  reasoning: "Hm.",
  refusal: null,
  toolCalls: [{ id: "call_1", name: "weather", arguments: { city: "Oslo" } }],
  finishReason: "tool-calls",
  finishReasonRaw: "tool_calls",
  usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 7, reasoningOutputTokens: 2, totalTokens: 17 },
  responseId: "chatcmpl-1",
  model: "m-1"
}

describe("sluice decode", { timeout: 40_000 }, () => {
  it("reads pipes and FIFOs, and stops at the first failure of a file without an end", async () => {
    writeFileSync(join(folder, "pipe.sse"), Bodies.chat)
    const shell = (script: string) =>
      new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
        const arguments_ = ["-c", script, "bash", process.execPath, main]
        execFile("bash", arguments_, { cwd: folder }, (_, stdout, stderr) => resolve({ stdout, stderr }))
      })
    const { stderr, stdout } = await shell(
      "mkfifo fifo; cat pipe.sse > fifo & cat pipe.sse | \"$1\" \"$2\" decode --summary <(cat pipe.sse) fifo /dev/stdin /dev/zero"
    )
    const lines = jsonLines(stdout)
    assert.lengthOf(lines, 4, stderr)
    for (const line of lines.slice(0, 3)) assert.deepInclude(line, whole)
    assert.deepInclude(lines[3], { file: "/dev/zero", ok: false })
    assert.include(stderr, "/dev/zero: MalformedStreamError")
  })

  it("fails for a .json without an end instead of reading all of it", async () => {
    symlinkSync("/dev/zero", join(folder, "endless.json"))
    const { code, stdout } = await decode(["--summary", "endless.json"])
    assert.strictEqual(code, 1)
    assert.match(stdout, /"MalformedResponseError","message":"[^"]*longer than the limit of 67108864 bytes/)
  })

  it("summarizes streams and whole bodies of each protocol, and continues after a bad file", async () => {
    const { code, stderr, stdout } = await decode([
      "--summary",
      file("chat.sse", Bodies.chat),
      file("responses.sse", Bodies.responses),
      "nowhere.sse",
      file("messages.sse", Bodies.messages),
      file("chat.json", Bodies.chatWhole),
      file("responses.json", Bodies.responsesWhole),
      file("messages.json", Bodies.messagesWhole),
      // Without the chunks with the finish reason, the usage and the end.
      file("cut.sse", Bodies.chat.slice(0, Bodies.chat.indexOf("data: {", Bodies.chat.indexOf("Oslo")))),
      // Without the end and the finish reason, but with the usage of the first event.
      file("cut-messages.sse", Bodies.messages.slice(0, Bodies.messages.indexOf("event: message_delta"))),
      file("page.sse", "<html><body>Bad gateway</body></html>"),
      file("empty.json", "")
    ])
    const lines = jsonLines(stdout)
    const called = { ...whole.toolCalls[0] }
    assert.deepStrictEqual(lines.slice(0, 8), [
      { file: "chat.sse", ...whole },
      { file: "responses.sse", ...whole, finishReasonRaw: "completed", responseId: "resp_1" },
      {
        file: "nowhere.sse",
        ok: false,
        error: { _tag: "FileError", message: "nowhere.sse does not exist", isRetryable: false, retryAfterMs: null },
        text: "",
        reasoning: null,
        refusal: null,
        toolCalls: [],
        finishReason: null,
        finishReasonRaw: null,
        usage: null,
        responseId: null,
        model: null
      },
      {
        file: "messages.sse",
        ...whole,
        finishReasonRaw: "tool_use",
        responseId: "msg_1",
        usage: { ...whole.usage, reasoningOutputTokens: 0 }
      },
      {
        file: "chat.json",
        ...whole,
        text: "",
        reasoning: null,
        refusal: "No.",
        toolCalls: [{ ...called, arguments: null }],
        finishReason: "length",
        finishReasonRaw: "length",
        usage: { ...whole.usage, cachedInputTokens: 0, reasoningOutputTokens: 0 }
      },
      { file: "responses.json", ...whole, finishReasonRaw: "completed", responseId: "resp_1" },
      {
        file: "messages.json",
        ...whole,
        reasoning: null,
        toolCalls: [],
        finishReason: "stop",
        finishReasonRaw: "end_turn",
        responseId: "msg_1",
        usage: { ...whole.usage, outputTokens: 1, reasoningOutputTokens: 0, totalTokens: 11 }
      },
      {
        file: "cut.sse",
        ...whole,
        ok: false,
        error: {
          _tag: "IncompleteStreamError",
          message: lines[7]?.["error"] instanceof Object && "message" in lines[7].error ? lines[7].error.message : "",
          isRetryable: true,
          retryAfterMs: null
        },
        toolCalls: [],
        finishReason: null,
        finishReasonRaw: null,
        usage: null
      }
    ])
    assert.deepInclude(lines[8], {
      file: "cut-messages.sse",
      ok: false,
      text: "Hello",
      // A tool call is safe to run only after a finish reason.
      toolCalls: [],
      finishReason: null,
      responseId: "msg_1"
    })
    assert.deepInclude(lines[8]?.["usage"], { inputTokens: 10, cachedInputTokens: 4 })
    assert.deepInclude(lines[9]?.["error"], { _tag: "MalformedStreamError" })
    assert.deepInclude(lines[10]?.["error"], { _tag: "MalformedResponseError" })
    assert.strictEqual(code, 1)
    assert.deepStrictEqual(
      stderr.trimEnd().split("\n").map((line) => line.split(": ").slice(0, 2)),
      [
        ["nowhere.sse", "FileError"],
        ["cut.sse", "IncompleteStreamError"],
        ["cut-messages.sse", "IncompleteStreamError"],
        ["page.sse", "MalformedStreamError"],
        ["empty.json", "MalformedResponseError"]
      ]
    )
  })

  it("summarizes Gemini's events and its array, from a file and from stdin, whole and cut", async () => {
    const response = (parts: ReadonlyArray<object>, more: object = {}) =>
      JSON.stringify({
        candidates: [{ content: { parts, role: "model" }, ...more }],
        usageMetadata: {
          promptTokenCount: 10,
          cachedContentTokenCount: 4,
          candidatesTokenCount: 5,
          thoughtsTokenCount: 2,
          totalTokenCount: 17
        },
        modelVersion: "m-1",
        responseId: "g1"
      })
    const events = [
      response([{ text: "Hm.", thought: true }]),
      response([{ text: "Hello" }]),
      response([{ functionCall: { id: "call_1", name: "weather", args: { city: "Oslo" } } }], { finishReason: "STOP" })
    ]
    const array = `[${events.join(",\r\n")}\n]`
    const [files, piped, cut] = await Promise.all([
      decode([
        "--summary",
        file("gemini.sse", events.map((data) => `data: ${data}\r\n\r\n`).join("")),
        file("gemini.json-array", array),
        file("gemini.json", array),
        file("gemini-whole.json", events[2] ?? "")
      ]),
      decode(["--summary", "-"], array),
      decode(["--summary", "-"], array.slice(0, array.indexOf("functionCall")))
    ])
    const facts = { ...whole, finishReasonRaw: "STOP", responseId: "g1" }
    assert.deepStrictEqual(jsonLines(files.stdout), [
      { file: "gemini.sse", ...facts },
      { file: "gemini.json-array", ...facts },
      { file: "gemini.json", ...facts },
      { file: "gemini-whole.json", ...facts, text: "", reasoning: null }
    ])
    assert.deepStrictEqual(jsonLines(piped.stdout), [{ file: "-", ...facts }])
    const [half] = jsonLines(cut.stdout)
    assert.deepInclude(half, { ok: false, text: "Hello", reasoning: "Hm.", toolCalls: [], responseId: "g1" })
    assert.deepInclude(half?.["error"], { _tag: "IncompleteStreamError" })
  })

  it("summarizes Bedrock's frames, their events as JSON lines, and the frames of InvokeModel", async () => {
    const events: ReadonlyArray<readonly [string, object]> = [
      ["messageStart", { role: "assistant" }],
      ["contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent: { text: "Hm." } } }],
      ["contentBlockStop", { contentBlockIndex: 0 }],
      ["contentBlockDelta", { contentBlockIndex: 1, delta: { text: "Hello" } }],
      ["contentBlockStop", { contentBlockIndex: 1 }],
      ["contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "call_1", name: "weather" } } }],
      ["contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: "{\"city\":\"Oslo\"}" } } }],
      ["contentBlockStop", { contentBlockIndex: 2 }],
      ["messageStop", { stopReason: "tool_use" }],
      ["metadata", { usage: { inputTokens: 6, cacheReadInputTokens: 4, outputTokens: 7 }, metrics: { latencyMs: 1 } }]
    ]
    const frames = Frames.body(...events.map(([name, payload]) => Frames.event(name, payload)))
    const lines = events.map(([name, payload]) => `${JSON.stringify({ [name]: payload })}\n`).join("")
    const claude = Frames.body(
      ...[...Bodies.messages.matchAll(/^data: (.*)$/gm)].map((match) => Frames.chunk(JSON.parse(match[1] ?? "")))
    )
    const bytes = (name: string, body: Uint8Array): string => {
      writeFileSync(join(folder, name), body)
      return name
    }
    const converse = {
      ...whole,
      finishReasonRaw: "tool_use",
      usage: { ...whole.usage, reasoningOutputTokens: 0 },
      responseId: null,
      model: null
    }
    const messages = { ...converse, responseId: "msg_1", model: "m-1" }
    const files = [
      bytes("a.eventstream", frames),
      file("a.events.jsonl", lines),
      bytes("claude.eventstream", claude),
      bytes("cut.eventstream", frames.subarray(0, frames.length - 1))
    ]
    const variants = [[], ["--protocol", "bedrock-converse"], ["--provider", "bedrock"]]
    const outcomes = await Promise.all([
      ...variants.map((flags) => decode(["--summary", ...flags, ...files])),
      decode(["--summary", "--protocol", "anthropic-messages", "claude.eventstream"]),
      decode(["--summary", "-"], lines),
      decode(["--summary", "-"], frames),
      decode(["--summary", "--provider", "bedrock", "-"], lines)
    ])
    for (const { stdout } of outcomes.slice(0, 3)) {
      const [one, two, three, four] = jsonLines(stdout)
      assert.deepStrictEqual([one, two, three], [
        { file: "a.eventstream", ...converse },
        { file: "a.events.jsonl", ...converse },
        { file: "claude.eventstream", ...messages }
      ])
      assert.deepInclude(four, { ok: false, text: "Hello", finishReason: null, finishReasonRaw: "tool_use" })
    }
    const [claudes, ...piped] = outcomes.slice(3).map(({ stdout }) => jsonLines(stdout)[0])
    assert.deepStrictEqual(claudes, { file: "claude.eventstream", ...messages })
    for (const summary of piped) assert.deepStrictEqual(summary, { file: "-", ...converse })
  })

  it("prints the events of a stream, and a failure as the last line", async () => {
    const [good, bad] = await Promise.all([
      decode(["-"], Bodies.messages),
      decode(["-"], Bodies.chat.slice(0, Bodies.chat.indexOf("tool_calls")))
    ])
    assert.strictEqual(good.code, 0)
    assert.strictEqual(good.stderr, "")
    const events = jsonLines(good.stdout)
    assert.deepStrictEqual(
      events.filter(({ _tag }) => _tag === "OutputTextDelta").map(({ delta }) => delta),
      ["Hel", "lo"]
    )
    assert.deepInclude(events.at(-1), { _tag: "Completed", responseId: "msg_1", finishReason: "tool-calls" })

    assert.strictEqual(bad.code, 1)
    const last = jsonLines(bad.stdout).at(-1)
    assert.deepStrictEqual(Object.keys(last ?? {}), ["_tag", "message"])
    assert.strictEqual(last?.["_tag"], "IncompleteStreamError")
    assert.match(bad.stderr, /^-: IncompleteStreamError: /)
  })

  it("prints a failure once on a terminal, and on both outputs where one of them is none", async () => {
    const args = [
      "decode",
      file("once.sse", "data: {\"error\":{\"message\":\"No.\"}}\n\n"),
      "--protocol",
      "openai-chat"
    ]
    const failures = async (terminals: Options["terminals"]) => {
      const { code, stderr, stdout } = await sluice(args, { cwd: folder, terminals: terminals ?? [] })
      assert.strictEqual(code, 1)
      return [stdout, stderr].map((text) => text.split("StreamFailedError").length - 1)
    }
    assert.deepStrictEqual(await failures(["stdout", "stderr"]), [1, 0])
    assert.deepStrictEqual(await failures(["stderr"]), [1, 1])
    assert.deepStrictEqual(await failures([]), [1, 1])
  })

  it("recognizes a stream that begins with an error, a request id in the headers, and a folder", async () => {
    const overloaded =
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n"
    const { stdout } = await decode(["--header", "Request-Id: req_7", file("overloaded.sse", overloaded), "."])
    const [first, folder] = jsonLines(stdout)
    assert.strictEqual(first?.["_tag"], "OverloadedError")
    assert.match(String(first?.["message"]), /request req_7.*Busy/)
    assert.deepStrictEqual(folder, { _tag: "FileError", message: ". is a folder: name the files in it" })
  })

  it("uses protocol, provider, status and headers of the command line", async () => {
    const [rateLimited, unknown, gzipped, garbled, cut, wrong] = await Promise.all([
      decode([
        "--summary",
        "--provider",
        "openai",
        "--status",
        "429",
        "--header",
        "Retry-After: 7",
        "--header",
        "x-request-id: req_9",
        file("error.json", JSON.stringify({ error: { message: "Slow down.", code: "rate_limit_exceeded" } }))
      ]),
      decode(["--summary", "--provider", "nobody", "--protocol", "openai-chat", "chat.sse", "empty.json"]),
      decode(["--summary", "--header", "content-encoding: gzip", "-"], gzipSync(Bodies.responses)),
      decode(["--summary", "--header", "content-encoding: gzip", "-"], Buffer.from([0, 1, 2, 3])),
      decode(["--summary", "--header", "content-encoding: gzip", "-"], gzipSync(Bodies.responses).subarray(0, 40)),
      decode(["--summary", "--protocol", "anthropic-messages", "chat.sse"])
    ])
    const [limited] = jsonLines(rateLimited.stdout)
    assert.deepInclude(limited?.["error"], { _tag: "RateLimitedError", isRetryable: true, retryAfterMs: 7000 })
    assert.match(
      rateLimited.stderr,
      /openai limits the rate of this key .*HTTP 429, rate_limit_exceeded, request req_9/
    )
    assert.deepInclude(jsonLines(unknown.stdout)[0], { ok: true, text: "Hello" })
    assert.match(unknown.stderr, /^empty\.json: MalformedResponseError: nobody /)
    assert.deepInclude(jsonLines(gzipped.stdout)[0], { ok: true, text: "Hello" })
    assert.match(garbled.stderr, /MalformedStreamError: .*the body is not what its content-encoding says/)
    assert.match(cut.stderr, /IncompleteStreamError: .*unexpected end of file/)
    assert.strictEqual(wrong.code, 1)
  })
})
