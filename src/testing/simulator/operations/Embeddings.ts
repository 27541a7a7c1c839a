/**
 * Embeddings in OpenAI's form and in those that came of it, as the simulator makes them.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings
 * @since 0.1.0
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as Errors from "./Errors.ts"
import * as Encodings from "./Encodings.ts"
import { type Dialect, invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import { tokensOf } from "./Words.ts"

interface Limits {
  readonly most: number
  /** What the provider says of too many. */
  readonly tooMany: (given: number) => Problem
  readonly fields: ReadonlyArray<string>
  readonly dimensions: string
}

const usual: Limits = {
  most: 2048,
  tooMany: () => invalid("Invalid 'input': array too long. Expected an array with maximum length 2048.", "input"),
  fields: ["model", "input", "encoding_format", "dimensions", "user"],
  dimensions: "dimensions"
}

/** What differs from OpenAI's own. */
const limits: Partial<Readonly<Record<Dialect, Limits>>> = {
  mistral: {
    most: 32,
    tooMany: (given) => ({
      kind: "invalid-request",
      message: `Too many inputs in request, split into more batches. ${given}`,
      code: "3210"
    }),
    fields: ["model", "input", "encoding_format", "output_dimension", "output_dtype", "metadata"],
    dimensions: "output_dimension"
  },
  voyage: {
    most: 1000,
    tooMany: (given) => invalid(`The batch size limit is 1000. Your batch size is ${given}.`),
    fields: ["model", "input", "input_type", "truncation", "output_dimension", "output_dtype", "encoding_format"],
    dimensions: "output_dimension"
  },
  jina: {
    most: 2048,
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
    most: 512,
    tooMany: () => invalid("input must have at most 512 texts", "input"),
    fields: ["model", "input", "dimensions", "encoding_format"],
    dimensions: "dimensions"
  },
  qianwen: {
    ...usual,
    most: 10,
    tooMany: () =>
      invalid(
        "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger than 10.: input.contents"
      )
  }
}

const limitsOf = (dialect: Dialect): Limits => limits[dialect] ?? usual

const errors = (dialect: Dialect): Errors.ErrorForm => {
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
  const { dimensions, fields, most, tooMany } = limitsOf(dialect)
  if (!Json.isGiven(body["model"])) return invalid("you must provide a model parameter", "model")
  if (!Json.isGiven(body["input"])) return invalid("Missing required parameter: 'input'.", "input")
  const inputs = inputsOf(body)
  if (inputs.length === 0 || !inputs.every(isInput)) {
    return invalid("'$.input' is invalid. Please check the API reference.", "input")
  }
  if (inputs.length > most) return tooMany(inputs.length)
  const wanted = body[dimensions]
  if (Json.isGiven(wanted) && !(typeof wanted === "number" && Number.isInteger(wanted) && wanted > 0)) {
    return invalid(`Invalid '${dimensions}': expected a whole number over 0.`, dimensions)
  }
  return Encodings.refuses(dialect, body) ?? unknownField(request, fields)
}

const textOf = (input: Json.Json): string => (typeof input === "string" ? input : JSON.stringify(input))

const countOf = (input: Json.Json): number => (Json.isArray(input) ? input.length : tokensOf(textOf(input)))

const widths: Readonly<Record<string, number>> = { "text-embedding-3-large": 3072 }

/**
 * The operation.
 *
 * @category operations
 * @since 0.1.0
 */
export const operation: Operation = {
  name: "embeddings",
  serves: (path) => path.endsWith("/embeddings"),
  errors,
  model: ({ body }) => Json.text(body["model"]),
  validate,
  answer: ({ body, dialect, seed }) => {
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
