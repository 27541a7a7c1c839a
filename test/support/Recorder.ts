/**
 * An HTTP client without a network, which keeps the requests.
 */
import { ConfigProvider, Effect, Layer } from "effect"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "effect/http"

const completion = JSON.stringify({
  id: "c1",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
})

/** Creates a client that keeps the requests and responds to each with a short completion. */
export const recorder = Effect.sync(() => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      requests.push(request)
      return HttpClientResponse.fromWeb(
        request,
        new Response(completion, { headers: { "content-type": "application/json" } })
      )
    })
  )
  return { requests, layer: Layer.succeed(HttpClient.HttpClient, client) }
})

/** Provides an environment of only these variables. */
export const environment = (record: Record<string, string>) =>
  ConfigProvider.layer(ConfigProvider.fromEnvRecord(record))
