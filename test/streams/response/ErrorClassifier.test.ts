/**
 * Which error a provider's refusal becomes: for each kind of failure, how the providers say it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import type { ProviderError } from "../../../src/domain/CompletionError.ts"
import type { Quirks } from "../../../src/domain/Quirks.ts"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import type { DecodeContext } from "../../../src/streams/response/StreamDecoder.ts"
import * as ErrorClassifier from "../../../src/streams/response/ErrorClassifier.ts"
import { context, encoder, run } from "../../support/Decoding.ts"

const quirksFor = (provider: string): Quirks =>
  KnownProviders.definitions.find(({ aliases, id }) => id === provider || aliases.includes(provider))?.quirks ?? {}

const contextFor = (provider: string, headers: DecodeContext["headers"] = {}): DecodeContext =>
  context({ error: { provider }, quirks: quirksFor(provider), headers })

type Body = string | Readonly<Record<string, unknown>> | ReadonlyArray<unknown>

const classify = (
  provider: string,
  status: number,
  body: Body,
  headers?: DecodeContext["headers"]
): ProviderError =>
  ErrorClassifier.classify(
    status,
    typeof body === "string" ? body : JSON.stringify(body),
    contextFor(provider, headers)
  )

/** The error objects of the providers, as their pages and their answers have them. */
const openai = (message: string, type: string | null, code: string | null): Body => ({
  error: { message, type, param: null, code }
})
const zhipu = (code: number, message = "…"): Body => ({ error: { code: String(code), message } })
const minimax = (status_code: number, status_msg = "…"): Body => ({ base_resp: { status_code, status_msg } })
const openrouter = (code: number, message: string, metadata?: unknown): Body => ({
  error: { code, message, ...(metadata === undefined ? {} : { metadata }) }
})
const google = (code: number, status: string, message: string, details: ReadonlyArray<unknown> = []): Body => ({
  error: { code, status, message, details }
})
const cloudflare = (code: number, message: string): Body => ({
  success: false,
  errors: [{ code, message }],
  messages: [],
  result: null
})
const tencent = (Code: string, Message = "…"): Body => ({ Response: { Error: { Code, Message }, RequestId: "r" } })
const mistral = (type: string, code: string, message: string): Body => ({
  object: "error",
  message,
  type,
  param: null,
  code,
  raw_status_code: 400
})
const anthropic = (type: string, message = "…"): Body => ({ type: "error", error: { type, message } })

const exceeded = "You exceeded your current quota, please check your plan and billing details."
const quota = (quotaId: string, quotaValue = "25") => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaMetric: "generativelanguage.googleapis.com/free_requests", quotaId, quotaValue }]
})

type Row = readonly [provider: string, status: number, body: Body, headers?: DecodeContext["headers"]]

const amazon = (type: string): DecodeContext["headers"] => ({
  "x-amzn-errortype": `${type}:http://internal.amazon.com/`
})

