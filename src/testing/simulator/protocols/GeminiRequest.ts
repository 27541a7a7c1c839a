/**
 * Validates requests to Google's generateContent API as Google does.
 *
 * @see https://ai.google.dev/api/generate-content
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as GeminiModelRules from "./GeminiModelRules.ts"
import * as GeminiSchemas from "./GeminiSchemas.ts"

const parameters = new Set([
  "cachedContent",
  "contents",
  "generationConfig",
  "labels",
  "model",
  "safetySettings",
  "serviceTier",
  "systemInstruction",
  "toolConfig",
  "tools"
])

const generationParameters = new Set([
  "candidateCount",
  "enableEnhancedCivicAnswers",
  "frequencyPenalty",
  "imageConfig",
  "logprobs",
  "maxOutputTokens",
  "mediaResolution",
  "presencePenalty",
  "responseJsonSchema",
  "responseLogprobs",
  "responseMimeType",
  "responseModalities",
  "responseSchema",
  "seed",
  "speechConfig",
  "stopSequences",
  "temperature",
  "thinkingConfig",
  "topK",
  "topP"
])

/** The fields of which a part has exactly one. */
const kinds = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse"
] as const

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

const unknownName = (name: string, where?: string): Problem =>
  invalid(
    `Invalid JSON payload received. Unknown name "${name}"${
      where === undefined ? "" : ` at '${where}'`
    }: Cannot find field.`
  )

const partsOf = (content: Json.JsonObject): ReadonlyArray<Json.JsonObject> =>
  Json.list(content["parts"]).map(Json.object)

const checkPart = (part: Json.JsonObject, path: string): Problem | undefined => {
  const fields = kinds.filter((kind) => Json.isGiven(part[kind]))
  if (fields.length !== 1)
    return invalid(`* GenerateContentRequest.${path}.data: required oneof field 'data' must have one initialized field`)
  const call = part["functionCall"]
  if (call !== undefined) {
    const { args, name } = Json.object(call)
    if (!Json.text(name)) return invalid(`* GenerateContentRequest.${path}.function_call.name: Name cannot be empty.`)
    if (Json.isGiven(args) && !Json.isObject(args))
      return invalid(`Invalid value at '${path}.function_call.args' (Struct)`)
  }
  const result = part["functionResponse"]
  if (result !== undefined) {
    const { name, response } = Json.object(result)
    if (!Json.text(name))
      return invalid(`* GenerateContentRequest.${path}.function_response.name: Name cannot be empty.`)
    if (!Json.isObject(response)) return invalid(`Invalid value at '${path}.function_response.response' (Struct)`)
  }
  const file = Json.object(part["inlineData"])
  if (part["inlineData"] !== undefined && (!Json.text(file["mimeType"]) || !Json.text(file["data"]))) {
    return invalid(`* GenerateContentRequest.${path}.inline_data: mime_type and data must be set`)
  }
  return part["fileData"] !== undefined && !Json.text(Json.object(part["fileData"])["fileUri"])
    ? invalid(`* GenerateContentRequest.${path}.file_data.file_uri: must be set`)
    : undefined
}

const callNames = (content: Json.JsonObject | undefined): ReadonlyArray<string> =>
  content === undefined || content["role"] !== "model"
    ? []
    : partsOf(content).flatMap((part) => Json.text(Json.object(part["functionCall"])["name"]) ?? [])

const resultNames = (content: Json.JsonObject | undefined): ReadonlyArray<string> =>
  content === undefined
    ? []
    : partsOf(content).flatMap((part) => Json.text(Json.object(part["functionResponse"])["name"]) ?? [])

/** Merges neighbouring model contents. Google's own client keeps one content for each piece of a stream. */
const mergeModelContents = (contents: ReadonlyArray<Json.JsonObject>): ReadonlyArray<Json.JsonObject> => {
  const merged: Array<Json.JsonObject> = []
  for (const content of contents) {
    const last = merged.at(-1)
    const joins = last !== undefined && last["role"] === "model" && content["role"] === "model"
    if (joins) merged[merged.length - 1] = { ...last, parts: [...partsOf(last), ...partsOf(content)] }
    else merged.push(content)
  }
  return merged
}

