/**
 * The lists of models that providers answer with.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { ModelKind } from "../../domain/ModelInfo.ts"
import type { ModelListForm } from "../../domain/ProviderDefinition.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects } from "../protocols/Json.ts"
import { day, type Facts, known, named, price, tokens, truth, words } from "./Facts.ts"

/**
 * A page of a list. `next` are the query parameters that ask for the next one; nothing when there is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelPage {
  readonly models: ReadonlyArray<Facts>
  readonly next: Readonly<Record<string, string>> | undefined
}

interface Form {
  /** The entries of a list, or nothing when the body is none. */
  readonly entries: (body: Schema.Json) => ReadonlyArray<Schema.Json> | undefined
  readonly next?: (body: JsonObject) => Readonly<Record<string, string>> | undefined
  /** The provider's own name for a model. */
  readonly id: (entry: JsonObject) => string | undefined
  readonly facts: (entry: JsonObject) => Omit<Facts, "id">
}

const field = (name: string): Form["entries"] => (body) => array(object(body)?.[name])

const byId: Form["id"] = (entry) => nonEmpty(entry.id)

const parameter = (name: string, value: unknown): Readonly<Record<string, string>> | undefined => {
  const token = nonEmpty(value)
  return token === undefined ? undefined : { [name]: token }
}

/** OpenAI's form, with the fields that others add to it. When a model was made is often when it was loaded. */
const openai: Form = {
  entries: (body) => array(body) ?? field("data")(body),
  id: byId,
  facts: (entry) =>
    known({
      name: nonEmpty(entry.display_name),
      contextWindow: tokens(
        entry.context_window,
        entry.context_length,
        entry.max_context_length,
        entry.max_model_len
      ),
      maxOutputTokens: tokens(entry.max_completion_tokens, entry.max_output_tokens),
      dates: known({ deprecated: day(entry.shutdown_date) }),
      available: entry.active === false ? false : undefined
    })
}

/** https://openrouter.ai/docs/api-reference/list-available-models: dollars a token, as texts; -1 where it depends. */
const openrouter: Form = {
  ...openai,
  facts: (entry) => {
    const pricing = object(entry.pricing) ?? {}
    const perToken = (value: unknown) => price(value, 1_000_000)
    const parameters = words(entry.supported_parameters)
    const takes = (...names: ReadonlyArray<string>) =>
      parameters === undefined ? undefined : names.some((name) => parameters.has(name))
    const modalities = words(object(entry.architecture)?.input_modalities)
    return known({
      name: nonEmpty(entry.name),
      contextWindow: tokens(entry.context_length),
      maxOutputTokens: tokens(object(entry.top_provider)?.max_completion_tokens),
      prices: known({
        input: perToken(pricing.prompt),
        cachedInput: perToken(pricing.input_cache_read),
        cacheWriteInput: perToken(pricing.input_cache_write),
        output: perToken(pricing.completion)
      }),
      capabilities: known({
        tools: takes("tools"),
        vision: modalities?.has("image"),
        reasoning: takes("reasoning"),
        structuredOutput: takes("structured_outputs")
      }),
      dates: known({ released: day(entry.created) })
    })
  }
}

const togetherKinds: Readonly<Record<string, ModelKind>> = {
  chat: "chat",
  language: "completion",
  code: "completion",
  embedding: "embedding",
  rerank: "rerank",
  image: "image",
  video: "video",
  transcribe: "transcription",
  moderation: "moderation"
}

const kindOf = (kinds: Readonly<Record<string, ModelKind>>, value: unknown): ModelKind | undefined => {
  const name = nonEmpty(value)?.toLowerCase() ?? ""
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}

/** https://docs.together.ai/reference/models-1: dollars a million tokens; 0 also where the hour is paid, or the picture. */
const together: Form = {
  ...openai,
  facts: (entry) => {
    const pricing = object(entry.pricing) ?? {}
    const perMillion = (value: unknown) => price(value) || undefined
    return {
      ...openai.facts(entry),
      ...known({ kind: kindOf(togetherKinds, entry.type) }),
      prices: known({
        input: perMillion(pricing.input),
        cachedInput: perMillion(pricing.cached_input),
        output: perMillion(pricing.output)
      })
    }
  }
}

