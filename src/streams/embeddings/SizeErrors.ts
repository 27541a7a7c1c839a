/**
 * Recognises error responses that say that an input is too long, or that a request has too many inputs.
 *
 * The rows of the table are by sentence, since most servers have one code for everything that is invalid. The first
 * row that matches decides. An error without a row of its own is one of size only by its class or its status.
 */
import { type CompletionError, ContextLengthExceededError, InvalidRequestError } from "../../domain/CompletionError.ts"

/** Whether one input is too long, or all inputs of a request together are too many or too large. */
export type SizeKind = "too-long" | "too-many"

/** What an error response says about the size of a request. */
export interface SizeProblem {
  /** The kind. */
  readonly kind: SizeKind
  /** The position in the request of the input that the sentence names. Default: it names none. */
  readonly input?: number
}

interface Row {
  readonly kind: SizeKind
  /** What the code and the sentence match. Its group `input` is the position of the input that is too long. */
  readonly pattern: RegExp
}

/** The rows, with the servers that write them. */
const rows: ReadonlyArray<Row> = [
  // llama.cpp, with status 500. One input has to fit into the server's physical batch.
  { kind: "too-long", pattern: /input( \(\d+ tokens\))? is too (large|big) to process/i },
  // OpenAI.
  { kind: "too-long", pattern: /invalid '?input\[(?<input>\d+)\]'?: maximum input length/i },
  { kind: "too-many", pattern: /max_tokens_per_request|array_above_max_length|array too long/i },
  // vLLM and servers that copied it: the input is named in none of its sentences.
  { kind: "too-long", pattern: /maximum (model |context |input )length|resulting in a maximum input length/i },
  // NVIDIA NIM.
  { kind: "too-long", pattern: /input length \d+ exceeds (the )?maximum allowed (token size|input length)/i },
  // Bedrock, which validates against a JSON Schema.
  { kind: "too-long", pattern: /#\/(texts|inputs)\/(?<input>\d+): expected maxLength/i },
  { kind: "too-long", pattern: /#\/\w+: expected maxLength|too many input tokens/i },
  { kind: "too-many", pattern: /#\/(texts|inputs): expected maximum item count/i },
  // Mistral.
  { kind: "too-long", pattern: /input id (?<input>\d+) has \d+ tokens/i },
  { kind: "too-many", pattern: /(^|\s)3210\b|too many tokens (in batch|overall)|split into more batches/i },
  // Voyage.
  { kind: "too-long", pattern: /example at index (?<input>\d+) in your batch/i },
  { kind: "too-many", pattern: /tokens per (request|submitted batch)/i },
  // Jina.
  { kind: "too-long", pattern: /single text cannot exceed/i },
  // Text Embeddings Inference.
  { kind: "too-long", pattern: /`?inputs`? must have less than \d+ tokens/i },
  // DashScope.
  { kind: "too-long", pattern: /range of input length should be/i },
  // Ollama.
  { kind: "too-long", pattern: /input length exceeds (the |maximum )?context length/i },
  // Cohere, Google, Azure, DashScope, Text Embeddings Inference.
  { kind: "too-many", pattern: /batch size|too many (inputs|texts|items|instances|requests in (the|a) batch)/i },
  {
    kind: "too-many",
    pattern: /(number of inputs|texts?|inputs|requests|instances)[^.]{0,40}(at most|maximum of) \d+/i
  },
  { kind: "too-many", pattern: /at most \d+ (requests|instances|inputs|texts)|\d+ instance\(s\) is the maximum/i },
  { kind: "too-many", pattern: /max number of inputs is \d+|payload size|(request|body) too large/i }
]

/** The classes that servers use for sizes. Others, such as a rate limit, have similar sentences. */
const eligible: ReadonlySet<CompletionError["_tag"]> = new Set<CompletionError["_tag"]>([
  "ContextLengthExceededError",
  "InvalidRequestError",
  "ServerError"
])

/** Returns what an error response says about the size of a request; `undefined` if it is about something else. */
export const find = (error: CompletionError): SizeProblem | undefined => {
  // Without a status nothing was sent.
  if (!eligible.has(error._tag) || error._tag === "ConfigurationError" || error.status === undefined) return undefined
  const text = `${error.code ?? ""} ${error.detail ?? ""}`
  for (const { kind, pattern } of rows) {
    const match = pattern.exec(text)
    if (match === null) continue
    const input = match.groups?.["input"]
    return input === undefined ? { kind } : { kind, input: Number(input) }
  }
  if (error._tag === "ContextLengthExceededError") return { kind: "too-long" }
  return error.status === 413 ? { kind: "too-many" } : undefined
}

/**
 * Replaces an error response by one of the class for its kind of size, so that it is not retried: llama.cpp reports an
 * input that is too long as a failure of the server.
 */
export const explain = (error: CompletionError): CompletionError => {
  const kind = find(error)?.kind
  if (kind === undefined || error._tag === "ConfigurationError") return error
  const tag = kind === "too-long" ? "ContextLengthExceededError" : "InvalidRequestError"
  if (error._tag === tag) return error
  const { _tag: _, shouldRetry: __, ...known } = error
  const fields = { ...known, ...(error.excerpt === undefined ? {} : { excerpt: error.excerpt }) }
  return kind === "too-long" ? new ContextLengthExceededError(fields) : new InvalidRequestError(fields)
}