/** Checks that the results of tool calls follow their calls, in the same number and order. */
const checkToolResults = (contents: ReadonlyArray<Json.JsonObject>): Problem | undefined => {
  if (resultNames(contents[0]).length > 0) {
    return invalid("Please ensure that function response turn comes immediately after a function call turn.")
  }
  for (const [index, content] of contents.entries()) {
    const calls = callNames(content)
    const results = resultNames(contents[index + 1])
    if (calls.length > 0 && index === 0) {
      return invalid(
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
      )
    }
    if (calls.length !== results.length && (calls.length > 0 || results.length > 0)) {
      return invalid(
        calls.length === 0
          ? "Please ensure that function response turn comes immediately after a function call turn."
          : "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn."
      )
    }
    if (calls.some((name, position) => name !== results[position])) {
      return invalid(`The function response for \`${calls.find((name, at) => name !== results[at])}\` is missing.`)
    }
  }
  return undefined
}

/** Checks that each result has the id of its call. Gemini 3.8 and later want one; others accept results without. */
const checkCallIds = (contents: ReadonlyArray<Json.JsonObject>, model: string): Problem | undefined => {
  const idsOf = (content: Json.JsonObject | undefined, kind: string) =>
    content === undefined ?
      [] :
      partsOf(content).filter((part) => part[kind] !== undefined).map((part) =>
        Json.text(Json.object(part[kind])["id"])
      )
  const isWanted = /^gemini-(3\.[89]|[4-9]|\d\d)/.test(model)
  for (const [index, content] of contents.entries()) {
    const calls = idsOf(content, "functionCall")
    const results = idsOf(contents[index + 1], "functionResponse")
    if (calls.some((id, at) => results[at] !== id && (isWanted || results[at] !== undefined))) {
      return invalid("functionResponse.id does not match functionCall.id")
    }
    if (isWanted && results.some((id) => id === undefined)) {
      return invalid("functionResponse.id is required: it must be that of the functionCall.")
    }
  }
  return undefined
}

/**
 * Checks that tool calls since the last user text have their signatures. Of calls in one content, the first has it.
 */
const checkSignatures = (contents: ReadonlyArray<Json.JsonObject>, model: string): Problem | undefined => {
  if (!/^gemini-([3-9]|\d\d)/.test(model)) return undefined
  const lastUserText = contents.findLastIndex((content) =>
    content["role"] !== "model" && partsOf(content).some((part) => part["functionResponse"] === undefined)
  )
  for (const [index, content] of contents.entries()) {
    if (index <= lastUserText || content["role"] !== "model") continue
    const first = partsOf(content).find((part) => part["functionCall"] !== undefined)
    if (first !== undefined && !Json.text(first["thoughtSignature"])) {
      return invalid(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work ` +
          `correctly. Function call \`${Json.text(Json.object(first["functionCall"])["name"]) ?? ""}\`, position ${
            index + 1
          }.`
      )
    }
  }
  return undefined
}