/** https://docs.mistral.ai/api/#tag/models */
const mistral: Form = {
  ...openai,
  facts: (entry) => {
    const able = object(entry.capabilities) ?? {}
    const kind: ModelKind | undefined = able.completion_chat === true
      ? "chat"
      : able.audio_transcription === true
      ? "transcription"
      : able.audio_speech === true
      ? "speech"
      : able.moderation === true
      ? "moderation"
      : undefined
    return {
      ...openai.facts(entry),
      ...known({ name: nonEmpty(entry.name), kind }),
      aliases: (array(entry.aliases) ?? []).flatMap((alias) => nonEmpty(alias) ?? []),
      capabilities: known({
        tools: truth(able.function_calling),
        vision: truth(able.vision),
        reasoning: truth(able.reasoning)
      }),
      dates: known({ deprecated: day(entry.deprecation) })
    }
  }
}

/** OpenAI's form with an object beside it; dollars a million tokens. */
const deepinfra: Form = {
  ...openai,
  facts: (entry) => {
    const more = object(entry.metadata) ?? {}
    const pricing = object(more.pricing) ?? {}
    const tags = words(more.tags)
    return known({
      contextWindow: tokens(more.context_length),
      maxOutputTokens: tokens(more.max_tokens),
      prices: known({
        input: price(pricing.input_tokens),
        cachedInput: price(pricing.cache_read_tokens),
        output: price(pricing.output_tokens)
      }),
      capabilities: known({ vision: named(tags, "vision"), reasoning: named(tags, "reasoning") })
    })
  }
}

/** https://huggingface.co/docs/inference-providers/hub-api: of several who serve a model, what one of them can do. */
const huggingface: Form = {
  ...openai,
  facts: (entry) => {
    const servers = objects(entry.providers)
    const some = (
      name: string
    ): true | undefined => (servers.some((server) => server[name] === true) ? true : undefined)
    const longest = Math.max(0, ...servers.map((server) => tokens(server.context_length) ?? 0))
    return known({
      contextWindow: tokens(longest),
      capabilities: known({
        tools: some("supports_tools"),
        structuredOutput: some("supports_structured_output"),
        vision: words(object(entry.architecture)?.input_modalities)?.has("image")
      })
    })
  }
}

const supports = (capability: unknown): boolean | undefined => truth(object(capability)?.supported)

/** https://docs.claude.com/en/api/models-list */
const anthropic: Form = {
  entries: field("data"),
  next: (body) => (body.has_more === true ? parameter("after_id", body.last_id) : undefined),
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

/** https://ai.google.dev/api/models, and Vertex AI's list of Google's models, which has only names. */
const gemini: Form = {
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

/** https://docs.cohere.com/reference/list-models */
const cohere: Form = {
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

/** https://docs.github.com/en/rest/models/catalog */
const github: Form = {
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

/** https://github.com/ollama/ollama/blob/main/docs/api.md: the models that were pulled. */
const ollama: Form = {
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

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html: what ranks also makes text. */
const bedrock: Form = {
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

/** https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/ */
const cloudflare: Form = {
  entries: field("result"),
  next: (body) => {
    const { page, per_page: size, total_count: total } = object(body.result_info) ?? {}
    return typeof page === "number" && typeof size === "number" && typeof total === "number" && page * size < total
      ? { page: String(page + 1) }
      : undefined
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

const forms: Readonly<Record<ModelListForm, Form>> = {
  openai,
  openrouter,
  together,
  mistral,
  deepinfra,
  huggingface,
  anthropic,
  gemini,
  cohere,
  github,
  ollama,
  bedrock,
  cloudflare
}

/**
 * Reads a page of a list. An entry without a name is passed by; a body that has no list fails with a sentence.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = (form: ModelListForm, body: Schema.Json): Result.Result<ModelPage, string> => {
  const { entries, facts, id, next } = forms[form]
  const list = entries(body)
  if (list === undefined) return Result.fail("there is no list of models in it")
  return Result.succeed({
    models: list.flatMap((entry) => {
      const name = isObject(entry) ? id(entry) : undefined
      return name === undefined || !isObject(entry) ? [] : [{ ...facts(entry), id: name }]
    }),
    next: isObject(body) ? next?.(body) : undefined
  })
}
