/**
 * The lists of models that providers answer with.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { ModelListForm } from "../../domain/ProviderDefinition.ts"
import { isObject } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"
import type { Form } from "./Form.ts"
import * as OpenAiForms from "./OpenAiForms.ts"
import * as OwnForms from "./OwnForms.ts"

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

const forms: Readonly<Record<ModelListForm, Form>> = {
  openai: OpenAiForms.openai,
  openrouter: OpenAiForms.openrouter,
  together: OpenAiForms.together,
  mistral: OpenAiForms.mistral,
  deepinfra: OpenAiForms.deepinfra,
  huggingface: OpenAiForms.huggingface,
  anthropic: OwnForms.anthropic,
  gemini: OwnForms.gemini,
  cohere: OwnForms.cohere,
  github: OwnForms.github,
  ollama: OwnForms.ollama,
  bedrock: OwnForms.bedrock,
  cloudflare: OwnForms.cloudflare
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
