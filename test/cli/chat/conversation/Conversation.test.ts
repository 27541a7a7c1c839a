/**
 * A conversation, with lines that are entered by a script.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Redacted, Schema } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Call from "../../../../src/cli/call/Call.ts"
import * as Target from "../../../../src/cli/call/Target.ts"
import type { ChatFlags } from "../../../../src/cli/chat/ChatFlags.ts"
import * as RequestFlags from "../../../../src/cli/chat/RequestFlags.ts"
import * as Conversation from "../../../../src/cli/chat/conversation/Conversation.ts"
import { type Input, LineEditor } from "../../../../src/cli/chat/conversation/LineEditor.ts"
import type { McpToolkit } from "../../../../src/cli/chat/tools/McpTools.ts"
import * as Scenario from "../../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder } from "../../Command.ts"
import { run } from "../../InProcess.ts"

const unset: ChatFlags = {
  provider: undefined,
  model: undefined,
  baseUrl: undefined,
  apiKeyEnv: undefined,
  protocol: undefined,
  system: undefined,
  simulate: false,
  json: false,
  temperature: undefined,
  maxTokens: undefined,
  effort: undefined,
  schema: undefined,
  image: [],
  file: [],
  header: [],
  mcp: [],
  mcpEnv: [],
  maxSteps: undefined,
  yes: false,
  prompt: []
}

const ctrlC: Input = { _tag: "Interrupted", isEmpty: true }

interface Options {
  readonly flags: Partial<ChatFlags>
  readonly files?: ReadonlyArray<Prompt.FilePart>
  /** The tools of the model; default: none. */
  readonly toolkit?: McpToolkit
  /** Ctrl-C comes once this is on stdout; default: never. */
  readonly stopAt?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a conversation in which these inputs are entered, then the end. */
const converse = (
  { cwd, env, files = [], flags: given, stopAt, toolkit }: Options,
  inputs: ReadonlyArray<string | Input>
) => {
  const flags = { ...unset, ...given }
  const left = [...inputs]
  const stop = Deferred.makeUnsafe<void>()
  const editor = LineEditor.of({
    read: () =>
      Effect.sync(() => {
        const next = left.shift() ?? { _tag: "Ended" as const }
        return typeof next === "string" ? { _tag: "Line", text: next } : next
      }),
    interrupted: Deferred.await(stop)
  })
  const program = Effect.gen(function*() {
    const target = yield* Target.resolve(flags, "chat")
    yield* Conversation.run({
      flags,
      fields: yield* RequestFlags.fields(flags),
      files,
      target,
      simulator: {},
      ...(toolkit === undefined ? {} : { toolkit })
    })
  })
  return Effect.promise(() =>
    run(Call.command(Effect.provideService(program, LineEditor, editor), flags), [], {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      terminals: ["stdin", "stdout"],
      onStdout: (text) => {
        if (stopAt !== undefined && text.includes(stopAt)) Deferred.doneUnsafe(stop, Effect.void)
      }
    })
  )
}

/** A tool like those of MCP servers. */
const looking = Effect.gen(function*() {
  const name: string = "look"
  const look = Tool.make(name, {
    parameters: Schema.Unknown,
    success: Schema.String,
    failure: Schema.String,
    failureMode: "return",
    needsApproval: true
  })
  const toolkit = Toolkit.make(look)
  return yield* Effect.provideContext(toolkit, yield* toolkit.toHandlers({ [name]: () => Effect.succeed("seen") }))
})

const messagesOf = (body: unknown): ReadonlyArray<readonly [string, unknown]> =>
  Object(body).messages.map(({ content, role }: Record<string, unknown>) => [role, content])

const ok = { parts: [Scenario.text("Hello.")] }
const failing = { faults: [{ _tag: "Status" as const, status: 401, body: { error: { message: "No.", code: "x" } } }] }

