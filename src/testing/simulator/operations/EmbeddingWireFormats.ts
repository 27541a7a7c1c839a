/**
 * Simulates embeddings in the wire formats of Google, Cohere, Amazon, Ollama, DashScope and Cloudflare.
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as Encodings from "./Encodings.ts"
import * as Errors from "./Errors.ts"
import { invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import { tokensOf, vectorOf } from "./TextSimilarity.ts"

const numberOr = (value: Json.Json | undefined, defaultValue: number): number =>
  typeof value === "number" ? value : defaultValue

const floats = (text: string, dimensions: number, seed: number): ReadonlyArray<number> =>
  Array.from(vectorOf(text, dimensions, seed))

const sum = (texts: ReadonlyArray<string>): number => texts.reduce((total, text) => total + tokensOf(text), 0)

const listOfTexts = (value: Json.Json | undefined): ReadonlyArray<string> =>
  Json.list(value).flatMap((entry) => (typeof entry === "string" ? [entry] : []))

/** Checks that a value is a list of texts that is not too long. */
const checkTexts = (
  value: Json.Json | undefined,
  name: string,
  maximum: number,
  tooMany: string
): Problem | undefined => {
  const texts = listOfTexts(value)
  if (texts.length === 0 || texts.length !== Json.list(value).length) {
    return invalid(`invalid request: '${name}' must be a list of texts`, name)
  }
  return texts.length > maximum ? invalid(tooMany, name) : undefined
}

const inPath = (pattern: RegExp) => ({ path }: OperationRequest): string | undefined => {
  const [, name] = pattern.exec(path) ?? []
  return name === undefined ? undefined : decodeURIComponent(name)
}

/** Reads the text of `{parts: [{text}]}`. */
const textOfContent = (value: Json.Json | undefined): string | undefined => {
  const texts = Json.list(Json.object(value)["parts"]).map((part) => Json.text(Json.object(part)["text"]))
  return texts.length === 0 || texts.some((text) => text === undefined) ? undefined : texts.join("")
}

const geminiModel = inPath(/\/models\/([^/:]+):[A-Za-z]+$/)

const checkContent = (value: Json.Json | undefined): Problem | undefined =>
  textOfContent(value) === undefined
    ? invalid("* EmbedContentRequest.content: contents is not specified\n")
    : undefined

/** Gemini and Vertex AI: one text a request. */
const embedContent: Operation = {
  name: "embed-content",
  owner: "google",
  serves: (path) => /\/models\/[^/]+:embedContent$/.test(path),
  errors: () => Errors.google,
  model: geminiModel,
  validate: (request) =>
    checkContent(request.body["content"]) ??
      unknownField(request, ["model", "content", "taskType", "title", "outputDimensionality", "embedContentConfig"]),
  respond: ({ body, seed }) => {
    const text = textOfContent(body["content"]) ?? ""
    const config = Json.object(body["embedContentConfig"])
    const dimensions = numberOr(body["outputDimensionality"] ?? config["outputDimensionality"], 3072)
    return {
      json: {
        embedding: { values: floats(text, dimensions, seed) },
        usageMetadata: { promptTokenCount: tokensOf(text) }
      }
    }
  }
}

const batchEmbedContents: Operation = {
  name: "batch-embed-contents",
  owner: "google",
  serves: (path) => /\/models\/[^/]+:batchEmbedContents$/.test(path),
  errors: () => Errors.google,
  model: geminiModel,
  validate: (request) => {
    const requests = Json.list(request.body["requests"])
    if (requests.length === 0)
      return invalid("* BatchEmbedContentsRequest.requests: at least one request is required\n")
    if (requests.length > 100) {
      return invalid("* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n")
    }
    const model = `models/${geminiModel(request)}`
    for (const entry of requests.map(Json.object)) {
      if (entry["model"] !== model) {
        return invalid("* BatchEmbedContentsRequest.requests[0].model: model must be the one of the batch\n")
      }
      const problem = checkContent(entry["content"])
      if (problem !== undefined) return problem
    }
    return undefined
  },
  respond: ({ body, seed }) => {
    const requests = Json.list(body["requests"]).map(Json.object)
    const texts = requests.map((entry) => textOfContent(entry["content"]) ?? "")
    return {
      json: {
        embeddings: texts.map((text, index) => ({
          values: floats(text, numberOr(requests[index]?.["outputDimensionality"], 3072), seed)
        })),
        usageMetadata: { promptTokenCount: sum(texts) }
      }
    }
  }
}

