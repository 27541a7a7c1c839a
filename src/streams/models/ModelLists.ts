/**
 * Decodes providers' lists of models.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { ModelListWireFormat } from "../../domain/ProviderDefinition.ts"
import { isObject } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"
import type { WireFormat } from "./WireFormat.ts"
import * as OpenAiWireFormats from "./OpenAiWireFormats.ts"
import * as OtherWireFormats from "./OtherWireFormats.ts"

/** A page of a list. `next` are the query parameters of the next one; `undefined` if there is none. */
export interface ModelPage {
  readonly models: ReadonlyArray<Facts>
  readonly next: Readonly<Record<string, string>> | undefined
}

const byName: Readonly<Record<ModelListWireFormat, WireFormat>> = {
  openai: OpenAiWireFormats.openai,
  openrouter: OpenAiWireFormats.openrouter,
  together: OpenAiWireFormats.together,
  mistral: OpenAiWireFormats.mistral,
  deepinfra: OpenAiWireFormats.deepinfra,
  huggingface: OpenAiWireFormats.huggingface,
  anthropic: OtherWireFormats.anthropic,
  gemini: OtherWireFormats.gemini,
  cohere: OtherWireFormats.cohere,
  github: OtherWireFormats.github,
  ollama: OtherWireFormats.ollama,
  bedrock: OtherWireFormats.bedrock,
  cloudflare: OtherWireFormats.cloudflare
}

/** Decodes a page of a list. An entry without a name is skipped. A body without a list fails with a sentence. */
export const decode = (wireFormat: ModelListWireFormat, body: Schema.Json): Result.Result<ModelPage, string> => {
  const { entries, facts, id, next } = byName[wireFormat]
  const list = entries(body)
  if (list === undefined) return Result.fail("there is no list of models in it")
  const models = list.flatMap((entry) => {
    const name = isObject(entry) ? id(entry) : undefined
    return name === undefined || !isObject(entry) ? [] : [{ ...facts(entry), id: name }]
  })
  const following = isObject(body) ? next?.(body, models.at(-1)?.id) : undefined
  return following === "unknown"
    ? Result.fail("the list has another page, and nothing in it says where")
    : Result.succeed({ models, next: following })
}