describe("a conversation", () => {
  it.live("sends what was said before, with the instructions, which can be replaced", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [ok] } })
      const flags = { baseUrl: simulator.baseUrl("openai-chat"), system: "Be short." }
      const { code, stderr, stdout } = yield* converse({ flags }, [
        "one",
        "  ",
        "/system Be long.",
        "two",
        "/system",
        "three"
      ])
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout, /^A conversation with openai-compatible\/default\. \/help lists commands/)
      const [first, second, third] = (yield* simulator.requests).map(({ body }) => messagesOf(body))
      assert.deepStrictEqual(first, [["system", "Be short."], ["user", "one"]])
      assert.deepStrictEqual(second, [["system", "Be long."], ["user", "one"], ["assistant", "Hello."], [
        "user",
        "two"
      ]])
      assert.deepStrictEqual(third?.map(([role]) => role), ["user", "assistant", "user", "assistant", "user"])
    }))

  it.live("goes on after a request that failed, without its message, and sends the files again", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [failing, ok, ok] } })
      const files = [Prompt.filePart({ mediaType: "image/png", data: new URL("https://host.test/a.png") })]
      const { code, stderr, stdout } = yield* converse(
        { flags: { baseUrl: simulator.baseUrl("openai-chat") }, files },
        ["one", "two", "three"]
      )
      assert.strictEqual(code, 0)
      assert.match(stderr, /^AuthenticationError: [^\n]*\nThis message is not part of the conversation\.\n/)
      assert.include(stdout, "Hello.")
      const [, second, third] = (yield* simulator.requests).map(({ body }) => messagesOf(body))
      const image = { type: "image_url", image_url: { url: "https://host.test/a.png" } }
      assert.deepStrictEqual(second, [["user", [image, { type: "text", text: "two" }]]])
      assert.deepStrictEqual(third?.map(([role]) => role), ["user", "assistant", "user"])
      assert.deepStrictEqual(third?.at(-1), ["user", "three"])
    }))

  it.live("keeps the steps of a loop that fails, whose tools have run, and their message", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [{ parts: [Scenario.toolCall("look", {}, "call_1")] }, failing, failing, ok] }
      })
      const flags = { baseUrl: simulator.baseUrl("openai-chat"), yes: true }
      const { code, stderr } = yield* converse({ flags, toolkit: yield* looking }, ["one", "two", "three"])
      assert.strictEqual(code, 0)
      const notes = stderr.split("\n").filter((line) => line.startsWith("Th"))
      assert.deepStrictEqual(notes, [
        "The steps before the failure are kept.",
        "This message is not part of the conversation."
      ])
      const last = messagesOf((yield* simulator.requests).at(-1)?.body)
      assert.deepStrictEqual(last.map(([role]) => role), ["user", "assistant", "tool", "user"])
      assert.deepStrictEqual(last.slice(2).map(([, content]) => content), ["seen", "three"])
    }))

  it.live("stops a response on Ctrl-C, closes its connection, and keeps the text that was shown", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{
            parts: [Scenario.text("Hello there, and on and on.")],
            faults: [{ _tag: "Stall", after: 700 }]
          }],
          chunking: "events"
        }
      })
      const cwd = emptyFolder()
      const flags = { baseUrl: simulator.baseUrl("openai-chat") }
      const { code, stderr, stdout } = yield* converse({ flags, stopAt: "Hello", cwd }, ["one", "/save a.json"])
      assert.deepStrictEqual([code, stderr], [0, ""])
      const shown = /\n(Hello[^\n]*)\n2 messages saved in a\.json\.\n$/.exec(stdout)?.[1]
      assert.strictEqual((yield* simulator.ended(1)).outcome, "disconnected")
      const { content } = JSON.parse(readFileSync(join(cwd, "a.json"), "utf8"))
      assert.deepStrictEqual(
        content.map(({ content, role }: Record<string, unknown>) => [role, content]),
        [["user", "one"], ["assistant", shown]]
      )
    }))

  it.live("ends on the second of two Ctrl-C, of which the first may have stopped a response", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [ok] } })
      const flags = { baseUrl: simulator.baseUrl("openai-chat") }
      const ended = yield* converse({ flags }, [ctrlC, ctrlC, "never"])
      assert.strictEqual(ended.code, 0)
      assert.match(ended.stdout, /\nPress Ctrl-C again, or Ctrl-D, to end\.\n$/)
      assert.lengthOf(yield* simulator.requests, 0)
      const notEnded = yield* converse({ flags }, [
        ctrlC,
        { _tag: "Interrupted", isEmpty: false },
        ctrlC,
        "sent",
        ctrlC
      ])
      assert.strictEqual(notEnded.code, 0)
      assert.lengthOf(yield* simulator.requests, 1)
    }))

  it.live("saves itself as a Prompt for its owner, and goes on with a saved one", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [ok] } })
      const flags = { baseUrl: simulator.baseUrl("openai-chat") }
      const cwd = emptyFolder()
      writeFileSync(join(cwd, "bad.json"), `{"content":[{"role":"nobody"}]}`)
      const saved = yield* converse({ flags, cwd }, ["one", "/save a.json", "/load bad.json", "/load none.json"])
      assert.include(saved.stdout, "2 messages saved in a.json.")
      assert.include(saved.stderr, "InputError: bad.json is not a saved conversation")
      assert.include(saved.stderr, "InputError: none.json cannot be read: NotFound")
      assert.strictEqual(statSync(join(cwd, "a.json")).mode & 0o777, 0o600)
      const loaded = yield* converse({ flags, cwd }, ["/load a.json", "two"])
      assert.include(loaded.stdout, "2 messages loaded from a.json.")
      const requests = yield* simulator.requests
      assert.deepStrictEqual(messagesOf(requests.at(-1)?.body), [["user", "one"], ["assistant", "Hello."], [
        "user",
        "two"
      ]])
    }))

  it.live("sends the key of --api-key-env and the values of --header to the first provider alone", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [ok] } })
      const env = {
        MY_KEY: "sk-mine-0123456789",
        OPENAI_BASE_URL: simulator.baseUrl("openai-responses"),
        ANTHROPIC_API_KEY: "sk-own-0123456789",
        ANTHROPIC_BASE_URL: simulator.baseUrl("anthropic-messages"),
        SLUICE_PROXY: "none"
      }
      const { code, stderr } = yield* converse({
        flags: { provider: "openai", apiKeyEnv: "MY_KEY", header: ["x-team: a"] },
        env
      }, [
        "one",
        "/model claude/claude-x",
        "two",
        "/model claude-y",
        "three",
        "/model openai/gpt-z",
        "four"
      ])
      assert.deepStrictEqual([code, stderr.includes("Error")], [0, false], stderr)
      assert.deepStrictEqual(
        (yield* simulator.requests).map(({ body, credential, headers }) => [
          Object(body).model,
          headers["x-team"],
          credential === undefined ? undefined : Redacted.value(credential)
        ]),
        [
          ["gpt-6-luna", "a", "sk-mine-0123456789"],
          ["claude-x", undefined, "sk-own-0123456789"],
          ["claude-y", undefined, "sk-own-0123456789"],
          ["gpt-z", "a", "sk-mine-0123456789"]
        ]
      )
    }))

  it.live("changes the model, and keeps the former one where that fails", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [ok] } })
      const env = {
        OPENAI_API_KEY: "sk-1",
        OPENAI_BASE_URL: simulator.baseUrl("openai-responses"),
        ANTHROPIC_API_KEY: "sk-2",
        ANTHROPIC_BASE_URL: simulator.baseUrl("anthropic-messages"),
        SLUICE_PROXY: "none"
      }
      const { code, stderr, stdout } = yield* converse({ flags: { provider: "openai" }, env }, [
        "/model gpt-5-mini",
        "one",
        "/model anthropic/claude-x",
        "two",
        "/model groq/y",
        "/model",
        "/models",
        "/help",
        "/exit",
        "never"
      ])
      assert.strictEqual(code, 0)
      assert.match(stderr, /ConfigurationError: groq is not configured: set GROQ_API_KEY\.\n/)
      assert.match(stderr, /There is no command \/models\. Did you mean \/model\?/)
      assert.match(
        stdout,
        /The model is openai\/gpt-5-mini\.\n[^]*The model is anthropic\/claude-x\.\n[^]*The model is anthropic\/claude-x\.\n/
      )
      assert.include(stdout, "/load FILE")
      const requests = yield* simulator.requests
      assert.deepStrictEqual(requests.map(({ body, protocol }) => [protocol, Object(body).model]), [
        ["openai-responses", "gpt-5-mini"],
        ["anthropic-messages", "claude-x"]
      ])
      assert.deepStrictEqual(messagesOf(requests[1]?.body).map(([role]) => role), ["user", "assistant", "user"])
    }))
})
