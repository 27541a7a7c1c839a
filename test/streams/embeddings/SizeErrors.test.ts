/**
 * Recognises the error responses that are about the size of a request, by kind and by server.
 */
import { assert, describe, it } from "@effect/vitest"
import {
  type CompletionError,
  ConnectionError,
  ContextLengthExceededError,
  InvalidRequestError,
  RateLimitedError
} from "../../../src/domain/CompletionError.ts"
import { defaults } from "../../../src/services/SluiceConfig.ts"
import { classify } from "../../../src/streams/response/ErrorClassifier.ts"
import * as SizeErrors from "../../../src/streams/embeddings/SizeErrors.ts"

/** Classifies an error response as the transport does. */
const responded = (status: number, body: object): CompletionError =>
  classify(status, JSON.stringify(body), {
    error: { provider: "p", model: "m", status },
    headers: {},
    now: 0,
    quirks: {},
    limits: defaults,
    scrub: (text) => text
  })

type Row = readonly [server: string, status: number, body: object, problem: SizeErrors.SizeProblem]

const rows: ReadonlyArray<Row> = [
  [
    "OpenAI, one input",
    400,
    { error: { message: "Invalid 'input[3]': maximum input length is 8192 tokens.", type: "invalid_request_error" } },
    { kind: "too-long", input: 3 }
  ],
  [
    "OpenAI, one input without its position",
    400,
    { error: { message: "This model's maximum context length is 8192 tokens, however you requested 8320 tokens" } },
    { kind: "too-long" }
  ],
  [
    "OpenAI, all tokens",
    400,
    { error: { message: "Requested 453357 tokens, max 300000 tokens per request", code: "max_tokens_per_request" } },
    { kind: "too-many" }
  ],
  [
    "OpenAI, inputs",
    400,
    {
      error: {
        message: "Invalid 'input': array too long. Expected an array with maximum length 2048, but got 2049.",
        code: "array_above_max_length"
      }
    },
    { kind: "too-many" }
  ],
  ["Azure", 400, { error: { message: "Too many inputs. The max number of inputs is 16." } }, { kind: "too-many" }],
  [
    "GitHub",
    413,
    { error: { code: "tokens_limit_reached", message: "Request body too large for m model. Max size: 8192 tokens." } },
    { kind: "too-many" }
  ],
  [
    "vLLM",
    400,
    {
      error: {
        message: "This model's maximum context length is 512 tokens. However, you requested 700 tokens in the input " +
          "for embedding generation. Please reduce the length of the input."
      }
    },
    { kind: "too-long" }
  ],
  [
    "vLLM, later",
    400,
    {
      error: {
        message: "You passed 8193 input tokens and requested 0 output tokens. However, the model's context length is " +
          "only 8192 tokens, resulting in a maximum input length of 8192 tokens."
      }
    },
    { kind: "too-long" }
  ],
  [
    "NIM",
    400,
    { object: "error", message: "Input length 851 exceeds maximum allowed token size 512", detail: {} },
    { kind: "too-long" }
  ],
  [
    "Bedrock Cohere, one text",
    400,
    { message: "Malformed input request: #/texts/5: expected maxLength: 2048, actual: 19882, please reformat" },
    { kind: "too-long", input: 5 }
  ],
  [
    "Bedrock Cohere, texts",
    400,
    { message: "Malformed input request: #/texts: expected maximum item count: 96, found: 97, please reformat" },
    { kind: "too-many" }
  ],
  [
    "Bedrock Titan",
    400,
    { message: "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9001" },
    { kind: "too-long" }
  ],
  [
    "Cohere",
    400,
    { message: "invalid request: total number of texts must be at most 96 - received 97" },
    { kind: "too-many" }
  ],
  [
    "llama.cpp",
    500,
    {
      error: {
        code: 500,
        message: "input is too large to process. increase the physical batch size",
        type: "server_error"
      }
    },
    { kind: "too-long" }
  ],
  [
    "llama.cpp, later",
    500,
    {
      error: {
        code: 500,
        message: "input (992 tokens) is too large to process. increase the physical batch size (current: 512)",
        type: "server_error"
      }
    },
    { kind: "too-long" }
  ],
  [
    "Mistral, tokens",
    400,
    { object: "error", message: "Too many tokens in batch. Max is 16384 got 17555", type: "invalid_request_error" },
    { kind: "too-many" }
  ],
  [
    "Mistral, inputs",
    400,
    { object: "error", message: "Too many inputs in request, split into more batches.", code: "3210" },
    { kind: "too-many" }
  ],
  [
    "Voyage",
    400,
    {
      detail: "Request to model 'v' failed. The max allowed tokens per submitted batch is 120000. Your batch has more."
    },
    { kind: "too-many" }
  ],
  ["Voyage, inputs", 400, { detail: "The batch size limit is 1000. Your batch size is 1001." }, { kind: "too-many" }],
  ["Jina", 400, { detail: "Single text cannot exceed 8194 tokens. 8746 tokens given." }, { kind: "too-long" }],
  [
    "Text Embeddings Inference, one input",
    413,
    { error: "Input validation error: `inputs` must have less than 512 tokens. Given: 534", error_type: "Validation" },
    { kind: "too-long" }
  ],
  [
    "Text Embeddings Inference, inputs",
    422,
    { error: "batch size 64 > maximum allowed batch size 32", error_type: "Validation" },
    { kind: "too-many" }
  ],
  ["Ollama", 400, { error: "the input length exceeds the context length" }, { kind: "too-long" }],
  ["Ollama, as a failure", 500, { error: "the input length exceeds the context length" }, { kind: "too-long" }],
  [
    "Gemini",
    400,
    { error: { code: 400, message: "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch" } },
    { kind: "too-many" }
  ],
  [
    "Vertex AI",
    400,
    { error: { code: 400, message: "250 instance(s) is the maximum that is allowed per prediction." } },
    { kind: "too-many" }
  ],
  [
    "DashScope",
    400,
    { code: "InvalidParameter", message: "batch size is invalid, it should not be larger than 10.: input.contents" },
    { kind: "too-many" }
  ],
  [
    "DashScope, one input",
    400,
    { code: "InvalidParameter", message: "Range of input length should be [1, 8192]" },
    { kind: "too-long" }
  ],
  ["a proxy", 413, { message: "no" }, { kind: "too-many" }]
]

describe("errors of size", () => {
  it.each(rows)("of %s (%d) are recognised", (_server, status, body, problem) => {
    const error = responded(status, body)
    assert.deepStrictEqual(SizeErrors.find(error), problem)
    const explained = SizeErrors.explain(error)
    assert.strictEqual(
      explained._tag,
      problem.kind === "too-long" ? "ContextLengthExceededError" : "InvalidRequestError"
    )
    assert.isFalse(explained.isRetryable)
    // The class does not change what is found.
    assert.deepStrictEqual(SizeErrors.find(explained), problem)
  })

  it.each<CompletionError>([
    new InvalidRequestError({ provider: "p", status: 400, detail: "'input' is invalid" }),
    new InvalidRequestError({ provider: "p", status: 400, detail: "Unknown parameter: 'dimensions'." }),
    new RateLimitedError({ provider: "p", status: 429, detail: "Too many inputs per minute: batch size" }),
    new ConnectionError({ provider: "p", detail: "batch size" }),
    // Not even sent.
    new InvalidRequestError({ provider: "p", detail: "batch size" }),
    new ContextLengthExceededError({ provider: "p" })
  ])("are no others: %s", (error) => {
    assert.isUndefined(SizeErrors.find(error))
    assert.strictEqual(SizeErrors.explain(error), error)
  })
})