const rows: Readonly<Partial<Record<ProviderError["_tag"], ReadonlyArray<Row>>>> = {
  AuthenticationError: [
    ["cohere", 498, { message: "invalid token" }],
    ["openai", 401, openai("Incorrect API key provided: x.", "invalid_request_error", "invalid_api_key")],
    ["anthropic", 401, anthropic("authentication_error", "invalid x-api-key")],
    ["groq", 401, openai("Invalid API Key", "invalid_request_error", "invalid_api_key")],
    [
      "deepseek",
      401,
      openai("Authentication Fails, Your api key is invalid", "authentication_error", "invalid_request_error")
    ],
    ["mistral", 401, { detail: "Invalid API Key" }],
    ["openrouter", 401, openrouter(401, "Missing Authentication header")],
    ["vllm", 401, { error: { code: 401, message: "Invalid API Key", type: "authentication_error" } }],
    ["moonshot", 401, { error: { message: "Invalid Authentication", type: "invalid_authentication_error" } }],
    ...[1000, 1001, 1002, 1003, 1004].map((code): Row => ["zhipuai", 401, zhipu(code)]),
    ["gemini", 400, google(400, "INVALID_ARGUMENT", "API key not valid.", [{ reason: "API_KEY_INVALID" }])],
    ["gemini", 401, google(401, "UNAUTHENTICATED", "Request had invalid credentials.")],
    ["xai", 400, { code: "invalid-argument", error: "Incorrect API key provided: xa***. You can obtain one." }],
    ["bedrock", 403, { message: "The security token is invalid." }, amazon("UnrecognizedClientException")],
    ["bedrock", 403, { message: "expired" }, amazon("ExpiredTokenException")],
    ["bedrock", 403, { message: "no" }, amazon("InvalidSignatureException")],
    ["minimax", 200, minimax(1004, "login fail: Please carry the API secret key")],
    ["minimax", 200, minimax(2049, "invalid api key")],
    ["hunyuan", 200, tencent("AuthFailure.SignatureFailure")],
    ["hunyuan", 200, tencent("AuthFailure")],
    ["ernie", 401, { error: { code: "invalid_iam_token", message: "…", type: "x" } }],
    ["qianwen", 401, { code: "InvalidApiKey", message: "…", request_id: "r" }],
    ["cloudflare", 401, cloudflare(10000, "…")],
    ["perplexity", 401, "<html><head><title>401 Authorization Required</title></head></html>"],
    ["jina", 401, { detail: "Invalid API key" }],
    ["ai21", 401, { detail: "Forbidden: Bad or missing API token." }]
  ],
  PermissionDeniedError: [
    ["ernie", 401, { error: { code: "no_parameter_permission", message: "…", type: "invalid_request_error" } }],
    ["voyageai", 403, { detail: "This key belongs to another host." }],
    ["openai", 403, openai("Country, region, or territory not supported", "x", "unsupported_country_region_territory")],
    ["anthropic", 403, anthropic("permission_error")],
    ["moonshot", 403, { error: { message: "…", type: "permission_denied_error" } }],
    ["gemini", 403, google(403, "PERMISSION_DENIED", "…")],
    ["bedrock", 403, { message: "…" }, amazon("AccessDeniedException")],
    ["zhipuai", 400, zhipu(1220)],
    ["zhipuai", 400, zhipu(1311)],
    ["zhipuai", 434, { message: "…" }],
    ["openrouter", 403, openrouter(403, "Key is disabled")],
    ["github", 403, openai("The token does not have access to models: needs models:read", null, "no_access")],
    ["vllm", 400, openai("You do not have access to this", null, null)],
    ["hunyuan", 200, tencent("UnauthorizedOperation")]
  ],
  ModelNotFoundError: [
    ["mistral", 404, mistral("invalid_model", "1500", "…")],
    [
      "openrouter",
      400,
      openrouter(400, "Provider returned error", {
        raw: "{\"error\":{\"code\":\"model_not_found\",\"message\":\"x\"}}"
      })
    ],
    [
      "openai",
      404,
      openai(
        "The model `x` does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found"
      )
    ],
    ["openai", 400, openai("…", "invalid_request_error", "previous_response_not_found")],
    ["anthropic", 404, anthropic("not_found_error", "model: x")],
    ["moonshot", 404, { error: { message: "Not found the model x", type: "resource_not_found_error" } }],
    ["gemini", 404, google(404, "NOT_FOUND", "models/x is not found for API version v1beta")],
    ["bedrock", 404, { message: "…" }, amazon("ResourceNotFoundException")],
    ["bedrock", 400, { message: "The provided model identifier is invalid." }, amazon("ValidationException")],
    ["mistral", 400, mistral("invalid_model", "1500", "Invalid model: x")],
    ["mistral", 400, mistral("invalid_request_error", "1500", "…")],
    ["azure", 404, openai("The API deployment for this resource does not exist.", null, "DeploymentNotFound")],
    ["zhipuai", 400, zhipu(1211)],
    ["deepseek", 400, openai("Model Not Exist: supported API model names are a and b", "invalid_request_error", null)],
    ["openrouter", 400, openrouter(400, "x/y is not a valid model ID")],
    ["xai", 400, { code: "invalid-argument", error: "Model not found: x" }],
    ["groq", 404, openai("The model `x` does not exist", "invalid_request_error", "model_not_found")],
    ["vllm", 404, { object: "error", message: "The model `x` does not exist.", type: "NotFoundError", code: 404 }],
    ["cohere", 404, { id: "i", message: "model 'x' not found, make sure the correct model ID was used" }],
    ["together", 404, openai("Unable to access model x", "invalid_request_error", "model_not_available")],
    ["cloudflare", 400, cloudflare(5007, "No such model @cf/x or task")],
    ["ernie", 400, { error: { code: "invalid_model", message: "…", type: "x" } }],
    ["ollama", 404, { error: "model \"x\" not found, try pulling it first" }]
  ],
  InvalidRequestError: [
    ["ernie", 400, { error: { code: "invalid_messages", message: "…", type: "invalid_request_error" } }],
    ["ernie", 400, { error: { code: "invalid_argument", message: "…", type: "invalid_request_error" } }],
    ["ernie", 400, { error: { code: "malformed_json", message: "…", type: "invalid_request_error" } }],
    ["moonshot", 400, openai("invalid temperature: only 1 is allowed for this model", "invalid_request_error", null)],
    ["perplexity", 400, { error: { code: 400, message: "unknown field \"top_k\"", type: "invalid_request" } }],
    ["openai", 409, openai("…", null, null)],
    ["openai", 400, openai("…", "invalid_request_error", "invalid_value")],
    ["openai", 400, openai("…", "invalid_request_error", "unknown_parameter")],
    ["openai", 400, openai("…", "invalid_request_error", "invalid_prompt")],
    ["openai", 422, openai("…", null, null)],
    ["anthropic", 400, anthropic("invalid_request_error")],
    ["anthropic", 409, anthropic("conflict_error")],
    ["anthropic", 413, anthropic("request_too_large")],
    ["gemini", 400, google(400, "INVALID_ARGUMENT", "…")],
    ["gemini", 400, google(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")],
    ["bedrock", 400, { message: "…" }, amazon("ValidationException")],
    ["minimax", 200, minimax(2013, "invalid params")],
    ...[1210, 1213, 1214, 1215].map((code): Row => ["zhipuai", 400, zhipu(code)]),
    ["xai", 400, { code: "Client specified an invalid argument", error: "Model x does not support parameter stop." }],
    ["xai", 400, { code: "invalid-argument", error: "…" }],
    [
      "groq",
      400,
      openai("Tool choice is required, but model did not call a tool", "invalid_request_error", "tool_use_failed")
    ],
    ["groq", 400, openai("Failed to generate JSON", "invalid_request_error", "json_validate_failed")],
    ["groq", 413, openai("Request too large for model x: Limit 6000, Requested 9000", "tokens", "rate_limit_exceeded")],
    ["deepseek", 422, openai("…", "invalid_request_error", null)],
    ["mistral", 422, { detail: [{ loc: ["body", "messages"], msg: "Field required", type: "missing" }] }],
    ["mistral", 422, {
      message: { detail: [{ loc: ["body"], msg: "Input should be a valid list", type: "list_type" }] }
    }],
    ["voyageai", 400, { detail: "The request body is not valid JSON." }],
    ["jina", 422, { detail: [{ loc: ["body", "input"], msg: "Field required", type: "missing" }] }],
    ["ai21", 422, { detail: [{ loc: ["body"], msg: "…", type: "missing" }] }],
    ["together", 400, { error: "bad" }],
    ["together", 400, { message: "bad", type_: "x" }],
    ["huggingface", 400, { error: ["bad"] }],
    ["cloudflare", 400, cloudflare(5004, "Invalid data")],
    ["qianwen", 400, openai("…", "invalid_request_error", "invalid_parameter_error")],
    ["hunyuan", 200, tencent("InvalidParameterValue.Model")]
  ],
  ContextLengthExceededError: [
    [
      "anthropic",
      400,
      anthropic(
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length"
      )
    ],
    ["ernie", 400, { error: { code: "tokens_too_long", message: "…", type: "invalid_request_error" } }],
    ["ernie", 400, { error: { code: "characters_too_long", message: "…", type: "invalid_request_error" } }],
    ["openai", 400, openai("…", "invalid_request_error", "context_length_exceeded")],
    ["openai", 400, openai("Your input exceeds the context window of this model.", "invalid_request_error", null)],
    ["anthropic", 400, anthropic("invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum")],
    ["bedrock", 400, { message: "Input is too long for requested model." }, amazon("ValidationException")],
    [
      "gemini",
      400,
      google(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).")
    ],
    ["xai", 400, {
      code: "invalid-argument",
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens."
    }],
    [
      "groq",
      400,
      openai(
        "Please reduce the length of the messages or completion.",
        "invalid_request_error",
        "context_length_exceeded"
      )
    ],
    ["openrouter", 400, openrouter(400, "This endpoint's maximum context length is 8 tokens.")],
    [
      "openrouter",
      400,
      openrouter(400, "Provider returned error", { raw: "{\"error\":{\"code\":\"context_length_exceeded\"}}" })
    ],
    ["openrouter", 400, openrouter(400, "Provider returned error", { raw: { message: "prompt is too long: 9 > 8" } })],
    ["deepseek", 400, openai("This model's maximum context length is 131072 tokens.", "invalid_request_error", null)],
    ["vllm", 400, {
      object: "error",
      message: "This model's maximum context length is 8 tokens.",
      type: "BadRequestError",
      code: 400
    }],
    ["openai-compatible", 400, {
      error: {
        code: 400,
        message: "request (2009 tokens) exceeds the available context size (512 tokens)",
        type: "exceed_context_size_error"
      }
    }],
    ["openai-compatible", 400, openai("the number of tokens is greater than the context length", null, null)],
    ["minimax", 200, minimax(2013, "invalid params, context window exceeds limit")],
    ["minimax", 200, minimax(1039, "token limit")],
    ["moonshot", 400, {
      error: {
        message: "Invalid request: Your request exceeded model token limit: 8192",
        type: "invalid_request_error"
      }
    }],
    [
      "mistral",
      400,
      mistral(
        "invalid_request_message_tokens",
        "3051",
        "Prompt contains 9 tokens, too large for model with 8 maximum context length"
      )
    ],
    ["zhipuai", 400, zhipu(1261)],
    [
      "github",
      413,
      openai("Request body too large for gpt-4o model. Max size: 8000 tokens.", null, "tokens_limit_reached")
    ],
    ["together", 400, { error: { message: "…", code: "context_length_exceeded" } }]
  ],
  ContentFilteredError: [
    ["azure", 400, {
      error: { code: "content_filter", message: "…", innererror: { code: "ResponsibleAIPolicyViolation" } }
    }],
    ["openai", 400, openai("…", "invalid_request_error", "content_policy_violation")],
    ["openai", 400, openai("…", "invalid_request_error", "cyber_policy")],
    [
      "qianwen",
      400,
      openai("Input data may contain inappropriate content.", "data_inspection_failed", "data_inspection_failed")
    ],
    ["qianwen", 400, { code: "DataInspectionFailed", message: "…", request_id: "r" }],
    ["zhipuai", 400, zhipu(1301)],
    ["zhipuai", 400, zhipu(1300)],
    ["minimax", 200, minimax(1026)],
    ["minimax", 200, minimax(1027)],
    ["moonshot", 400, {
      error: { message: "The request was rejected because it was considered high risk", type: "content_filter" }
    }],
    [
      "openrouter",
      403,
      openrouter(403, "…", { reasons: ["violence"], flagged_input: "…", provider_name: "x", model_slug: "y" })
    ]
  ],
  RateLimitedError: [
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", exceeded)],
    ["gemini", 200, google(429, "RESOURCE_EXHAUSTED", exceeded)],
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", exceeded, [quota("GenerateRequestsPerMinutePerProject")])],
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", "You exceeded your spend-based rate limit, see your tier.")],
    ["vertexai", 429, google(429, "RESOURCE_EXHAUSTED", exceeded)],
    [
      "openrouter",
      429,
      openrouter(429, "Provider returned error", {
        raw: { error: { message: exceeded, status: "RESOURCE_EXHAUSTED" } }
      })
    ],
    ["openrouter", 429, openrouter(429, "Rate limit exceeded: free-models-per-min. Add credits for 1000 per day")],
    ["bedrock", 429, { message: "Too many tokens, please wait before trying again." }, amazon("ThrottlingException")],
    [
      "groq",
      429,
      openai(
        "Rate limit reached on tokens per day (TPD): Limit 9. Please try again in 7.2s.",
        "tokens",
        "rate_limit_exceeded"
      )
    ],
    ["openai", 429, openai("Rate limit reached for gpt-4o", "requests", "rate_limit_exceeded")],
    ["anthropic", 429, anthropic("rate_limit_error")],
    ["moonshot", 429, { error: { message: "…", type: "rate_limit_reached_error" } }],
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted.")],
    ["bedrock", 429, { message: "Too many requests" }, amazon("ThrottlingException")],
    ["github", 429, openai("Rate limit of 10 per 60s exceeded for UserByMinute.", null, "RateLimitReached")],
    ["azure", 429, openai("…", null, "429")],
    ...[1302, 1303, 1305, 1313].map((code): Row => ["zhipuai", 429, zhipu(code)]),
    ["minimax", 200, minimax(1002, "rate limit")],
    ["minimax", 200, minimax(1039, "rate limit exceeded(TPM)")],
    ["qianwen", 429, { code: "Throttling.RateQuota", message: "…", request_id: "r" }],
    ["qianwen", 429, openai("…", "limit_requests", "limit_requests")],
    ["ernie", 429, { error: { code: "rpm_rate_limit_exceeded", message: "…", type: "x" } }],
    ["openrouter", 429, openrouter(429, "Provider returned error", { raw: "x is temporarily rate-limited upstream." })],
    ["openrouter", 402, openrouter(402, "…", { limit_source: "openrouter_in_flight_budget" }), { "retry-after": "2" }],
    [
      "mistral",
      429,
      mistral("service_tier_capacity_exceeded", "3505", "Service tier capacity exceeded for this model.")
    ],
    ["together", 429, { message: "…" }],
    ["hunyuan", 200, tencent("RequestLimitExceeded")],
    ["hunyuan", 200, tencent("LimitExceeded")],
    ["cohere", 429, { message: "You are using a Trial key, which is limited" }]
  ],
  UsageLimitReachedError: [
    [
      "gemini",
      429,
      google(429, "RESOURCE_EXHAUSTED", exceeded, [quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")])
    ],
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", exceeded, [quota("GenerateRequestsPerMinutePerProject", "0")])],
    [
      "gemini",
      429,
      google(
        429,
        "RESOURCE_EXHAUSTED",
        `${exceeded}\n* Quota exceeded for metric: generativelanguage.googleapis.com/free_requests, limit: 0, model: m`
      )
    ],
    ["gemini", 429, google(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.")],
    ["openrouter", 429, openrouter(429, "Rate limit exceeded: free-models-per-day")],
    ["openrouter", 429, openrouter(429, "Limit reached", { limit_source: "openrouter_free_tier_daily" })],
    [
      "bedrock",
      429,
      { message: "Too many tokens per day, please wait before trying again." },
      amazon("ThrottlingException")
    ],
    [
      "openai",
      429,
      openai("Rate limit reached on requests per day (RPD): Limit 9.", "requests", "rate_limit_exceeded")
    ],
    [
      "github",
      429,
      openai("Rate limit of 9 per 86400s exceeded for UserByDay. Please wait 5000 seconds.", null, "RateLimitReached")
    ],
    ["openai-compatible", 429, openai(exceeded, null, null)],
    ["openai", 429, openai("You exceeded your current quota.", "insufficient_quota", "insufficient_quota")],
    ["openai", 429, { error: { type: "usage_limit_reached", plan_type: "plus", resets_at: 1 } }],
    ["openai", 429, { error: { type: "usage_not_included" } }],
    ["anthropic", 402, anthropic("billing_error")],
    ["anthropic", 429, {
      type: "error",
      error: { type: "rate_limit_error", message: "…", details: { error_code: "enforced_spend_limit_reached" } }
    }],
    ["anthropic", 400, anthropic("invalid_request_error", "Your credit balance is too low")],
    ["moonshot", 429, { error: { message: "…", type: "exceeded_current_quota_error" } }],
    ["deepseek", 402, openai("Insufficient Balance", "unknown_error", "invalid_request_error")],
    ["openrouter", 402, openrouter(402, "This request requires more credits")],
    ["bedrock", 400, { message: "…" }, amazon("ServiceQuotaExceededException")],
    ...[1113, 1304, 1308, 1309, 1310].map((code): Row => ["zhipuai", 429, zhipu(code)]),
    ["minimax", 200, minimax(1008, "insufficient balance")],
    ["qianwen", 400, openai("Access denied, your account is not in good standing.", "Arrearage", "Arrearage")],
    ["huggingface", 402, { error: "You have exceeded your monthly included credits" }],
    ["cloudflare", 429, cloudflare(3036, "You have used up your daily free allocation of 10,000 neurons")],
    ["hunyuan", 200, tencent("ResourceUnavailable.InArrears")],
    ["cohere", 402, { message: "Payment Required" }]
  ],
  OverloadedError: [
    ["azure", 429, openai("The system is currently experiencing high demand.", null, "too_many_requests")],
    ["azure", 429, openai("We are temporarily unable to process your request.", null, "429")],
    ["anthropic", 529, anthropic("overloaded_error", "Overloaded")],
    ["openai", 503, openai("…", "server_error", "server_is_overloaded")],
    ["openai", 503, openai("…", null, "slow_down")],
    ["gemini", 503, google(503, "UNAVAILABLE", "The model is overloaded.")],
    ["bedrock", 503, { message: "…" }, amazon("ServiceUnavailableException")],
    ["bedrock", 429, { message: "…" }, amazon("ModelNotReadyException")],
    ["moonshot", 429, { error: { message: "The engine is currently overloaded", type: "engine_overloaded_error" } }],
    ["groq", 498, openai("Flex tier capacity exceeded", "invalid_request_error", "capacity_exceeded")],
    ["groq", 498, ""],
    ["zhipuai", 429, zhipu(1312)],
    ["openrouter", 502, openrouter(502, "Provider returned error")],
    ["openrouter", 503, openrouter(503, "No instances available")],
    ["deepseek", 503, openai("…", "service_unavailable", null)],
    ["xai", 200, { code: "The service is currently unavailable", error: "…" }],
    ["cloudflare", 429, cloudflare(3040, "Capacity temporarily exceeded, please try again.")],
    ["together", 503, { error: "The engine is currently overloaded, please try again later" }],
    ["hunyuan", 200, tencent("ResourceUnavailable.NotExist")]
  ],
  ServerError: [
    ["cohere", 499, { message: "client closed request" }],
    ["groq", 499, openai("Request cancelled", null, null)],
    ["openai", 500, openai("The server had an error", "server_error", null)],
    ["anthropic", 500, anthropic("api_error")],
    ["gemini", 500, google(500, "INTERNAL", "…")],
    ["bedrock", 500, { message: "…" }, amazon("InternalServerException")],
    ["bedrock", 424, { message: "…" }, amazon("ModelErrorException")],
    ["bedrock", 424, { message: "…" }, amazon("modelStreamErrorException")],
    ["zhipuai", 500, zhipu(500)],
    ...[1200, 1230, 1234].map((code): Row => ["zhipuai", 400, zhipu(code)]),
    ["minimax", 200, minimax(1000)],
    ["minimax", 200, minimax(1013)],
    ["groq", 502, "<html>502</html>"],
    ["hunyuan", 200, tencent("InternalError")],
    ["hunyuan", 200, tencent("FailedOperation.EngineServerError")]
  ],
  RequestTimeoutError: [
    ["anthropic", 504, anthropic("timeout_error")],
    ["gemini", 504, google(504, "DEADLINE_EXCEEDED", "…")],
    ["bedrock", 408, { message: "…" }, amazon("ModelTimeoutException")],
    ["minimax", 200, minimax(1001)],
    ["openrouter", 408, openrouter(408, "…")],
    ["cloudflare", 408, cloudflare(3007, "Request timeout")],
    ["cloudflare", 524, "<html></html>"]
  ]
}

const cases = Object.entries(rows).flatMap(([tag, list]) =>
  list.map(([provider, status, body, headers]) => [tag, provider, status, body, headers] as const)
)

describe("a refusal is", () => {
  it.each(cases)("%s by %s with status %i and %j", (tag, provider, status, body, headers) => {
    if (status !== 200) {
      assert.strictEqual(classify(provider, status, body, headers)._tag, tag)
      return
    }
    // In answers that say that all is well: whole, and in the place of a stream.
    const text = JSON.stringify(body)
    const given = contextFor(provider, headers)
    assert.strictEqual(protocol.decodeWhole(text, given).failure?._tag, tag)
    assert.strictEqual(run(protocol, [encoder.encode(text)], given).failure?._tag, tag)
    assert.strictEqual(run(protocol, [encoder.encode(`data: ${text}\n\n`)], given).failure?._tag, tag)
  })

  it("tells what each body says", () => {
    const detailOf = (provider: string, status: number, body: Body) => classify(provider, status, body).detail
    assert.strictEqual(detailOf("mistral", 422, { message: { detail: [{ msg: "a" }, { msg: "b" }] } }), "a; b")
    assert.strictEqual(detailOf("huggingface", 400, { error: ["a", "b"] }), "a; b")
    assert.strictEqual(detailOf("deepinfra", 400, { detail: { error: "a" } }), "a")
    assert.strictEqual(detailOf("deepinfra", 400, { detail: { error: { message: "a" } } }), "a")
    assert.strictEqual(detailOf("cloudflare", 400, cloudflare(7000, "No route")), "No route")
    assert.strictEqual(detailOf("hunyuan", 400, tencent("X", "a")), "a")
    assert.strictEqual(detailOf("minimax", 400, minimax(2013, "a")), "a")
  })

  it("of its provider only: a code means something else to another", () => {
    assert.strictEqual(classify("openai-compatible", 429, zhipu(1113))._tag, "RateLimitedError")
    assert.strictEqual(classify("openai-compatible", 400, zhipu(1301))._tag, "InvalidRequestError")
  })

  it("by the status too, where a provider has its own", () => {
    const quirks: Quirks = { errorCodes: { 498: "authentication" } }
    const given = context({ quirks })
    assert.strictEqual(
      ErrorClassifier.classify(498, "{\"message\":\"invalid token\"}", given)._tag,
      "AuthenticationError"
    )
  })

  it("waited for as long as headers say, where it is a rate limit", () => {
    const hint = (headers: DecodeContext["headers"], status = 429) => {
      const failure = classify("github", status, openai("Rate limit", null, null), headers)
      const { retryAfter } = { retryAfter: undefined, ...failure }
      return retryAfter === undefined ? undefined : Duration.toMillis(retryAfter)
    }
    assert.strictEqual(hint({ "x-ratelimit-timeremaining": "12" }), 12_000)
    assert.strictEqual(hint({ "x-ratelimit-timeremaining": "12", "retry-after": "3" }), 3000)
    assert.strictEqual(hint({ "x-ratelimit-timeremaining": "12" }, 500), undefined)
    assert.strictEqual(hint({}), undefined)
  })

  const noon = Date.UTC(2026, 10, 28, 20)
  const at = (provider: string, body: Body) =>
    ErrorClassifier.classify(429, JSON.stringify(body), { ...contextFor(provider), now: noon })

  it.each<readonly [string, string, Body, number | undefined]>([
    [
      "of the headers that the body repeats",
      "openrouter",
      openrouter(
        429,
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        {
          headers: { "X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795910400000" }
        }
      ),
      1_795_910_400
    ],
    [
      "of the headers that the body repeats, by the name of the limit",
      "openrouter",
      openrouter(429, "Limit reached", {
        limit_source: "openrouter_free_tier_daily",
        headers: { "X-RateLimit-Reset": 1_795_910_400_000 }
      }),
      1_795_910_400
    ],
    [
      "at midnight in California, whatever the delay is",
      "gemini",
      google(429, "RESOURCE_EXHAUSTED", exceeded, [
        quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "5s" }
      ]),
      Date.UTC(2026, 10, 29, 8) / 1000
    ],
    [
      "after the delay of the message",
      "openai",
      openai("Limit reached on requests per day (RPD). Please try again in 7m12s.", "requests", "rate_limit_exceeded"),
      noon / 1000 + 432
    ],
    [
      "at no time, where nothing says when",
      "bedrock",
      { __type: "ThrottlingException", message: "Too many tokens per day, please wait before trying again." },
      undefined
    ],
    [
      "at no time, where the quota is zero",
      "gemini",
      google(429, "RESOURCE_EXHAUSTED", exceeded, [
        quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "0"),
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "5s" }
      ]),
      undefined
    ]
  ])("a limit that resets %s", (_, provider, body, resetsAt) => {
    const error = at(provider, body)
    assert.strictEqual(error._tag, "UsageLimitReachedError")
    assert.strictEqual(error.isRetryable, false)
    assert.strictEqual(error._tag === "UsageLimitReachedError" ? error.resetsAt : NaN, resetsAt)
  })

  it("a rate limit that ends when the headers in the body say", () => {
    const error = at(
      "openrouter",
      openrouter(429, "Rate limit exceeded: free-models-per-min", {
        headers: { "X-RateLimit-Reset": String(noon + 7000) }
      })
    )
    assert.deepStrictEqual(error._tag === "RateLimitedError" && error.retryAfter, Duration.seconds(7))
    assert.include(error.message, "Wait 7 s")
  })

  it.each<readonly [string, unknown, string]>([
    [
      "its message, from JSON in a text",
      "{\"error\":{\"message\":\"Missing 'bar'.\",\"type\":\"invalid_request_error\"}}",
      "Provider returned error: Missing 'bar'."
    ],
    ["its message, from an object", { message: "at most 1 image" }, "Provider returned error: at most 1 image"],
    ["its text", "x is not supported", "Provider returned error: x is not supported"],
    ["no page", "<html>502</html>", "Provider returned error"],
    ["nothing", null, "Provider returned error"]
  ])("shown with the cause that OpenRouter reports: %s", (_, raw, detail) => {
    const error = classify("openrouter", 400, openrouter(400, "Provider returned error", { raw, provider_name: "X" }))
    assert.strictEqual(error.detail, detail)
    assert.include(error.message, detail)
  })

  it("classified by the code of OpenRouter's upstream", () => {
    const error = classify("openrouter", 400, openrouter(400, "…", { provider_code: "context_length_exceeded" }))
    assert.strictEqual(error._tag, "ContextLengthExceededError")
  })

  it.each([
    ["overloaded", 503, "after 7 s"],
    ["server", 500, "after 7 s"],
    ["rate-limit", 429, "7 s"],
    ["timeout", 408, "after 7 s"]
  ])("shown with the wait that the provider names: %s", (_, status, wait) => {
    assert.include(classify("openai", status, openai("…", null, null), { "retry-after": "7" }).message, wait)
  })

  it("shown what the model wrote that no tool could be called with", () => {
    const error = { message: "m", type: "invalid_request_error", code: "tool_use_failed", failed_generation: "<call>" }
    const { failure } = run(protocol, [encoder.encode(`data: ${JSON.stringify({ error })}\n\n`)], contextFor("groq"))
    assert.strictEqual(failure?._tag, "InvalidRequestError")
    assert.deepStrictEqual([failure?.code, failure?.excerpt], ["tool_use_failed", "<call>"])
  })
})
