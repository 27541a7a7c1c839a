/**
 * A program that does nothing about its failures: what it prints is what a crash report shows.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Duration, Effect, Layer, References, Stream } from "effect"
import * as UndiciHttpClient from "../../src/layers/http/UndiciHttpClient.ts"
import * as OpenAi from "../../src/layers/providers/OpenAi.ts"
import { ChatModel } from "../../src/services/ChatModel.ts"
import * as SluiceConfig from "../../src/services/SluiceConfig.ts"

const program = Stream.runDrain(ChatModel.stream({ model: "m", prompt: "What is SENTINEL-PROMPT about?" })).pipe(
  Effect.withSpan("program"),
  Effect.provide(
    OpenAi.layerConfig.pipe(
      Layer.provide(UndiciHttpClient.layer),
      Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: 1, retryBase: Duration.millis(1) }))
    )
  ),
  Effect.provideService(References.MinimumLogLevel, "All")
)

switch (process.argv[2]) {
  case "runMain":
    NodeRuntime.runMain(program)
    break
  case "runPromise":
    void Effect.runPromise(program)
    break
  default:
    void Effect.runPromise(Effect.flip(program)).then((error) => {
      throw error
    })
}
