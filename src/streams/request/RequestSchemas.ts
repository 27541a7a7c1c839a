/**
 * Encodes the schemas of one request, of its tools and of its output, in the dialect of the provider.
 */
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { OutputSchema } from "../../domain/CompletionRequest.ts"
import type { SchemaDialect } from "../../domain/SchemaDialect.ts"
import { isObject } from "../json/Json.ts"
import { dialects } from "../schemas/Dialects.ts"
import * as Limits from "../schemas/Limits.ts"
import { lower, type LoweredSchema, type SchemaProblem } from "../schemas/Lower.ts"
import type { Rules } from "../schemas/Rules.ts"
import type { Problems } from "./Problems.ts"
import { toJson } from "./PromptParts.ts"

/** The encoder of the schemas of one request. */
export interface RequestSchemas {
  /** Encodes the parameters of a tool as the schema of an object. */
  readonly tool: (tool: Tool.Any) => Schema.JsonObject
  /** Returns whether a tool is sent as strict; `undefined` where it does not say or the server has no field for it. */
  readonly isStrict: (tool: Tool.Any) => boolean | undefined
  /** Whether the server has a field for that. */
  readonly hasStrict: boolean
  /** Encodes the output schema. */
  readonly output: (output: OutputSchema) => Schema.JsonObject
}

/** A JSON Schema, or why there is none. */
type Written = Result.Result<Schema.JsonObject, string>

const written = (make: () => unknown): Written => {
  try {
    const json = toJson(make())
    return isObject(json) ? Result.succeed(json as Schema.JsonObject) : Result.fail("cannot be written as JSON Schema")
  } catch (error) {
    return Result.fail(`cannot be written as JSON Schema: ${Predicate.isError(error) ? error.message : String(error)}`)
  }
}

/** What is known of one Effect Schema. Effect Schemas never change; JSON Schemas may, so nothing of them is kept. */
interface Known {
  readonly document: Written
  readonly lowered: Map<Rules, Result.Result<LoweredSchema, SchemaProblem>>
}

// Programs send the same few tools with every request, and a schema takes longer to lower than a prompt to encode.
const known = new WeakMap<Schema.Constraint, Known>()

const ofSchema = (schema: Schema.Constraint): Known => {
  const before = known.get(schema)
  if (before !== undefined) return before
  const made: Known = { document: written(() => Tool.getJsonSchemaFromSchema(schema)), lowered: new Map() }
  known.set(schema, made)
  return made
}

const ofJson = (schema: unknown): Known => ({ document: written(() => schema), lowered: new Map() })

const ofTool = (tool: Tool.Any): Known =>
  Tool.isDynamic(tool) && tool.jsonSchema !== undefined ? ofJson(tool.jsonSchema) : ofSchema(tool.parametersSchema)

const lowered = ({ document, lowered }: Known, rules: Rules): Result.Result<LoweredSchema, SchemaProblem> => {
  if (Result.isFailure(document)) return Result.fail({ path: "#", why: document.failure })
  const before = lowered.get(rules)
  if (before !== undefined) return before
  const made = lower(document.success, rules)
  lowered.set(rules, made)
  return made
}

/** Counts what the enforced schemas of a request have together. */
class Totals {
  readonly #limits: (typeof dialects)[SchemaDialect]["request"]
  #tools = 0
  #optional = 0
  #unions = 0

  constructor(limits: (typeof dialects)[SchemaDialect]["request"]) {
    this.#limits = limits
  }

  /** Adds a schema. Returns why it is one too many; `undefined` if it is not. */
  add(schema: Schema.JsonObject, isTool: boolean): string | undefined {
    if (this.#limits === undefined) return undefined
    const size = Limits.sizeOf(schema, false)
    this.#tools += isTool ? 1 : 0
    this.#optional += size.optional
    this.#unions += size.unions
    const { optional, tools, unions } = this.#limits
    const rows = [
      [this.#tools, tools, "strict tools"],
      [this.#optional, optional, "optional properties"],
      [this.#unions, unions, "unions"]
    ] as const
    const found = rows.find(([count, limit]) => count > limit)
    return found === undefined
      ? undefined
      : `brings the strict schemas of the request to ${found[0]} ${found[2]}, and this provider enforces at most ` +
        `${found[1]}: make fewer tools strict`
  }
}

/** Creates the encoder of the schemas of one request. */
export const make = (name: SchemaDialect, problems: Problems): RequestSchemas => {
  const dialect = dialects[name]
  const totals = new Totals(dialect.request)

  const write = (
    schema: Known,
    rules: Rules,
    isTool: boolean,
    refuse: (path: string, why: string) => void
  ): LoweredSchema => {
    const result = lowered(schema, rules)
    if (Result.isFailure(result)) {
      refuse(result.failure.path, result.failure.why)
      return { schema: {}, isReshaped: false }
    }
    const tooMany = rules.lowering === "whole" ? totals.add(result.success.schema, isTool) : undefined
    if (tooMany !== undefined) refuse("#", tooMany)
    return result.success
  }

  return {
    tool: (tool) => {
      const schema = ofTool(tool)
      const rules = Tool.getStrictMode(tool) === true ? dialect.strictTool : dialect.tool
      const out = write(schema, rules, true, (path, why) => {
        problems.refuse("tools", `in the parameters of tool "${tool.name}", "${path}" ${why}`)
      })
      if (out.isReshaped && Result.isSuccess(schema.document)) problems.reshape(tool.name, schema.document.success)
      return withProperties(out.schema)
    },
    hasStrict: dialect.strictTools !== false,
    isStrict: (tool) => (dialect.strictTools === false ? undefined : Tool.getStrictMode(tool)),
    output: (output) => {
      const schema = Schema.isSchema(output.schema) ? ofSchema(output.schema) : ofJson(output.schema)
      const rules = output.strict === true ? dialect.strictOutput : dialect.output
      return write(schema, rules, false, (path, why) => problems.refuse("outputSchema", `"${path}" ${why}`)).schema
    }
  }
}

/** Adds the properties of an object that names none: servers require them. */
const withProperties = (schema: Schema.JsonObject): Schema.JsonObject =>
  schema["properties"] === undefined ? { ...schema, properties: {} } : schema
