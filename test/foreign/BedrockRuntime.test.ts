/**
 * Amazon's own client against the simulator: it checks frames and their checksums with code that is not ours.
 */
import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand
} from "@aws-sdk/client-bedrock-runtime"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Http from "node:http"
import type { Fault } from "../../src/testing/simulator/scenario/Fault.ts"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import { richCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { connecting, failure } from "./Driving.ts"

interface Outgoing {
  readonly method: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** HTTP/1.1 without TLS, which the client does by HTTP/2 of its own accord. */
const http1 = {
  metadata: { handlerProtocol: "http/1.1" },
  handle: (request: Outgoing) =>
    new Promise<{ response: { statusCode: number; headers: Record<string, string>; body: unknown } }>(
      (resolve, reject) => {
        const { body, headers, hostname, method, path, port } = request
        const sent = Http.request({ method, hostname, port, path, headers }, (response) => {
          resolve({
            response: {
              statusCode: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)])
              ),
              body: response
            }
          })
        })
        sent.on("error", reject)
        sent.end(body)
      }
    )
}

const connect = connecting(({ url }) =>
  new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: url,
    credentials: { accessKeyId: "AKIDSIMULATED", secretAccessKey: "not-a-secret" },
    maxAttempts: 1,
    requestHandler: http1 as never
  })
)

const modelId = "us.anthropic.claude-haiku-4-5-20251001-v1:0"

const question: ConverseStreamCommandInput & ConverseCommandInput = {
  modelId,
  messages: [{ role: "user", content: [{ text: "Hello" }] }],
  inferenceConfig: { maxTokens: 100 }
}

const streamed = (client: BedrockRuntimeClient) => async () => {
  const events: Array<ConverseStreamOutput> = []
  const { stream } = await client.send(new ConverseStreamCommand(question))
  for await (const event of stream ?? []) events.push(event)
  return events
}

