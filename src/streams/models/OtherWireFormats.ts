/**
 * The lists of models of providers with a wire format of their own.
 */
import type { ModelKind } from "../../domain/ModelInfo.ts"
import { array, nonEmpty, object, objects } from "../json/Json.ts"
import { day, known, named, tokens, truth, words } from "./Facts.ts"
import { after, byId, field, kindOf, parameter, type WireFormat } from "./WireFormat.ts"

const supports = (capability: unknown): boolean | undefined => truth(object(capability)?.supported)

/**
 * The wire format of Anthropic.
 *
 * @see https://docs.claude.com/en/api/models-list
 */
export const anthropic: WireFormat = {
  entries: field("data"),
  next: after("after_id"),
  id: byId,
  facts: (entry) => {
    const able = object(entry.capabilities) ?? {}
    return known({
      name: nonEmpty(entry.display_name),
      contextWindow: tokens(entry.max_input_tokens),
      maxOutputTokens: tokens(entry.max_tokens),
      capabilities: known({
        vision: supports(able.image_input),
        reasoning: supports(able.thinking),
        structuredOutput: supports(able.structured_outputs)
      }),
      dates: known({ released: day(entry.created_at), deprecated: day(entry.deprecated_at) }),
      available: entry.lifecycle === "retired" ? false : undefined
    })
  }
}

/**
 * The wire format of Gemini, and of Vertex AI, whose list of Google's models has only names.
 *
 * @see https://ai.google.dev/api/models
 */
export const gemini: WireFormat = {
  entries: (body) => field("models")(body) ?? field("publisherModels")(body),
  next: (body) => parameter("pageToken", body.nextPageToken),
  id: (entry) => nonEmpty(nonEmpty(entry.name)?.replace(/^.*\bmodels\//, "")),
  facts: (entry) => {
    const methods = words(entry.supportedGenerationMethods)
    const kind: ModelKind | undefined = named(methods, "generatecontent")
      ? "chat"
      : named(methods, "embedcontent", "embedtext")
      ? "embedding"
      : undefined
    return known({
      name: nonEmpty(entry.displayName),
      kind,
      contextWindow: tokens(entry.inputTokenLimit),
      maxOutputTokens: kind === "embedding" ? undefined : tokens(entry.outputTokenLimit),
      capabilities: known({ reasoning: truth(entry.thinking) })
    })
  }
}

/**
 * The wire format of Cohere.
 *
 * @see https://docs.cohere.com/reference/list-models
 */
export const cohere: WireFormat = {
  entries: field("models"),
  next: (body) => parameter("page_token", body.next_page_token),
  id: (entry) => nonEmpty(entry.name),
  facts: (entry) => {
    const endpoints = words(entry.endpoints)
    const features = words(entry.features)
    const kind: ModelKind | undefined = named(endpoints, "chat")
      ? "chat"
      : named(endpoints, "embed")
      ? "embedding"
      : named(endpoints, "rerank")
      ? "rerank"
      : undefined
    return known({
      kind,
      contextWindow: tokens(entry.context_length),
      capabilities: known({
        tools: named(features, "tools"),
        vision: named(features, "vision"),
        reasoning: named(features, "reasoning")
      })
    })
  }
}

/**
 * The wire format of GitHub Models.
 *
 * @see https://docs.github.com/en/rest/models/catalog
 */
export const github: WireFormat = {
  entries: (body) => array(body),
  id: byId,
  facts: (entry) => {
    const limits = object(entry.limits) ?? {}
    const output = words(entry.supported_output_modalities)
    const kind: ModelKind | undefined = named(output, "embeddings")
      ? "embedding"
      : named(output, "text")
      ? "chat"
      : undefined
    return known({
      name: nonEmpty(entry.name),
      kind,
      contextWindow: tokens(limits.max_input_tokens),
      maxOutputTokens: kind === "embedding" ? undefined : tokens(limits.max_output_tokens),
      capabilities: known({
        tools: named(words(entry.capabilities), "tool-calling"),
        streaming: named(words(entry.capabilities), "streaming"),
        vision: words(entry.supported_input_modalities)?.has("image")
      })
    })
  }
}

/**
 * The wire format of Ollama: the models that were pulled.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export const ollama: WireFormat = {
  entries: field("models"),
  id: (entry) => nonEmpty(entry.model) ?? nonEmpty(entry.name),
  facts: (entry) => {
    const able = words(entry.capabilities)
    const kind: ModelKind | undefined = named(able, "completion")
      ? "chat"
      : named(able, "embedding")
      ? "embedding"
      : undefined
    return known({
      kind,
      capabilities: known({
        tools: able?.has("tools"),
        vision: able?.has("vision"),
        reasoning: able?.has("thinking")
      })
    })
  }
}

/**
 * The wire format of Bedrock, which lists models that rank as models that make text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 */
export const bedrock: WireFormat = {
  entries: field("modelSummaries"),
  id: (entry) => nonEmpty(entry.modelId),
  facts: (entry) => {
    const output = words(entry.outputModalities)
    const kind: ModelKind | undefined = named(output, "embedding")
      ? "embedding"
      : named(output, "text") === undefined && named(output, "image")
      ? "image"
      : named(output, "text") === undefined && named(output, "video")
      ? "video"
      : undefined
    return known({
      name: nonEmpty(entry.modelName),
      kind,
      capabilities: known({
        vision: words(entry.inputModalities)?.has("image"),
        streaming: truth(entry.responseStreamingSupported)
      })
    })
  }
}

const cloudflareKinds: Readonly<Record<string, ModelKind>> = {
  "text generation": "chat",
  "text embeddings": "embedding",
  "automatic speech recognition": "transcription",
  "text-to-speech": "speech",
  "text-to-image": "image"
}

/**
 * The wire format of Cloudflare.
 *
 * @see https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
 */
export const cloudflare: WireFormat = {
  entries: field("result"),
  next: (body) => {
    const { page, per_page: size, total_count: total } = object(body.result_info) ?? {}
    if (typeof total !== "number") return undefined
    if (typeof page === "number" && typeof size === "number") {
      return page * size < total ? { page: String(page + 1) } : undefined
    }
    return (array(body.result)?.length ?? 0) < total ? "unknown" : undefined
  },
  // The id is a number of the list's own.
  id: (entry) => nonEmpty(entry.name),
  facts: (entry) => {
    const property = (name: string) =>
      objects(entry.properties).find((property) => property.property_id === name)?.value
    return known({
      kind: kindOf(cloudflareKinds, object(entry.task)?.name),
      contextWindow: tokens(property("context_window"), property("max_total_tokens")),
      capabilities: known({
        tools: String(property("function_calling")) === "true" ? true : undefined,
        reasoning: String(property("reasoning")) === "true" ? true : undefined
      })
    })
  }
}