const predict: Operation = {
  name: "predict",
  owner: "google",
  serves: (path) => /\/publishers\/google\/models\/[^/]+:predict$/.test(path),
  errors: () => Errors.google,
  model: geminiModel,
  validate: (request) => {
    const contents = Json.list(request.body["instances"]).map((entry) => Json.object(entry)["content"] ?? null)
    return checkTexts(contents, "instances", 250, "250 instance(s) is the maximum that is allowed per prediction.") ??
      unknownField(request, ["instances", "parameters"])
  },
  respond: ({ body, seed }) => {
    const dimensions = numberOr(Json.object(body["parameters"])["outputDimensionality"], 768)
    const texts = Json.list(body["instances"]).map((entry) => Json.text(Json.object(entry)["content"]) ?? "")
    return {
      json: {
        predictions: texts.map((text) => ({
          embeddings: {
            values: floats(text, dimensions, seed),
            statistics: { token_count: tokensOf(text), truncated: false }
          }
        })),
        metadata: { billableCharacterCount: texts.join("").length }
      }
    }
  }
}

const cohereTypes = ["float", "int8", "uint8", "binary", "ubinary"] as const

const cohereTypesOf = (body: Json.JsonObject): ReadonlyArray<string> => {
  const types = listOfTexts(body["embedding_types"])
  return types.length === 0 ? ["float"] : types
}

const checkCohere = (request: OperationRequest, fields: ReadonlyArray<string>): Problem | undefined => {
  const { body } = request
  if (!Json.isGiven(body["input_type"])) {
    return invalid("invalid request: valid input_type must be provided with the provided model")
  }
  const unknownType = cohereTypesOf(body).find((type) => type !== "base64" && !cohereTypes.some((own) => own === type))
  if (unknownType !== undefined) return invalid(`invalid request: '${unknownType}' is not a valid embedding type`)
  const given = listOfTexts(body["texts"]).length
  return checkTexts(
    body["texts"],
    "texts",
    96,
    `invalid request: total number of texts must be at most 96 - received ${given}`
  ) ?? unknownField(request, fields)
}

const cohereEmbeddings = (body: Json.JsonObject, seed: number): Json.JsonObject => {
  const texts = listOfTexts(body["texts"])
  const dimensions = numberOr(body["output_dimension"], 1536)
  const write = (type: string) => (text: string): Json.Json => {
    const vector = vectorOf(text, dimensions, seed)
    if (type === "base64") return Buffer.from(vector.buffer).toString("base64")
    const kind = cohereTypes.find((known) => known === type) ?? "float"
    return kind === "float" ? Array.from(vector) : Array.from(Encodings.quantise(vector, kind))
  }
  return Object.fromEntries(cohereTypesOf(body).map((type) => [type, texts.map(write(type))]))
}

const cohere: Operation = {
  name: "cohere-embed",
  owner: "cohere",
  serves: (path) => path.endsWith("/v2/embed"),
  errors: () => Errors.cohere,
  model: ({ body }) => Json.text(body["model"]),
  validate: (request) =>
    checkCohere(request, [
      "model",
      "texts",
      "images",
      "inputs",
      "input_type",
      "embedding_types",
      "truncate",
      "output_dimension",
      "max_tokens",
      "priority"
    ]),
  respond: ({ body, seed }) => ({
    json: {
      id: "embed-1",
      texts: body["texts"] ?? [],
      embeddings: cohereEmbeddings(body, seed),
      meta: { api_version: { version: "2" }, billed_units: { input_tokens: sum(listOfTexts(body["texts"])) } },
      response_type: "embeddings_by_type"
    }
  })
}

const bedrockModel = inPath(/\/model\/([^/]+)\/invoke$/)

const invokes = (model: RegExp) => (path: string): boolean => {
  const [, name] = /\/model\/([^/]+)\/invoke$/.exec(path) ?? []
  return name !== undefined && model.test(decodeURIComponent(name))
}

const bedrockCohere: Operation = {
  name: "bedrock-cohere-embed",
  owner: "aws",
  serves: invokes(/cohere\.embed/),
  errors: () => Errors.aws,
  model: bedrockModel,
  validate: (request) =>
    checkCohere(request, ["texts", "images", "input_type", "embedding_types", "truncate", "output_dimension"]),
  respond: (request) => {
    const { body, seed } = request
    // Version 3 returns one list unless the request names types.
    const byType = Json.isGiven(body["embedding_types"]) || /embed-v4/.test(bedrockModel(request) ?? "")
    const embeddings = cohereEmbeddings(body, seed)
    return {
      headers: { "x-amzn-bedrock-input-token-count": String(sum(listOfTexts(body["texts"]))) },
      json: {
        id: "embed-1",
        texts: body["texts"] ?? [],
        embeddings: byType ? embeddings : embeddings["float"] ?? [],
        response_type: byType ? "embeddings_by_type" : "embeddings_floats"
      }
    }
  }
}

const titan: Operation = {
  name: "bedrock-titan-embed",
  owner: "aws",
  serves: invokes(/titan-embed/),
  errors: () => Errors.aws,
  model: bedrockModel,
  validate: (request) => {
    const text = Json.text(request.body["inputText"]) ?? ""
    if (text === "") return invalid("Malformed input request: #: required key [inputText] not found")
    return unknownField(request, ["inputText", "dimensions", "normalize", "embeddingTypes"])
  },
  respond: ({ body, seed }) => {
    const text = Json.text(body["inputText"]) ?? ""
    return {
      json: {
        embedding: floats(text, numberOr(body["dimensions"], 1024), seed),
        inputTextTokenCount: tokensOf(text)
      }
    }
  }
}

