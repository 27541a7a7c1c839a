/**
 * The probabilities of tokens, over each protocol that has them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ChatModel, type ProviderFields, type ResponseItem } from "sluice"
import { Scenario } from "sluice/testing"
import * as Speaking from "../interop/Speaking.ts"

const asking: Readonly<Record<string, ProviderFields.ProviderFields>> = {
  "openai-chat": { openai: { logprobs: true, top_logprobs: 2 } },
  "openai-responses": { openai: { include: ["message.output_text.logprobs"], top_logprobs: 2 } },
  gemini: { gemini: { generationConfig: { responseLogprobs: true, logprobs: 2 } } },
  ollama: { ollama: { logprobs: true, top_logprobs: 2 } }
}

const scenario = Scenario.script({ parts: [Scenario.text("Air scatters blue light.")] })

const contentOf = (items: ReadonlyArray<ResponseItem.ResponseItem>) => {
  const [message] = items
  const content = message?._tag === "Message" ? message.content[0] : undefined
  return content?._tag === "OutputText" ? content : assert.fail("there is no text")
}

describe("the probabilities of tokens", () => {
  it.effect.each(Speaking.protocols.filter(([protocol]) => protocol in asking))(
    "%s: are kept with the text, where they are requested",
    ([protocol, definition, name]) => {
      const request = { model: { provider: definition.id, model: name }, prompt: "Why is the sky blue?" }
      return Effect.gen(function*() {
        for (const transport of ["stream", "whole"] as const) {
          const { items } = yield* ChatModel.complete(
            { ...request, providerOptions: asking[protocol] },
            { transport }
          )
          const { logprobs = [], text } = contentOf(items)
          assert.strictEqual(logprobs.map(({ token }) => token).join(""), text)
          for (const { logprob, top } of logprobs) {
            assert.isBelow(logprob, 0)
            assert.strictEqual(top.length, 2)
          }
          const without = contentOf((yield* ChatModel.complete(request, { transport })).items)
          assert.deepStrictEqual(without, { _tag: "OutputText", text, citations: [] })
        }
      }).pipe(Effect.provide(Speaking.model([protocol, definition, name], scenario)))
    }
  )
})
