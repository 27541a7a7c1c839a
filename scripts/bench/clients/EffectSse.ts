/** What Effect offers without Sluice: `effect/http` over undici, `Sse.decode`, one `JSON.parse` an event. */
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, ManagedRuntime, Stream } from "effect"
import * as Sse from "effect/encoding/Sse"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { bodies, headers, paths, reader } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

export const open = async ({ base, protocol }: Target): Promise<Client> => {
  const runtime = ManagedRuntime.make(NodeHttpClient.layerUndici)
  await runtime.context()
  const request = HttpClientRequest.post(base + paths[protocol]).pipe(
    HttpClientRequest.setHeaders(headers),
    HttpClientRequest.bodyJsonUnsafe(bodies[protocol])
  )
  const read = reader(protocol)
  return {
    run: (sink) =>
      runtime.runPromise(
        HttpClientResponse.stream(HttpClient.execute(request)).pipe(
          Stream.decodeText(),
          Stream.pipeThroughChannel(Sse.decode()),
          Stream.runForEachArray((events) => {
            for (const event of events) read(event.data, sink)
            return Effect.void
          })
        )
      ),
    close: () => runtime.dispose()
  }
}
