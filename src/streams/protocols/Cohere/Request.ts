/**
 * Encodes a request as the body of Cohere's `POST /v2/chat`.
 *
 * @see https://docs.cohere.com/reference/chat
 */
import { defined, object } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestSchema from "./RequestSchema.ts"
import * as RequestTools from "./RequestTools.ts"

/**
 * Encodes a request.
 *
 * **Details**
 *
 * `reasoning.summary`, `text.verbosity`, `promptCache`, `user` and `metadata` have no field and are left out. The
 * `providerOptions` of the provider come last and win; their `documents` are added to those of the prompt.
 */
export const encode: Protocol["encodeRequest"] = (request, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "json-schema", problems)
  const history = History.read(request, context, problems, { protocol: "cohere", toolIds: "any" })
  const own = PromptParts.ownOptions(request, context)
  const thinking = RequestReasoning.encode(request.reasoning)
  const thinks = (object(own.thinking) ?? thinking)?.type !== "disabled"
  const prompt = RequestMessages.encode(history, thinks, problems)
  const body = defined({
    model: context.model,
    messages: prompt.messages,
    ...RequestTools.encode(request, schemas, problems),
    temperature: request.temperature,
    p: request.topP,
    k: request.topK,
    max_tokens: request.maxOutputTokens,
    stop_sequences: PromptParts.stopSequences(request),
    seed: request.seed,
    thinking,
    response_format: RequestSchema.encode(request, schemas),
    // The service requires this field.
    stream: context.stream,
    ...own,
    documents: RequestMessages.documents(prompt, own)
  })
  return problems.encoded(body)
}
