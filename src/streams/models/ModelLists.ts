/**
 * The lists of models that providers answer with.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { ModelListWireFormat } from "../../domain/ProviderDefinition.ts"
import { isObject } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"
import type { WireFormat } from "./WireFormat.ts"
import * as OpenAiWireFormats from "./OpenAiWireFormats.ts"
import * as OtherWireFormats from "./OtherWireFormats.ts"

/** A page of a list. `next` are the query parameters that ask for the next one; nothing when there is none. */
export interface ModelPage {
  readonly models: ReadonlyArray<Facts>
  readonly next: Readonly<Record<string, string>> | undefined
}

const forms: Readonly<Record<ModelListWireFormat, WireFormat>> = {
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

/** Reads a page of a list. An entry without a name is passed by; a body that has no list fails with a sentence. */
export const decode = (wireFormat: ModelListWireFormat, body: Schema.Json): Result.Result<ModelPage, string> => {
  const { entries, facts, id, next } = forms[wireFormat]
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
