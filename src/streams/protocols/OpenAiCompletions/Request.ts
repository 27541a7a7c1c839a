/**
 * Encodes a request as the body of `POST /completions`.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/create
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { FimFormat, fimFormats, PromptFormat, promptFormats } from "../../../domain/PromptFormat.ts"
import { defined, isObject } from "../../json/Json.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestFields from "../OpenAiChat/RequestFields.ts"
import * as OutputInstruction from "../../request/OutputInstruction.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as RequestPrompt from "./RequestPrompt.ts"

/** The prompt as text, and the fields that its format adds. */
interface PromptText {
  readonly prompt: string
  readonly suffix?: string
  readonly stop: ReadonlyArray<string>
}

const decodePromptFormat = Schema.decodeUnknownOption(PromptFormat)
const decodeFimFormat = Schema.decodeUnknownOption(FimFormat)

/** Returns a format that is given by its name or as data. */
const formatOf = <A>(
  given: unknown,
  known: Readonly<Record<string, A>>,
  decode: (value: unknown) => Option.Option<A>,
  parameter: string,
  problems: Problems.Problems
): A | undefined => {
  const format = typeof given === "string" && Object.hasOwn(known, given)
    ? known[given]
    : isObject(given)
    ? Option.getOrUndefined(decode(given))
    : undefined
  if (format === undefined) {
    problems.refuse(parameter, `it is none of ${Object.keys(known).join(", ")}, and not a format of your own`)
  }
  return format
}

/** Writes a prompt for the text between a prefix and a suffix. */
const infill = (
  turns: ReadonlyArray<RequestPrompt.Turn>,
  suffix: string,
  given: unknown,
  problems: Problems.Problems
): PromptText => {
  const [only, ...others] = turns
  if (others.length > 0 || only?.role === "system") {
    problems.refuse(
      "suffix",
      "text between two texts is requested with one user message, the text before it"
    )
  }
  const prefix = only?.text ?? ""
  if (given === undefined || given === "suffix") return { prompt: prefix, suffix, stop: [] }
  const format = formatOf<FimFormat>(given, fimFormats, decodeFimFormat, "fimFormat", problems)
  if (format === undefined) return { prompt: "", stop: [] }
  const [first, second] = [`${format.prefix}${prefix}`, `${format.suffix}${suffix}`]
  const sides = format.suffixFirst === true ? `${second}${first}` : `${first}${second}`
  return { prompt: `${sides}${format.middle}`, stop: format.stop }
}

/** Writes a conversation in a prompt format. */
const converse = (
  turns: ReadonlyArray<RequestPrompt.Turn>,
  given: unknown,
  problems: Problems.Problems
): PromptText => {
  const [only, ...others] = turns
  const isOneText = only?.role === "user" && others.length === 0
  if (given === "raw" && !isOneText) {
    problems.refuse("promptFormat", "`raw` is one user message and nothing else: name a format for a conversation")
  }
  if (only === undefined || (isOneText && (given === undefined || given === "raw"))) {
    return { prompt: only?.text ?? "", stop: [] }
  }
  const format = formatOf<PromptFormat>(given ?? "plain", promptFormats, decodePromptFormat, "promptFormat", problems)
  return format === undefined
    ? { prompt: "", stop: [] }
    : { prompt: RequestPrompt.write(turns, format), stop: format.stop }
}

/** Encodes the output schema, as `response_format` for servers that enforce it and as an instruction for the others. */
const outputFormat = (
  request: CompletionRequest,
  context: EncodeContext,
  problems: Problems.Problems
): { readonly responseFormat?: Schema.JsonObject; readonly instruction?: string } => {
  const output = request.outputSchema
  if (output === undefined) return {}
  const schema = output === "json"
    ? undefined
    : RequestSchemas.make(context.quirks.schemas ?? "json-schema", problems).output(output)
  if (context.quirks.structuredOutput !== "json_schema") {
    return {
      instruction: schema === undefined
        ? "Answer only with JSON."
        : OutputInstruction.ofSchema(schema)
    }
  }
  return {
    responseFormat: schema === undefined || output === "json"
      ? { type: "json_object" }
      : { type: "json_schema", json_schema: { name: output.name ?? "output", schema } }
  }
}

/** Writes the prompt. */
const promptText = (
  request: CompletionRequest,
  instruction: string | undefined,
  own: Schema.JsonObject,
  context: EncodeContext,
  problems: Problems.Problems
): PromptText => {
  const turns = RequestPrompt.turns(request.prompt, problems)
  const { fimFormat, promptFormat, suffix } = own
  if (typeof suffix === "string" && instruction !== undefined) {
    problems.refuse("outputSchema", "text between two texts cannot follow a schema on this server")
  }
  if (typeof suffix === "string") return infill(turns, suffix, fimFormat ?? context.quirks.fimFormat, problems)
  const instructed: ReadonlyArray<RequestPrompt.Turn> = instruction === undefined
    ? turns
    : [{ role: "system", text: instruction }, ...turns]
  return converse(instructed, promptFormat ?? context.quirks.promptFormat, problems)
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * One user message is sent unchanged. A conversation is written in a format: the one that `promptFormat` in the
 * provider's options names or holds, or the provider's quirk of that name, or `plain`. With `suffix` in the provider's
 * options, the text between the user message and the suffix is requested, in the field `suffix` or in the format that
 * `fimFormat` names. Where a server is not known to enforce schemas (`quirks.structuredOutput`), the schema becomes an
 * instruction.
 *
 * Tools and files are refused. Left out because the protocol has no field: `reasoning`, `text.verbosity`,
 * `promptCache`, `metadata`, `topK` unless a quirk says that the server knows it, and what `quirks.unknownFields`
 * lists. The `providerOptions` of the provider (`echo`, `logprobs`, `best_of`, …) come last and override every other
 * field.
 *
 * @see https://api-docs.deepseek.com/guides/fim_completion
 * @see https://docs.mistral.ai/capabilities/code_generation
 */
export const encode: Protocol["encodeRequest"] = (request, context) => {
  const problems = Problems.make(context)
  const { includeUsage, seedField, topK } = context.quirks
  if (request.tools !== undefined && request.tools.length > 0 && request.toolChoice !== "none") {
    problems.refuse("tools", "text completions know no tools: leave them out, or use a chat protocol")
  } else if (request.toolChoice !== undefined && request.toolChoice !== "auto" && request.toolChoice !== "none") {
    problems.refuse("toolChoice", "it asks for a tool, but the request has no tools")
  }
  const own = PromptParts.ownOptions(request, context)
  const { fimFormat: _, promptFormat: __, suffix: ___, ...options } = own
  const { instruction, responseFormat } = outputFormat(request, context, problems)
  const text = promptText(request, instruction, own, context, problems)
  const stop = [...new Set([...(request.stop ?? []), ...text.stop])]
  const fields = defined({
    model: context.model,
    prompt: text.prompt,
    suffix: text.suffix,
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
  const body = { ...RequestFields.fit(fields, context.quirks, problems), ...options }
  return problems.encoded(body)
}