const purposes = /^(GENERIC_INDEX|(GENERIC|TEXT|IMAGE|VIDEO|DOCUMENT|AUDIO)_RETRIEVAL|CLASSIFICATION|CLUSTERING)$/

const nova: Operation = {
  name: "bedrock-nova-embed",
  owner: "aws",
  serves: invokes(/nova[^/]*embed/),
  errors: () => Errors.aws,
  model: bedrockModel,
  validate: ({ body }) => {
    const parameters = Json.object(body["singleEmbeddingParams"])
    if (body["taskType"] !== "SINGLE_EMBEDDING") return invalid("taskType is not one of the supported values")
    if (!purposes.test(Json.text(parameters["embeddingPurpose"]) ?? "")) return invalid("embeddingPurpose is required")
    const text = Json.object(parameters["text"])
    return Json.text(text["value"]) === undefined || Json.text(text["truncationMode"]) === undefined
      ? invalid("text.value and text.truncationMode are required")
      : undefined
  },
  respond: ({ body, seed }) => {
    const parameters = Json.object(body["singleEmbeddingParams"])
    const text = Json.text(Json.object(parameters["text"])["value"]) ?? ""
    return {
      headers: { "x-amzn-bedrock-input-token-count": String(tokensOf(text)) },
      json: {
        embeddings: [{
          embeddingType: "TEXT",
          embedding: floats(text, numberOr(parameters["embeddingDimension"], 3072), seed)
        }]
      }
    }
  }
}

const ollamaTexts = (body: Json.JsonObject): ReadonlyArray<string> =>
  typeof body["input"] === "string" ? [body["input"]] : listOfTexts(body["input"])

const ollama: Operation = {
  name: "ollama-embed",
  owner: "ollama",
  serves: (path) => path.endsWith("/api/embed"),
  errors: () => Errors.plain,
  model: ({ body }) => Json.text(body["model"]),
  validate: (request) => {
    if (Json.text(request.body["model"]) === undefined) return invalid("model is required")
    return ollamaTexts(request.body).length === 0 && !Json.isArray(request.body["input"])
      ? invalid("invalid input type")
      : unknownField(request, ["model", "input", "truncate", "options", "keep_alive", "dimensions"])
  },
  respond: ({ body, seed }) => {
    const texts = ollamaTexts(body)
    return {
      json: {
        model: body["model"] ?? "",
        embeddings: texts.map((text) => floats(text, numberOr(body["dimensions"], 1024), seed)),
        total_duration: 14143917,
        load_duration: 1019500,
        prompt_eval_count: sum(texts)
      }
    }
  }
}

const dashScope: Operation = {
  name: "dashscope-embed",
  owner: "qianwen",
  serves: (path) => path.endsWith("/services/embeddings/text-embedding/text-embedding"),
  errors: () => Errors.dashScope,
  model: ({ body }) => Json.text(body["model"]),
  validate: ({ body }) =>
    checkTexts(
      Json.object(body["input"])["texts"],
      "input.texts",
      10,
      "batch size is invalid, it should not be larger than 10."
    ),
  respond: ({ body, seed }) => {
    const texts = listOfTexts(Json.object(body["input"])["texts"])
    const dimensions = numberOr(Json.object(body["parameters"])["dimension"], 1024)
    const embeddings = texts.map((text, index) => ({ text_index: index, embedding: floats(text, dimensions, seed) }))
    return { json: { output: { embeddings }, usage: { total_tokens: sum(texts) }, request_id: "request-1" } }
  }
}

const cloudflareTexts = (body: Json.JsonObject): ReadonlyArray<string> =>
  typeof body["text"] === "string" ? [body["text"]] : listOfTexts(body["text"])

const cloudflare: Operation = {
  name: "cloudflare-embed",
  owner: "cloudflare",
  serves: (path) => /\/ai\/run\/(@|%40)cf\/.*(bge|embed)/.test(path),
  errors: () => Errors.cloudflare,
  model: inPath(/\/ai\/run\/(.+)$/),
  validate: ({ body }) =>
    checkTexts(cloudflareTexts(body), "text", 100, "AiError: Bad input: the maximum of texts is 100: too many inputs"),
  respond: ({ body, seed }) => {
    const texts = cloudflareTexts(body)
    return {
      json: {
        result: { shape: [texts.length, 768], data: texts.map((text) => floats(text, 768, seed)), pooling: "mean" },
        success: true,
        errors: [],
        messages: []
      }
    }
  }
}

/** The embedding operations of providers with wire formats of their own. */
export const operations: ReadonlyArray<Operation> = [
  embedContent,
  batchEmbedContents,
  predict,
  cohere,
  bedrockCohere,
  titan,
  nova,
  ollama,
  dashScope,
  cloudflare
]