const checkContents = (request: IncomingRequest, model: string): Problem | undefined => {
  const { contents } = request.body
  if (!Json.isArray(contents) || contents.length === 0) {
    return invalid("* GenerateContentRequest.contents: contents is not specified")
  }
  const entries = contents.map(Json.object)
  for (const [index, content] of entries.entries()) {
    const role = content["role"]
    if (Json.isGiven(role) && role !== "user" && role !== "model")
      return invalid("Please use a valid role: user, model.")
    const parts = partsOf(content)
    if (parts.length === 0) {
      return invalid(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`)
    }
    for (const [position, part] of parts.entries()) {
      const problem = checkPart(part, `contents[${index}].parts[${position}]`)
      if (problem !== undefined) return problem
    }
  }
  const merged = mergeModelContents(entries)
  return checkToolResults(merged) ?? checkCallIds(merged, model) ?? checkSignatures(merged, model)
}

const checkInstruction = (body: Json.JsonObject, model: string): Problem | undefined => {
  const instruction = body["systemInstruction"]
  if (!Json.isGiven(instruction)) return undefined
  if (model.startsWith("gemma-")) return invalid(`Developer instruction is not enabled for models/${model}`)
  const parts = partsOf(Json.object(instruction))
  return parts.length > 0 && parts.every((part) => Json.text(part["text"]))
    ? undefined
    : invalid("* GenerateContentRequest.system_instruction.parts: contents.parts must not be empty.")
}

const checkTools = (body: Json.JsonObject): Problem | undefined => {
  const names = new Set<string>()
  for (const [index, tool] of Json.list(body["tools"]).map(Json.object).entries()) {
    for (const [position, entry] of Json.list(tool["functionDeclarations"]).map(Json.object).entries()) {
      const path = `tools[${index}].function_declarations[${position}]`
      const name = Json.text(entry["name"]) ?? ""
      if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(name)) {
        return invalid(`* GenerateContentRequest.${path}.name: Invalid function name.`)
      }
      names.add(name)
      const schema = entry["parameters"]
      const problem = schema === undefined
        ? undefined
        : GeminiSchemas.check(Json.object(schema), `${path}.parameters`, true)
      if (problem !== undefined) return invalid(problem)
    }
  }
  const calling = Json.object(Json.object(body["toolConfig"])["functionCallingConfig"])
  const allowed = Json.list(calling["allowedFunctionNames"])
  if (allowed.length > 0 && calling["mode"] !== "ANY" && calling["mode"] !== "VALIDATED") {
    return invalid(
      "Function calling config is set without function_declarations or allowed_function_names without mode ANY."
    )
  }
  const undeclared = allowed.find((name) => typeof name !== "string" || !names.has(name))
  return undeclared === undefined
    ? undefined
    : invalid(`allowed_function_names contains ${JSON.stringify(undeclared)}, which is not a declared function.`)
}

const checkThinking = (config: Json.JsonObject, model: string): Problem | undefined => {
  const { thinkingBudget, thinkingLevel } = Json.object(config["thinkingConfig"])
  if (Json.isGiven(thinkingBudget) && Json.isGiven(thinkingLevel)) {
    return invalid("You can only set only one of thinking budget and thinking level.")
  }
  if (Json.isGiven(config["thinkingConfig"]) && /^(gemini-(1|2\.0)|gemma)/.test(model)) {
    return invalid("Thinking is not enabled for this model.")
  }
  if (Json.isGiven(thinkingLevel) && model.startsWith("gemini-2.5")) {
    return invalid("Thinking level is not supported for this model.")
  }
  return thinkingBudget === 0 && model.startsWith("gemini-2.5-pro")
    ? invalid("Budget 0 is invalid. This model only works in thinking mode.")
    : undefined
}

const checkGeneration = (request: IncomingRequest, model: string): Problem | undefined => {
  const config = Json.object(request.body["generationConfig"])
  if (request.strictness === "provider") {
    const unknown = Object.keys(config).find((name) => !generationParameters.has(name))
    if (unknown !== undefined) return unknownName(unknown, "generation_config")
  }
  const { maxOutputTokens, responseMimeType, responseSchema, stopSequences, temperature } = config
  if (Json.isGiven(temperature) && (typeof temperature !== "number" || temperature < 0 || temperature > 2)) {
    return invalid(
      "* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0]."
    )
  }
  if (Json.isGiven(maxOutputTokens) && (typeof maxOutputTokens !== "number" || maxOutputTokens < 1)) {
    return invalid("* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be positive.")
  }
  if (Json.list(stopSequences).length > 5) {
    return invalid("* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences are allowed.")
  }
  if (Json.isGiven(responseSchema)) {
    if (responseMimeType !== "application/json" && responseMimeType !== "text/x.enum") {
      return invalid("Response schema is only supported with response mime type application/json.")
    }
    const problem = GeminiSchemas.check(Json.object(responseSchema), "generation_config.response_schema", false)
    if (problem !== undefined) return invalid(problem)
  }
  return checkThinking(config, model)
}

/** Checks what the generation of the model refuses. */
const checkModelRules = ({ body, strictness }: IncomingRequest, model: string): Problem | undefined => {
  const message = strictness === "provider" ? GeminiModelRules.check(body, model) : undefined
  return message === undefined ? undefined : invalid(message)
}

/** Returns the first problem that Google would report. */
export const validate = (request: IncomingRequest, model: string): Problem | undefined => {
  const unknown = request.strictness === "provider"
    ? Object.keys(request.body).find((name) => !parameters.has(name))
    : undefined
  if (unknown !== undefined) return unknownName(unknown)
  return checkContents(request, model) ?? checkInstruction(request.body, model) ?? checkTools(request.body) ??
    checkGeneration(request, model) ?? checkModelRules(request, model)
}
