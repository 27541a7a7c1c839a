/** Sluice through its public interface, with the settings of every day but for those that a benchmark has to lift. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as OpenAi from "sluice/openai"
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

// As many connections as the reference may open; and the last event of a Responses stream repeats the whole answer.
const settings = SluiceConfig.layer({
  connectionsPerHost: 100_000,
  maxLineBytes: 256 * 1024 * 1024,
  maxEventBytes: 256 * 1024 * 1024
})

const provider = ({ base, protocol }: Target) => {
  const options = { baseUrl: `${base}/v1`, apiKey: Redacted.make("test") }
  switch (protocol) {
    case "chat":
      return OpenAi.layer({ ...options, protocol: "openai-chat" })
    case "responses":
      return OpenAi.layer({ ...options, protocol: "openai-responses" })
    case "anthropic":
      return Anthropic.layer(options)
  }
}

/** The layer of a provider at the address of the benchmark. */
export const live = (target: Target) =>
  provider(target).pipe(Layer.provide(UndiciHttpClient.layer), Layer.provide(settings))

/** Opens Sluice through a layer; `assemble: false` requests deltas alone, without the assembled items. */
export const openWith = async (
  target: Target,
  layer: ReturnType<typeof live>,
  assemble: boolean
): Promise<Client> => {
  const runtime = ManagedRuntime.make(layer)
  await runtime.context()
  const request = { model: models[target.protocol], prompt: "Hello", assemble }
  return {
    run: (sink) =>
      runtime.runPromise(Stream.runForEachArray(ChatModel.stream(request), (events) => {
        for (const event of events) {
          if (event._tag === "OutputTextDelta") sink.push(event.delta)
          else if (event._tag === "Completed") {
            sink.usage(event.usage?.inputTokens ?? undefined, event.usage?.outputTokens ?? undefined)
          }
        }
        return Effect.void
      })),
    close: () => runtime.dispose()
  }
}

export const open = (target: Target): Promise<Client> => openWith(target, live(target), true)
