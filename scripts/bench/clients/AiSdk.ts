/** The Vercel AI SDK, `streamText` on an OpenAI-compatible provider. No dependency of Sluice: see `--packages`. */
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

type Part =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "finish"; readonly totalUsage: { readonly inputTokens?: number; readonly outputTokens?: number } }
  | { readonly type: "error"; readonly error: unknown }

interface Ai {
  readonly streamText: (options: { readonly model: unknown; readonly prompt: string; readonly maxRetries: number }) => {
    readonly fullStream: AsyncIterable<Part>
  }
}

interface Compatible {
  readonly createOpenAICompatible: (options: {
    readonly name: string
    readonly apiKey: string
    readonly baseURL: string
    readonly includeUsage: boolean
  }) => (model: string) => unknown
}

// Names that the compiler does not look for.
const packages: { readonly ai: string; readonly compatible: string } = {
  ai: "ai",
  compatible: "@ai-sdk/openai-compatible"
}

export const open = async ({ base }: Target): Promise<Client> => {
  const { streamText }: Ai = await import(packages.ai)
  const { createOpenAICompatible }: Compatible = await import(packages.compatible)
  const provider = createOpenAICompatible({ name: "bench", apiKey: "test", baseURL: `${base}/v1`, includeUsage: true })
  const model = provider(models.chat)
  return {
    run: async (sink) => {
      for await (const part of streamText({ model, prompt: "Hello", maxRetries: 0 }).fullStream) {
        if (part.type === "text-delta") sink.push(part.text)
        else if (part.type === "finish") sink.usage(part.totalUsage.inputTokens, part.totalUsage.outputTokens)
        else if (part.type === "error") throw part.error
      }
    },
    close: async () => {}
  }
}
