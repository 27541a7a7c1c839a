/** The official OpenAI SDK: a streamed completion, or a streamed response, event by event. */
import OpenAI from "openai"
import type { Sink } from "../lib/Sink.ts"
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

export const open = async ({ base, protocol }: Target): Promise<Client> => {
  const client = new OpenAI({ apiKey: "test", baseURL: `${base}/v1`, maxRetries: 0 })
  const model = models[protocol]
  const chat = async (sink: Sink): Promise<void> => {
    const events = await client.chat.completions.create({
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: "Hello" }]
    })
    for await (const event of events) {
      const content = event.choices[0]?.delta.content
      if (typeof content === "string" && content !== "") sink.push(content)
      if (event.usage) sink.usage(event.usage.prompt_tokens, event.usage.completion_tokens)
    }
  }
  const responses = async (sink: Sink): Promise<void> => {
    for await (const event of await client.responses.create({ model, stream: true, input: "Hello" })) {
      if (event.type === "response.output_text.delta") sink.push(event.delta)
      else if (event.type === "response.completed") {
        sink.usage(event.response.usage?.input_tokens, event.response.usage?.output_tokens)
      }
    }
  }
  return { run: protocol === "chat" ? chat : responses, close: async () => {} }
}
