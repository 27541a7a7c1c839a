/**
 * OpenAI's list of models, and those of providers that extend it.
 */
import type { ModelKind } from "../../domain/ModelInfo.ts"
import { array, nonEmpty, object, objects } from "../json/Json.ts"
import { day, known, named, price, tokens, truth, words } from "./Facts.ts"
import { after, byId, field, kindOf, type WireFormat } from "./WireFormat.ts"

/**
 * OpenAI's wire format, with the fields that others add. The date of a model is often that of its loading. OpenAI's list
 * has one page; servers that divide it do so as OpenAI does with other lists.
 */
export const openai: WireFormat = {
  entries: (body) => array(body) ?? field("data")(body),
  next: after("after"),
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

/**
 * The wire format of OpenRouter: dollars a token, as texts; -1 if the price depends on the route.
 *
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export const openrouter: WireFormat = {
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

/**
 * The wire format of Together: dollars a million tokens; 0 also if the price is by the hour or the image.
 *
 * @see https://docs.together.ai/reference/models-1
 */
export const together: WireFormat = {
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

/**
 * The wire format of Mistral.
 *
 * @see https://docs.mistral.ai/api/#tag/models
 */
export const mistral: WireFormat = {
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

/** OpenAI's wire format with an object beside it; dollars a million tokens. */
export const deepinfra: WireFormat = {
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

/**
 * The wire format of Hugging Face: of several providers of a model, what any one of them supports.
 *
 * @see https://huggingface.co/docs/inference-providers/hub-api
 */
export const huggingface: WireFormat = {
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
