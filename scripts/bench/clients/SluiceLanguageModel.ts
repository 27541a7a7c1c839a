/** The `LanguageModel` of `effect/ai` on Sluice: `streamText`. */
import * as LanguageModel from "effect/ai/LanguageModel"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import { EffectLanguageModel } from "sluice"
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"
import { live } from "./Sluice.ts"

export const open = async (target: Target): Promise<Client> => {
  const runtime = ManagedRuntime.make(
    EffectLanguageModel.layer({ model: models[target.protocol] }).pipe(Layer.provide(live(target)))
  )
  await runtime.context()
  return {
    run: (sink) =>
      runtime.runPromise(Stream.runForEachArray(LanguageModel.streamText({ prompt: "Hello" }), (parts) => {
        for (const part of parts) {
          if (part.type === "text-delta") sink.push(part.delta)
          else if (part.type === "finish") sink.usage(part.usage.inputTokens.total, part.usage.outputTokens.total)
        }
        return Effect.void
      })),
    close: () => runtime.dispose()
  }
}
