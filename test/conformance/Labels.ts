/**
 * What the recordings' manifest cannot say: the class of each error, by hand, and where the manifest itself is wrong.
 */
import type { ProviderError } from "../../src/domain/CompletionError.ts"

/** The class of every recorded error, read from its status, its code and its sentence. */
export const errorClasses: Readonly<Record<string, ProviderError["_tag"]>> = {
  "anthropic-messages/error-anthropic-anthropic-completion-invalid-api-key-0-9d3270": "AuthenticationError",
  "anthropic-messages/error-anthropic-model-name-suggestion-anthropic-0-73062b": "ModelNotFoundError",
  "anthropic-messages/error-anthropic-claude-3-5-haiku-20241022-object-basic-0-c189c9": "InvalidRequestError",
  "anthropic-messages/error-anthropic-claude-haiku-4-5-20251001-object-basic-0-e3d5f0": "InvalidRequestError",
  "anthropic-messages/error-anthropic-real-error-scenarios-anthropic-claude-haiku-4-5-handles-context-length-0-e154cd":
    "ContextLengthExceededError",
  "bedrock-converse/error-amazon-bedrock-bedrock-converse-error-0-5bdfd5": "AuthenticationError",
  "bedrock-converse/error-amazon-bedrock-model-name-suggestion-bedrock-0-389515": "ModelNotFoundError",
  "bedrock-converse/error-amazon-bedrock-anthropic-claude-opus-4-1-20250805-v1-0-usage-0-91eb73": "AuthenticationError",
  "bedrock-converse/error-amazon-bedrock-error-handling-with-bedrock-amazon-nova-2-lite-v1-0-raises-appropriate-0-b5af0e":
    "AuthenticationError",
  "cohere-v2/error-cohere-agent-with-multiple-tools-5-8b3688": "ModelNotFoundError",
  "cohere-v2/error-cohere-error-handling-with-cohere-command-a-03-2025-raises-appropriate-auth-e-0-d43f9e":
    "AuthenticationError",
  "cohere-v2/error-cohere-real-error-scenarios-cohere-command-a-03-2025-handles-context-length-e-0-bbe044":
    "ContextLengthExceededError",
  "gemini/error-google-cached-content-matrix-edge-double-delete-2-1fa638": "PermissionDeniedError",
  // A limit of a minute, in spite of what its sentence says of quotas and plans.
  "gemini/error-google-real-error-scenarios-gemini-gemini-2-5-flash-handles-context-length-ex-0-c7c89c":
    "RateLimitedError",
  "gemini/error-google-testgoogle-test-count-tokens-error-0-71ede9": "ModelNotFoundError",
  "gemini/error-google-vertex-generate-content-missing-model-0-997b71": "ModelNotFoundError",
  "gemini/error-google-vertex-real-error-scenarios-vertexai-gemini-2-5-flash-handles-context-length-1-bcede1":
    "ContextLengthExceededError",
  "mistral/error-mistral-capability-edges-one-request-over-mistrals-batch-cap-is-rejected-0-1d740b":
    "InvalidRequestError",
  "mistral/error-mistral-logprobs-rejection-matrix-blocking-ministral-3b-0-51b601": "InvalidRequestError",
  "mistral/error-mistral-models-list-models-rejected-key-reports-api-error-with-context-0-9bc03d":
    "AuthenticationError",
  "mistral/error-mistral-response-identity-edge-blocking-error-carries-the-correlation-id-0-6a3dd1":
    "ModelNotFoundError",
  "ollama/error-ollama-chat-error-records-model-name-0-e829d5": "ModelNotFoundError",
  "openai-chat/error-azure-prompt-content-filtering-0-cb8150": "ContentFilteredError",
  "openai-chat/error-azure-mai-ds-r1-tool-round-trip-1-0-6e722d": "InvalidRequestError",
  "openai-chat/error-azure-real-error-scenarios-azure-grok-4-1-fast-non-reasoning-handles-context-0-aafd46":
    "RateLimitedError",
  "openai-chat/error-openai-testopenai-test-embed-error-0-67cd35": "ModelNotFoundError",
  "openai-chat/error-openai-text-embedding-3-large-embed-basic-0-b4068e": "AuthenticationError",
  "openai-chat/error-openai-image-edit-functionality-with-remote-urls-rejects-edits-with-a-url-hav-0-331ff3":
    "InvalidRequestError",
  "openai-compat/error-deepseek-deepseek-responses-rejects-interleaved-function-calls-0-00a4c9": "InvalidRequestError",
  "openai-compat/error-doubleword-error-matrix-invalid-key-blocking-0-b43bf3": "PermissionDeniedError",
  "openai-compat/error-groq-tool-regular-error-0-e02140": "ModelNotFoundError",
  "openai-compat/error-groq-tool-use-failed-error-with-text-0-6eff2b": "InvalidRequestError",
  "openai-compat/error-llamacpp-error-matrix-missing-api-key-is-401-0-eb10bc": "AuthenticationError",
  "openai-compat/error-llamacpp-multimodal-matrix-unfetchable-image-url-0-5d7a5e": "ServerError",
  "openai-compat/error-ollama-cloud-real-error-scenarios-ollama-cloud-gpt-oss-120b-handles-context-length-0-593fa9":
    "ContextLengthExceededError",
  "openai-compat/error-openrouter-openrouter-errors-raised-0-e333ec": "RateLimitedError",
  "openai-compat/error-openrouter-error-handling-with-openrouter-claude-haiku-4-5-raises-appropriate-aut-0-a5c01d":
    "AuthenticationError",
  "openai-compat/error-perplexity-error-handling-with-perplexity-sonar-raises-appropriate-auth-error-0-b10b35":
    "AuthenticationError",
  "openai-compat/error-venice-error-envelope-nonexistent-model-error-preserves-status-and-body-0-380bbc":
    "ModelNotFoundError",
  "openai-compat/error-voyage-testvoyageai-test-embed-error-0-bcee54": "ModelNotFoundError",
  "openai-compat/error-xai-grok-code-fast-1-reasoning-basic-0-792d42": "InvalidRequestError",
  "openai-compat/error-xai-response-identity-provider-error-classifies-with-contract-but-reports-0-baff3f":
    "ModelNotFoundError",
  "openai-compat/stream-groq-tool-use-failed-error-streaming-with-text-0-952e74": "InvalidRequestError",
  "openai-compat/stream-groq-meta-llama-llama-4-scout-17b-16e-instruct-object-streaming-0-6e8fe0":
    "InvalidRequestError",
  "openai-compat/stream-openrouter-openrouter-stream-error-0-baafd4": "InvalidRequestError",
  "openai-responses/error-openai-inferred-model-name-suggestion-0-83b856": "ModelNotFoundError",
  "openai-responses/error-openai-multimodal-tool-return-matrix-direct-url-audio-openai-responses-1-193f1e":
    "InvalidRequestError",
  "openai-responses/error-openai-error-handling-with-openai-gpt-5-nano-raises-appropriate-auth-error-0-495291":
    "AuthenticationError",
  "openai-responses/error-openai-codex-http-errors-nonstreaming-unauthorized-preserves-status-and-body-0-e8c169":
    "AuthenticationError",
  "openai-responses/stream-openai-stream-rate-limited-1-0-97980c": "RateLimitedError"
}

