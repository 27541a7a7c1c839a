/**
 * Decodes the arguments of whole tool calls with the schemas of their tools.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { toolResult } from "../../../domain/Replay.ts"
import { pathOf } from "../../../domain/schemas/IssuePath.ts"
import type { Complete, Failed, Failure, Recovery } from "../../../domain/ToolCallState.ts"
import type { OnInvalidArguments } from "./InvalidCalls.ts"

type Decode<R> = (json: Schema.Json) => Effect.Effect<unknown, Schema.SchemaError, R>

/** A tool, and how its arguments are decoded. */
interface Known<R> {
  readonly tool: Tool.Any
  decode: Decode<R> | undefined
}

/** Decodes with a schema; not with a JSON Schema, which has nothing to decode to. */
const decodeOf = <R>(tool: Tool.Any): Decode<R> =>
  (Tool.isDynamic(tool) && tool.jsonSchema !== undefined) || !Schema.isSchema(tool.parametersSchema)
    ? Effect.succeed
    : Schema.decodeUnknownEffect(Schema.toCodecJson(tool.parametersSchema)) as Decode<R>

/** Returns the names that a schema has; none where it cannot be written as JSON Schema. */
const documentOf = (tool: Tool.Any): JsonSchema.JsonSchema => {
  try {
    return Tool.getJsonSchema(tool)
  } catch {
    return {}
  }
}

const formatIssue = SchemaIssue.makeFormatterDefault()

const failed = ({ id, index, json, name }: Complete, failure: Failure, recovery: Recovery): Failed => ({
  _tag: "Failed",
  index,
  id,
  name,
  failure,
  recovery,
  value: json
})

/** The tools of a request, by the name that models call them by. `R` are the services that their schemas need. */
export class DecodedCalls<R> {
  readonly #tools: ReadonlyMap<string, Known<R>>
  readonly #onInvalidArguments: OnInvalidArguments

  constructor(tools: Iterable<Tool.Any>, onInvalidArguments: OnInvalidArguments) {
    this.#tools = new Map(
      Array.from(tools, (tool) => [
        Tool.isProviderDefined(tool) ? tool.providerName : tool.name,
        { tool, decode: undefined }
      ])
    )
    this.#onInvalidArguments = onInvalidArguments
  }

  /** Decodes the arguments of a call. The name becomes that of the tool. */
  decode(call: Complete): Effect.Effect<Complete | Failed, never, R> {
    const known = this.#tools.get(call.name)
    if (known === undefined) return Effect.succeed(this.#unknown(call))
    const { tool } = known
    const decode = known.decode ??= decodeOf(tool)
    return Effect.match(decode(call.json), {
      onSuccess: (value) => ({ ...call, name: tool.name, arguments: value as Schema.Json }),
      onFailure: ({ issue }) => this.#invalid(call, tool, issue)
    })
  }

  #unknown(call: Complete): Failed {
    const available = Array.from(this.#tools.keys())
    const prompt = toolResult(call, `There is no such tool. The tools are: ${available.join(", ")}.`, true)
    return failed(call, { _tag: "UnknownTool", available }, { _tag: "ReturnToModel", prompt })
  }

  #invalid(call: Complete, tool: Tool.Any, issue: SchemaIssue.Issue): Failed {
    const result = (): Prompt.Prompt => toolResult(call, `The arguments are not valid. ${formatIssue(issue)}`, true)
    const recovery: Recovery = this.#onInvalidArguments === "return"
      ? { _tag: "ReturnToModel", prompt: result() }
      : { _tag: "None" }
    return failed(call, { _tag: "InvalidArguments", path: pathOf(issue, documentOf(tool)) }, recovery)
  }
}
