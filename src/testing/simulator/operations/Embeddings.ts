/**
 * Simulates embeddings in OpenAI's wire format and its variants.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as Errors from "./Errors.ts"
import * as Encodings from "./Encodings.ts"
import { type Dialect, invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import { tokensOf } from "./TextSimilarity.ts"

/** The rules of a provider. */
interface Limits {
  /** The largest number of inputs in one request. */
  readonly maximum: number
  /** Returns the provider's error for too many inputs. */
  readonly tooMany: (given: number) => Problem
  /** The fields that a request may have. */
  readonly fields: ReadonlyArray<string>
  /** The field that holds the number of dimensions. */
  readonly dimensions: string
}

const openAiLimits: Limits = {
  maximum: 2048,
  tooMany: () => invalid("Invalid 'input': array too long. Expected an array with maximum length 2048.", "input"),
  fields: ["model", "input", "encoding_format", "dimensions", "user"],
  dimensions: "dimensions"
}

/** The providers whose rules differ from OpenAI's. */
const limits: Partial<Readonly<Record<Dialect, Limits>>> = {
  mistral: {
    maximum: 32,
    tooMany: (given) => ({
      kind: "invalid-request",
      message: `Too many inputs in request, split into more batches. ${given}`,
      code: "3210"
    }),
    fields: ["model", "input", "encoding_format", "output_dimension", "output_dtype", "metadata"],
    dimensions: "output_dimension"
  },
  voyage: {
    maximum: 1000,
    tooMany: (given) => invalid(`The batch size limit is 1000. Your batch size is ${given}.`),
    fields: ["model", "input", "input_type", "truncation", "output_dimension", "output_dtype", "encoding_format"],
    dimensions: "output_dimension"
  },
  jina: {
    maximum: 2048,
    tooMany: (given) => ({ kind: "invalid-request", status: 422, message: `Too many inputs: ${given}.` }),
    fields: [
      "model",
      "input",
      "task",
      "dimensions",
      "embedding_type",
      "encoding_format",
      "late_chunking",
      "truncate",
      "normalized"
    ],
    dimensions: "dimensions"
  },
  perplexity: {
    maximum: 512,
    tooMany: () => invalid("input must have at most 512 texts", "input"),
    fields: ["model", "input", "dimensions", "encoding_format"],
    dimensions: "dimensions"
  },
  qianwen: {
    ...openAiLimits,
    maximum: 10,
    tooMany: () =>
      invalid(
        "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger than 10.: input.contents"
      )
  }
}

const limitsOf = (dialect: Dialect): Limits => limits[dialect] ?? openAiLimits

const errors = (dialect: Dialect): Errors.ErrorFormat => {
  switch (dialect) {
    case "mistral":
      return Errors.mistral
    case "voyage":
    case "jina":
      return Errors.detail
    default:
      return Errors.openAi
  }
}

const inputsOf = (body: Json.JsonObject): ReadonlyArray<Json.Json> => {
  const { input } = body
  if (!Json.isArray(input)) return [input ?? null]
  // A list of numbers is one text as tokens.
  return input.length > 0 && input.every((entry) => typeof entry === "number") ? [input] : input
}

const isInput = (value: Json.Json): boolean =>
  (typeof value === "string" && value !== "") ||
  (Json.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "number"))

const validate = (request: OperationRequest): Problem | undefined => {
  const { body, dialect } = request
  const { dimensions, fields, maximum, tooMany } = limitsOf(dialect)
  if (!Json.isGiven(body["model"])) return invalid("you must provide a model parameter", "model")
  if (!Json.isGiven(body["input"])) return invalid("Missing required parameter: 'input'.", "input")
  const inputs = inputsOf(body)
  if (inputs.length === 0 || !inputs.every(isInput)) {
    return invalid("'$.input' is invalid. Please check the API reference.", "input")
  }
  if (inputs.length > maximum) return tooMany(inputs.length)
  const requested = body[dimensions]
  if (Json.isGiven(requested) && !(typeof requested === "number" && Number.isInteger(requested) && requested > 0)) {
    return invalid(`Invalid '${dimensions}': expected a whole number over 0.`, dimensions)
  }
  return Encodings.check(dialect, body) ?? unknownField(request, fields)
}

const textOf = (input: Json.Json): string => (typeof input === "string" ? input : JSON.stringify(input))

const countOf = (input: Json.Json): number => (Json.isArray(input) ? input.length : tokensOf(textOf(input)))

const widths: Readonly<Record<string, number>> = { "text-embedding-3-large": 3072 }

/** Embeddings in OpenAI's wire format. */
export const operation: Operation = {
  name: "embeddings",
  serves: (path) => path.endsWith("/embeddings"),
  errors,
  model: ({ body }) => Json.text(body["model"]),
  validate,
  respond: ({ body, dialect, seed }) => {
    const inputs = inputsOf(body)
    const model = Json.text(body["model"]) ?? ""
    const given = body[limitsOf(dialect).dimensions]
    const dimensions = typeof given === "number" ? given : widths[model] ?? (dialect === "openai" ? 1536 : 1024)
    const tokens = inputs.reduce<number>((sum, input) => sum + countOf(input), 0)
    return {
      json: {
        ...(dialect === "mistral" ? { id: "embeddings-1" } : {}),
        object: "list",
        data: inputs.map((input, index) => ({
          object: "embedding",
          index,
          embedding: Encodings.write(dialect, body, textOf(input), { dimensions, seed })
        })),
        model,
        usage: dialect === "voyage" ? { total_tokens: tokens } : { prompt_tokens: tokens, total_tokens: tokens }
      }
    }
  }
}