export interface KnownManifestError {
  readonly id: string
  /** What the manifest should say. */
  readonly correction: Readonly<Record<string, unknown>>
  /** The bytes of the recording that show it. */
  readonly bytes: string
  readonly reason: string
}

export const knownManifestErrors: ReadonlyArray<KnownManifestError> = [
  {
    id: "openai-chat/response-openai-open-ai-function-calls-0-c1da15",
    correction: {
      toolCalls: [{ id: "call_g97rcu_0", name: "get_current_weather", arguments: { location: "Boston" } }]
    },
    bytes: `"function_call": {
          "name": "get_current_weather",`,
    reason: "the manifest counts only `tool_calls`; the message calls its tool in the older `function_call`"
  },
  {
    id: "bedrock-converse/response-amazon-bedrock-bedrock-model-with-code-execution-tool-0-7f46c3",
    correction: {
      toolCalls: [{ id: "tooluse_DaRsVjwcShCI_3pOsIsWqg", name: "final_result", arguments: { result: 7006652 } }]
    },
    bytes: `"toolUseId": "tooluse_dV5ehBNfl1hUE-UTM9cIww", "type": "server_tool_use"`,
    reason: "the manifest lists the call of a tool that the service runs, and has run: it is no call to us"
  },
  {
    id:
      "bedrock-converse/response-amazon-bedrock-web-search-with-bedrock-amazon-nova-2-lite-v1-0-grounds-the-answer-wit-0-02e35e",
    correction: { toolCalls: [] },
    bytes: `"toolUseId":"tooluse_LTbeLF0_61l6iszSDowm2Q","type":"server_tool_use"`,
    reason: "the manifest lists the call of a tool that the service runs, and has run: it is no call to us"
  },
  {
    id:
      "bedrock-converse/stream-amazon-bedrock-web-search-with-bedrock-amazon-nova-2-lite-v1-0-streams-grounded-turns-0-9edab6",
    correction: { toolCalls: [] },
    bytes: `"toolUseId":"tooluse_Oqij0o-Rw7vDmltFQvRpVQ","type":"server_tool_use"`,
    reason: "the manifest lists the call of a tool that the service runs, and has run: it is no call to us"
  },
  {
    id: "bedrock-converse/stream-amazon-bedrock-openai-gpt-oss-120b-1-0-streaming-0-3c6521",
    correction: {
      usage: {
        inputTokens: 90,
        cachedInputTokens: 0,
        cacheWriteInputTokens: 0,
        outputTokens: 81,
        reasoningOutputTokens: 0,
        totalTokens: 171
      }
    },
    bytes: "ImFtYXpvbi1iZWRyb2NrLWludm9jYXRpb25NZXRyaWNzIjp7ImlucHV0VG9r",
    reason:
      "the manifest counts only the model's own usage; the last event has the metrics of the invocation, in base64"
  },
  {
    id: "bedrock-converse/stream-amazon-bedrock-openai-gpt-oss-20b-1-0-streaming-0-898009",
    correction: {
      usage: {
        inputTokens: 90,
        cachedInputTokens: 0,
        cacheWriteInputTokens: 0,
        outputTokens: 100,
        reasoningOutputTokens: 0,
        totalTokens: 190
      }
    },
    bytes: "bWF6b24tYmVkcm9jay1pbnZvY2F0aW9uTWV0cmljcyI6eyJpbnB1dFRva2Vu",
    reason:
      "the manifest counts only the model's own usage; the last event has the metrics of the invocation, in base64"
  }
]
