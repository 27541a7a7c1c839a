/**
 * Writes a request as the body of `POST /completions`.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { FimFormat, fimFormats, PromptFormat, promptFormats } from "../../../domain/PromptFormat.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as RequestFields from "../OpenAiChat/RequestFields.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as RequestPrompt from "./RequestPrompt.ts"

/** The prompt as text, and what the format needs beside it. */
interface Written {
  readonly prompt: string
  readonly suffix?: string
  readonly stop: ReadonlyArray<string>
}

const decodePromptFormat = Schema.decodeUnknownOption(PromptFormat)
const decodeFimFormat = Schema.decodeUnknownOption(FimFormat)

/** A format by its name, or as the data that it is. */
const formatOf = <A>(
  given: unknown,
  known: Readonly<Record<string, A>>,
  decode: (value: unknown) => Option.Option<A>,
  parameter: string,
  found: PromptParts.Problems
): A | undefined => {
  const format = typeof given === "string" && Object.hasOwn(known, given)
    ? known[given]
    : isObject(given)
    ? Option.getOrUndefined(decode(given))
    : undefined
  if (format === undefined) {
    found.refuse(parameter, `it is none of ${Object.keys(known).join(", ")}, and no format of your own`)
  }
  return format
}

const infill = (
  turns: ReadonlyArray<RequestPrompt.Turn>,
  suffix: string,
  given: unknown,
  found: PromptParts.Problems
): Written => {
  const [only, ...others] = turns
  if (others.length > 0 || only?.role === "system") {
    found.refuse("suffix", "what stands between two texts is asked for with one text of the user, the first of the two")
  }
  const prefix = only?.text ?? ""
  if (given === undefined || given === "suffix") return { prompt: prefix, suffix, stop: [] }
  const format = formatOf<FimFormat>(given, fimFormats, decodeFimFormat, "fimFormat", found)
  if (format === undefined) return { prompt: "", stop: [] }
  const [first, second] = [`${format.prefix}${prefix}`, `${format.suffix}${suffix}`]
  const sides = format.suffixFirst === true ? `${second}${first}` : `${first}${second}`
  return { prompt: `${sides}${format.middle}`, stop: format.stop }
}

const converse = (
  turns: ReadonlyArray<RequestPrompt.Turn>,
  given: unknown,
  found: PromptParts.Problems
): Written => {
  const [only, ...others] = turns
  const isOneText = only?.role === "user" && others.length === 0
  if (given === "raw" && !isOneText) {
    found.refuse("promptFormat", "`raw` is one text of the user and nothing else: name a format for a conversation")
  }
  if (only === undefined || (isOneText && (given === undefined || given === "raw"))) {
    return { prompt: only?.text ?? "", stop: [] }
  }
  const format = formatOf<PromptFormat>(given ?? "plain", promptFormats, decodePromptFormat, "promptFormat", found)
  return format === undefined
    ? { prompt: "", stop: [] }
    : { prompt: RequestPrompt.write(turns, format), stop: format.stop }
}

/** What the answer shall be, for servers that hold models to it, and in words for the others. */
const outputFormat = (
  request: CompletionRequest,
  context: EncodeContext,
  found: PromptParts.Problems
): { readonly responseFormat?: Schema.JsonObject; readonly instruction?: string } => {
  const output = request.outputSchema
  if (output === undefined) return {}
  const schema = output === "json" ? undefined : PromptParts.answerSchema(output, found)
  if (context.quirks.structuredOutput !== "json_schema") {
    return {
      instruction: schema === undefined
        ? "Answer only with JSON."
        : `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}`
    }
  }
  return {
    responseFormat: schema === undefined || output === "json"
      ? { type: "json_object" }
      : { type: "json_schema", json_schema: { name: output.name ?? "output", schema } }
  }
}

const write = (
  request: CompletionRequest,
  instruction: string | undefined,
  own: Schema.JsonObject,
  context: EncodeContext,
  found: PromptParts.Problems
): Written => {
  const turns = RequestPrompt.turns(request.prompt, found)
  const { fimFormat, promptFormat, suffix } = own
  if (typeof suffix === "string" && instruction !== undefined) {
    found.refuse("outputSchema", "what stands between two texts follows from them, and this server knows no schemas")
  }
  if (typeof suffix === "string") return infill(turns, suffix, fimFormat ?? context.quirks.fimFormat, found)
  const all: ReadonlyArray<RequestPrompt.Turn> = instruction === undefined
    ? turns
    : [{ role: "system", text: instruction }, ...turns]
  return converse(all, promptFormat ?? context.quirks.promptFormat, found)
}

/**
 * Writes the body of a request.
 *
 * **Details**
 *
 * One text of the user is sent as it is. A conversation is written in a format: the one that `promptFormat` in the
 * provider's options names (or is), or the provider's quirk of that name, or `plain`. With `suffix` in the provider's
 * options, what stands between the user's text and it is asked for, in the field of that name or in the format that
 * `fimFormat` says. Where a server is not known to hold models to a schema (`quirks.structuredOutput`), it is told to the
 * model in words.
 *
 * Tools and files are refused. Left out for want of a field: `reasoning`, `text.verbosity`, `promptCache`, `metadata`, `topK`
 * unless a quirk says that the server knows it, and what `quirks.unknownFields` says. The `providerOptions` of the provider
 * (`echo`, `logprobs`, `best_of`, …) come last and win.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/create
 * @see https://api-docs.deepseek.com/guides/fim_completion
 * @see https://docs.mistral.ai/capabilities/code_generation
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest = (
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const { includeUsage, seedField, topK } = context.quirks
  if (request.tools !== undefined && request.tools.length > 0 && request.toolChoice !== "none") {
    found.refuse("tools", "text completions know no tools: leave them out, or use a chat protocol")
  } else if (request.toolChoice !== undefined && request.toolChoice !== "auto" && request.toolChoice !== "none") {
    found.refuse("toolChoice", "it asks for a tool, but the request has no tools")
  }
  const own = PromptParts.ownOptions(request, context)
  const { fimFormat: _, promptFormat: __, suffix: ___, ...options } = own
  const { instruction, responseFormat } = outputFormat(request, context, found)
  const written = write(request, instruction, own, context, found)
  const stop = [...new Set([...(request.stop ?? []), ...written.stop])]
  const fields = defined({
    model: context.model,
    prompt: written.prompt,
    suffix: written.suffix,
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: topK === true ? request.topK : undefined,
    stop: stop.length === 0 ? undefined : stop,
    [seedField ?? "seed"]: request.seed,
    response_format: responseFormat,
    user: request.user,
    stream: context.stream ? true : undefined,
    stream_options: context.stream && includeUsage !== false ? { include_usage: true } : undefined
  })
  const body = { ...RequestFields.fit(fields, context.quirks, found), ...options }
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}
