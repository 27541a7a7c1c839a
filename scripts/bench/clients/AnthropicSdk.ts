/** The official Anthropic SDK: a streamed message, event by event. */
import Anthropic from "@anthropic-ai/sdk"
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

export const open = async ({ base }: Target): Promise<Client> => {
  const client = new Anthropic({ apiKey: "test", baseURL: base, maxRetries: 0 })
  return {
    run: async (sink) => {
      const events = await client.messages.create({
        model: models.anthropic,
        stream: true,
        max_tokens: 1024,
        messages: [{ role: "user", content: "Hello" }]
      })
      for await (const event of events) {
        if (event.type === "content_block_delta") {
          if (event.delta.type === "text_delta") sink.push(event.delta.text)
        } else if (event.type === "message_delta") {
          sink.usage(event.usage.input_tokens ?? undefined, event.usage.output_tokens)
        }
      }
    },
    close: async () => {}
  }
}
