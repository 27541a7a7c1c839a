/**
 * Dialects of JSON Schema that providers accept.
 *
 * @since 0.2.0
 */

/**
 * The name of a dialect of JSON Schema, for the parameters of tools and for output schemas.
 *
 * **Details**
 *
 * - `json-schema`: schemas are sent as they are; those of strict tools are closed.
 * - `openai-compatible`: the same, with the rules of `openai` for strict schemas.
 * - `openai`: a root that is an object; strict schemas have only required properties and no open objects.
 * - `groq`: `openai`, with fewer keywords.
 * - `anthropic`: strict schemas and output schemas are closed, without recursion and without bounds.
 * - `bedrock`: the part of JSON Schema that the models of Converse share.
 * - `gemini`: the part of OpenAPI 3.0 that `responseSchema` and `parameters` take.
 * - `gemini-json`: the part of JSON Schema that `responseJsonSchema` and `parametersJsonSchema` take.
 * - `moonshot`: Moonshot's flavored JSON Schema.
 * - `xai`: `openai`, without `additionalProperties` in the parameters of tools.
 *
 * @category models
 * @since 0.2.0
 */
export type SchemaDialect =
  | "json-schema"
  | "openai-compatible"
  | "openai"
  | "groq"
  | "anthropic"
  | "bedrock"
  | "gemini"
  | "gemini-json"
  | "moonshot"
  | "xai"
