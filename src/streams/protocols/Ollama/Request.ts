/**
 * Encodes a request as the body of Ollama's `POST /api/chat`.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, object } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestTools from "./RequestTools.ts"

/** Encodes the sampling fields, with the caller's own `options` over them. */
const options = (request: CompletionRequest, own: Schema.JsonObject): Schema.JsonObject =>
  defined({
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    num_predict: request.maxOutputTokens,
    stop: PromptParts.stopSequences(request),
    seed: request.seed,
    ...object(own.options)
  })

/** Encodes the output schema as `format`. */
const format = (request: CompletionRequest, schemas: RequestSchemas.RequestSchemas): Schema.Json | undefined => {
  const output = request.outputSchema
  if (output === undefined || output === "json") return output
  return schemas.output(output)
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * `reasoning.summary`, `text.verbosity`, `promptCache`, `user` and `metadata` have no field and are left out. The
 * `providerOptions` of the provider (`keep_alive`, …) come last and win; their `options` (`num_ctx`, …) are added to
 * those of the request, one by one.
 */
export const encode: Protocol["encodeRequest"] = (request, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "json-schema", problems)
  const history = History.read(request, context, problems, { protocol: "ollama", toolIds: "any" })
  const own = PromptParts.ownOptions(request, context)
  const sampling = options(request, own)
  const body = defined({
    model: context.model,
    messages: RequestMessages.encode(history, problems),
    tools: RequestTools.encode(request, schemas, problems),
    think: RequestReasoning.encode(request.reasoning),
    format: format(request, schemas),
    // The server streams unless this is false.
    stream: context.stream,
    ...own,
    options: Object.keys(sampling).length === 0 ? undefined : sampling
  })
  return problems.encoded(body)
}
