/**
 * Simulates rankings.
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as Errors from "./Errors.ts"
import { invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import { relevance, tokensOf } from "./TextSimilarity.ts"

interface Scored {
  readonly index: number
  readonly score: number
}

const rank = (query: string, texts: ReadonlyArray<string>, maximum: number, seed: number): ReadonlyArray<Scored> =>
  texts.map((text, index) => ({ index, score: relevance(query, text, seed) }))
    .toSorted((left, right) => right.score - left.score)
    .slice(0, maximum)

const textOf = (document: Json.Json): string => Json.texts(document).join(" ")

const documentsOf = (body: Json.JsonObject): ReadonlyArray<string> => Json.list(body["documents"]).map(textOf)

const maximumOf = (body: Json.JsonObject): number => {
  const maximum = body["top_n"] ?? body["top_k"]
  return typeof maximum === "number" ? maximum : Infinity
}

const check = (request: OperationRequest, fields: ReadonlyArray<string>): Problem | undefined => {
  const { body } = request
  if (Json.text(body["query"]) === undefined) return invalid("invalid request: query is required", "query")
  if (Json.list(body["documents"]).length === 0) {
    return invalid("invalid request: list of documents must not be empty", "documents")
  }
  const maximum = body["top_n"] ?? body["top_k"]
  if (Json.isGiven(maximum) && !(typeof maximum === "number" && maximum >= 1))
    return invalid("invalid request: top_n", "top_n")
  return unknownField(request, fields)
}

const common = ["model", "query", "documents", "top_n", "return_documents"]

const fieldsOf: Partial<Readonly<Record<OperationRequest["dialect"], ReadonlyArray<string>>>> = {
  voyage: ["model", "query", "documents", "top_k", "return_documents", "truncation"],
  together: [...common, "rank_fields"],
  jina: common,
  cohere: ["model", "query", "documents", "top_n", "max_tokens_per_doc", "priority"]
}

/** Cohere's wire format and the variants of Jina, Voyage and Together. */
const rerank: Operation = {
  name: "rerank",
  serves: (path) => /\/(v1|v2|inference)\/rerank$|\/api\/v1\/rerank$/.test(path),
  errors: (dialect) =>
    dialect === "voyage" || dialect === "jina" ? Errors.detail : dialect === "cohere" ? Errors.cohere : Errors.openAi,
  model: ({ body }) => Json.text(body["model"]),
  validate: (request) => {
    if (Json.text(request.body["model"]) === undefined) return invalid("invalid request: model is required", "model")
    return check(request, fieldsOf[request.dialect] ?? [...common, "max_tokens_per_doc"])
  },
  respond: ({ body, dialect, seed }) => {
    const query = Json.text(body["query"]) ?? ""
    const texts = documentsOf(body)
    const given = Json.list(body["documents"])
    const results = rank(query, texts, maximumOf(body), seed).map(({ index, score }) =>
      body["return_documents"] === true
        ? { index, relevance_score: score, document: given[index] ?? null }
        : { index, relevance_score: score }
    )
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), tokensOf(query))
    const model = body["model"] ?? ""
    switch (dialect) {
      case "voyage":
        return { json: { object: "list", data: results, model, usage: { total_tokens: tokens } } }
      case "cohere":
        return {
          json: {
            id: "rerank-1",
            results,
            meta: { api_version: { version: "2" }, billed_units: { search_units: Math.ceil(texts.length / 100) } }
          }
        }
      default:
        return {
          json: {
            id: "rerank-1",
            object: "rerank",
            model,
            results,
            usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens }
          }
        }
    }
  }
}

const bedrockModel = /\/model\/([^/]+)\/invoke$/

const invoke: Operation = {
  name: "bedrock-rerank",
  owner: "aws",
  serves: (path) => /rerank/.test(bedrockModel.exec(path)?.[1] ?? ""),
  errors: () => Errors.aws,
  model: ({ path }) => decodeURIComponent(bedrockModel.exec(path)?.[1] ?? ""),
  validate: (request) =>
    request.body["api_version"] === 2
      ? check(request, ["api_version", "query", "documents", "top_n", "max_tokens_per_doc"])
      : invalid("Malformed input request: #: required key [api_version] not found"),
  respond: ({ body, seed }) => ({
    json: {
      results: rank(Json.text(body["query"]) ?? "", documentsOf(body), maximumOf(body), seed)
        .map(({ index, score }) => ({ index, relevance_score: score }))
    }
  })
}

const pageSize = 100

const sourceText = (source: Json.Json): string => {
  const inline = Json.object(Json.object(source)["inlineDocumentSource"])
  return textOf(
    inline["type"] === "JSON" ? inline["jsonDocument"] ?? null : Json.object(inline["textDocument"])["text"] ?? null
  )
}

const configurationOf = (body: Json.JsonObject): Json.JsonObject =>
  Json.object(Json.object(body["rerankingConfiguration"])["bedrockRerankingConfiguration"])

/** Bedrock's agent runtime, which returns pages of a hundred results. */
const agent: Operation = {
  name: "bedrock-agent-rerank",
  owner: "aws",
  serves: (path) => /^(\/bedrock[^/]*)?\/rerank$/.test(path),
  errors: () => Errors.aws,
  model: ({ body }) => {
    const arn = Json.text(Json.object(configurationOf(body)["modelConfiguration"])["modelArn"])
    return arn?.slice(arn.lastIndexOf("/") + 1)
  },
  validate: ({ body }) => {
    const query = Json.object(Json.list(body["queries"])[0])
    if (query["type"] !== "TEXT" || Json.text(Json.object(query["textQuery"])["text"]) === undefined) {
      return invalid("1 validation error detected: queries")
    }
    if (Json.list(body["sources"]).length === 0) return invalid("1 validation error detected: sources")
    const { numberOfResults } = configurationOf(body)
    if (typeof numberOfResults === "number" && numberOfResults > Json.list(body["sources"]).length) {
      return invalid("Number of results must not be greater than the number of sources")
    }
    const arn = Json.text(Json.object(configurationOf(body)["modelConfiguration"])["modelArn"])
    return arn?.startsWith("arn:aws") === true ? undefined : invalid("1 validation error detected: modelArn")
  },
  respond: ({ body, seed }) => {
    const query = Json.text(Json.object(Json.object(Json.list(body["queries"])[0])["textQuery"])["text"]) ?? ""
    const maximum = configurationOf(body)["numberOfResults"]
    const texts = Json.list(body["sources"]).map(sourceText)
    const all = rank(query, texts, typeof maximum === "number" ? maximum : texts.length, seed)
    const from = Number(Json.text(body["nextToken"]) ?? 0)
    const next = from + pageSize
    return {
      json: {
        results: all.slice(from, next).map(({ index, score }) => ({ index, relevanceScore: score })),
        ...(next < all.length ? { nextToken: String(next) } : {})
      }
    }
  }
}

/** The ranking operations. */
export const operations: ReadonlyArray<Operation> = [invoke, agent, rerank]
