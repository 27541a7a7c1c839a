/**
 * One call of one provider, and the request that it is to become: written from the provider's pages, not from our code.
 */

/** What is called: a protocol of chat, streamed unless it is `whole`; a check; or an operation and its wire format. */
export interface Row {
  readonly provider: string
  readonly call: string
  readonly model: string
  readonly whole?: boolean
  /** The environment: the key and the parts of the address. */
  readonly env: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, unknown>>
  /** Fields of the request over those of every row of the call. */
  readonly overrides?: Readonly<Record<string, unknown>>
  readonly request: `${"GET" | "POST"} ${string}`
  /** The headers that matter; `authorization` and the key headers that are not named must not be there. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

const bearer = { authorization: "Bearer sk-1" }

/** A row of a call with only the defaults, with the key in a variable. */
export const get =
  (call: string) => (provider: string, variable: string, url: string, more: Partial<Row> = {}): Row => ({
    provider,
    call,
    model: "",
    env: { [variable]: "sk-1" },
    request: `GET ${url}`,
    headers: bearer,
    ...more
  })

/** A row of an operation, with the key in a variable, or without one where none is named. */
export const post = (
  provider: string,
  call: string,
  model: string,
  variable: string,
  url: string,
  body: unknown,
  more: Partial<Row> = {}
): Row => ({
  provider,
  call,
  model,
  env: variable === "" ? {} : { [variable]: "sk-1" },
  request: `POST ${url}`,
  headers: variable === "" ? {} : bearer,
  body,
  ...more
})

/** The question of every chat row. */
export const question = [
  { role: "system" as const, content: "Be brief." },
  { role: "user" as const, content: "Hi" }
]

const messages = [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }]

/** The body of Chat Completions for the question, at most 64 tokens, temperature 0.5. */
export const chat = (model: string, limit: "max_tokens" | "max_completion_tokens", usage = true) => ({
  model,
  messages,
  temperature: 0.5,
  [limit]: 64,
  stream: true,
  ...(usage ? { stream_options: { include_usage: true } } : {})
})

/** The same in the Responses API. */
export const responses = (model: string) => ({
  model,
  instructions: "Be brief.",
  input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
  max_output_tokens: 64,
  temperature: 0.5,
  stream: true
})

/** The same in Anthropic's Messages API. */
export const claude = (model: string) => ({
  model,
  max_tokens: 64,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
  temperature: 0.5,
  stream: true
})

/** The same in Bedrock's Converse. */
export const converse = {
  system: [{ text: "Be brief." }],
  messages: [{ role: "user", content: [{ text: "Hi" }] }],
  inferenceConfig: { maxTokens: 64, temperature: 0.5 }
}

/** The same for Gemini. */
export const gemini = {
  systemInstruction: { parts: [{ text: "Be brief." }] },
  contents: [{ role: "user", parts: [{ text: "Hi" }] }],
  generationConfig: { maxOutputTokens: 64, temperature: 0.5 }
}

/** The same where a cloud serves Claude: the address names the model, the body the version. */
export const cloudClaude = (more: Readonly<Record<string, unknown>>) => {
  const { model: _, stream: __, ...body } = claude("")
  return { ...body, ...more }
}

/** The same as text completions. */
export const text = (model: string, usage = true) => ({
  model,
  prompt: "Be brief.\n\nUser: Hi\nAssistant:",
  stop: ["\nUser:"],
  max_tokens: 64,
  temperature: 0.5,
  stream: true,
  ...(usage ? { stream_options: { include_usage: true } } : {})
})
