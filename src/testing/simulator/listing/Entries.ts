/**
 * Entries of model lists in the formats of the providers. All facts except the name are the same for every model.
 */
import type { Json, JsonObject } from "../Json.ts"

const context = 131_072
const output = 32_768
const created = 1_767_225_600

/** Returns the part of a name before its slash. */
const makerOf = (id: string): string => (id.includes("/") ? id.slice(0, id.indexOf("/")) : "simulator")

const openAi = (id: string): JsonObject => ({ id, object: "model", created, owned_by: makerOf(id) })

/**
 * Groq: OpenAI's entry with limits.
 *
 * @see https://console.groq.com/docs/api-reference#models-list
 */
export const groq = (id: string): Json => ({
  ...openAi(id),
  active: true,
  context_window: context,
  public_apps: null,
  max_completion_tokens: output
})

/**
 * Mistral: OpenAI's entry with capabilities.
 *
 * @see https://docs.mistral.ai/api/#tag/models
 */
export const mistral = (id: string): Json => ({
  ...openAi(id),
  owned_by: "mistralai",
  capabilities: {
    completion_chat: true,
    completion_fim: false,
    function_calling: true,
    fine_tuning: false,
    vision: false,
    classification: false
  },
  name: id,
  description: `${id}, simulated`,
  max_context_length: context,
  aliases: [],
  deprecation: null,
  default_model_temperature: 0.3,
  type: "base"
})

/**
 * Together: a type, and prices in dollars per million tokens.
 *
 * @see https://docs.together.ai/reference/models-1
 */
export const together = (id: string): Json => ({
  id,
  object: "model",
  created,
  type: "chat",
  running: false,
  display_name: id,
  organization: makerOf(id),
  link: "",
  license: "",
  context_length: context,
  config: { chat_template: "", stop: [], bos_token: "", eos_token: "" },
  pricing: { hourly: 0, input: 0.15, output: 0.6, base: 0, finetune: 0 }
})

/**
 * DeepInfra: OpenAI's entry with a metadata object.
 *
 * @see https://deepinfra.com/docs/openai_api
 */
export const deepInfra = (id: string): Json => ({
  ...openAi(id),
  owned_by: "deepinfra",
  root: id,
  parent: null,
  metadata: {
    description: `${id}, simulated`,
    context_length: context,
    max_tokens: output,
    pricing: { input_tokens: 0.15, output_tokens: 0.6 },
    tags: []
  }
})

/**
 * Hugging Face's router: the providers that serve a model.
 *
 * @see https://huggingface.co/docs/inference-providers/hub-api
 */
export const huggingFace = (id: string): Json => ({
  ...openAi(id),
  architecture: { input_modalities: ["text"], output_modalities: ["text"] },
  providers: [{
    provider: "simulator",
    status: "live",
    context_length: context,
    pricing: { input: 0.15, output: 0.6 },
    supports_tools: true,
    supports_structured_output: false,
    is_model_author: false
  }]
})

/**
 * OpenRouter: prices in dollars per token, as strings.
 *
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export const openRouter = (id: string): Json => ({
  id,
  canonical_slug: id,
  hugging_face_id: "",
  name: id,
  created,
  description: `${id}, simulated`,
  context_length: context,
  architecture: {
    modality: "text->text",
    input_modalities: ["text"],
    output_modalities: ["text"],
    tokenizer: "Other",
    instruct_type: null
  },
  pricing: { prompt: "0.00000015", completion: "0.0000006", request: "0", image: "0", input_cache_read: "0.00000003" },
  top_provider: { context_length: context, max_completion_tokens: output, is_moderated: false },
  per_request_limits: null,
  supported_parameters: ["max_tokens", "temperature", "tools", "tool_choice", "reasoning"]
})

/**
 * GitHub: an entry of the model catalogue.
 *
 * @see https://docs.github.com/en/rest/models/catalog
 */
export const gitHub = (id: string): Json => ({
  id,
  name: id,
  publisher: makerOf(id),
  registry: "azure-openai",
  summary: `${id}, simulated`,
  html_url: `https://github.com/marketplace/models/${id}`,
  version: "1",
  capabilities: ["streaming", "tool-calling"],
  limits: { max_input_tokens: context, max_output_tokens: output },
  rate_limit_tier: "low",
  supported_input_modalities: ["text"],
  supported_output_modalities: ["text"],
  tags: []
})

/**
 * Cloudflare: properties as pairs of strings.
 *
 * @see https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
 */
export const cloudflare = (id: string): Json => ({
  id,
  source: 1,
  name: id,
  description: `${id}, simulated`,
  task: { id: "c329a1f9-323d-4e91-b2aa-582dd4188d34", name: "Text Generation", description: "" },
  created_at: "2026-01-01 00:00:00.000",
  tags: [],
  properties: [
    { property_id: "context_window", value: String(context) },
    { property_id: "function_calling", value: "true" }
  ]
})

/**
 * xAI: the voices of its speech.
 *
 * @see https://docs.x.ai/developers/rest-api-reference/inference/voice
 */
export const xAiVoices: Json = {
  voices: ["Ara", "Eve", "Leo", "Rex", "Sal"].map((name) => ({ voice_id: name.toLowerCase(), name }))
}
