/**
 * A program without a network: its requests are kept, and each is answered.
 */
import { ConfigProvider, Effect, Layer } from "effect"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "effect/http"

const answer = JSON.stringify({
  id: "c1",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
})

/** A client that keeps the requests, and answers each of them. */
export const recorder = Effect.sync(() => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      requests.push(request)
      return HttpClientResponse.fromWeb(
        request,
        new Response(answer, { headers: { "content-type": "application/json" } })
      )
    })
  )
  return { requests, layer: Layer.succeed(HttpClient.HttpClient, client) }
})

/** The environment of a program, and nothing else. */
export const environment = (record: Record<string, string>) =>
  ConfigProvider.layer(ConfigProvider.fromEnvRecord(record))