describe("the @aws-sdk/client-bedrock-runtime package", () => {
  it.live("streams reasoning, text, tool calls and usage by ConverseStream", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ completions: [richCompletion], requireKey: "AKIDSIMULATED" })
      const events = yield* Effect.promise(streamed(client))
      const texts = { reasoning: "", signature: "", text: "" }
      const inputs = new Map<number | undefined, string>()
      const calls: Array<unknown> = []
      for (const event of events) {
        const { contentBlockIndex, delta } = event.contentBlockDelta ?? {}
        texts.text += delta?.text ?? ""
        texts.reasoning += delta?.reasoningContent?.text ?? ""
        texts.signature += delta?.reasoningContent?.signature ?? ""
        inputs.set(contentBlockIndex, (inputs.get(contentBlockIndex) ?? "") + (delta?.toolUse?.input ?? ""))
        const begun = event.contentBlockStart
        if (begun !== undefined) calls.push([begun.contentBlockIndex, { ...begun.start?.toolUse }])
      }
      assert.deepStrictEqual(texts, { reasoning: "Let me think.", signature: "sig", text: "Hello there" })
      assert.deepStrictEqual(calls, [
        [2, { name: "weather", toolUseId: "call_1" }],
        [3, { name: "time", toolUseId: "call_2" }]
      ])
      assert.deepStrictEqual([inputs.get(2), inputs.get(3)], ["{\"city\":\"Oslo\"}", "{}"])
      assert.strictEqual(events[0]?.messageStart?.role, "assistant")
      assert.strictEqual(events.at(-2)?.messageStop?.stopReason, "tool_use")
      assert.deepStrictEqual({ ...events.at(-1)?.metadata?.usage }, {
        cacheReadInputTokens: 60,
        cacheWriteInputTokens: 10,
        inputTokens: 30,
        outputTokens: 20,
        totalTokens: 120
      })
      const [request] = yield* simulator.requests
      assert.strictEqual(request?.path, `/model/${encodeURIComponent(modelId)}/converse-stream`)
    }))

  it.live("reads an answer by Converse", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const response = yield* Effect.promise(() => client.send(new ConverseCommand(question)))
      assert.deepStrictEqual(response.output?.message?.content?.map((block) => Object.keys(block)[0]), [
        "reasoningContent",
        "text",
        "toolUse",
        "toolUse"
      ])
      assert.deepStrictEqual(response.output?.message?.content?.[2]?.toolUse, {
        input: { city: "Oslo" },
        name: "weather",
        toolUseId: "call_1"
      })
      assert.strictEqual(response.stopReason, "tool_use")
      assert.strictEqual(response.$metadata.requestId?.length, 36)
    }))

  const claude = JSON.stringify({
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 100,
    messages: [{ role: "user", content: "Hello" }]
  })

  it.live("streams Claude's own events by InvokeModelWithResponseStream, and reads its message by InvokeModel", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const types = yield* Effect.promise(async () => {
        const { body } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body: claude }))
        const found: Array<Readonly<Record<string, unknown>>> = []
        for await (const { chunk } of body ?? []) found.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()))
        return found
      })
      assert.strictEqual(types[0]?.["type"], "message_start")
      assert.deepStrictEqual(types.at(-1), {
        type: "message_stop",
        "amazon-bedrock-invocationMetrics": {
          inputTokenCount: 30,
          outputTokenCount: 20,
          invocationLatency: 321,
          firstByteLatency: 123
        }
      })
      const whole = yield* Effect.promise(() => client.send(new InvokeModelCommand({ modelId, body: claude })))
      const message = JSON.parse(Buffer.from(whole.body).toString())
      assert.deepStrictEqual([message.type, message.stop_reason, message.model], ["message", "tool_use", "model-1"])
    }))

  it.live.each<readonly [Fault, string, number]>([
    [{ _tag: "ProviderError", kind: "rate-limit" }, "ThrottlingException", 429],
    [{ _tag: "ProviderError", kind: "overloaded" }, "ServiceUnavailableException", 503],
    [{ _tag: "ProviderError", kind: "permission" }, "AccessDeniedException", 403],
    [{ _tag: "ProviderError", kind: "context-length" }, "ValidationException", 400],
    [{ _tag: "ProviderError", kind: "timeout" }, "ModelTimeoutException", 408],
    [{ _tag: "ProviderError", kind: "quota" }, "ServiceQuotaExceededException", 400]
  ])("knows the refusal of %j", ([fault, name, status]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults(fault))
      const error = yield* failure(streamed(client))
      assert.instanceOf(error, BedrockRuntimeServiceException)
      if (!(error instanceof BedrockRuntimeServiceException)) return
      assert.deepStrictEqual([error.name, error.$metadata.httpStatusCode], [name, status])
    }))

  it.live.each<readonly [Fault, string]>([
    [{ _tag: "ErrorEvent", event: 3, kind: "rate-limit" }, "ThrottlingException"],
    [{ _tag: "ErrorEvent", event: 3, kind: "server-error" }, "InternalServerException"],
    [{ _tag: "ErrorEvent", event: 1, kind: "invalid-request" }, "ValidationException"],
    [{ _tag: "ErrorEvent", event: 3, kind: "permission" }, "ModelStreamErrorException"]
  ])("knows the exception of %j", ([fault, name]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults(fault))
      const error = yield* failure(streamed(client))
      assert.strictEqual(error instanceof Error ? error.name : undefined, name)
    }))

  it.live("refuses a frame in which a bit was turned around", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "Corrupt", at: 300 }))
      const error = yield* failure(streamed(client))
      assert.match(String(error), /checksum/i)
    }))

  it.live("sends what the simulator takes: tools, files, results and reasoning", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion, { parts: [Scenario.text("Sunny.")] }] })
      const tools = { tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } }] }
      const ask = (input: Partial<ConverseCommandInput>) =>
        Effect.promise(() => client.send(new ConverseCommand({ ...question, ...input, toolConfig: tools })))
      const first = yield* ask({})
      const message = first.output?.message
      const second = yield* ask({
        messages: [
          ...question.messages ?? [],
          ...(message === undefined ? [] : [message]),
          {
            role: "user",
            content: [
              { toolResult: { toolUseId: "call_1", content: [{ text: "Sunny" }] } },
              { toolResult: { toolUseId: "call_2", content: [{ json: { hour: 3 } }], status: "error" } },
              { document: { format: "pdf", name: "a report", source: { bytes: Uint8Array.of(1) } } },
              { cachePoint: { type: "default", ttl: "1h" } }
            ]
          }
        ]
      })
      assert.strictEqual(second.output?.message?.content?.[0]?.text, "Sunny.")
      const error = yield* failure(() => client.send(new ConverseCommand({ ...question, messages: [] })))
      assert.strictEqual(error instanceof Error ? error.name : undefined, "ValidationException")
    }))
})
